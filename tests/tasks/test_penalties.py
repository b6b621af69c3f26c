"""What a fault costs somebody: decided, told to them alone, taken over by HR under a receipt, and
undone there when what it rested on falls."""

import csv
import hashlib
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from io import BytesIO, StringIO

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select, update

from domain.classification import Role, Validity
from domain.complaint import Language
from domain.errors import Refusal
from store.database import Sessions
from store.reports.hand_overs import make_file
from store.scope import reader_of
from store.tables import AuditRow, HandOverItemRow, HandOverRow, PersonRow
from tests.bank import WHOLE
from tests.fining import publish_fining
from tests.tasks.held_responsible import ALLEGATION, about, closed, says
from tests.tasks.pages import Pages, is_listed
from tests.tasks.work import Work
from tests.web.browser import Visit

PAGE = "/hr-hand-over"


@pytest.fixture(scope="module")
def fining(sessions: Sessions, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A bank that has switched penalties on, in a pack of its own."""
    with sessions.begin() as session:
        return publish_fining(session, tmp_path_factory.mktemp("policies"))


@pytest.fixture
def nothing_new(work: Work, pages: Pages, visit: Visit) -> None:
    """What other tests have left for HR has gone to them before."""
    hong = visit("hong")
    hong.get(PAGE)
    hong.send(PAGE)


def found(
    work: Work, pages: Pages, visit: Visit, pack: str, who: str = "han", part: str = "direct_person"
) -> str:
    """A closed case in which somebody is responsible, and their appeal was not upheld."""
    reference = closed(work, pack)
    finds(work, pages, visit, reference, who, part)
    return reference


def finds(
    work: Work, pages: Pages, visit: Visit, reference: str, who: str, part: str, ends: str = "no"
) -> None:
    said = {"person": who, "involvement": part, "allegation": ALLEGATION}
    pages.does("sun", reference, "propose_finding", **said)
    says(visit, work, who, reference, "reply_to_finding", reply="it was not so")
    verdict = {"person": who, "outcome": "responsible", "reason": "the camera shows it"}
    pages.asks_a_second("gao", reference, "decide_finding", **verdict)
    pages.agrees("tess", reference)
    says(visit, work, who, reference, "appeal_finding", reason="unfair")
    if ends == "no":
        pages.does("una", reference, "decide_finding_appeal", person=who, reason="it was so")


def fine(yuan: str, who: str = "han", schedule: str = "attitude") -> dict[str, str]:
    return {"person": who, "schedule": schedule, "fine_fen": yuan, "reason": "rude at the counter"}


@pytest.fixture
def fined(work: Work, pages: Pages, visit: Visit, fining: str, nothing_new: None) -> str:
    """A case in which its handler was fined 500 yuan."""
    reference = found(work, pages, visit, fining)
    work.post(reference)
    pages.does("gao", reference, "impose_penalty", **fine("500"))
    return reference


def makes_a_file(visit: Visit, work: Work, *references: str) -> int:
    """HR makes a file of what is new, and clicks twice; its number."""
    hong = visit("hong")
    hong.get(PAGE)
    for _ in range(2):
        assert hong.send(PAGE).status_code == 302
    for reference in references:
        work.carry_out_what_waits(reference)
    with work._sessions() as session:
        numbers = session.scalars(
            select(HandOverItemRow.file).where(HandOverItemRow.reference.in_(references))
        ).all()
    return max(numbers)


def receives(visit: Visit, work: Work, number: int, receipt: str, *references: str) -> str:
    """HR notes their receipt, and clicks twice; the page that somebody gets who notes another."""
    hong = visit("hong")
    hong.get(PAGE)
    first = hong.send(f"{PAGE}/{number}/receipt", receipt=receipt)
    assert first.status_code == 302, first.text
    again = hong.send(f"{PAGE}/{number}/receipt", receipt=receipt)
    assert again.status_code == 302, "the same number once more"
    again = hong.send(f"{PAGE}/{number}/receipt", receipt="another")
    assert again.status_code == 409
    for reference in references:
        work.carry_out_what_waits(reference)
    return unescape(again.text)


def is_charged(pages: Pages, reference: str) -> bool:
    """Whether HR has the task to take something of this case over."""
    return is_listed(
        "Take over into HR's system what was decided about somebody",
        reference,
        pages.reads("hong", "/tasks"),
    )


def test_no_two_columns_of_the_file_have_one_name(fined: str, work: Work, visit: Visit) -> None:
    number = makes_a_file(visit, work, fined)
    for language in ("zh", "en"):
        hong = visit("hong")
        hong.get(PAGE)
        hong.send("/language", language=language)
        text = hong.get(f"{PAGE}/{number}.csv").data.decode("utf-8-sig")
        head = next(csv.reader(StringIO(text)))
        assert len(set(head)) == len(head)


def new_on(page: str) -> str:
    """What stands on the page as new."""
    return page.partition('id="new"')[2].partition("</section>")[0]


def rows_in(visit: Visit, number: int) -> list[dict[str, str]]:
    content = visit("hong").get(f"{PAGE}/{number}.csv").data.decode("utf-8-sig")
    return list(csv.DictReader(StringIO(content)))


def test_the_leading_group_still_decides_when_all_its_tasks_have_ended(
    work: Work, pages: Pages, visit: Visit, fining: str, nothing_new: None
) -> None:
    """C-19, C-31: a penalty follows when nobody can appeal any more, which is long after."""
    reference = found(work, pages, visit, fining)
    own = [each for each in work.case(reference).tasks if each.role is Role.LEADING_GROUP]
    for task in (each.name for each in own if each.is_open):
        pages.does("gao", reference, "finish_task", task=task, note="heard", persons="han")
    pages.does("gao", reference, "impose_penalty", **fine("500"))
    assert "a fine of 500.00 yuan (rule C-31)" in about(pages, reference)
    assert pages.is_there("gao", reference), "and may take it back"


def test_decided_taken_over_by_receipt_and_undone_when_an_appeal_is_upheld(
    fined: str, work: Work, pages: Pages, visit: Visit
) -> None:
    mail = work.post(fined)
    assert any("A penalty was imposed on you" in e and "/findings" in e for e in mail["han"])
    assert any("Take over into HR's system" in e for e in mail["hong"])
    assert "a fine of 500.00 yuan (rule C-31)" in about(pages, fined)
    assert "rude at the counter" in about(pages, fined)
    assert "Penalty imposed on somebody" in pages.reads("han", "/inbox")
    assert not pages.is_there("han", fined), "the case itself stays closed to them"
    tasks = pages.reads("hong", "/tasks")
    assert f'href="{PAGE}"' in tasks
    assert fined in tasks

    assert fined in new_on(pages.reads("hong", PAGE))
    number = makes_a_file(visit, work, fined)
    page = pages.reads("hong", PAGE)
    assert fined not in new_on(page), "handed over once"
    (row,) = rows_in(visit, number)
    assert (row["Unique key"], row["Kind"], row["Key of the person"], row["Yuan"], row["Rule"]) == (
        f"{fined}/penalty/1",
        "penalty",
        "han",
        "500",
        "C-31",
    )
    assert is_charged(pages, fined), "a file is no receipt"
    told = receives(visit, work, number, "HR-2026-0815", fined)
    assert "It has the receipt number HR-2026-0815 already; another was not noted." in told
    assert "Receipt: HR-2026-0815" in pages.reads("hong", PAGE)
    assert not is_charged(pages, fined)
    case_page = pages.reads("tess", fined)
    assert "HR have it since" in case_page
    assert "HR-2026-0815" in case_page

    pages.does("ines", fined, "appeal", reason="the customer tells it otherwise")
    pages.does("una", fined, "decide_appeal", upheld="yes", reason="it was another branch")
    mail = work.post(fined)
    assert any("is undone" in each and "/findings" in each for each in mail["han"])
    assert any("Take over into HR's system" in each for each in mail["hong"]), "HR are told so"
    assert "This penalty is undone" in about(pages, fined)
    assert "undone" in pages.reads("tess", fined)
    assert "Penalty undone" in new_on(pages.reads("hong", PAGE))
    second = makes_a_file(visit, work, fined)
    assert second > number
    (row,) = rows_in(visit, second)
    assert (row["Unique key"], row["Kind"], row["Counts"]) == (
        f"{fined}/undoing/1",
        "undoing",
        "for",
    )
    receives(visit, work, second, "2026-11-30", fined)
    assert not is_charged(pages, fined)
    assert "HR have undone it" in pages.reads("tess", fined)


def test_what_is_undone_before_a_file_is_made_goes_nowhere(
    fined: str, work: Work, pages: Pages
) -> None:
    undoing = {"penalty": "1", "reason": "the wrong sum"}
    pages.asks_a_second("gao", fined, "undo_penalty", **undoing)
    pages.agrees("tess", fined)
    assert fined not in pages.reads("hong", PAGE)
    assert not is_charged(pages, fined)
    assert "the wrong sum" in about(pages, fined)


def test_the_appeal_of_another_that_sets_the_outcome_right_undoes_it_too(
    fined: str, work: Work, pages: Pages, visit: Visit
) -> None:
    number = makes_a_file(visit, work, fined)
    finds(work, pages, visit, fined, "mei", "outlet_head", ends="not yet")
    pages.does(
        "una",
        fined,
        "decide_finding_appeal",
        person="mei",
        upheld="yes",
        validity=Validity.SPECIAL.value,
        reason="it was done by the book",
    )
    assert "Penalty undone" in new_on(pages.reads("hong", PAGE)), "it lay in a file already"
    assert "is undone" in "".join(work.post(fined)["han"])
    receives(visit, work, number, "late", fined)
    assert is_charged(pages, fined), "its undoing still waits"


def test_what_somebody_is_told_of_their_penalty_is_nobody_elses(fined: str, pages: Pages) -> None:
    for who in ("hugo", "mei", "hong", "sun"):
        assert fined not in pages.reads(who, "/findings")


def test_a_sum_out_of_its_range_and_the_wrong_person_are_refused_by_their_rule(
    work: Work, pages: Pages, visit: Visit, fining: str
) -> None:
    """C-31, C-33, each by its sentence, with what was typed."""
    reference = found(work, pages, visit, fining)
    little = pages.does_not_do("gao", reference, "impose_penalty", **fine("99.99"))
    assert Refusal.FINE_OUT_OF_RANGE in little
    much = pages.does_not_do("gao", reference, "impose_penalty", **fine("1000.01"))
    assert "By rule C-31 the fine lies between 100.00 and 1,000.00 yuan" in much
    assert "1000.01" in much
    direct = fine("2000", schedule="exposure")
    page = pages.does_not_do("gao", reference, "impose_penalty", **direct)
    assert "Rule C-33 gives no sum for this person (performance pay withheld)" in page
    assert not pages.offers("hong", reference, "impose_penalty"), "the leading group decides"
    withheld = fine("", schedule="exposure")
    pages.asks_a_second("gao", reference, "impose_penalty", **withheld)
    pages.agrees("tess", reference)
    assert "performance pay withheld (rule C-33)" in about(pages, reference)


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("person", "hugo", "error-summary"),
        ("person", "", "error-summary"),
        ("schedule", "yawning", "error-summary"),
        ("schedule", "", "error-summary"),
        ("fine_fen", "a lot", "error-summary"),
        ("fine_fen", "-5", "error-summary"),
        ("reason", " ", "error-summary"),
        ("reason", "card 6225 8801 2345 6783", "error-summary"),
    ],
)
def test_a_field_that_will_not_do_comes_back_with_what_was_typed(
    field: str, typed: str, says: str, work: Work, pages: Pages, visit: Visit, fining: str
) -> None:
    reference = _one_of_these(work, pages, visit, fining)
    form = {**fine("321"), field: typed}
    page = pages.does_not_do("gao", reference, "impose_penalty", **form)
    assert says in page
    assert field == "fine_fen" or "321" in page, "what was typed is kept"


_MADE: list[str] = []


def _one_of_these(work: Work, pages: Pages, visit: Visit, fining: str) -> str:
    """One case for all fields: nothing is done to it."""
    if not _MADE:
        _MADE.append(found(work, pages, visit, fining))
    return _MADE[0]


def test_a_bank_that_has_not_switched_it_on_is_offered_nothing(
    work: Work, pages: Pages, visit: Visit
) -> None:
    reference = found(work, pages, visit, "trial-three-hotlines")
    assert not pages.offers("gao", reference, "impose_penalty")
    assert "Impose a penalty" not in pages.reads("gao", reference)
    page = pages.does_not_do("gao", reference, "impose_penalty", **fine("500"))
    assert "This bank imposes no penalties" in page or Refusal.NO_PENALTIES_ON_PERSONS in page


def test_a_commendation_goes_the_same_way_as_a_plus(
    work: Work, pages: Pages, visit: Visit, nothing_new: None
) -> None:
    reference = closed(work)
    pages.does("sun", reference, "commend", person="hugo", reason="stayed until it was found")
    number = makes_a_file(visit, work, reference)
    (row,) = rows_in(visit, number)
    assert (row["Kind"], row["Counts"], row["Points at most"]) == ("commendation", "for", "20")
    receives(visit, work, number, "K-1", reference)
    assert not is_charged(pages, reference)


@pytest.mark.parametrize("receipt", ["", "  ", "x" * 101, "a\x07bell"])
def test_a_receipt_that_is_none_comes_back(
    receipt: str, work: Work, pages: Pages, visit: Visit, nothing_new: None
) -> None:
    reference = closed(work)
    pages.does("sun", reference, "commend", person="hugo", reason="kind")
    number = makes_a_file(visit, work, reference)
    hong = visit("hong")
    hong.get(PAGE)
    answer = hong.send(f"{PAGE}/{number}/receipt", receipt=receipt)
    assert answer.status_code == 422
    assert "Write down the number or the date" in answer.text
    assert not receipt.strip() or receipt.strip() in unescape(answer.text)
    assert is_charged(pages, reference)


def test_files_are_for_human_resources_and_what_is_not_there_is_not_there(
    fined: str, work: Work, visit: Visit
) -> None:
    number = makes_a_file(visit, work, fined)
    for who in ("sun", "gao", "una", "han", "ada"):
        assert visit(who).get(PAGE).status_code == 403
        assert visit(who).get(f"{PAGE}/{number}.csv").status_code == 403
    hong = visit("hong")
    assert hong.get(f"{PAGE}/{number}.pdf").status_code == 404
    assert hong.get(f"{PAGE}/99999.csv").status_code == 404
    assert hong.send(f"{PAGE}/99999/receipt", receipt="x").status_code == 404


@pytest.fixture
def called_by_a_formula(sessions: Sessions) -> Iterator[str]:
    """Somebody whose name a spreadsheet would compute."""
    name = '=HYPERLINK("http://x")'
    with sessions.begin() as session:
        session.execute(update(PersonRow).where(PersonRow.id == "han").values(name=name))
    yield name
    with sessions.begin() as session:
        session.execute(update(PersonRow).where(PersonRow.id == "han").values(name="han"))


def test_the_file_holds_no_formula_in_both_languages_and_its_digest_is_noted(
    fined: str, called_by_a_formula: str, work: Work, visit: Visit, sessions: Sessions
) -> None:
    number = makes_a_file(visit, work, fined)
    (row,) = rows_in(visit, number)
    assert row["Name"] == f"'{called_by_a_formula}"
    workbook = visit("hong").get(f"{PAGE}/{number}.xlsx").data
    again = visit("hong").get(f"{PAGE}/{number}.xlsx").data
    assert workbook == again, "from the same items the same bytes"
    head, cells = (
        CalamineWorkbook.from_filelike(BytesIO(workbook)).get_sheet_by_index(0).to_python()
    )
    told = dict(zip(head, cells, strict=True))
    assert told["Name"] == called_by_a_formula
    assert told["Yuan"] == 500
    assert b"<f>" not in workbook
    with sessions() as session:
        noted = session.scalars(
            select(AuditRow).where(
                AuditRow.action == "saved_hand_over", AuditRow.subject == str(number)
            )
        ).all()
    assert hashlib.sha256(workbook).hexdigest() in {each.facts["digest"] for each in noted}
    chinese = _in_chinese(sessions, visit, number)
    assert "处罚" in chinese
    assert f"{fined}/penalty/1" in chinese


def _in_chinese(sessions: Sessions, visit: Visit, number: int) -> str:
    def speaks(language: Language) -> None:
        with sessions.begin() as session:
            session.execute(
                update(PersonRow).where(PersonRow.id == "hong").values(language=language)
            )

    speaks(Language.ZH)
    try:
        content: bytes = visit("hong").get(f"{PAGE}/{number}.csv").data
        return content.decode("utf-8-sig")
    finally:
        speaks(Language.EN)


def test_whoever_presses_twice_is_told_which_file_it_is(
    work: Work, pages: Pages, visit: Visit, nothing_new: None
) -> None:
    reference = closed(work)
    pages.does("sun", reference, "commend", person="hugo", reason="kind")
    hong = visit("hong")
    after = re.search(r'name="after" value="(\d+)"', hong.get(PAGE).text)
    assert after is not None
    number = int(after[1]) + 1
    hong.send(PAGE, after=after[1])
    assert f"File {number} is made." in hong.get(PAGE).text
    hong.send(PAGE, after=after[1])
    assert f"What was new is in file {number}, which has just been made." in hong.get(PAGE).text
    hong.send(PAGE, after=str(number))
    assert "Nothing is new since the last file, so none was made." in hong.get(PAGE).text


def test_who_asks_at_once_for_a_file_gets_each_item_once(
    work: Work, pages: Pages, nothing_new: None
) -> None:
    reference = closed(work)
    pages.does("sun", reference, "commend", person="hugo", reason="kind")
    hong = WHOLE.actor("hong")

    def asks(_: int) -> int | None:
        with work._sessions.begin() as session:
            return make_file(session, reader_of(session, hong), hong)

    with ThreadPoolExecutor(4) as threads:
        numbers = [*threads.map(asks, range(4))]
    assert sum(number is not None for number in numbers) == 1


def test_what_was_handed_over_is_never_altered(fined: str, work: Work, visit: Visit) -> None:
    number = makes_a_file(visit, work, fined)
    receives(visit, work, number, "K-2", fined)
    for change in (
        update(HandOverRow).where(HandOverRow.number == number).values(receipt="K-3"),
        update(HandOverItemRow).where(HandOverItemRow.file == number).values(item="penalty/2"),
    ):
        with pytest.raises(Exception, match="never altered"), work._sessions.begin() as session:
            session.execute(change)


def test_who_is_kept_out_of_a_case_sees_none_of_its_items_and_no_file_that_holds_one(
    work: Work, pages: Pages, visit: Visit, nothing_new: None
) -> None:
    waiting, handed = closed(work), closed(work)
    for reference in (waiting, handed):
        pages.does("sun", reference, "commend", person="hugo", reason="kind")
    number = makes_a_file(visit, work, waiting, handed)
    assert f"File {number}" in pages.reads("hong", PAGE)
    assert handed in pages.reads("hong", f"{PAGE}/{number}")
    pages.does("sun", waiting, "commend", person="mei", reason="kinder")
    pages.does("sun", handed, "commend", person="mei", reason="kinder")
    assert waiting in new_on(pages.reads("hong", PAGE))
    pages.does("sun", waiting, "name_person", person="hong", reason="it is about hong too")
    page = pages.reads("hong", PAGE)
    assert waiting not in page
    assert handed in new_on(page), "what else is new stays"
    assert f"File {number}" not in page, "nor the file with its first item"
    hong = visit("hong")
    for address in (f"{PAGE}/{number}", f"{PAGE}/{number}.csv"):
        assert hong.get(address).status_code == 404
    assert hong.send(f"{PAGE}/{number}/receipt", receipt="K-9").status_code == 404
