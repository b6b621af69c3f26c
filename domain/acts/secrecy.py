"""Who must have no part in a case: the persons complained about, those too near to somebody in it,
and everybody but one office (A-08, A-36, A-43, C-16).
"""

from dataclasses import dataclass, replace
from typing import Annotated, Literal

from domain.acts.base import Act, ActContext, Need
from domain.acts.chosen import Chosen
from domain.acts.handling import severity_of
from domain.case import Case, Status
from domain.classification import Category
from domain.consequences import restricted_by
from domain.errors import Refusal, Refused
from domain.events import Event
from domain.permission_names import Permission
from domain.permissions import holds
from domain.relations import kept_out, named_in


@dataclass(frozen=True, slots=True, kw_only=True)
class NamePerson(Act):
    """Say that the complaint is about somebody (too), when that comes to light."""

    kind: Literal["name_person"] = "name_person"
    person: Annotated[str, Chosen.COLLEAGUE]

    event = Event.PERSON_NAMED
    permission = Permission.NAME_PERSON
    statuses = frozenset(Status)
    words = {"reason": Need.REQUIRED}

    def apply(self, case: Case, context: ActContext) -> Case:
        if self.person in named_in(case):
            raise Refused(Refusal.NAMED_ALREADY)
        return with_person_named(case, self.person)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnnamePerson(Act):
    """Say that the complaint is not about somebody after all."""

    kind: Literal["unname_person"] = "unname_person"
    person: Annotated[str, Chosen.NAMED]

    event = Event.PERSON_UNNAMED
    permission = Permission.NAME_PERSON
    statuses = frozenset(Status)
    words = {"reason": Need.REQUIRED}

    def apply(self, case: Case, context: ActContext) -> Case:
        if self.person not in named_in(case):
            raise Refused(Refusal.NOT_NAMED)
        left = [each for each in _named_in_order(case) if each != self.person]
        first, also = (left[0], tuple(left[1:])) if left else (None, ())
        return replace(case, person_complained_about=first, also_complained_about=also)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclareConflict(Act):
    """Say that oneself, or somebody one is responsible for, is too near to somebody in the case: a
    relative, an earlier handler. Who is in conflict neither reads nor decides anything in it.
    """

    kind: Literal["declare_conflict"] = "declare_conflict"
    person: Annotated[str, Chosen.COLLEAGUE]

    event = Event.CONFLICT_DECLARED
    permission = Permission.DECLARE_CONFLICT
    statuses = frozenset(Status)
    words = {"reason": Need.REQUIRED}

    def apply(self, case: Case, context: ActContext) -> Case:
        if self.person in kept_out(case):
            raise Refused(Refusal.NAMED_ALREADY)
        of_another = self.person != context.by.person
        if of_another and not holds(context.by.roles, Permission.NAME_PERSON):
            raise Refused(Refusal.ONLY_ONES_OWN_CONFLICT)
        return _without(replace(case, in_conflict=(*case.in_conflict, self.person)), self.person)


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftRestriction(Act):
    """Open the case to ordinary eyes again: the office it was handed to found nothing of the kind.
    The marks that closed it go; a category that closed it gives way to another.
    """

    kind: Literal["lift_restriction"] = "lift_restriction"
    category: Category | None = None

    event = Event.RESTRICTION_LIFTED
    permission = Permission.LIFT_RESTRICTION
    words = {"reason": Need.REQUIRED}

    @classmethod
    def check(cls, case: Case, context: ActContext) -> None:
        if not case.restricted_to:
            raise Refused(Refusal.NOT_RESTRICTED)

    def apply(self, case: Case, context: ActContext) -> Case:
        bare = replace(case, category=None, marks=())
        marks = tuple(
            mark
            for mark in case.marks
            if not restricted_by(replace(bare, marks=(mark,)), context.conduct)
        )
        opened = replace(
            case,
            category=self.category or case.category,
            marks=marks,
            severity=severity_of(case.amount_fen, marks, context.conduct),
            restricted_to=(),
        )
        if restricted_by(opened, context.conduct):
            raise Refused(Refusal.STILL_RESTRICTED)
        return opened


def with_person_named(case: Case, person: str) -> Case:
    """The case with somebody more complained about, and nothing left in their hands."""
    if case.person_complained_about is None:
        named = replace(case, person_complained_about=person)
    else:
        also = (*case.also_complained_about, person)
        named = replace(case, also_complained_about=also)
    return _without(named, person)


def _named_in_order(case: Case) -> tuple[str, ...]:
    first = (case.person_complained_about,) if case.person_complained_about else ()
    return (*first, *case.also_complained_about)


def _without(case: Case, person: str) -> Case:
    """The case with nothing left in their hands: unassigned, and no wish of theirs waits."""
    if case.handler == person:
        case = replace(case, handler=None)
    asked = case.extension_request
    if asked is not None and asked.requested_by == person:
        case = replace(case, extension_request=None)
    return case
