"""What takes a second person, and who may be that."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.acts import Act, ApprovedAct, Close, Dispose, Promise, ProposePenalty, Withdraw
from domain.approvals import DECIDED_WITH, TO_THE_WHOLE_BANK, Approval, ApprovalKind
from domain.case import Case
from domain.classification import Responsibility, Role, Severity, Validity, WithdrawalKind
from domain.permissions import holders
from domain.policy import CaseRules
from domain.relations import Reader, Relation, relations_of
from tests.bank import WHOLE
from tests.builders import MONDAY, a_case, some_conduct

RULES = some_conduct(redress_alone_up_to_fen=1_000_00, penalty_alone_up_to_fen=100_00)
OLD_RULES = some_conduct()
HANDLED = a_case(handler="han")
MAJOR = replace(HANDLED, severity=Severity.MAJOR)
FREELY = Withdraw(withdrawal=WithdrawalKind.VOLUNTARY)


def settled(yuan: int) -> Dispose:
    return Dispose(
        validity=Validity.VALID, responsibility=Responsibility.BANK, redress_fen=yuan * 100
    )


def fined(yuan: int) -> ProposePenalty:
    return ProposePenalty(schedule="attitude", post="direct_person", amount_fen=yuan * 100)


@pytest.mark.parametrize(
    ("act", "case", "rules", "kind"),
    [
        (settled(1_000), HANDLED, RULES, None),
        (settled(1_001), HANDLED, RULES, ApprovalKind.REDRESS),
        (settled(90_000), HANDLED, RULES, ApprovalKind.REDRESS),
        (settled(1), HANDLED, OLD_RULES, ApprovalKind.REDRESS),
        (settled(0), HANDLED, OLD_RULES, None),
        (Promise(amount_fen=1_000_00), HANDLED, RULES, None),
        (Promise(amount_fen=1_000_01), HANDLED, RULES, ApprovalKind.REDRESS),
        (fined(100), HANDLED, RULES, None),
        (fined(101), HANDLED, RULES, ApprovalKind.PENALTY),
        (fined(1), HANDLED, OLD_RULES, ApprovalKind.PENALTY),
        (FREELY, HANDLED, RULES, ApprovalKind.WITHDRAWAL),
        (replace(FREELY, evidence="ab" * 32), HANDLED, RULES, None),
        (Withdraw(withdrawal=WithdrawalKind.COERCED), HANDLED, RULES, None),
        (Close(), HANDLED, RULES, None),
        (Close(), MAJOR, RULES, ApprovalKind.CLOSE_MAJOR),
    ],
)
def test_an_act_takes_two_where_the_pack_says_so(
    act: Act, case: Case, rules: CaseRules, kind: ApprovalKind | None
) -> None:
    assert act.takes_second_person(case, rules) is kind
    assert isinstance(act, ApprovedAct)


def asked(kind: ApprovalKind, by: str = "han", subject: str = HANDLED.reference) -> Approval:
    return Approval(
        id="a-1", kind=kind, subject=subject, request={}, reason="said", requested_by=by,
        requested_at=MONDAY, expires_at=MONDAY + timedelta(days=7), at_console=None,
        decided_by=None, decided_at=None, outcome=None, note="", refusal=None, collected_at=None,
    )  # fmt: skip


def deciders(kind: ApprovalKind, case: Case = HANDLED, by: str = "han") -> set[str]:
    """Who of the whole bank may decide on a request about a case."""
    found = set()
    for person in WHOLE.people.values():
        below = WHOLE.directory.units
        who = Reader(
            person=person.id,
            roles=frozenset(person.roles),
            unit=person.unit,
            below=frozenset(
                unit
                for unit in below
                if unit != person.unit and person.unit in WHOLE.directory.line_of(unit)
            ),
        )
        relations = relations_of(
            who, case, took_in="hotline", charged=frozenset(), offices=frozenset()
        )
        if asked(kind, by).may_be_decided_by(who, relations):
            found.add(person.id)
    return found


@pytest.mark.parametrize(
    "kind",
    [kind for kind in ApprovalKind if DECIDED_WITH[kind] is DECIDED_WITH[ApprovalKind.REDRESS]],
)
def test_supervisors_of_the_line_and_hr_decide_on_a_case_and_nobody_else(
    kind: ApprovalKind,
) -> None:
    assert deciders(kind) == {"sun", "tess", "hong"}, "stan leads another outlet"


def test_nobody_decides_on_what_they_asked_for_themselves() -> None:
    assert deciders(ApprovalKind.CLOSE_MAJOR, by="sun") == {"tess", "hong"}


def test_the_handler_decides_nothing_about_the_own_case() -> None:
    handled_by_a_head = replace(HANDLED, handler="sun")
    assert deciders(ApprovalKind.REDRESS, handled_by_a_head, by="tess") == {"hong"}


def test_whom_the_case_names_or_keeps_out_decides_nothing_in_it() -> None:
    about_sun = replace(HANDLED, person_complained_about="sun", in_conflict=("hong",))
    assert deciders(ApprovalKind.WITHDRAWAL, about_sun) == {"tess"}


def test_in_a_case_an_office_has_to_itself_that_office_decides() -> None:
    handed = replace(HANDLED, restricted_to=(Role.DISCIPLINE,))
    assert deciders(ApprovalKind.REDRESS, handed) == {"dora", "dean"}


@pytest.mark.parametrize(
    "kind", [kind for kind in ApprovalKind if not DECIDED_WITH[kind].is_about_a_case]
)
def test_what_is_about_the_bank_is_decided_by_another_of_those_who_hold_the_permission(
    kind: ApprovalKind,
) -> None:
    request = asked(kind, by="ada", subject="alma")

    def may(person: str, *roles: Role) -> bool:
        who = Reader(person=person, roles=frozenset(roles), unit="head-office")
        return request.may_be_decided_by(who, TO_THE_WHOLE_BANK)

    for role in Role:
        assert may("anna", role) is (role in holders(DECIDED_WITH[kind])), role
        assert not may("ada", role), "who asked"
        assert not may("alma", role), "whom it is about"


def test_every_kind_has_somebody_who_decides_and_no_kind_is_decided_by_who_is_kept_out() -> None:
    assert set(DECIDED_WITH) == set(ApprovalKind)
    for kind in ApprovalKind:
        anybody = Reader(person="anna", roles=frozenset(Role), unit="head-office")
        near = frozenset(Relation) - {Relation.CLOSED, Relation.CONFLICT, Relation.NAMED}
        about_a_case = DECIDED_WITH[kind].is_about_a_case
        for barred in (Relation.CONFLICT, Relation.NAMED, Relation.ASSIGNED):
            relations = near - {Relation.ASSIGNED, Relation.ASKER}
            assert asked(kind).may_be_decided_by(anybody, relations)
            if about_a_case:
                assert not asked(kind).may_be_decided_by(anybody, relations | {barred})
