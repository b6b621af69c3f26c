"""Receipt: one commit by which a complaint begins to exist, once, with everything it owes."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import func, select, update

from domain.classification import Business, Category, Channel, Severity
from domain.complaint import BadInput, Flaw
from domain.errors import NotFit, Refused
from store.cases.journal import standing_of
from store.cases.receipts import Receipt, receive
from store.database import Sessions
from store.tables import (
    CaseRow,
    ClockRow,
    ComplaintRow,
    JournalRow,
    NoticeRow,
    OutboxRow,
    UnitRow,
)
from tests.builders import MONDAY, a_complaint, actor


def received(sessions: Sessions, **over: object) -> Receipt:
    with sessions.begin() as session:
        return receive(session, a_complaint(**over), actor("ines"))


def test_a_receipt_leaves_complaint_case_entry_clocks_and_message(sessions: Sessions) -> None:
    reference = received(sessions).reference
    with sessions() as session:
        assert session.get_one(ComplaintRow, reference).recorded_by == "ines"
        assert session.get_one(CaseRow, reference).version == 1
        assert session.get_one(JournalRow, (reference, 1)).event == "received"
        assert session.get_one(ClockRow, (reference, "reply")).derivation["rule"] == "A-34"
        assert session.scalars(select(OutboxRow.kind).where(OutboxRow.key == reference)).all() == [
            "case"
        ]


def test_the_complainant_is_told_of_the_receipt(sessions: Sessions) -> None:
    reference = received(sessions, email="wang@example.com").reference
    with sessions() as session:
        notice = session.scalars(select(NoticeRow).where(NoticeRow.reference == reference)).one()
        assert (notice.recipient, notice.about, notice.delivery) == (
            "complainant",
            "received",
            "pending",
        )


def test_the_reference_names_the_year_and_counts_on(sessions: Sessions) -> None:
    first, second = received(sessions).reference, received(sessions).reference
    pattern = re.compile(r"C-(\d{4})-(\d{6})")
    one, two = pattern.fullmatch(first), pattern.fullmatch(second)
    assert one
    assert two
    assert one[1] == two[1]
    assert int(two[2]) == int(one[2]) + 1


def test_the_same_key_again_is_the_same_complaint(sessions: Sessions) -> None:
    complaint = a_complaint()
    with sessions.begin() as session:
        first = receive(session, complaint, actor("ines"))
    with sessions.begin() as session:
        again = receive(session, complaint, actor("ines"))
    assert again == Receipt(reference=first.reference, is_new=False)


@pytest.mark.parametrize(
    "other",
    [
        {"narrative": "And the clerk laughed."},
        {"category": Category.SERVICE_PRODUCT},
        {"received_at": MONDAY + timedelta(minutes=1)},
        {"person_complained_about": "hugo"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_the_same_key_with_something_else_is_refused_with_the_number_given_before(
    sessions: Sessions, other: dict[str, Any]
) -> None:
    complaint = a_complaint()
    with sessions.begin() as session:
        first = receive(session, complaint, actor("ines"))
    with sessions.begin() as session, pytest.raises(Refused, match="received_otherwise") as refused:
        receive(session, replace(complaint, **other), actor("ines"))
    assert refused.value.facts == {"reference": first.reference}


def test_how_a_complaint_came_here_makes_it_no_other(sessions: Sessions) -> None:
    complaint = a_complaint()
    with sessions.begin() as session:
        first = receive(session, complaint, actor("ines"))
    elsewhere = timezone(timedelta(hours=8))
    again = replace(
        complaint,
        source={"line": "7"},
        imported_at=MONDAY,
        received_at=complaint.received_at.astimezone(elsewhere),
    )
    with sessions.begin() as session:
        assert receive(session, again, actor("ines")).reference == first.reference


def test_a_complaint_from_before_its_business_was_asked_for_is_known_with_it(
    sessions: Sessions,
) -> None:
    """A file that was imported under an older version comes in again, and its rows are known."""
    complaint = a_complaint()
    with sessions.begin() as session:
        first = receive(session, complaint, actor("ines"))
    with_business = replace(complaint, business=Business.LOANS)
    with sessions.begin() as session:
        again = receive(session, with_business, actor("ines"))
    assert again == Receipt(reference=first.reference, is_new=False)
    other = replace(with_business, narrative="And he laughed.")
    with sessions.begin() as session, pytest.raises(Refused, match="received_otherwise"):
        receive(session, other, actor("ines"))


def test_a_complaint_from_before_contents_were_kept_is_known_by_its_key(
    sessions: Sessions,
) -> None:
    complaint = a_complaint()
    with sessions.begin() as session:
        first = receive(session, complaint, actor("ines"))
        session.execute(
            update(ComplaintRow)
            .where(ComplaintRow.reference == first.reference)
            .values(contents=None)
        )
    with sessions.begin() as session:
        again = receive(session, replace(complaint, demand="An apology."), actor("ines"))
    assert again.reference == first.reference


def test_fifty_at_once_with_one_key_make_one_case_and_get_one_answer(sessions: Sessions) -> None:
    complaint = a_complaint()

    def submit(_: int) -> Receipt:
        with sessions.begin() as session:
            return receive(session, complaint, actor("ines"))

    # Fewer threads than submissions: the pool of connections serves twenty at a time.
    with ThreadPoolExecutor(20) as threads:
        receipts = list(threads.map(submit, range(50)))

    assert len({receipt.reference for receipt in receipts}) == 1
    assert sum(receipt.is_new for receipt in receipts) == 1
    with sessions() as session:
        count = select(func.count()).where(ComplaintRow.intake_key == complaint.intake_key)
        assert session.scalar(count) == 1


def test_every_flaw_is_told_at_once_and_nothing_is_kept(sessions: Sessions) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    complaint = a_complaint(
        narrative=" ",
        subject="x" * 201,
        email="not an address",
        channel=Channel.TRANSFERRED,
        received_at=tomorrow,
    )
    with pytest.raises(NotFit) as refused, sessions.begin() as session:
        receive(session, complaint, actor("ines"))
    flaws = {each.where: each.code for each in refused.value.faults if isinstance(each, Flaw)}
    assert flaws == {
        "narrative": BadInput.EMPTY,
        "subject": BadInput.TOO_LONG,
        "email": BadInput.NOT_AN_EMAIL,
        "sender": BadInput.SENDER_MISSING,
        "received_at": BadInput.IN_THE_FUTURE,
    }
    with sessions() as session:
        kept = select(ComplaintRow).where(ComplaintRow.intake_key == complaint.intake_key)
        assert session.scalar(kept) is None


@pytest.mark.parametrize(
    "email", ["ann@example.invalid.", "a@example.com,b@example.com", "用户@例子.example"]
)
def test_an_address_that_no_mail_can_be_written_to_is_never_taken_down(
    sessions: Sessions, email: str
) -> None:
    with pytest.raises(NotFit) as refused, sessions.begin() as session:
        receive(session, a_complaint(email=email), actor("ines"))
    [flaw] = refused.value.faults
    assert (flaw.where, flaw.says) == ("email", BadInput.NOT_AN_EMAIL)


def test_a_unit_nobody_knows_is_a_flaw_like_others(sessions: Sessions) -> None:
    with pytest.raises(NotFit) as refused, sessions.begin() as session:
        receive(session, a_complaint(unit="atlantis", narrative=""), actor("ines"))
    assert {each.where for each in refused.value.faults} == {"unit", "narrative"}


def test_a_unit_without_a_policy_in_its_line_takes_no_complaint(sessions: Sessions) -> None:
    with sessions.begin() as session:
        session.add(
            UnitRow(id="island", name_en="i", name_zh="i", level="outlet", parent=None, policy=None)
        )
    with pytest.raises(NotFit) as refused, sessions.begin() as session:
        receive(session, a_complaint(unit="island"), actor("ines"))
    assert [each.where for each in refused.value.faults] == ["policy"]


def test_a_unit_follows_the_policy_of_the_nearest_unit_above(sessions: Sessions) -> None:
    reference = received(sessions, unit="harbour-outlet").reference
    with sessions() as session:
        assert standing_of(session, reference).case.policy.startswith("head-office@")


@pytest.mark.parametrize(
    ("yuan", "severity"), [(50_000, Severity.ORDINARY), (50_001, Severity.MAJOR)]
)
def test_a_complaint_is_major_from_the_first_yuan_over_the_limit(
    sessions: Sessions, yuan: int, severity: Severity
) -> None:
    reference = received(sessions, amount_fen=yuan * 100).reference
    with sessions() as session:
        assert session.get_one(CaseRow, reference).severity == severity


def test_a_complaint_taken_down_by_its_own_unit_has_reached_it(sessions: Sessions) -> None:
    with sessions.begin() as session:
        own = receive(session, a_complaint(policy="trial-three-hotlines"), actor("han")).reference
    with sessions() as session:
        milestones = [each.milestone for each in standing_of(session, own).case.milestones]
    assert milestones == ["received", "delivered"]


def test_an_imported_complaint_tells_nobody_and_says_so(sessions: Sessions) -> None:
    reference = received(sessions, imported_at=datetime.now(UTC)).reference
    with sessions() as session:
        assert session.get_one(JournalRow, (reference, 1)).event == "imported"
        notices = select(NoticeRow).where(NoticeRow.reference == reference)
        assert session.scalars(notices).all() == []
