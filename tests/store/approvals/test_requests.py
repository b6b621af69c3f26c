"""Requests for a second person: decided once, carried out once, heard of by whoever asked."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from sqlalchemy import func, select, update

from domain.acts import AnyAct, Withdraw
from domain.approvals import Approval, ApprovalKind, ApprovalOutcome
from domain.classification import WithdrawalKind
from domain.errors import NotFit, Refusal, Refused
from store.approvals.lists import answers_to, asked_by, to_decide, waiting_about
from store.approvals.requests import ask_for, collect, decide, find_approved, hear
from store.cases.approved_acts import ask_for_act, end_late_requests, store_approved_act, tell_asker
from store.cases.commands import read_command, store_command
from store.cases.receipts import receive
from store.database import DatabaseSession, Sessions
from store.head import counted_for
from store.tables import (
    ApprovalRow,
    AuditRow,
    CaseRow,
    CommandRow,
    NoticeRow,
    OutboxRow,
    PersonRow,
)
from store.values import CASE, to_json
from tests.builders import a_complaint, actor, reader

FREELY = Withdraw(withdrawal=WithdrawalKind.VOLUNTARY)
SAID = {"reason": "said so on the telephone"}


@pytest.fixture
def reference(sessions: Sessions) -> str:
    with sessions.begin() as session:
        return receive(session, a_complaint(), actor("ines")).reference


def asked(
    sessions: Sessions,
    reference: str,
    act: AnyAct = FREELY,
    by: str = "ines",
    words: Mapping[str, str] = SAID,
    id: str = "",
) -> Approval:
    with sessions.begin() as session:
        return ask_for_act(
            session,
            command_id=id or str(uuid4()),
            reference=reference,
            act=act,
            words=words,
            by=actor(by),
            seen_version=None,
        )


def decided(
    sessions: Sessions,
    approval: Approval,
    by: str,
    outcome: ApprovalOutcome = ApprovalOutcome.APPROVED,
    why: str = "",
) -> Approval:
    with sessions.begin() as session:
        return decide(
            session, approval.id, outcome, by=actor(by), carry_out=store_approved_act, why=why
        )


def refusal(sessions: Sessions, approval: Approval, by: str, **how: str) -> Refusal:
    with pytest.raises(Refused) as refused:
        decided(sessions, approval, by, ApprovalOutcome(how.get("outcome", "approved")))
    return refused.value.code


def commands(sessions: Sessions, reference: str) -> int:
    with sessions() as session:
        return session.scalar(
            select(func.count()).select_from(CommandRow).where(CommandRow.reference == reference)
        ) or 0  # fmt: skip


def test_a_withdrawal_is_no_one_persons_to_record(sessions: Sessions, reference: str) -> None:
    """S-03, S-04: an intake clerk withdrew cases alone."""
    with pytest.raises(Refused) as refused, sessions.begin() as session:
        store_command(
            session, command_id=str(uuid4()), reference=reference, act=FREELY, words=SAID,
            by=actor("ines"), seen_version=None,
        )  # fmt: skip
    assert refused.value.code is Refusal.TAKES_TWO
    assert commands(sessions, reference) == 0


def test_what_another_agrees_to_becomes_a_command_of_whoever_asked_naming_both(
    sessions: Sessions, reference: str
) -> None:
    request = asked(sessions, reference)
    assert commands(sessions, reference) == 0
    assert decided(sessions, request, "hong").outcome is ApprovalOutcome.APPROVED
    with sessions() as session:
        command = read_command(session, request.id)
        messages = session.scalars(select(OutboxRow).where(OutboxRow.key == request.id)).all()
        noted = session.execute(
            select(AuditRow.action, AuditRow.by)
            .where(AuditRow.facts["approval"].astext == request.id)
            .order_by(AuditRow.id)
        ).all()  # fmt: skip
    assert (command.by.person, command.act) == (
        "ines",
        Withdraw(withdrawal=WithdrawalKind.VOLUNTARY, approved_by="hong"),
    )
    assert len(messages) == 1
    assert [tuple(each) for each in noted] == [
        ("approval_requested", "ines"),
        ("approval_approved", "hong"),
    ]


def test_nobody_says_of_themselves_that_somebody_has_agreed(
    sessions: Sessions, reference: str
) -> None:
    request = asked(sessions, reference)
    claims = Withdraw(withdrawal=WithdrawalKind.VOLUNTARY, approved_by="hong")
    for id in (request.id, str(uuid4())):
        with pytest.raises(Refused) as refused, sessions.begin() as session:
            store_command(
                session, command_id=id, reference=reference, act=claims, words=SAID,
                by=actor("ines"), seen_version=None,
            )  # fmt: skip
        assert refused.value.code is Refusal.TAKES_TWO


def test_two_who_agree_at_once_have_it_done_once(sessions: Sessions, reference: str) -> None:
    for _ in range(5):
        with sessions.begin() as session:
            reference = receive(session, a_complaint(), actor("ines")).reference
        request, ready = asked(sessions, reference), Barrier(3)

        def agrees(by: str, request: Approval = request, ready: Barrier = ready) -> Refusal | None:
            ready.wait()
            try:
                outcome = ApprovalOutcome.DECLINED if by == "no" else ApprovalOutcome.APPROVED
                decided(sessions, request, "sun" if by == "no" else by, outcome, why="said")
            except Refused as refused:
                return refused.code
            return None

        with ThreadPoolExecutor(3) as people:
            answers = list(people.map(agrees, ("sun", "hong", "no")))
        assert sorted(answers, key=str) == [None, *[Refusal.DECIDED_ALREADY] * 2]
        with sessions() as session:
            outcome = session.get_one(ApprovalRow, request.id).outcome
        assert commands(sessions, reference) == (outcome == ApprovalOutcome.APPROVED)


def test_who_asked_handles_or_is_kept_out_does_not_decide(
    sessions: Sessions, reference: str
) -> None:
    request = asked(sessions, reference, by="sun")
    assert refusal(sessions, request, "sun") is Refusal.OWN_REQUEST
    assert refusal(sessions, request, "hong", outcome="taken_back") is Refusal.OWN_REQUEST
    for other in ("ines", "han", "lin", "ada"):
        assert refusal(sessions, request, other) is Refusal.NO_SUCH_REQUEST
    for change in ({"handler": "hong"}, {"in_conflict": ("hong",)},
                   {"person_complained_about": "hong"}):  # fmt: skip
        with sessions() as session:
            _change(session, reference, **change)
            with pytest.raises(Refused) as refused:
                decide(session, request.id, ApprovalOutcome.APPROVED, by=actor("hong"),
                       carry_out=store_approved_act)  # fmt: skip
            assert refused.value.code is Refusal.NO_SUCH_REQUEST
            assert request.id not in {each.id for each in to_decide(session, reader("hong"))}
            session.rollback()
    assert commands(sessions, reference) == 0


def test_it_waits_for_everybody_who_may_decide_and_for_nobody_else(
    sessions: Sessions, reference: str
) -> None:
    request = asked(sessions, reference)
    with sessions() as session:
        waits_for = {
            person
            for person in ("ines", "han", "hugo", "sun", "hong", "lin", "ada", "alma")
            if request.id in {each.id for each in to_decide(session, reader(person))}
        }
        assert waits_for == {"sun", "hong"}
        assert [each.id for each in asked_by(session, reader("ines")) if each.id == request.id]
        assert [each.id for each in waiting_about(session, reference)] == [request.id]


def test_word_goes_to_the_nearest_who_may_decide_and_of_the_answer_to_whoever_asked(
    sessions: Sessions, reference: str
) -> None:
    with sessions.begin() as session:
        _change(session, reference, in_conflict=("sun",))
    request = asked(sessions, reference, by="han")
    assert told_of(sessions, reference) == [("hong", "second_person_asked")]
    asked(sessions, reference, by="han", id=request.id)
    declined = decided(sessions, request, "hong", ApprovalOutcome.DECLINED, why="Not yet.")
    with sessions.begin() as session:
        tell_asker(session, declined)
    assert told_of(sessions, reference) == [
        ("hong", "second_person_asked"),
        ("han", "second_person_answered"),
    ]


def told_of(sessions: Sessions, reference: str) -> list[tuple[str, str]]:
    """Who was sent word of a request about a case, and of what."""
    with sessions() as session:
        rows = session.execute(
            select(NoticeRow.recipient, NoticeRow.about)
            .where(NoticeRow.reference == reference, NoticeRow.about.startswith("second_person"))
            .order_by(NoticeRow.id)
        )
        return [(row.recipient, row.about) for row in rows]


def test_a_refusal_wants_a_reason_and_whoever_asked_hears_it_until_they_have_read_it(
    sessions: Sessions, reference: str
) -> None:
    request = asked(sessions, reference, by="han", words=SAID)
    with pytest.raises(Refused) as refused:
        decided(sessions, request, "sun", ApprovalOutcome.DECLINED)
    assert refused.value.code is Refusal.WORDS_MISSING
    decided(sessions, request, "sun", ApprovalOutcome.DECLINED, why="Ask the customer in writing.")
    with sessions.begin() as session:
        before = counted_for(session, reader("han")).requests
        [answer] = [each for each in answers_to(session, reader("han")) if each.id == request.id]
        assert (answer.outcome, answer.decided_by, answer.note) == (
            ApprovalOutcome.DECLINED, "sun", "Ask the customer in writing.",
        )  # fmt: skip
        hear(session, request.id, "sun")  # somebody else's reading changes nothing
        hear(session, request.id, "han")
        assert counted_for(session, reader("han")).requests == before - 1
    assert commands(sessions, reference) == 0


def test_the_same_again_is_one_request_and_another_of_its_kind_waits_for_it(
    sessions: Sessions, reference: str
) -> None:
    request = asked(sessions, reference)
    assert asked(sessions, reference, id=request.id) == request
    with pytest.raises(Refused) as refused:
        asked(sessions, reference, by="sun")
    assert refused.value.code is Refusal.ASKED_ALREADY
    decided(sessions, request, "ines", ApprovalOutcome.TAKEN_BACK)
    with pytest.raises(Refused) as again:
        asked(sessions, reference, id=request.id)
    assert again.value.code is Refusal.DECIDED_ALREADY
    asked(sessions, reference, by="sun")


def test_when_the_case_has_moved_on_it_is_not_done_and_both_hear_why(
    sessions: Sessions, reference: str
) -> None:
    request = asked(sessions, reference)
    with sessions.begin() as session:
        _change(session, reference, version=2, last_act_version=2)
    late = decided(sessions, request, "sun")
    assert late.outcome is ApprovalOutcome.OVERTAKEN
    assert late.refusal is not None
    assert late.refusal["code"] == Refusal.CHANGED_MEANWHILE
    assert commands(sessions, reference) == 0
    with sessions() as session:
        assert late in answers_to(session, reader("ines"))


def test_what_cannot_be_done_is_not_asked_for(sessions: Sessions, reference: str) -> None:
    with pytest.raises(Refused) as no_words:
        asked(sessions, reference, words={})
    assert no_words.value.code is Refusal.WORDS_MISSING
    with sessions.begin() as session:
        _change(session, reference, status="closed")
    with pytest.raises(Refused) as too_late:
        asked(sessions, reference)
    assert too_late.value.code is Refusal.NOT_IN_THIS_STATUS


def test_what_nobody_decides_on_runs_out_and_whoever_asked_hears(
    sessions: Sessions, reference: str
) -> None:
    request = asked(sessions, reference)
    with sessions.begin() as session:
        session.execute(
            update(ApprovalRow)
            .where(ApprovalRow.id == request.id)
            .values(expires_at=func.now() - func.make_interval(0, 0, 0, 0, 0, 1))
        )
    assert refusal(sessions, request, "sun") is Refusal.REQUEST_EXPIRED
    with sessions.begin() as session:
        assert request.id not in {each.id for each in to_decide(session, reader("sun"))}
        assert end_late_requests(session) >= 1
        answers = {each.id: each.outcome for each in answers_to(session, reader("ines"))}
        assert answers[request.id] is ApprovalOutcome.EXPIRED
    assert told_of(sessions, reference)[-1] == ("ines", "second_person_answered")
    asked(sessions, reference)  # and may be asked for again


def test_evidence_is_a_file_of_the_case(sessions: Sessions, reference: str) -> None:
    """With something of the customer's to show, one person records a withdrawal."""
    made_up = Withdraw(withdrawal=WithdrawalKind.VOLUNTARY, evidence="ab" * 32)
    with pytest.raises(Refused) as refused, sessions.begin() as session:
        store_command(
            session, command_id=str(uuid4()), reference=reference, act=made_up, words=SAID,
            by=actor("ines"), seen_version=None,
        )  # fmt: skip
    assert refused.value.code is Refusal.NO_SUCH_FILE


