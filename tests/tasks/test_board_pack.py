"""The pack for the board as it is saved: figures of the rows, in letters that are given back."""

import re
from datetime import UTC, datetime
from hashlib import sha256
from html import unescape
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote

import pytest
from pdfminer.high_level import extract_text
from pypdf import PdfReader
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from domain.acts import FollowUp
from domain.classification import Satisfaction
from domain.notices import Delivery
from store.database import Sessions
from store.tables import NoticeRow
from tests.activities.letters import mail_by_reader
from tests.mail_sink import MailSink
from tests.tasks.opening import CLOSED
from tests.tasks.work import Work
from tests.web.browser import Browser, Visit

JUNE = datetime(2025, 6, 10, 2, 0, tzinfo=UTC)
OF_JUNE = "from=2025-06&to=2025-06"


@pytest.fixture(scope="module")
def of_june(sessions: Sessions, sink: MailSink) -> list[str]:
    """Six complaints, all closed; five customers were asked, four satisfied."""
    work = Work(sessions, sink)
    found = []
    for said in [Satisfaction.SATISFIED] * 4 + [Satisfaction.DISSATISFIED, None]:
        reference = work.received("head-office", received_at=JUNE)
        for act, by, words in CLOSED:
            work.does(reference, act, by, *words)
        if said is not None:
            work.does(reference, FollowUp(satisfaction=said), "ines")
        found.append(reference)
    return found


def made(browser: Browser, asked: str = OF_JUNE) -> str:
    """Somebody makes a pack, and comes to the file of its year."""
    browser.get("/analysis")
    answer = browser.send(f"/analysis/board-packs?{asked}")
    assert answer.status_code == 302, answer.text
    return browser.get(answer.location).text


def filed(page: str) -> list[str]:
    """Where the packs of a page are saved, the newest first."""
    return re.findall(r'href="(/analysis/board-packs/\d+\.pdf)"', page)


def saved(browser: Browser, asked: str = OF_JUNE) -> bytes:
    return opened(browser, filed(made(browser, asked))[0])


def opened(browser: Browser, address: str) -> bytes:
    answer = browser.get(address)
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    return bytes(answer.data)


def test_the_first_page_has_the_figures_of_the_rows(of_june: list[str], visit: Visit) -> None:
    first = PdfReader(BytesIO(saved(visit("hong")))).pages[0].extract_text()
    lines = [each.strip() for each in first.splitlines() if each.strip()]
    told = {name: lines[lines.index(name) + 1] for name in ("Received", "Share: Settled in time")}
    assert told == {"Received": "6", "Share: Settled in time": "100.0 %"}
    assert "80.0 %" in lines, "four of five were satisfied"


def test_chinese_is_given_back_by_readers_that_share_nothing(
    of_june: list[str], visit: Visit, tmp_path: Path
) -> None:
    hong = visit("hong")
    hong.get("/analysis")
    hong.send("/language", language="zh")
    try:
        content = saved(hong)
    finally:
        hong.send("/language", language="en")
    file = tmp_path / "pack.pdf"
    file.write_bytes(content)
    read = [
        extract_text(BytesIO(content)),
        "".join(each.extract_text() for each in PdfReader(BytesIO(content)).pages),
    ]
    for said in read:
        words = re.sub(r"\s", "", said)
        assert "投诉情况：董事会报告" in words
        assert "逐月趋势" in words
        assert "简单业务等候过长" in words, "a cause, in chart and table"
        assert "各环节用时" in words


def test_what_was_not_there_to_count_is_said_and_not_drawn(visit: Visit) -> None:
    pages = PdfReader(BytesIO(saved(visit("hong"), "from=2020-01&to=2020-02"))).pages
    causes = "".join(each.extract_text() for each in pages).partition("Hot spots: causes")[2]
    begins = [each.strip() for each in causes.splitlines() if each.strip()][:3]
    assert "There is nothing to count here in these months." in begins


