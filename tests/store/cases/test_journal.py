"""The one writer: an entry and its case move together, once, in order, or not at all."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select, update

from domain.acts import AnyAct, Note
from domain.acts.answering import Close, Dispose, Reopen, Reply
from domain.acts.handling import Assign, Classify
from domain.acts.secrecy import NamePerson
from domain.case import Case
from domain.classification import Category, Channel, Responsibility, Satisfaction, Validity
from domain.clocks.ledger import Clock, Step
from domain.clocks.steps import next_step
from domain.errors import Refusal, Refused
from domain.escalation import event_of, fire
from domain.journal import REDRESS, CaseState, Change, Entry, is_reserved
from domain.statuses import CommandStatus, TaskKind
from store.cases.commands import NoCommand, answer_command, read_command, store_command
from store.cases.journal import KeyTaken, write
from store.database import Sessions
from store.tables import (
    CaseRow,
    ClockRow,
    CommandRow,
    JournalRow,
    NoticeRow,
    OutboxRow,
    PersonRow,
    RegulatorReportRow,
    TaskRow,
)
from tests.builders import MONDAY, a_command, actor, some_conduct
from tests.store.cases.writings import ASSIGN, a_writing, received, standing, written

REPLY_WORDS = ("letter", "findings", "persons", "lessons", "handler_name", "handler_phone")
REPLY = Reply(satisfaction=Satisfaction.NEUTRAL, handled_at=MONDAY)


def done(sessions: Sessions, reference: str, act: AnyAct, by: str, **over: object) -> CaseState:
    return written(sessions, a_writing(sessions, reference, act, by, **over))  # type: ignore[arg-type]


def entries(sessions: Sessions, reference: str) -> list[str]:
    with sessions() as session:
        rows = select(JournalRow.event).where(JournalRow.reference == reference)
        return list(session.scalars(rows.order_by(JournalRow.version)))


def a_step(case: Case, step: Step, at: datetime) -> Change:
    entry = Entry(key=step.key, event=event_of(step), by=REDRESS, at=at, facts={})
    return Change(case=fire(case, step, at, some_conduct()), entry=entry, step=step)


def climbed(sessions: Sessions, reference: str, steps: int) -> CaseState:
    """The case after its first so many steps, each carried out the moment it was planned; tasks are
    left to themselves."""
    now = standing(sessions, reference)
    while len(now.case.fired) < steps:
        step = next_step(tuple(each for each in now.clocks if not each.is_of_a_task))
        assert step is not None
        now = written(sessions, a_step(now.case, step, step.fires_at))
    return now


def test_an_entry_moves_case_row_and_state_together(sessions: Sessions) -> None:
    reference = received(sessions)
    after = done(sessions, reference, ASSIGN, "sun")
    with sessions() as session:
        row = session.get_one(CaseRow, reference)
    assert (row.version, row.status, row.handler) == (2, "assigned", "han")
    assert standing(sessions, reference) == replace(after, written=True)


def test_written_twice_it_happened_once(sessions: Sessions) -> None:
    reference = received(sessions)
    writing = a_writing(sessions, reference, ASSIGN, "sun")
    first, again = written(sessions, writing), written(sessions, writing)
    assert first == again
    assert again.written
    assert entries(sessions, reference) == ["received", "assigned"]
    with sessions() as session:
        notices = select(func.count()).where(
            NoticeRow.reference == reference, NoticeRow.recipient == "han"
        )
        assert session.scalar(notices) == 1


def test_written_in_parallel_it_happened_once(sessions: Sessions) -> None:
    reference = received(sessions)
    writing = a_writing(sessions, reference, ASSIGN, "sun")
    with ThreadPoolExecutor(8) as threads:
        standings = list(threads.map(lambda _: written(sessions, writing), range(8)))
    assert all(each.written and each.case.version == 2 for each in standings)
    assert entries(sessions, reference) == ["received", "assigned"]


def test_of_two_changes_to_one_version_the_second_is_told_what_the_case_became(
    sessions: Sessions,
) -> None:
    reference = received(sessions)
    one = a_writing(sessions, reference, ASSIGN, "sun")
    other = a_writing(sessions, reference, Note(), "hong")
    assert written(sessions, one).written
    late = written(sessions, other)
    assert not late.written
    assert late.case.handler == "han"
    assert entries(sessions, reference) == ["received", "assigned"]


def test_many_different_changes_at_once_leave_one_unbroken_line(sessions: Sessions) -> None:
    reference = received(sessions)

    def note_until_written(_: int) -> None:
        key = str(uuid4())
        while not written(
            sessions, a_writing(sessions, reference, Note(), "hong", key=key)
        ).written:
            pass

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(note_until_written, range(12)))
    with sessions() as session:
        rows = session.scalars(
            select(JournalRow).where(JournalRow.reference == reference).order_by(JournalRow.version)
        ).all()
    assert [row.version for row in rows] == list(range(1, 14))
    assert [row.previous_hash for row in rows[1:]] == [row.hash for row in rows[:-1]]


def test_a_change_from_the_past_or_the_future_is_not_written(sessions: Sessions) -> None:
    reference = received(sessions)
    writing = a_writing(sessions, reference, ASSIGN, "sun")
    for version in (1, 3):
        ahead = replace(writing, case=replace(writing.case, version=version))
        assert not written(sessions, ahead).written
    assert entries(sessions, reference) == ["received"]


def test_another_entry_under_the_same_key_is_not_taken_for_this_one(sessions: Sessions) -> None:
    reference = received(sessions)
    first = next_step(standing(sessions, reference).clocks)
    assert first is not None
    done(sessions, reference, Note(), "hong", key=first.key)
    now = standing(sessions, reference)
    with pytest.raises(KeyTaken, match=r"step/reply/warning-1 is noted, and not warned"):
        written(sessions, a_step(now.case, first, first.fires_at))
    with pytest.raises(KeyTaken):
        done(sessions, reference, Note(), "hugo", key=first.key)
    assert entries(sessions, reference) == ["received", "noted"]


def test_every_key_that_redress_writes_under_is_reserved(sessions: Sessions) -> None:
    reference = received(sessions)
    climbed(sessions, reference, steps=3)
    with sessions() as session:
        keys = session.scalars(select(JournalRow.key).where(JournalRow.reference == reference))
        assert [is_reserved(key) for key in keys] == [True] * 4


def test_a_case_nobody_received_is_refused(sessions: Sessions) -> None:
    writing = a_writing(sessions, received(sessions), ASSIGN, "sun")
    stranger = replace(writing, case=replace(writing.case, reference="C-1999-000001"))
    with pytest.raises(Refused, match="unknown_reference"):
        written(sessions, stranger)


def test_the_yes_to_a_command_is_in_the_same_commit_as_its_entry_and_is_still_delivered(
    sessions: Sessions,
) -> None:
    reference = received(sessions)
    with sessions.begin() as session:
        store_command(
            session,
            command_id="command-of-the-same-commit",
            reference=reference,
            act=ASSIGN,
            words={"note": "please be quick"},
            by=actor("sun"),
            seen_version=1,
        )
    written(
        sessions, a_writing(sessions, reference, ASSIGN, "sun", key="command-of-the-same-commit")
    )
    with sessions() as session:
        command = read_command(session, "command-of-the-same-commit")
        entry = session.get_one(JournalRow, (reference, 2))
        waiting = select(OutboxRow.key).where(OutboxRow.key == "command-of-the-same-commit")
        # An engine that dies now has forgotten what it heard, and must be told again.
        assert session.scalars(waiting).all(), "nobody would tell the workflow again"
    assert command.status is CommandStatus.ACCEPTED
    assert entry.words == {"note": "please be quick"}


def test_a_command_that_was_refused_never_takes_effect_afterwards(sessions: Sessions) -> None:
    reference, key = received(sessions), str(uuid4())
    with sessions.begin() as session:
        store_command(
            session, command_id=key, reference=reference, act=Note(), words={"note": "x"},
            by=actor("hong"), seen_version=None,
        )  # fmt: skip
    heard_again = a_writing(sessions, reference, Note(), "hong", key=key)
    with sessions.begin() as session:
        answer_command(session, key, Refused(Refusal.NOT_YOUR_ROLE, roles="hr"))
    before = standing(sessions, reference)
    assert written(sessions, heard_again) == before
    assert entries(sessions, reference) == ["received"]
    with sessions() as session:
        assert read_command(session, key).status is CommandStatus.REFUSED


def test_a_clock_that_applies_no_longer_is_gone_from_the_rows(sessions: Sessions) -> None:
    reference = received(sessions, policy="head-office", channel=Channel.INTERNET)
    before = standing(sessions, reference)
    assert [clock.key for clock in before.clocks] == ["forward", "reply"]
    by_telephone = replace(before.case, channel=Channel.PHONE, version=2)
    entry = Entry(key="sorted", event=Classify.event, by="sun", at=MONDAY, facts={})
    with sessions.begin() as session:
        write(session, Change(case=by_telephone, entry=entry))
    with sessions() as session:
        keys = select(ClockRow.key).where(ClockRow.reference == reference)
        assert session.scalars(keys).all() == ["reply"]


def test_another_class_moves_the_same_clock_to_another_limit(sessions: Sessions) -> None:
    reference = received(sessions)
    done(sessions, reference, Classify(category=Category.SERVICE_PRODUCT), "sun")
    with sessions() as session:
        row = session.get_one(ClockRow, (reference, "reply"))
    assert row.derivation["limit"] == "reply-complex"
    assert row.derivation["within"] == "10 working days"
    assert row.planned_in_version == 2


def test_the_row_names_the_clock_that_is_due_first(sessions: Sessions) -> None:
    reference = received(sessions, channel=Channel.INTERNET)
    with sessions() as session:
        row = session.get_one(CaseRow, reference)
        first = session.get_one(ClockRow, (reference, row.next_clock))
        others = select(func.min(ClockRow.due_at)).where(ClockRow.reference == reference)
        assert row.next_clock == "forward"
        assert row.next_due_at == first.due_at == session.scalar(others)


def test_a_step_is_heard_by_the_supervisor_while_nobody_has_the_case(sessions: Sessions) -> None:
    reference = received(sessions)
    after = climbed(sessions, reference, steps=1)
    assert [(each.step, each.receiver) for each in after.case.fired] == [("warning-1", "sun")]


def test_each_rung_leaves_one_task_and_the_last_a_draft_for_the_regulator(
    sessions: Sessions,
) -> None:
    reference = received(sessions)
    climbed(sessions, reference, steps=5)
    with sessions() as session:
        heard = select(TaskRow.person).where(TaskRow.reference == reference)
        heard = heard.where(TaskRow.facts["clock"].astext == "reply")
        rungs = heard.where(TaskRow.kind == TaskKind.ACKNOWLEDGE).order_by(TaskRow.id)
        assert session.scalars(rungs).all() == ["sun", "hong", "lin"]
        drafts = select(RegulatorReportRow).where(RegulatorReportRow.reference == reference)
        assert [draft.facts["unit"] for draft in session.scalars(drafts)] == ["harbour-outlet"]
        row = session.get_one(CaseRow, reference)
        assert (row.breaches, row.rungs, row.status) == (1, 3, "received")


def test_a_reply_finishes_the_tasks_its_clock_had_opened(sessions: Sessions) -> None:
    reference = received(sessions)
    climbed(sessions, reference, steps=3)
    done(sessions, reference, ASSIGN, "sun")
    late = MONDAY + timedelta(days=10)
    done(sessions, reference, REPLY, "han", at=late, words=REPLY_WORDS)
    with sessions() as session:
        heard = select(TaskRow).where(TaskRow.reference == reference, TaskRow.kind == "acknowledge")
        tasks = session.scalars(heard).all()
    assert [(task.done_by, task.done_at) for task in tasks] == [("han", late)]


@pytest.mark.parametrize(("named", "taken"), [("sun", ["han"]), ("hugo", [])])
def test_a_case_is_asked_back_from_whoever_works_below_a_person_named_later(
    sessions: Sessions, named: str, taken: list[str]
) -> None:
    reference = received(sessions)
    done(sessions, reference, ASSIGN, "ines")
    done(sessions, reference, NamePerson(person=named), "sun", words=("reason",))
    with sessions() as session:
        asked = select(CommandRow).where(CommandRow.reference == reference)
        kinds = [each.act for each in session.scalars(asked) if each.act["kind"] == "take_back"]
    assert [each["handler"] for each in kinds] == taken


def test_a_case_is_closed_when_it_was_closed_and_open_again_when_reopened(
    sessions: Sessions,
) -> None:
    reference = received(sessions)
    done(sessions, reference, ASSIGN, "sun")
    done(sessions, reference, REPLY, "han", words=REPLY_WORDS)
    settled = Dispose(validity=Validity.VALID, responsibility=Responsibility.BANK)
    done(sessions, reference, settled, "han", words=("measures",))
    closed_at = datetime(2026, 11, 10, 3, 0, tzinfo=UTC)
    done(sessions, reference, Close(), "han", at=closed_at)
    with sessions() as session:
        assert session.get_one(CaseRow, reference).closed_at == closed_at
    done(sessions, reference, Note(), "hong", at=closed_at + timedelta(days=1))
    with sessions() as session:
        assert session.get_one(CaseRow, reference).closed_at == closed_at
    done(sessions, reference, Reopen(), "sun", at=closed_at + timedelta(days=2), words=("reason",))
    with sessions() as session:
        assert session.get_one(CaseRow, reference).closed_at is None


@pytest.mark.parametrize(("comes_in", "taken"), [(True, []), (False, ["hugo"])])
def test_a_case_taken_up_again_is_asked_back_from_a_handler_who_left_while_it_was_closed(
    sessions: Sessions, comes_in: bool, taken: list[str]
) -> None:
    reference = received(sessions)
    done(sessions, reference, replace(ASSIGN, handler="hugo"), "sun")
    done(sessions, reference, REPLY, "hugo", words=REPLY_WORDS)
    settled = Dispose(validity=Validity.VALID, responsibility=Responsibility.BANK)
    done(sessions, reference, settled, "hugo", words=("measures",))
    done(sessions, reference, Close(), "hugo")
    hugo = update(PersonRow).where(PersonRow.id == "hugo")
    with sessions.begin() as session:
        session.execute(hugo.values(active=comes_in))
    try:
        done(sessions, reference, Reopen(), "sun", words=("reason",))
    finally:
        with sessions.begin() as session:
            session.execute(hugo.values(active=True))
    with sessions() as session:
        asked = select(CommandRow).where(CommandRow.reference == reference)
        acts = [each.act for each in session.scalars(asked) if each.act["kind"] == "take_back"]
    assert [each["handler"] for each in acts] == taken


def clocks_of(sessions: Sessions, reference: str) -> tuple[Clock, ...]:
    return standing(sessions, reference).clocks


def test_the_case_read_back_from_its_row_plans_the_same_clocks(sessions: Sessions) -> None:
    reference = received(sessions, channel=Channel.INTERNET)
    planned = done(sessions, reference, ASSIGN, "sun").clocks
    assert clocks_of(sessions, reference) == planned


def forged(sessions: Sessions, reference: str, **over: object) -> Change:
    """What somebody asks to be written who reaches the engine and no page."""
    case = replace(standing(sessions, reference).case, version=2, handler="hugo")
    entry = {"key": str(uuid4()), "event": Assign.event, "by": "sun", "at": MONDAY, "facts": {}}
    return Change(case=case, entry=Entry(**(entry | over)))  # type: ignore[arg-type]


def test_an_act_that_nobody_asked_for_is_not_written(sessions: Sessions) -> None:
    reference = received(sessions)
    with pytest.raises(NoCommand, match="assigned without a command"):
        written(sessions, forged(sessions, reference))
    assert entries(sessions, reference) == ["received"]


def test_a_command_counts_for_its_own_case_only(sessions: Sessions) -> None:
    reference, other = received(sessions), received(sessions)
    with sessions.begin() as session:
        a_command(session, other, ASSIGN, "sun", key=f"for {other}")
    with pytest.raises(NoCommand):
        written(sessions, forged(sessions, reference, key=f"for {other}"))
    assert entries(sessions, reference) == ["received"]


def test_nobody_takes_a_step_of_a_clock(sessions: Sessions) -> None:
    reference = received(sessions)
    now = standing(sessions, reference)
    step = next_step(now.clocks)
    assert step is not None
    due = a_step(now.case, step, step.fires_at)
    for entry in (
        replace(due.entry, by="sun"),
        replace(due.entry, key="step/reply/other"),
        replace(due.entry, key=str(uuid4())),
    ):
        with pytest.raises(NoCommand):
            written(sessions, replace(due, entry=entry))
    with pytest.raises(NoCommand):
        written(sessions, forged(sessions, reference, by=REDRESS))
    assert entries(sessions, reference) == ["received"]


def test_what_was_done_by_whom_and_when_is_what_the_command_says(sessions: Sessions) -> None:
    reference, key = received(sessions), str(uuid4())
    done_at = MONDAY + timedelta(hours=1)
    with sessions.begin() as session:
        a_command(session, reference, ASSIGN, "sun", key=key, at=done_at)
    told_otherwise = forged(
        sessions, reference, key=key, by="hong", at=MONDAY, event=Close.event, facts={"a": "b"}
    )
    assert written(sessions, told_otherwise).case.handler == "han"
    with sessions() as session:
        entry = session.get_one(JournalRow, (reference, 2))
    assert (entry.event, entry.by, entry.at) == ("assigned", "sun", done_at)
    assert entry.facts["handler"] == "han"


def test_what_the_rules_forbid_is_refused_also_when_the_engine_let_it_pass(
    sessions: Sessions,
) -> None:
    reference, key = received(sessions), str(uuid4())
    with sessions.begin() as session:
        a_command(session, reference, Close(), "han", key=key)  # a case that is not settled
    before = standing(sessions, reference)
    assert written(sessions, forged(sessions, reference, key=key)) == before
    with sessions() as session:
        asked = read_command(session, key)
    assert asked.status is CommandStatus.REFUSED
    assert asked.refusal is not None
    assert asked.refusal.code is Refusal.NOT_IN_THIS_STATUS