def test_nothing_is_asked_for_where_nobody_could_agree(sessions: Sessions) -> None:
    with sessions() as session:
        session.execute(update(PersonRow).where(PersonRow.id == "alma").values(active=False))
        with pytest.raises(Refused) as refused:
            ask_for(
                session, ApprovalKind.NEW_TOKEN, subject="crm", request={}, reason="said", by="ada"
            )
        assert refused.value.code is Refusal.NO_SECOND_PERSON
        session.rollback()


def test_what_whoever_asked_carries_out_is_carried_out_once(sessions: Sessions) -> None:
    with sessions.begin() as session:
        request = ask_for(
            session, ApprovalKind.NEW_TOKEN, subject="crm", request={}, reason="said", by="ada"
        )
        assert find_approved(session, ApprovalKind.NEW_TOKEN, "crm", "ada") is None
    with sessions.begin() as session:
        decide(session, request.id, ApprovalOutcome.APPROVED, by=actor("alma"),
               carry_out=lambda *_: None)  # fmt: skip
    with sessions.begin() as session:
        assert find_approved(session, ApprovalKind.NEW_TOKEN, "crm", "alma") is None
        found = find_approved(session, ApprovalKind.NEW_TOKEN, "crm", "ada")
        assert found is not None
        collect(session, found)
        assert find_approved(session, ApprovalKind.NEW_TOKEN, "crm", "ada") is None