def test_its_file_is_named_in_the_language_of_its_reader(visit: Visit) -> None:
    hong = visit("hong")
    address = filed(made(hong))[0]
    hong.send("/language", language="zh")
    try:
        named = hong.get(address).headers["Content-Disposition"]
    finally:
        hong.send("/language", language="en")
    assert "董事会报告-2025-06-01-2025-06-30.pdf" in unquote(named)


def test_it_is_filed_by_its_year_with_a_digest_that_proves_a_copy(
    of_june: list[str], visit: Visit, sessions: Sessions
) -> None:
    hong = visit("hong")
    page = made(hong, "from=2025-05&to=2025-06")
    assert "Packs for the board of 2025" in page
    content = opened(hong, filed(page)[0])
    assert sha256(content).hexdigest() in page
    with sessions() as session:
        noted = session.execute(
            text("select action, facts->>'digest' from audit where action like '%_board_pack'"
                 " order by id desc limit 2")
        ).all()  # fmt: skip
    digest = sha256(content).hexdigest()
    assert [tuple(each) for each in noted] == [
        ("saved_board_pack", digest),
        ("filed_board_pack", digest),
    ]
    assert "No pack for the board ends in this year yet" in (
        hong.get("/analysis/board-packs?year=2019").text
    )


def test_it_is_given_back_to_the_byte_when_the_cases_have_changed_since(
    of_june: list[str], visit: Visit, work: Work
) -> None:
    hong, asked = visit("hong"), "from=2025-04&to=2025-06"
    first = filed(made(hong, asked))[0]
    content = opened(hong, first)
    work.received("head-office", received_at=JUNE)
    assert opened(hong, first) == content
    page = made(hong, asked)
    second = filed(page)[0]
    assert second != first
    assert first in filed(page), "the earlier one stays beside it"
    assert opened(hong, second) != content


def test_the_same_pack_is_filed_once(of_june: list[str], visit: Visit) -> None:
    hong, asked = visit("hong"), "from=2025-03&to=2025-06"
    before = filed(made(hong, asked))
    page = made(hong, asked)
    assert filed(page) == before
    assert "nothing in it has changed since" in page


def words_of_packs(sessions: Sessions, sink: MailSink) -> dict[str, str]:
    """The mail that each person has of packs for the board, since it was last asked for."""
    with sessions() as session:
        ids = session.scalars(
            select(NoticeRow.id)
            .where(NoticeRow.board_pack.is_not(None), NoticeRow.delivery == Delivery.PENDING)
            .order_by(NoticeRow.id)
        ).all()
    return mail_by_reader(sessions, sink, ids)


def test_whoever_leads_has_word_of_a_new_pack_once_and_comes_to_it_by_its_link(
    of_june: list[str], visit: Visit, sessions: Sessions, sink: MailSink
) -> None:
    hong, rosa, asked = visit("hong"), visit("rosa"), "from=2025-01&to=2025-06"
    words_of_packs(sessions, sink)
    address = filed(made(hong, asked))[0]
    made(hong, asked)
    mail = words_of_packs(sessions, sink)
    assert set(mail) == {"rosa@bank.example"}, "not whoever made it, nor leaders of one branch"
    said = mail["rosa@bank.example"]
    assert "New pack for the board" in said
    assert "2025-01-01 – 2025-06-30" in said
    (link,) = re.findall(r"https://redress\.example\.org(\S+)", said)
    page = rosa.get(link)
    assert address in filed(page.text)
    assert f'id="{link.partition("#")[2]}"' in page.text
    assert opened(rosa, address) == opened(hong, address)
    inbox = unescape(rosa.get("/inbox").text)
    assert inbox.count(f'href="{link}"') == 1
    assert "New pack for the board" in inbox


def test_word_of_a_pack_is_in_the_language_of_its_reader(
    of_june: list[str], visit: Visit, sessions: Sessions, sink: MailSink
) -> None:
    words_of_packs(sessions, sink)
    rosa = visit("rosa")
    rosa.get("/analysis")
    rosa.send("/language", language="zh")
    try:
        made(visit("hong"), "from=2024-12&to=2025-06")
        assert "新的董事会报告" in words_of_packs(sessions, sink)["rosa@bank.example"]
        assert "新的董事会报告" in rosa.get("/inbox").text
    finally:
        rosa.send("/language", language="en")


