"""What units and people are assessed by: the cases of a period, as far as somebody has them
counted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.assessment import (
    AssessmentRules,
    Basis,
    Measurement,
    Sorted,
    measured,
    median_of,
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
    """The complaints that were received in a period, each sorted into the sets of the formulas.

    Figures are of those that its reader has counted; a median is of the whole bank, and of so many
    units that it tells of none.
    """

    def __init__(
        self,
        session: Session,
        reader: Reader,
        rules: AssessmentRules,
        begins_at: datetime,
        ends_at: datetime,
    ) -> None:
        self._session = session
        self._reader = reader
        self._rules = rules
        self._units = read_units(session)
        self._parents = {each.id: each.parent for each in self._units.values()}
        self._of_period = CaseRow.received_at >= begins_at, CaseRow.received_at < ends_at
        states = session.scalars(
            select(CaseRow.state)
            .where(is_nobodys_own(), *self._of_period)
            .order_by(CaseRow.received_at, CaseRow.reference)
        )
        self._official = [CASE.validate_python(state) for state in states]
        counted = session.scalars(
            select(CaseRow.reference).where(
                cases_for(Permission.COUNT_CASE, reader), is_nobodys_own(), *self._of_period
            )
        )
        self._counted = frozenset(counted)

    def of_unit(self, unit: str) -> Scorecard:
        """The figures of a unit with those below it."""
        cases = [each for each in self._official if each.reference in self._counted]
        return self._of_unit(unit, cases)

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

    def _of_unit(self, unit: str, cases: Sequence[Case]) -> Scorecard:
        below = under(self._parents, unit)
        those = [each for each in cases if each.unit in below]
        return self._scorecard(unit, sorted_cases(those, self._conduct_of), self._bases(unit))

    def _people_of(self, unit: str) -> Iterator[Scorecard]:
        """Whoever works there and has handled a case of the period, or was found responsible."""
        people = self._session.scalars(
            select(PersonRow.id).where(PersonRow.unit == unit).order_by(PersonRow.name)
        )
        handlers = self._handlers()
        cases = [each for each in self._official if each.reference in self._counted]
        for person in people.all():
            theirs = [
                each
                for each in cases
                if handlers.get(each.reference, each.handler) == person
                or any(found.person == person and found.stands for found in each.findings)
            ]
            if theirs:
                yield self._scorecard(person, sorted_cases(theirs, self._conduct_of, person), {})

    def _handlers(self) -> Mapping[str, str]:
        """Who was the last to be given each case: whoever is held responsible has it no more."""
        rows = self._session.execute(
            select(JournalRow.reference, JournalRow.facts["handler"].astext.label("handler"))
            .join(CaseRow, CaseRow.reference == JournalRow.reference)
            .where(JournalRow.event == Event.ASSIGNED, is_nobodys_own(), *self._of_period)
            .order_by(JournalRow.version)
        )
        return {row.reference: row.handler for row in rows}

    def _medians(self, level: Level) -> Mapping[str, Decimal | None]:
        of_kind = [each for each in self._units.values() if each.level is level]
        cards = [self._of_unit(each.id, self._official) for each in of_kind if not each.is_closed]
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
