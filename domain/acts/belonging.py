"""Cases that may belong together: named by Redress, decided by a supervisor (H-04, D-14)."""

from dataclasses import dataclass, replace
from typing import Literal

from domain.acts.base import Act, ActContext, Need
from domain.acts.handling import marked
from domain.afterwards import Spotted
from domain.case import Case, Status
from domain.classification import Mark
from domain.errors import Refusal, Refused
from domain.events import Event
from domain.journal import REDRESS
from domain.permission_names import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class SpotBelonging(Act):
    """Name cases of the same unit that were settled with the same cause; each is named once."""

    kind: Literal["spot_belonging"] = "spot_belonging"
    cases: tuple[str, ...]

    event = Event.BELONGING_SPOTTED
    permission = Permission.SPOT
    statuses = frozenset(Status)
    is_free_of_version = True
    done_by = REDRESS

    def apply(self, case: Case, context: ActContext) -> Case:
        known = {case.reference, *case.linked, *named_before(case)}
        new = tuple(each for each in self.cases if each not in known)
        if not new:
            raise Refused(Refusal.NOTHING_SPOTTED)
        waiting = open_spotting(case)
        if waiting is None:
            return replace(case, spotted=(*case.spotted, Spotted(cases=new, at=context.at)))
        more = replace(waiting, cases=(*waiting.cases, *new))
        return replace(case, spotted=(*case.spotted[:-1], more))


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptBelonging(Act):
    """Say that they belong together: they are linked, and as many as the pack calls a group make
    one, unless it is closed by then.
    """

    kind: Literal["accept_belonging"] = "accept_belonging"

    event = Event.BELONGING_ACCEPTED
    permission = Permission.STEER
    statuses = frozenset(Status)
    words = {"note": Need.OPTIONAL}
    is_free_of_version = True

    @classmethod
    def check(cls, case: Case, context: ActContext) -> None:
        _require_open(case)

    def apply(self, case: Case, context: ActContext) -> Case:
        spotted = _require_open(case)
        together = tuple(dict.fromkeys((*case.linked, *spotted.cases)))
        linked = replace(_decided(case, context), linked=together)
        group = context.conduct.group_of
        if group is not None and len(together) + 1 >= group and not case.is_closed:
            return marked(linked, context.conduct, Mark.GROUP)
        return linked


@dataclass(frozen=True, slots=True, kw_only=True)
class DismissBelonging(Act):
    """Say, with a reason, that they do not; these cases are not named again."""

    kind: Literal["dismiss_belonging"] = "dismiss_belonging"

    event = Event.BELONGING_DISMISSED
    permission = Permission.STEER
    statuses = frozenset(Status)
    words = {"reason": Need.REQUIRED}
    is_free_of_version = True

    @classmethod
    def check(cls, case: Case, context: ActContext) -> None:
        _require_open(case)

    def apply(self, case: Case, context: ActContext) -> Case:
        return _decided(case, context)


def open_spotting(case: Case) -> Spotted | None:
    """What was named and nobody has decided."""
    newest = case.spotted[-1] if case.spotted else None
    return newest if newest is not None and newest.decided_at is None else None


def named_before(case: Case) -> frozenset[str]:
    """Every case that was ever named as one that may belong to this one."""
    return frozenset(each for spotted in case.spotted for each in spotted.cases)


def _require_open(case: Case) -> Spotted:
    spotted = open_spotting(case)
    if spotted is None:
        raise Refused(Refusal.NOTHING_SPOTTED)
    return spotted


def _decided(case: Case, context: ActContext) -> Case:
    decided = replace(case.spotted[-1], decided_at=context.at)
    return replace(case, spotted=(*case.spotted[:-1], decided))
