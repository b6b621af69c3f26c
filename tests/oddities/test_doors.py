"""Two thousand oddities at every door: none is a fault of ours, none loses a word, and what is
accepted can be carried out. `make oddities` hands in all of them, `make test` a hundred.
"""

import asyncio
import json
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from cli.main import main
from desk.cases import ActStatus
from desk.imports.destination import destination_of
from desk.imports.run import Import
from domain.acts import Note
from domain.classification import Channel
from domain.customers import CustomerField
from store.people.tokens import create_token
from store.tables import ComplaintRow
from tests.bank import WHOLE
from tests.customers import known_of_customer
from tests.oddities.commands import arguments_of, commands_with_words
from tests.oddities.files import KINDS, Log, drawn
from tests.oddities.forms import Form, forms_of, links_of
from tests.oddities.house import House
from tests.oddities.odd import ALL, ODDITIES, Oddity, share
from tests.waiting import eventually
from web.application import LARGEST_FORM

SHOWN_OTHERWISE = ("received_at", "sender_due_at", "amount_fen")

pytestmark = [
    pytest.mark.timeout(1_800),
    # A large upload is laid down in a file without a name, and gone with it.
    pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

STAFF = ("sun", "han", "ines", "hong", "tess", "dean", "lin", "line", "max", "lex", "mei", "una")


def sent(house: House, person: str, url: str, form: Form, odd: Oddity) -> None:
    """Fill a form in and send it: it is accepted and shown, or comes back as it was typed."""
    browser, typed = house.visit(person), form.filled(odd)
    texts = form.texts_in(typed)
    if form.method == "get":
        house.answered(browser.get(form.action, query_string=typed), 200, 302, 400, 404, 422)
        return
    if any(each.kind == "file" for each in form.blanks):
        content = BytesIO(odd.long_text.encode("utf-8", "replace"))
        typed |= {b.name: (content, "a.csv") for b in form.blanks if b.kind == "file"}
    answer = browser.send(form.action, **typed)
    house.answered(answer, 200, 302, 400, 403, 404, 409, 413, 422)
    if answer.status_code == 302:
        house.shown(texts.values(), str(answer.location), url, to=(person, "alma"))
    elif answer.status_code in {200, 409, 422}:
        house.given_back(answer, form, texts, url)
    elif texts and answer.status_code in {403, 404}:  # another form has taken that right away
        assert browser.get(url).status_code == answer.status_code, f"lost: {texts}"
    elif answer.status_code == 400:
        assert form.is_broken_by(typed), answer.text


@share(12)
@given(odd=ODDITIES)
async def test_the_form_of_registering(house: House, odd: Oddity) -> None:
    await asyncio.to_thread(register, house, odd)


def register(house: House, odd: Oddity) -> None:
    browser = house.visit("ines")
    (form,) = (
        each for each in forms_of(browser.get("/register"), "/register") if each.named("narrative")
    )
    typed = form.filled(odd)
    answer = browser.send(form.action, **typed)
    house.answered(answer, 302, 400, 409, 413, 422)
    texts = form.texts_in(typed)
    if answer.status_code == 409:  # The same customer has said nearly the same before.
        house.given_back(answer, form, texts, "/register")
        answer = browser.send(form.action, **typed, letter="another")
        house.answered(answer, 302)
    if answer.status_code == 413:
        assert 3 * sum(len(text.encode()) for text in typed.values()) > LARGEST_FORM
    elif answer.status_code == 302:
        reference = str(answer.location).rpartition("/")[2]
        house.taken.add(reference)
        case = f"/cases/{reference}"
        masked = set(CustomerField)
        plain = (n for n in texts if n not in masked and n not in SHOWN_OTHERWISE)
        house.shown((texts[name] for name in plain), case)
        told = {name: text.strip() for name, text in texts.items() if name in masked}
        with house.sessions() as session:  # Past the masks, as a reason would show it.
            kept = {n: known_of_customer(session, reference, CustomerField(n)) for n in told}
        assert kept == told
    elif answer.status_code == 422:
        house.given_back(answer, form, texts, "/register")
    else:
        assert typed["intake_key"] != form.values()["intake_key"], answer.text


@share(25)
@given(odd=ODDITIES)
async def test_the_form_of_every_act(house: House, odd: Oddity) -> None:
    await asyncio.to_thread(act, house, odd)


def act(house: House, odd: Oddity) -> None:
    reference = house.a_standing_case(odd.which)
    url = f"/cases/{reference}"
    browser, forms = next(
        (browser, forms)
        for browser in map(house.visit, house.in_turn(STAFF, odd.which))
        if (forms := [f for f in house.forms_at(browser, url) if "/acts/" in f.action])
    )
    form = forms[odd.which // 7 % len(forms)]
    house.met.add(form.action.rpartition("/")[2])
    typed = form.filled(odd)
    answer = browser.send(form.action, **typed)
    house.answered(answer, 302, 400, 404, 409, 422)
    texts = form.texts_in(typed)
    if answer.status_code == 302:
        said = [text for name, text in texts.items() if not form.is_date(name)]
        # What takes two stands with the requests; what waits for the engine comes when it is heard.
        house.shown(said, url, f"{url}/history", "/approvals")
    elif answer.status_code in {409, 422}:
        house.given_back(answer, form, texts, url)
    elif answer.status_code == 404:
        assert browser.get(url).status_code == 404, f"lost: {texts}"
    else:
        assert form.is_broken_by(typed), answer.text


@share(15)
@given(odd=ODDITIES)
async def test_every_address_with_whatever_stands_behind_it(house: House, odd: Oddity) -> None:
    await asyncio.to_thread(ask, house, odd)


ASKED = ("page", "unit", "shelf", "status", "channel", "category", "as_of", "lane", "by", "subject",
         "action", "text", "role", "next", "handler", "due", "age", "on", "nature", "month",
         "of")  # fmt: skip
"""What the lists are narrowed by."""


def ask(house: House, odd: Oddity) -> None:
    rules = sorted(house.app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))
    rule = rules[odd.which % len(rules)]
    case = house.a_standing_case(odd.which)
    values: dict[str, Any] = {
        name: odd.which if kind.__class__.__name__ == "RowNumber" else odd.typed("hidden")
        for name, kind in rule._converters.items()
    }
    if odd.where % 2 and "reference" in values:
        values["reference"] = case
    narrowed = {
        name: odd.typed(("text", "date", "amount", "hidden")[n % 4])
        for n, name in enumerate(ASKED)
        if (odd.which >> n) & 1
    }
    method = "POST" if "POST" in (rule.methods or ()) else "GET"
    address = house.app.url_map.bind("localhost").build(
        rule.endpoint, {**values, **narrowed}, method=method
    )
    browser = house.visit(("ada", "sun", "ines", "lin")[odd.where % 4])
    if rule.endpoint == "sessions.log_out":
        return
    answer = browser.get(address) if method == "GET" else browser.send(address, **narrowed)
    house.answered(answer)


@share(10)
@given(odd=ODDITIES)
async def test_what_another_system_files(house: House, token: str, odd: Oddity) -> None:
    await asyncio.to_thread(file, house, token, odd)


@pytest.fixture(scope="module")
def token(house: House) -> str:
    """The secret of a system that may file for the whole bank."""
    with house.sessions.begin() as session:
        _, secret = create_token(
            session,
            system="kiosk",
            units=["head-office"],
            channels=list(Channel),
            first_owner="ines",
            by=WHOLE.actor("ada"),
        )
    return secret


def file(house: House, token: str, odd: Oddity) -> None:
    sound: dict[str, Any] = {
        "received_at": "2026-11-20T09:30:00+08:00", "channel": "internet", "unit": "harbour-outlet",
        "narrative": "The transfer failed.", "subject": "", "demand": "", "name": "", "phone": "",
        "email": "", "language": "zh", "sender": None, "sender_due_at": None, "amount_fen": 0,
        "person_complained_about": None, "marks": [], "came_long_ago": False,
    }  # fmt: skip
    field = list(sound)[odd.where % len(sound)]
    number = float(odd.number) if odd.number.isascii() and odd.number.isdigit() else odd.number
    said = (
        odd.long_text,
        odd.instant + ":00+08:00",
        number,
        [odd.text],
        {odd.name: odd.text},
        None,
        odd.value,
    )
    sent = {**sound, field: said[odd.which % len(said)]}
    key = odd.typed("text") if odd.which % 11 == 0 else str(uuid4())
    client, shown = house.app.test_client(), {"Authorization": f"Bearer {token}"}
    headers = {**shown, "Idempotency-Key": "".join(key.splitlines())}
    body = told_in_json(sent, odd)
    answer = client.post(
        "/api/complaints", data=body, content_type="application/json", headers=headers
    )
    house.answered(answer, 201, 400, 403, 413, 422)
    how = odd.which % HOWS
    assert answer.status_code != 400 or how in NO_JSON, answer.text
    assert answer.status_code != 201 or how != NAME_TWICE, "of two narratives one is lost"
    told: dict[str, Any] = answer.json or {}
    stands = client.get(answer.location or f"/api/complaints/{odd.typed('hidden')}", headers=shown)
    house.answered(stands)
    if answer.status_code == 201:
        reference = told["reference"]
        house.taken.add(reference)
        assert (stands.json or {})["reference"] == reference
        house.shown(
            (sent[name] for name in ("narrative", "subject", "demand") if sent[name]),
            f"/cases/{reference}",
        )
        with house.sessions() as session:  # Past the masks, as a reason would show it.
            kept = {each: known_of_customer(session, reference, each) for each in TOLD}
        assert kept == {each: sent[each] or "" for each in TOLD}
    elif answer.status_code == 422:
        assert told["faults"]


HOWS, NAME_TWICE, NO_JSON = 13, 3, {4, 5, 6, 7}
"""Ways of writing JSON down: most are right, so that what stands in it is looked at."""


def told_in_json(sent: dict[str, Any], odd: Oddity) -> bytes:
    """What another system sends, as such systems write it down, rightly or not."""
    said = json.dumps(sent)
    match odd.which % HOWS:
        case 1:
            return said.encode("utf-16")
        case 2:
            return said.encode("utf-8-sig")
        case 3:  # NAME_TWICE
            return said.replace("{", '{"narrative": "first", ', 1).encode()
        case 4:
            return said[: odd.where * 9].encode()
        case 5:
            return json.dumps(sent, ensure_ascii=False).encode("gb18030", "replace")
        case 6:
            return b"[" * 100_000
        case 7:
            return odd.long_text.encode("utf-8", "surrogatepass")
    return said.encode()


TOLD = (CustomerField.NAME, CustomerField.PHONE, CustomerField.EMAIL)


@share(3)
@given(oddities=st.lists(ODDITIES, min_size=4, max_size=8), kind=st.sampled_from(KINDS))
async def test_a_file_that_is_imported(
    house: House, tmp_path: Path, oddities: list[Oddity], kind: str
) -> None:
    await asyncio.to_thread(bring_in, house, tmp_path / "log", oddities, kind)


def bring_in(house: House, path: Path, oddities: list[Oddity], kind: str) -> None:
    source = f"log-{uuid4().hex[:8]}"
    log = Log.of(oddities).fit_for(kind)
    log.written(kind, path)
    with house.sessions() as session:
        destination = destination_of(session, "harbour-outlet", "ines")
    run = Import(house.sessions, path, drawn(source, kind), destination)
    told = run.rehearse(lambda *_: None)
    would = [row.line for row in told.refused]
    done = run.carry_out(lambda *_: None)
    assert [row.line for row in done.refused] == would
    assert (done.received, done.known) == (told.received, told.known)
    house.handed_in += len(oddities)
    with house.sessions() as session:
        wanted = select(ComplaintRow).where(ComplaintRow.intake_key.startswith(f"{source}/"))
        came = {
            row.reference: (
                row.narrative,
                row.subject,
                row.demand,
                *(known_of_customer(session, row.reference, each) for each in TOLD),
            )
            for row in session.scalars(wanted)
        }
    assert len(came) == done.received
    house.taken |= came.keys()
    for line, row in log.lines(kind):
        assert (line in would) or row[2:] in came.values(), (
            f"line {line} is neither told nor there: {row}"
        )


@share(6)
@given(odd=ODDITIES)
async def test_a_file_that_is_put_with_a_case(house: House, odd: Oddity) -> None:
    await asyncio.to_thread(attach, house, odd)


def attach(house: House, odd: Oddity) -> None:
    case = f"/cases/{house.a_standing_case(odd.which)}"
    url = f"{case}/attachments"
    browser, form = next(
        (browser, form)
        for browser in map(house.visit, house.in_turn(STAFF, odd.which))
        for form in house.forms_at(browser, url)
        if form.named("file")
    )
    typed, content = form.filled(odd), odd.long_text.encode("utf-8", "replace")
    name = odd.typed("hidden").replace("\r", "").replace("\n", "") + (
        ".txt" if odd.which % 3 else ""
    )
    answer = browser.send(form.action, **typed, file=(BytesIO(content), name))
    house.answered(answer, 302, 400, 409, 422)
    if answer.status_code == 302:
        house.shown([typed["note"], name.replace("\\", "/").rpartition("/")[2]], url, case)
        saved = [link for link in links_of(browser.get(url)) if link.startswith(f"{url}/")]
        assert content in [browser.get(link).data for link in saved]
    elif answer.status_code == 422:
        house.given_back(answer, form, {"note": typed["note"]}, url)


@share(10)
@given(odd=ODDITIES)
async def test_a_command_and_what_is_typed_behind_it(
    house: House, terminal: CliRunner, tmp_path: Path, odd: Oddity
) -> None:
    await asyncio.to_thread(command, house, terminal, tmp_path, odd.without_nul())


def command(house: House, terminal: CliRunner, folder: Path, odd: Oddity) -> None:
    ways = commands_with_words()
    typed = arguments_of(ways[odd.which % len(ways)], odd, folder)
    said = terminal.invoke(main, typed, input="")
    house.handed_in += 1
    assert isinstance(said.exception, SystemExit | None), (typed, said.exc_info)
    assert said.exit_code == 0 or said.output.strip(), typed


@share(15)
@given(odd=ODDITIES)
async def test_every_other_form_of_whoever_may_open_it(house: House, odd: Oddity) -> None:
    await asyncio.to_thread(fill_in, house, odd)


def fill_in(house: House, odd: Oddity) -> None:
    doors = house.forms(("ada", "sun", "ines", "lin"))
    person, url, form = doors[odd.which % len(doors)]
    sent(house, person, url, form, odd)


async def test_whatever_was_accepted_is_carried_out(house: House) -> None:
    """Nothing waits, nothing is held up, and every case still hears what it is told."""
    assert house.handed_in >= ALL
    print(f"{house.handed_in} oddities, {len(house.taken)} cases, {len(house.met)} kinds of acts")
    await eventually("nothing is left to be told", lambda: not house.unsent())
    assert house.waiting() == []
    assert house.held_up() == {}
    for reference in sorted(house.taken):
        heard = await asyncio.to_thread(
            house.desk.act,
            command_id=str(uuid4()),
            reference=reference,
            act=Note(),
            words={"note": "Still there?"},
            by=WHOLE.actor("hong"),
        )
        assert heard.status is not ActStatus.WAITING, reference
