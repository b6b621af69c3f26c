"""The pack for the board as it is saved: figures of the rows, in letters that are given back."""

import re
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from pdfminer.high_level import extract_text
from pypdf import PdfReader
from sqlalchemy import text

from domain.acts import FollowUp
from domain.classification import Satisfaction
from store.database import Sessions
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


def saved(browser: Browser, asked: str = OF_JUNE) -> bytes:
    answer = browser.get(f"/analysis/board-pack.pdf?{asked}")
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
        assert "时间花在哪里" in words


def test_it_is_the_same_bytes_each_time_and_the_audit_has_their_digest(
    of_june: list[str], visit: Visit, sessions: Sessions
) -> None:
    hong = visit("hong")
    first, second = saved(hong), saved(hong)
    assert first == second
    with sessions() as session:
        noted = session.scalars(
            text("select facts->>'digest' from audit where action = 'saved_analysis'"
                 " and subject = 'board-pack.pdf' order by id desc limit 2")
        ).all()  # fmt: skip
    assert noted == [sha256(first).hexdigest()] * 2


def test_months_without_complaints_make_a_pack_all_the_same(visit: Visit) -> None:
    read = extract_text(BytesIO(saved(visit("hong"), "from=2001-01&to=2001-01")))
    assert "Complaints: pack for the board" in read


def test_nobody_makes_one_who_answers_for_nothing(visit: Visit) -> None:
    assert visit("han").get("/analysis/board-pack.pdf").status_code == 403
    assert visit("sun").get("/analysis/board-pack.pdf?unit=head-office").status_code == 404
