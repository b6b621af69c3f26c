"""What every act has in common: who may, when, with which words, and what it changes."""

import abc
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Self

from domain.acts.chosen import Approver
from domain.approvals import ApprovalKind
from domain.case import OPEN, Actor, Case, Status
from domain.classification import Role
from domain.clocks.ledger import Clock
from domain.consequences import with_consequences
from domain.errors import Refusal, Refused
from domain.events import Event
from domain.journal import Change, Entry
from domain.permission_names import Permission
from domain.permissions import may_in, might_in, not_your_role
from domain.policy import CaseRules
from domain.relations import is_closed_to, kept_out
from domain.tasks.giving import what_holds_up


class Need(StrEnum):
    """Whether a text must be there for the act to be taken."""

    REQUIRED = "required"
    OPTIONAL = "optional"


INTERNAL = frozenset({"persons", "lessons"})
"""Texts that stay in the bank, whichever act they come with: what is thought of the persons
responsible, and what is learned. The slip of a reply holds them; nothing that is sent to a customer
or a sender does (A-53)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActContext:
    """The circumstances an act is judged in."""

    by: Actor
    at: datetime
    """When the person did it (UTC), not when a machine heard of it: it survives every replay."""
    words: frozenset[str]
    """Names of the texts that came with the act; the texts themselves stay in PostgreSQL."""
    conduct: CaseRules
    clocks: tuple[Clock, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Act(abc.ABC):
    """Something a person does to a case. Subclasses carry its facts and say what it changes."""

    kind: str
    """Names the act in a stored command and in a pack's gates."""

    event: ClassVar[Event]
    """What the journal calls it, in the past tense."""
    permission: ClassVar[Permission]
    """What of the table of rights it takes."""
    statuses: ClassVar[frozenset[Status]] = OPEN
    leads_to: ClassVar[frozenset[Status]] = frozenset()
    """Where the case may stand afterwards; an act that names nothing leaves it where it stood."""
    words: ClassVar[Mapping[str, Need]] = {}
    for_customer: ClassVar[frozenset[str]] = frozenset()
    """Those of its texts that the customer gets as they are written."""
    is_free_of_version: ClassVar[bool] = False
    """Whether it may be done from a page that others have overtaken, as adding a note may."""
    is_retired: ClassVar[bool] = False
    """Whether it is in histories only: nobody does it any more."""
    done_by: ClassVar[str | None] = None
    """Who alone does it that stands in no table of rights: the customer, for whom a link is the
    right to it, or Redress by itself; whatever became of the case. None for people's acts."""
    is_of_whom_it_is_about: ClassVar[bool] = False
    """Whether somebody does it about what is found of themselves, whom the case keeps out."""
    is_of_who_did_it: ClassVar[bool] = False
    """Whether it takes back what whoever does it has done, though they may read the case no more.
    Who that was is asked where the journal is."""
    is_upkeep: ClassVar[bool] = False
    """Whether it is done to all cases alike, without a look inside: restricted ones too."""

    @classmethod  # noqa: B027 - an act may have nothing to check
    def check(cls, case: Case, context: ActContext) -> None:
        """Raises `Refused` when this act cannot be done now, whatever its facts."""

    def takes_second_person(self, case: Case, conduct: CaseRules) -> ApprovalKind | None:
        """As what a second person must agree to it; None where one may do it."""
        return None

    @abc.abstractmethod
    def apply(self, case: Case, context: ActContext) -> Case:
        """The case afterwards; raises `Refused` when the facts will not do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovedAct(Act):
    """An act that may take two people: whoever asks for it does it, once the second has agreed."""

    approved_by: Annotated[str | None, Approver.SECOND_PERSON] = None

    def agreed(self, by: str, at: datetime) -> Self:
        """The act as it is done once this second person has agreed to it."""
        return replace(self, approved_by=by)


def decide(act: Act, case: Case, context: ActContext, seen_version: int | None) -> Case:
    """The case after an act, one version on; raises `Refused` with the rule that forbids it."""
    _permit(type(act), case, context.by, might_in)
    forbidden = context.conduct.forbids_person_complained_about
    if forbidden and not act.is_of_whom_it_is_about and context.by.person in kept_out(case):
        # A-36 speaks of the responsible head; nobody should judge a complaint about themselves.
        raise Refused(Refusal.PERSON_COMPLAINED_ABOUT)
    stale = seen_version is not None and seen_version < case.last_act_version
    if stale and not act.is_free_of_version:
        raise Refused(Refusal.CHANGED_MEANWHILE)
    missing = [
        name
        for name, need in act.words.items()
        if need is Need.REQUIRED and name not in context.words
    ]
    if missing:
        raise Refused(Refusal.WORDS_MISSING, missing=", ".join(missing))
    pass_gates(act.kind, case, context.conduct)
    act.check(case, context)
    return applied(act, case, context)


def applied(act: Act, case: Case, context: ActContext) -> Case:
    """The case after an act that was allowed, one version on; raises `Refused` when its facts will
    not do."""
    changed = act.apply(case, context)
    stands_in = act.leads_to or {case.status}
    assert changed.status in stands_in, f"{act.kind} led from {case.status} to {changed.status}"
    changed = with_consequences(
        changed, context.conduct, event=act.event, at=context.at, by=context.by.person
    )
    version = case.version + 1
    last = case.last_act_version if act.is_free_of_version else version
    return replace(changed, version=version, last_act_version=last)


def carried_out(
    act: Act, case: Case, context: ActContext, *, key: str, seen_version: int | None
) -> Change:
    """The change a command makes: the case after its act, and the journal entry that tells of it
    under the command's id; raises `Refused` with the rule that forbids it."""
    entry = Entry(key=key, event=act.event, by=context.by.person, at=context.at, facts=stated(act))
    return Change(case=decide(act, case, context, seen_version), entry=entry)