def test_a_pack_of_a_branch_is_told_to_who_leads_it_and_not_to_those_above(
    of_june: list[str], visit: Visit, sessions: Sessions, sink: MailSink
) -> None:
    words_of_packs(sessions, sink)
    made(visit("hong"), f"{OF_JUNE}&unit=bay-branch")
    mail = words_of_packs(sessions, sink)
    assert set(mail) == {"leo@bank.example"}
    assert "bay-branch, 2025-06-01" in mail["leo@bank.example"]
    made(visit("leo"), "from=2025-05&to=2025-05&unit=bay-branch")
    assert words_of_packs(sessions, sink) == {}, "who leads has made it and knows"


def test_who_leads_an_outlet_hears_of_no_pack_that_is_closed_to_them(
    visit: Visit, sessions: Sessions, sink: MailSink, work: Work
) -> None:
    words_of_packs(sessions, sink)
    about = {"received_at": datetime(2024, 3, 6, 2, tzinfo=UTC), "unit": "harbour-outlet"}
    work.received("head-office", person_complained_about="mei", **about)
    made(visit("hong"), "from=2024-03&to=2024-03&unit=harbour-outlet")
    assert set(words_of_packs(sessions, sink)) == {"leo@bank.example"}, "who leads next above"


def test_a_file_that_is_not_the_one_that_was_made_is_not_handed_out(
    of_june: list[str], visit: Visit, sessions: Sessions
) -> None:
    hong = visit("hong")
    address = filed(made(hong, "from=2025-02&to=2025-06"))[0]
    number = re.sub(r"\D", "", address)
    alter = f"update board_packs set content = 'another' where number = {number}"
    with pytest.raises(DBAPIError, match="never altered"), sessions.begin() as session:
        session.execute(text(alter))
    with sessions.begin() as session:
        session.execute(text("alter table board_packs disable trigger user"))
        session.execute(text(alter))
        session.execute(text("alter table board_packs enable trigger user"))
    answer = hong.get(address)
    assert answer.status_code == 302
    assert "not the one that was filed" in hong.get(answer.location).text


def test_whoever_answers_for_its_units_finds_the_pack_of_a_colleague_and_nobody_else_does(
    of_june: list[str], visit: Visit
) -> None:
    sun = visit("sun")
    address = filed(made(sun, f"{OF_JUNE}&unit=station-outlet"))[0]
    year = "/analysis/board-packs?year=2025"
    assert address in filed(visit("hong").get(year).text)
    assert opened(visit("hong"), address) == opened(sun, address)
    whole = filed(made(visit("hong")))[0]
    assert whole not in filed(sun.get(year).text)
    assert sun.get(whole).status_code == 404


def test_a_pack_that_counts_a_case_that_is_closed_to_a_colleague_is_closed_too(
    of_june: list[str], visit: Visit, work: Work
) -> None:
    hong, months = visit("hong"), "from=2024-02&to=2024-02"
    about = {"received_at": datetime(2024, 2, 6, 2, tzinfo=UTC), "unit": "harbour-outlet"}
    work.received("head-office", person_complained_about="sun", **about)
    address = filed(made(hong, f"{months}&unit=harbour-outlet"))[0]
    page = visit("sun").get("/analysis/board-packs?year=2024").text
    assert filed(page) == []
    assert "It counts complaints that are closed to you" in page
    assert visit("sun").get(address).status_code == 404


def test_months_without_complaints_make_a_pack_all_the_same(visit: Visit) -> None:
    read = extract_text(BytesIO(saved(visit("hong"), "from=2001-01&to=2001-01")))
    assert "Complaints: pack for the board" in read


def test_nobody_makes_one_who_answers_for_nothing(visit: Visit) -> None:
    han, sun = visit("han"), visit("sun")
    assert han.send("/analysis/board-packs").status_code == 403
    assert han.get("/analysis/board-packs").status_code == 403
    assert sun.send("/analysis/board-packs?unit=head-office").status_code == 404