def test_a_reason_that_is_too_long_is_told_before_anything_is_written(
    sessions: Sessions, reference: str
) -> None:
    request = asked(sessions, reference)
    with pytest.raises(NotFit):
        decided(sessions, request, "sun", ApprovalOutcome.DECLINED, why="x" * 1_000_000)


def test_no_number_of_a_card_gets_into_a_reason_or_a_decision(
    sessions: Sessions, reference: str
) -> None:
    said = "Ring them first: 6222 0212 3456 7890 128."
    request = asked(sessions, reference)
    with pytest.raises(NotFit):
        decided(sessions, request, "sun", ApprovalOutcome.DECLINED, why=said)
    with sessions.begin() as session, pytest.raises(NotFit):
        ask_for(session, ApprovalKind.NEW_TOKEN, subject="kiosk", request={}, reason=said, by="ada")
    with sessions() as session:
        assert session.get_one(ApprovalRow, request.id).outcome is None
        assert not waiting_about(session, "kiosk")


def _change(session: DatabaseSession, reference: str, **state: object) -> None:
    """The case as it would be after somebody's act; handler and status stand in columns too."""
    row = session.get_one(CaseRow, reference)
    changed = {**to_json(CASE, CASE.validate_python(row.state)), **state}
    changed = {
        name: list(each) if isinstance(each, tuple) else each for name, each in changed.items()
    }
    row.state = changed
    if "handler" in state:
        row.handler = str(state["handler"])
    if "status" in state:
        row.status = str(state["status"])
    if "version" in state:
        row.version = int(str(state["version"]))
    session.flush()
