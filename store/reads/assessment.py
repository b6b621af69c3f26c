"""What units and people are assessed by: the cases of a period, as far as somebody has them
counted."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from operator import attrgetter

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.as_known import SORTED_BY, Heard, as_known
from domain.assessment import (
    AssessmentRules,
    Basis,
    Measurement,
    Sorted,
    measured,
    median_of,
    sets_of,
    sorted_cases,
)
from domain.case import Case
from domain.classification import Level
from domain.directory import under
from domain.events import Event
from domain.permission_names import Permission
from domain.policy import CaseRules
from domain.relations import Reader
from store.people.directory import read_units
from store.policies.packs import published_pack
from store.scope import cases_for, is_nobodys_own, visible_among
from store.tables import CaseRow, JournalRow, PersonRow
from store.values import CASE

GIVEN = (Event.ASSIGNED, Event.UNDONE)
"""What says who has a case from then on, if anybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorecard:
    """The indicators of one unit or person in one period."""

    of: str
    """The id of the unit or the person."""
    measurements: tuple[Measurement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitAssessment:
    """Everything one page says of a unit with those below it."""

    unit: Scorecard
    medians: Mapping[str, Decimal | None]
    """Of all units of its kind, by the name of the indicator; None where there are too few."""
    people: tuple[Scorecard, ...]
    visible: frozenset[str]
    """References behind the figures that its reader may open."""


class Assessment:
    """The complaints that were received in a period, each sorted into the sets of the formulas: as
    they stand now, or as known at an instant, by what had been written down by then.

    Figures are of those that its reader has counted; a median is of the whole bank, and of so many
    units that it tells of none. Who may have what counted is asked as of now, always.
    """

    def __init__(
        self,
        session: Session,
        reader: Reader,
        rules: AssessmentRules,
        begins_at: datetime,
        ends_at: datetime,
        known_at: datetime | None = None,
    ) -> None:
        self._session = session
        self._reader = reader
        self._rules = rules
        self._known_at = known_at
        self._units = read_units(session)
        self._parents = {each.id: each.parent for each in self._units.values()}
        self._of_period = CaseRow.received_at >= begins_at, CaseRow.received_at < ends_at
        counted = frozenset(
            session.scalars(
                select(CaseRow.reference).where(
                    cases_for(Permission.COUNT_CASE, reader), is_nobodys_own(), *self._of_period
                )
            )
        )
        official = tuple(self._official())
        self._counted = [each for each in official if each.reference in counted]
        self._sorted = _by_unit(official, self._conduct_of)
        self._sorted_counted = {
            unit: [each for each in those if each.reference in counted]
            for unit, those in self._sorted.items()
        }

    def of_unit(self, unit: str) -> Scorecard:
        """The figures of a unit with those below it."""
        return self._of_unit(unit, self._sorted_counted)

    def whole(self, unit: str) -> UnitAssessment:
        """The same with the medians of its kind and the people who work there."""
        card = self.of_unit(unit)
        people = tuple(self._people_of(unit))
        behind = {
            reference
            for each in (card, *people)
            for measurement in each.measurements
            for reference in measurement.cases
        }
        return UnitAssessment(
            unit=card,
            medians=self._medians(self._units[unit].level),
            people=people,
            visible=visible_among(self._session, self._reader, behind),
        )

    def _official(self) -> Iterator[Case]:
        """Every case of the period that no office has to itself, as it was known."""
        states = self._session.scalars(
            select(CaseRow.state)
            .where(is_nobodys_own(), *self._of_period)
            .order_by(CaseRow.received_at, CaseRow.reference)
        )
        told = self._told_since()
        levels = {each.id: each.level for each in self._units.values()}
        for state in states:
            case = CASE.validate_python(state)
            journal = told.get(case.reference)
            known = as_known(case, journal, levels) if journal else case
            if known is not None:
                yield known

    def _told_since(self) -> Mapping[str, Sequence[Heard]]:
        """The journals of the cases of which anything has been written down since."""
        if self._known_at is None:
            return {}
        of_period = JournalRow.reference.in_(select(CaseRow.reference).where(*self._of_period))
        moved = select(JournalRow.reference).where(
            of_period, JournalRow.event.in_(SORTED_BY), JournalRow.recorded_at > self._known_at
        )
        rows = self._session.execute(
            select(
                JournalRow.reference,
                JournalRow.event,
                JournalRow.at,
                JournalRow.facts,
                (JournalRow.recorded_at <= self._known_at).label("is_known"),
            )
            .where(JournalRow.reference.in_(moved), JournalRow.event.in_(SORTED_BY))
            .order_by(JournalRow.reference, JournalRow.version)
        )
        told: dict[str, list[Heard]] = defaultdict(list)
        for row in rows:
            told[row.reference].append(
                Heard(event=Event(row.event), at=row.at, facts=row.facts, is_known=row.is_known)
            )
        return told

    def _of_unit(self, unit: str, cases: Mapping[str, Sequence[Sorted]]) -> Scorecard:
        below = under(self._parents, unit) & cases.keys()
        those = sorted((each for place in below for each in cases[place]), key=_reference)
        return self._scorecard(unit, those, self._bases(unit))

    def _people_of(self, unit: str) -> Iterator[Scorecard]:
        """Whoever works there and has handled a case of the period, or was found responsible."""
        people = self._session.scalars(
            select(PersonRow.id)
            .where(PersonRow.unit == unit)
            .order_by(PersonRow.name, PersonRow.id)
        )
        handlers = self._handlers()
        for person in people.all():
            theirs = [
                each
                for each in self._counted
                if handlers.get(each.reference, each.handler) == person
                or any(found.person == person and found.stands for found in each.findings)
            ]
            if theirs:
                yield self._scorecard(person, sorted_cases(theirs, self._conduct_of, person), {})

    def _handlers(self) -> Mapping[str, str]:
        """Who was the last to be given each case: whoever is held responsible has it no more."""
        known = [JournalRow.recorded_at <= self._known_at] if self._known_at else []
        rows = self._session.execute(
            select(JournalRow.reference, JournalRow.facts["handler"].astext.label("handler"))
            .join(CaseRow, CaseRow.reference == JournalRow.reference)
            .where(JournalRow.event.in_(GIVEN), is_nobodys_own(), *self._of_period, *known)
            .order_by(JournalRow.version)
        )
        given = {row.reference: row.handler for row in rows}
        return {reference: handler for reference, handler in given.items() if handler}

    def _medians(self, level: Level) -> Mapping[str, Decimal | None]:
        of_kind = [each for each in self._units.values() if each.level is level]
        cards = [self._of_unit(each.id, self._sorted) for each in of_kind if not each.is_closed]
        return {
            indicator.name: median_of(
                (card.measurements[position] for card in cards), self._rules.fewest
            )
            for position, indicator in enumerate(self._rules.indicators)
        }

    def _bases(self, unit: str) -> Mapping[Basis, int | None]:
        below = [self._units[each] for each in under(self._parents, unit)]
        outlets = [each for each in below if each.level is Level.OUTLET and not each.is_closed]
        return {
            Basis.OUTLETS: len(outlets),
            Basis.PERSONAL_CUSTOMERS: self._rules.personal_customers.get(unit),
        }

    def _scorecard(
        self, of: str, cases: Sequence[Sorted], bases: Mapping[Basis, int | None]
    ) -> Scorecard:
        return Scorecard(
            of=of,
            measurements=tuple(
                measured(each, cases, bases, self._rules.fewest) for each in self._rules.indicators
            ),
        )

    def _conduct_of(self, case: Case) -> CaseRules:
        return published_pack(self._session, case.policy).conduct


_reference = attrgetter("reference")


def _by_unit(
    cases: Sequence[Case], conduct_of: Callable[[Case], CaseRules]
) -> dict[str, list[Sorted]]:
    """Each case with its sets, sorted once for all units that count it."""
    found: dict[str, list[Sorted]] = defaultdict(list)
    for case in cases:
        sets = sets_of(case, conduct_of(case))
        found[case.unit].append(Sorted(reference=case.reference, sets=sets))
    return found
