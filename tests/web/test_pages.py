"""The pages of a complaint's way, as people of each role see them; the engine is away."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from domain.acts import Acknowledge, Link
from domain.case import Disposition, Fired, Status
from domain.classification import Channel, Responsibility, Situation, Validity
from domain.events import Event
from domain.journal import Change, Entry
from domain.penalties import Penalty
from rulebook import staffing
from rulebook.texts import read_text_limits
from store.cases.commands import answer_command
from store.cases.journal import standing_of, write
from store.database import Sessions
from store.evidence.audit import Action
from store.tables import AuditRow, CommandRow, ComplaintRow
from tests.builders import MONDAY, taken
from tests.web.browser import Taker, Visit, a_filled_form, hidden
from tests.web.seen import Page
from web.wording import ACT_WORDS, FIELDS

NOT_AN_EMAIL = "No mail can be sent to this. Enter one address, such as name@example.com."

EVERYBODY = ["ines", "han", "sun", "hong", "lin", "ada"]


@pytest.mark.parametrize("person", EVERYBODY)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_page_of_every_role_opens_in_both_languages(
    visit: Visit, a_received_case: Taker, person: str, language: str
) -> None:
    reference = a_received_case()
    browser = visit(person)
    browser.send("/language", language=language)
    try:
        home = Page(browser.get("/"))
        assert home.menu
        for url in {"/", f"/cases/{reference}", *home.menu.values()}:
            page = browser.get(url)
            assert page.status_code == 200, url
            assert Page(page).language == ("zh-Hans" if language == "zh" else "en")
    finally:
        browser.send("/language", language="en")


def test_a_complaint_sent_twice_is_registered_once(visit: Visit, sessions: Sessions) -> None:
    ines = visit("ines")
    typed = a_filled_form(ines)
    sent = ines.send("/register", **typed)
    assert ines.send("/register", **typed).location == sent.location
    page = ines.get(sent.location).text
    assert "C-2026-" in page
    assert "The receipt stands all the same" in page, "the engine is away, and it is said"
    assert "told-warning" not in page, "nothing is wrong a moment after it was taken down"
    with sessions() as session:
        wanted = ComplaintRow.intake_key == typed["intake_key"]
        row = session.scalars(select(ComplaintRow).where(wanted)).one()
    on_the_wall = datetime.fromisoformat(typed["received_at"]).replace(tzinfo=UTC)
    assert row.received_at == on_the_wall - timedelta(hours=8), "Beijing's wall clock"


def test_an_hour_is_told_in_the_time_zone_that_the_bank_names(
    visit: Visit, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = replace(staffing.read_staffing(), time_zone="UTC")
    monkeypatch.setattr(staffing, "read_staffing", lambda: elsewhere)
    yesterday = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(days=1)
    ines = visit("ines")
    typed = {**a_filled_form(ines), "received_at": f"{yesterday:%Y-%m-%dT%H:%M}"}
    sent = ines.send("/register", **typed)
    assert sent.status_code == 302, Page(sent).words
    with sessions() as session:
        wanted = ComplaintRow.intake_key == typed["intake_key"]
        assert session.scalars(select(ComplaintRow).where(wanted)).one().received_at == yesterday
    assert f"{yesterday:%H:%M}" in ines.get(sent.location).text


def test_a_complaint_sent_again_with_something_else_is_told_the_number_it_has(
    visit: Visit, sessions: Sessions
) -> None:
    ines = visit("ines")
    typed = a_filled_form(ines)
    reference = ines.send("/register", **typed).location.rpartition("/")[2]
    refused = ines.send("/register", **{**typed, "narrative": "It kept my coat as well."})
    assert refused.status_code == 409
    assert f"taken down as {reference}. What it said then stands." in refused.text
    assert "It kept my coat as well." in refused.text
    assert hidden(refused.text, "intake_key") == typed["intake_key"]
    with sessions() as session:
        assert session.get_one(ComplaintRow, reference).narrative == "The machine kept my card."


def test_every_flaw_is_told_at_once_beside_its_field_and_nothing_typed_is_lost(
    visit: Visit,
) -> None:
    ines = visit("ines")
    tomorrow = datetime.now(UTC) + timedelta(days=2)
    typed = a_filled_form(
        ines,
        received_at=tomorrow.strftime("%Y-%m-%dT%H:%M"),
        channel="carrier pigeon",
        unit="",
        narrative="",
        email="not an address",
        amount_fen="a lot",
        demand="An apology <b>in writing</b>",
    )
    refused = ines.send("/register", **typed)
    assert refused.status_code == 422
    page = Page(refused)
    for label, fault in {
        "Received at (Beijing time)": "This lies in the future.",
        "Channel": "Choose one of the entries of the list.",
        "Unit complained about": "Choose one of the entries of the list.",
        "What happened, in the customer's words": "Please fill this in.",
        "E-mail": NOT_AN_EMAIL,
        "Amount at stake (yuan)": "This is no amount in yuan, such as 1200 or 1200.50.",
    }.items():
        assert fault in page.field(label).fault
        assert fault in page.faulty[f"{label}: {fault}"].fault, "the alert leads to the field"
    assert page.field("What the customer wants").value == "An apology <b>in writing</b>"
    assert page.hidden("intake_key") == typed["intake_key"]


def test_what_the_rules_of_the_place_ask_for_is_told_with_what_cannot_be_read(
    visit: Visit,
) -> None:
    ines = visit("ines")
    typed = a_filled_form(ines, situation="cash_machine", amount_fen="a lot")
    refused = ines.send("/register", **typed)
    assert refused.status_code == 422
    page = Page(refused)
    for name in ("amount_fen", "name", "phone", "subject", "demand"):  # D-08
        assert page.field(str(FIELDS[name])).fault, name


def test_an_address_that_no_mail_can_be_written_to_is_told_beside_its_field(visit: Visit) -> None:
    ines = visit("ines")
    refused = ines.send("/register", **a_filled_form(ines, email="ann@example.invalid."))
    assert refused.status_code == 422
    field = Page(refused).field("E-mail")
    assert NOT_AN_EMAIL in field.fault
    assert field.value == "ann@example.invalid."


def test_a_hundred_thousand_characters_get_a_sentence(visit: Visit) -> None:
    ines = visit("ines")
    narrative = "排队一小时，无人叫号。" * 9_091
    refused = ines.send("/register", **a_filled_form(ines, narrative=narrative))
    assert refused.status_code == 422
    told = Page(refused).field("What happened, in the customer's words")
    limit = read_text_limits().narrative
    assert f"{len(narrative)} characters, and there is room for {limit}" in told.fault
    assert told.value == narrative


def test_control_characters_get_a_sentence(visit: Visit) -> None:
    ines = visit("ines")
    refused = ines.send("/register", **a_filled_form(ines, narrative="a\x07bell"))
    assert "cannot be shown" in refused.text


@pytest.mark.parametrize("key", ["", "step/reply/breach", "received", "\0"])
def test_a_key_that_no_form_of_ours_holds_is_turned_away(
    visit: Visit, a_received_case: Taker, sessions: Sessions, key: str
) -> None:
    reference, sun, ines = a_received_case(), visit("sun"), visit("ines")
    files = f"/cases/{reference}/attachments"
    for turned_away in (
        ines.send("/register", **a_filled_form(ines, intake_key=key)),
        sun.send(f"/cases/{reference}/acts/note", command_id=key, note="x"),
        sun.send(files, command_id=key, file=(BytesIO(b"%PDF-1.7"), "a.pdf")),
    ):
        assert turned_away.status_code == 400
        assert "This could not be understood" in turned_away.text
    with sessions() as session:
        commands = select(func.count()).where(CommandRow.reference == reference)
        assert session.scalar(commands) == 0


def test_a_page_that_cannot_be_given_leaves_its_reader_at_home(visit: Visit) -> None:
    ines = visit("ines")
    for refused in (ines.get("/nowhere"), ines.send("/register", csrf_token="of last week")):
        assert refused.status_code in (400, 404)
        assert Page(refused).link("To the cases") == "/"
        assert "/inbox" in Page(refused).menu.values()


def test_a_list_narrowed_to_nothing_says_so(visit: Visit) -> None:
    assert "No case fits." in visit("han").get("/?shelf=mine&channel=letter&status=closed").text


def test_a_handed_down_complaint_names_its_sender(visit: Visit) -> None:
    ines = visit("ines")
    refused = ines.send("/register", **a_filled_form(ines, channel="transferred"))
    assert "Say who handed the complaint over." in refused.text


def test_what_is_asked_while_the_engine_is_away_is_stored_once(
    visit: Visit, a_received_case: Taker, sessions: Sessions
) -> None:
    reference, sun = a_received_case(), visit("sun")
    page = sun.get(f"/cases/{reference}").text
    typed = {"command_id": hidden(page, "command_id"), "seen_version": "1", "handler": "han"}
    for _ in range(2):
        assert sun.send(f"/cases/{reference}/acts/assign", **typed).status_code == 302
    with sessions() as session:
        rows = select(func.count()).where(CommandRow.reference == reference)
        assert session.scalar(rows) == 1
    page = sun.get(f"/cases/{reference}").text
    assert "Stored, waiting for the engine:" in page


def test_an_act_sent_again_gets_its_first_answer_when_it_has_used_up_what_it_chose(
    visit: Visit, a_received_case: Taker, sessions: Sessions
) -> None:
    reference, sun = a_received_case(), visit("sun")
    with sessions.begin() as session:
        case = standing_of(session, reference).case
        rung = Fired(clock="reply", step="supervisor", planned_at=MONDAY, at=MONDAY)
        escalated = replace(case, version=case.version + 1, fired=(rung,))
        entry = Entry(key="rung", event=Event.ESCALATED, by="clock", at=MONDAY, facts={})
        write(session, Change(case=escalated, entry=entry))
    typed = {"command_id": str(uuid4()), "clock+step": "reply|supervisor"}
    url = f"/cases/{reference}/acts/acknowledge"
    assert sun.send(url, **typed).status_code == 302
    with sessions.begin() as session:
        heard = taken(escalated, Acknowledge(clock="reply", step="supervisor"), "sun")
        entry = Entry(
            key=typed["command_id"], event=Event.ACKNOWLEDGED, by="sun", at=MONDAY, facts={}
        )
        write(session, Change(case=heard, entry=entry))
        answer_command(session, typed["command_id"], None)

    again = sun.send(url, **typed)
    assert again.status_code == 302, "its rung waits for nobody any more, and the act was done"
    assert "The escalation is acknowledged." in sun.get(again.location).text
    assert sun.send(url, **typed | {"command_id": str(uuid4())}).status_code == 422
    assert sun.send(url, **typed | {"clock+step": "reply|hr"}).status_code == 422


def test_what_is_missing_from_an_act_is_said_beside_its_field(
    visit: Visit, a_received_case: Taker
) -> None:
    reference, han = a_received_case(), visit("han")
    refused = han.send(f"/cases/{reference}/acts/note", command_id=str(uuid4()), note="  ")
    assert refused.status_code == 422
    form = Page(refused).form("Add a note")
    assert form.is_unfolded
    assert "Please fill this in." in form.field("Note").fault
    assert "For you to do: Add a note" in Page(refused).words


def test_only_acts_of_ones_role_and_of_the_moment_are_shown(
    visit: Visit, a_received_case: Taker
) -> None:
    reference = a_received_case()
    page = Page(visit("sun").get(f"/cases/{reference}"))
    assert page.offers("Assign or transfer")
    for not_yet in ("reply", "dispose", "close", "reopen", "acknowledge"):
        assert not page.offers(str(ACT_WORDS[not_yet].title))
    assert not Page(visit("lin").get(f"/cases/{reference}")).offers("Assign or transfer")


def test_the_person_complained_about_is_no_choice_and_sees_nothing(
    visit: Visit, a_received_case: Taker, sessions: Sessions
) -> None:
    reference = a_received_case(person_complained_about="hugo")
    assigning = Page(visit("sun").get(f"/cases/{reference}")).form("Assign or transfer")
    handlers = " ".join(assigning.field("Handler").choices)
    assert "han" in handlers
    assert "hugo" not in handlers
    assert visit("hugo").get(f"/cases/{reference}").status_code == 404
    assert noted(sessions, Action.LOOK_REFUSED, "hugo", reference) == 1


def test_a_refused_look_is_noted(visit: Visit, a_received_case: Taker, sessions: Sessions) -> None:
    """Scenario 78."""
    reference = a_received_case(unit="hotline")
    assert visit("han").get(f"/cases/{reference}").status_code == 404
    assert visit("han").send(f"/cases/{reference}/acts/note", note="x").status_code == 404
    assert noted(sessions, Action.LOOK_REFUSED, "han", reference) == 2
    assert visit("han").get("/admin/audit").status_code == 403


def test_a_look_at_a_customers_words_is_noted_and_an_administrator_gets_none(
    visit: Visit, a_received_case: Taker, sessions: Sessions
) -> None:
    reference = a_received_case(narrative="Word of a customer")
    assert "Word of a customer" in visit("han").get(f"/cases/{reference}").text
    assert noted(sessions, Action.LOOKED_AT_COMPLAINT, "han", reference) == 1
    for url in (f"/cases/{reference}", "/"):
        assert "Word of a customer" not in visit("ada").get(url).text


def test_a_search_finds_by_reference_and_by_words_but_only_what_one_may_see(
    visit: Visit, a_received_case: Taker
) -> None:
    reference = a_received_case(narrative="A heron stood in the vault")
    elsewhere = a_received_case(narrative="A heron at the hotline", unit="hotline")
    han = visit("han")
    assert han.send("/search", text=reference.lower()).location == f"/cases/{reference}"
    found = han.send("/search", text="heron").text
    assert reference in found
    assert elsewhere not in found
    assert "Nothing found." in han.send("/search", text="100%").text


def test_a_list_can_be_narrowed(visit: Visit, a_received_case: Taker) -> None:
    by_letter = a_received_case(channel=Channel.LETTER)
    page = visit("sun").get("/?channel=letter&unit=harbour-outlet&status=received").text
    assert by_letter in page
    assert by_letter not in visit("sun").get("/?channel=media").text


def test_why_a_date_is_what_it_is_can_be_read_day_by_day(
    visit: Visit, a_received_case: Taker
) -> None:
    page = visit("han").get(f"/cases/{a_received_case()}").text
    assert "2026-11-09 Mon" in page
    assert "day of receipt: not counted" in page
    assert "3 working days from receipt of the complaint" in page


def test_a_case_says_who_receives_its_channel_and_how_soon_it_is_passed_on(
    visit: Visit, a_received_case: Taker
) -> None:
    """A-22, A-27."""
    page = visit("sun").get(f"/cases/{a_received_case(channel=Channel.INTERNET)}").text
    assert "Receiver: Intake" in page
    assert "To be passed on within 2 working days from receipt of the complaint." in page
    page = visit("sun").get(f"/cases/{a_received_case(channel=Channel.LETTER)}").text
    assert "Receiver: Union office" in page
    assert "The result goes back in writing." in page
    assert "To be passed on within" not in page


def test_a_case_leads_to_those_of_other_persons_with_the_same_issue(
    visit: Visit, a_received_case: Taker, sessions: Sessions
) -> None:
    """D-14."""
    reference, other = a_received_case(), a_received_case()
    with sessions.begin() as session:
        case = taken(standing_of(session, reference).case, Link(reference=other), "ines")
        entry = Entry(key="linked", event=Event.LINKED, by="ines", at=MONDAY, facts={})
        write(session, Change(case=case, entry=entry))
    page = Page(visit("sun").get(f"/cases/{reference}"))
    assert page.fact("Same issue, other persons") == other
    assert page.link(other) == f"/cases/{other}"


@pytest.mark.parametrize(
    ("url", "came_from", "stays_at"),
    [
        ("/admin/new-person", "", "/admin/new-person"),
        ("/admin/new-person?unit=west", "", "/admin/new-person?unit=west"),
        ("/search", "http://localhost/admin/people?left=yes", "/admin/people?left=yes"),
        ("/search", "https://elsewhere.example/admin/people", "/"),
        ("/search", "http://localhost/search", "/"),
        ("/search", "", "/"),
    ],
)
def test_whoever_changes_the_language_of_a_form_that_came_back_stays_where_it_is(
    visit: Visit, url: str, came_from: str, stays_at: str
) -> None:
    ada = visit("ada")
    ada.get("/")
    page = ada.send_from({"Referer": came_from} if came_from else {}, url, text="nothing like it")
    assert hidden(page.text, "next") == stays_at
    assert ada.send("/language", language="zh", next=stays_at).location == stays_at


def test_a_page_is_in_the_language_of_its_reader_whoever_read_it_before(
    visit: Visit, a_received_case: Taker
) -> None:
    reference = a_received_case()
    sun = visit("sun")
    for language, term, nothing in (
        ("zh", "客户姓名", "未提供"),
        ("en", "Name of the customer", "not given"),
    ):
        sun.send("/language", language=language)
        assert Page(sun.get(f"/cases/{reference}")).fact(term) == nothing


def test_a_case_in_a_situation_of_the_go_live_shows_what_to_mind(
    visit: Visit, a_received_case: Taker
) -> None:
    """D-31."""
    violent = a_received_case(
        situation=Situation.VIOLENT_OR_DRUNK, name="Somebody", phone="1", subject="A", demand="B"
    )
    assert "lead the customer away from the crowd" in visit("sun").get(f"/cases/{violent}").text
    assert "away from the crowd" not in visit("sun").get(f"/cases/{a_received_case()}").text


def test_a_page_that_is_not_there_says_so(visit: Visit) -> None:
    assert "There is no such page" in visit("han").get("/cases/C-1999-000001").text
    assert visit("han").get("/nowhere").status_code == 404


def noted(sessions: Sessions, action: Action, by: str, subject: str) -> int:
    with sessions() as session:
        rows = select(func.count()).where(
            AuditRow.action == action, AuditRow.by == by, AuditRow.subject == subject
        )
        return session.scalar(rows) or 0


def test_an_exposure_says_whose_pay_is_withheld_and_which_leaders_answer(
    visit: Visit, a_received_case: Taker, sessions: Sessions
) -> None:
    """Scenario 42, as whoever drafts the penalties and whoever reads them sees it."""
    reference = a_received_case(policy="trial-three-hotlines")
    with sessions.begin() as session:
        case = standing_of(session, reference).case
        drafted = replace(
            case,
            version=case.version + 1,
            status=Status.DISPOSED,
            disposition=Disposition(validity=Validity.VALID, responsibility=Responsibility.BANK),
            penalties=(Penalty(schedule="exposure", post="outlet_head", amount_fen=300_00),),
        )
        entry = Entry(
            key="drafted", event=Event.PENALTY_PROPOSED, by="hong", at=case.received_at, facts={}
        )
        write(session, Change(case=drafted, entry=entry))
    page = visit("hong").get(f"/cases/{reference}").text
    assert "the head of the outlet: 300.00 yuan" in page
    for shown in (
        "300.00 to 3,000.00 yuan each",
        "performance pay withheld: the person directly at fault",
        "the leader one level up, the leader two levels up",
    ):
        assert page.count(shown) == 2, "in the form that drafts it, and among the facts"