def permit(act: type[Act], case: Case, by: Actor) -> None:
    """Raises `Refused` when this role, or this status, does not allow the act at all."""
    _permit(act, case, by, may_in)


def _permit(
    act: type[Act],
    case: Case,
    by: Actor,
    granted: Callable[[Case, Permission, tuple[Role, ...]], bool],
) -> None:
    if case.erased_at is not None:
        raise Refused(Refusal.ERASED)
    if act.done_by is not None:
        if by.person != act.done_by or by.roles:
            raise not_your_role(act.permission)
        return
    if act.is_of_whom_it_is_about:
        return  # The act itself asks whether anything is found of them.
    if is_closed_to(case, by.roles) and not act.is_upkeep:
        raise Refused(Refusal.RESTRICTED, roles=", ".join(sorted(case.restricted_to)))
    if not granted(case, act.permission, by.roles):
        raise not_your_role(act.permission)
    if case.status not in act.statuses:
        raise Refused(Refusal.NOT_IN_THIS_STATUS, status=case.status)


def stated(act: Act) -> dict[str, str]:
    """What an act says, as its journal entry keeps it: plain text, in the order of its fields."""
    facts = {each.name: getattr(act, each.name) for each in fields(act) if each.name != "kind"}
    return {name: _plain(value) for name, value in facts.items() if value not in (None, ())}


def _plain(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(_plain(each) for each in value)
    return value.isoformat() if isinstance(value, datetime) else str(value)


def pass_gates(act: str, case: Case, conduct: CaseRules) -> None:
    """Raises `Refused` when the pack wants something done first, or wants this never done."""
    for gate in conduct.gates:
        if gate.act != act or not conduct.meets(case, gate.when):
            continue
        if gate.needs is None and "status" in gate.when:
            raise Refused(Refusal.NOT_IN_THIS_STATUS, status=case.status)
        if gate.needs is None:
            raise Refused(Refusal.FORBIDDEN_HERE, rule=gate.rule)
        if case.reached_since_reopening(gate.needs) is None:
            raise Refused(Refusal.GATE_CLOSED, needs=gate.needs, rule=gate.rule)
    task = what_holds_up(act, case, conduct)
    if task is not None:
        raise Refused(Refusal.TASK_FIRST, task=task.name, rule=task.rule)
