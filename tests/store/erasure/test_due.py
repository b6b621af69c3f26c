"""Which cases are due, what keeps others, and that all that are due go once two have agreed."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from domain.acts import Erase, EraseWhenDue, LiftHold, Note, PutOnHold
from domain.approvals import ApprovalOutcome
from domain.case import Disposition
from domain.classification import Responsibility, Role, Severity, Validity, WithdrawalKind
from domain.errors import Refusal, Refused
from domain.retention import KeptFor, RetentionClass, class_of
from store.approvals.requests import decide
from store.cases.approved_acts import ask_for_act
from store.cases.commands import store_command
from store.cases.erasing import ALL_DUE, ask_for_all_due, carry_on, erasure_runs
from store.database import Sessions
from store.erasure.due import class_in_records, due_now
from store.tables import CaseRow, CommandRow
from store.values import CASE
from tests.agreement import agree
from tests.builders import MONDAY, actor
from tests.store.erasure.lives import MARK, a_closed_case, carried, done, erased, whole_dump

WITHDRAWN = Disposition(
    validity=Validity.VALID,
    responsibility=Responsibility.NOT_BANK,
    withdrawal=WithdrawalKind.VOLUNTARY,
)
SAID = {"reason": "a court asks for it"}


def refusal(sessions: Sessions, reference: str) -> Refused:
    with pytest.raises(Refused) as refused:
        erased(sessions, reference)
    return refused.value


def run_all(sessions: Sessions, *, by: str = "ada", with_: str = "hong") -> list[str]:
    """Erase all that are due, as the worker does: which cases were."""
    with sessions.begin() as session:
        asked = ask_for_all_due(session, by=actor(by), reason="yearly")
    with sessions.begin() as session:
        decide(
            session,
            asked.id,
            ApprovalOutcome.APPROVED,
            by=actor(with_),
            carry_out=lambda _session, _approval: None,
        )
    carry_on(sessions)
    with sessions() as session:
        keys = session.scalars(
            select(CommandRow.id).where(CommandRow.id.startswith(asked.id)).order_by(CommandRow.id)
        ).all()
    for key in keys:
        with sessions.begin() as session:
            carried(session, key.rpartition("/")[2], key, by)
    carry_on(sessions)
    return [key.rpartition("/")[2] for key in keys]


def test_what_is_due_is_counted_by_class_and_what_keeps_others_is_told(sessions: Sessions) -> None:
    a_closed_case(sessions)
    a_closed_case(sessions, ago=timedelta(days=3))
    held = a_closed_case(sessions)
    with sessions.begin() as session:
        done(session, held, PutOnHold(), "sun", SAID)
    with sessions() as session:
        due = due_now(session)
    assert (len(due.references), due.by_class) == (1, {RetentionClass.ORDINARY: 1})
    assert due.kept == {KeptFor.HELD: 1}


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"severity": Severity.MAJOR},
        {"restricted_to": (Role.DISCIPLINE,)},
        {"disposition": WITHDRAWN},
        {"disposition": replace(WITHDRAWN, withdrawal=None)},
        {"duplicate_of": "C-2026-000009"},
        {"steps_from": MONDAY},
        {"steps_from": MONDAY, "severity": Severity.MAJOR},
        {"steps_from": MONDAY, "disposition": WITHDRAWN},
    ],
)
def test_the_records_tell_the_class_of_a_case_as_the_rules_do(
    sessions: Sessions, change: dict[str, Any]
) -> None:
    reference = a_closed_case(sessions)
    with sessions.begin() as session:
        row = session.get_one(CaseRow, reference)
        case = replace(CASE.validate_python(row.state), **change)
        row.state, row.severity = CASE.dump_python(case, mode="json"), case.severity
        session.flush()
        assert session.scalar(select(class_in_records())) == class_of(case)
        assert (due_now(session).references == (reference,)) is (
            class_of(case) is not RetentionClass.MAJOR
        )


def test_cases_are_looked_through_a_few_at_a_time_and_none_twice(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.erasure.due.PAGE", 2)
    due = {a_closed_case(sessions) for _ in range(5)}
    with sessions() as session:
        found = due_now(session).references
    assert (set(found), len(found)) == (due, 5)


def test_a_held_case_is_kept_until_two_have_lifted_the_hold(sessions: Sessions) -> None:
    case = a_closed_case(sessions)
    with sessions.begin() as session:
        done(session, case, PutOnHold(), "sun", SAID)
    assert refusal(sessions, case).facts == {"kept_for": KeptFor.HELD}
    with sessions.begin() as session, pytest.raises(Refused) as alone:
        done(session, case, LiftHold(), "sun", SAID)
    assert alone.value.code is Refusal.TAKES_TWO
    with sessions.begin() as session:
        agree(session, "lift-1", case, LiftHold(), actor("sun"), actor("hong"), SAID)
        carried(session, case, "lift-1", "sun")
    assert erased(sessions, case).case.erased_at is not None


def test_a_case_is_kept_against_a_wish_for_as_long_as_the_bank_must(sessions: Sessions) -> None:
    case = a_closed_case(sessions, ago=timedelta(days=30))
    assert refusal(sessions, case).code is Refusal.KEPT_UNTIL


def test_nobody_erases_alone_whatever_they_send(sessions: Sessions) -> None:
    case = a_closed_case(sessions)
    for act, by in (
        (Erase(), "sun"),
        (Erase(approved_by="hong"), "sun"),
        (EraseWhenDue(agreement="none", approved_by="hong"), "ada"),
    ):
        with sessions.begin() as session, pytest.raises(Refused) as refused:
            store_command(
                session,
                command_id=f"alone-{act.kind}-{by}-{act.approved_by}",
                reference=case,
                act=act,
                words=SAID if isinstance(act, Erase) else {},
                by=actor(by),
                seen_version=None,
            )
        assert refused.value.code is Refusal.TAKES_TWO


def test_nothing_is_written_in_an_erased_case_any_more(sessions: Sessions) -> None:
    case = a_closed_case(sessions)
    erased(sessions, case)
    with sessions.begin() as session, pytest.raises(Refused) as refused:
        done(session, case, Note(), "sun", {"note": MARK})
    assert refused.value.code is Refusal.ERASED
    with sessions.begin() as session, pytest.raises(Refused) as again:
        ask_for_act(
            session,
            command_id="again",
            reference=case,
            act=Erase(),
            words={"reason": MARK},
            by=actor("sun"),
            seen_version=None,
        )
    assert again.value.code is Refusal.ERASED


def test_all_that_are_due_go_once_two_have_agreed_and_no_other(sessions: Sessions) -> None:
    due = sorted(a_closed_case(sessions) for _ in range(2))
    young = a_closed_case(sessions, ago=timedelta(days=400), word="untouched-1234")
    before = whole_dump(sessions).count("untouched-1234")
    assert run_all(sessions) == due
    assert MARK not in whole_dump(sessions)
    assert whole_dump(sessions).count("untouched-1234") == before, young
    with sessions() as session:
        (run,) = erasure_runs(session)
    assert (run.cases, run.done, run.refused, run.is_under_way) == (2, 2, 0, False)
    assert run.request.subject == ALL_DUE


def test_a_hold_that_came_after_the_agreement_keeps_its_case(sessions: Sessions) -> None:
    first, second = sorted(a_closed_case(sessions) for _ in range(2))
    with sessions.begin() as session:
        asked = ask_for_all_due(session, by=actor("ada"), reason="yearly")
        decide(
            session,
            asked.id,
            ApprovalOutcome.APPROVED,
            by=actor("hong"),
            carry_out=lambda _session, _approval: None,
        )
    with sessions.begin() as session:
        done(session, second, PutOnHold(), "sun", SAID)
    carry_on(sessions)
    with sessions() as session:
        keys = session.scalars(select(CommandRow.id).where(CommandRow.id.startswith(asked.id)))
        assert list(keys) == [f"{asked.id}/{first}"]


def test_where_nothing_is_due_nothing_is_asked_for(sessions: Sessions) -> None:
    a_closed_case(sessions, ago=timedelta(days=30))
    with sessions.begin() as session, pytest.raises(Refused) as refused:
        ask_for_all_due(session, by=actor("ada"), reason="yearly")
    assert refused.value.code is Refusal.NONE_DUE
