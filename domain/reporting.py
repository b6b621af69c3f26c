"""Reports that units owe again and again: who owes which, for which reporting period, and when.

Folds over what happened. A report with nothing in it is a report all the same: units without
complaints say so (D-39).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from domain.case import BREACH, Case, is_of_a_task
from domain.classification import (
    Business,
    Category,
    Cause,
    Counting,
    Level,
    Responsibility,
    Role,
    Satisfaction,
    Validity,
)
from domain.complaint import BadInput, Flaw, flaws_of_free_text
from domain.directory import BankUnit, Directory
from domain.hand_over import HandOverKind
from domain.periodicals import Periodical
from domain.policy import CaseRules
from domain.relations import named_in
from domain.statistics import counting_of
from domain.working_time import WorkingCalendar

ONE_DAY = timedelta(days=1)


class Cadence(StrEnum):
    """How often something is owed, as a pack writes it."""

    DAY = "day"
    WORKING_DAY = "working-day"
    HALF_MONTH = "half-month"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half-year"
    YEAR = "year"
    WHEN_NEEDED = "when-needed"
    """Never owed: whoever writes one says of which days (A-58)."""


class Form(StrEnum):
    """What a report is made of, as a pack writes it."""

    CLASSIFIED = "classified"
    """How many complaints, by category, counting, cause and unit."""
    REGISTER = "register"
    """The complaints one by one."""
    APPRAISAL = "appraisal"
    """Items for the appraisal of people."""
    CHECK = "check"
    """The word that something was looked at, such as the opinion book: due at close of business."""


class CheckStanding(StrEnum):
    """How a daily check stands on one day."""

    OPEN = "check_open"
    CONFIRMED = "check_confirmed"
    MISSED = "check_is_missed"
    """Nobody had confirmed it at close of business, and nobody has since."""
    CONFIRMED_LATE = "check_confirmed_late"
    """Confirmed after close of business: it stays late for good."""


def reporting_periods(
    cadence: Cadence, since: date, until: date, is_working_day: Callable[[date], bool]
) -> Iterator[tuple[date, date]]:
    """Every reporting period that has begun, oldest first: from the one `since` lies in to the one
    `until` lies in. What is due on working days is not due on others.
    """
    if cadence is Cadence.WHEN_NEEDED:
        return
    day = since
    while day <= until:
        begins, ends = reporting_period_of(cadence, day)
        if cadence is not Cadence.WORKING_DAY or is_working_day(day):
            yield begins, ends
        day = ends + ONE_DAY


def reporting_period_of(cadence: Cadence, day: date) -> tuple[date, date]:
    """The reporting period that a day lies in: its first and its last day. Of a report that is
    never owed the day by itself, for its days are whatever its author says.
    """
    match cadence:
        case Cadence.DAY | Cadence.WORKING_DAY | Cadence.WHEN_NEEDED:
            return day, day
        case Cadence.HALF_MONTH if day.day <= 15:
            return day.replace(day=1), day.replace(day=15)
        case Cadence.HALF_MONTH:
            return day.replace(day=16), _end_of_month(day)
        case _:
            months = _MONTHS[cadence]
            first = day.replace(day=1, month=(day.month - 1) // months * months + 1)
            return first, _end_of_month(first.replace(month=first.month + months - 1))


_MONTHS = {Cadence.MONTH: 1, Cadence.QUARTER: 3, Cadence.HALF_YEAR: 6, Cadence.YEAR: 12}


def _end_of_month(day: date) -> date:
    beyond = day.replace(day=28) + timedelta(days=4)
    return beyond - timedelta(days=beyond.day)


SENDERS = ("every", "key", "ordinary", *Level)
"""Who may owe a report, as a pack writes it."""


def sends(periodical: Periodical, unit: BankUnit, units: Mapping[str, BankUnit]) -> bool:
    """Whether a unit owes this report: `key` and `ordinary` are tier-1 branches (A-56), else a
    level. A desk within a unit of its own level, such as a hotline, reports with that unit.
    """
    within = units.get(unit.parent) if unit.parent else None
    is_desk = within is not None and within.level is unit.level
    match periodical.senders:
        case "every":
            return True
        case "key":
            return unit.is_key
        case "ordinary":
            return unit.level is Level.TIER_1 and not unit.is_key and not is_desk
        case level:
            return unit.level == level and not is_desk


def due_day(periodical: Periodical, ends: date, calendar: WorkingCalendar) -> date:
    """By which day a report is owed: the pack's working days after the period, or its last day."""
    later = periodical.due_working_days
    return calendar.add_working_days(ends, later) if later else ends


def due_instant(periodical: Periodical, ends: date, calendar: WorkingCalendar) -> datetime:
    """Until when: close of business of that day (A-26); of a report that is owed with the last day
    of its period, which may be a day off, the end of that day.
    """
    day = due_day(periodical, ends, calendar)
    if periodical.form == Form.CHECK or periodical.due_working_days:
        return calendar.closing(day)
    return calendar.at(day + ONE_DAY, timedelta())


def first_day_to_submit(periodical: Periodical, ends: date) -> date:
    """From which day on a report may be submitted: the last day of its period, where it is owed
    with that day; else the day after, when no complaint can come in any more.
    """
    is_owed_with_it = not periodical.due_working_days and is_owed(periodical)
    return ends if is_owed_with_it else ends + ONE_DAY


def is_owed(periodical: Periodical) -> bool:
    """Whether it falls due at all; what is written when there is cause never does (A-58)."""
    return periodical.cadence != Cadence.WHEN_NEEDED


def announced_at(
    periodical: Periodical, ends: date, calendar: WorkingCalendar, working_days_before: int
) -> datetime | None:
    """When whoever owes a report is told that it falls due: as an office opens. None for what is
    owed every day, which stands under My tasks instead.
    """
    if periodical.cadence in (Cadence.DAY, Cadence.WORKING_DAY):
        return None
    due = due_day(periodical, ends, calendar)
    return calendar.opening(calendar.add_working_days(due, -working_days_before))


def owes(unit: str, directory: Directory) -> str | None:
    """Who answers for the reports of a unit: its nearest supervisor, or whoever stands in."""
    return directory.receiver(Role.SUPERVISOR, unit) or directory.receiver(Role.HR, unit)


REGULATOR = "regulator"
"""Where a report goes that the liaison hands on (E-05)."""

WHOLE_BANK = "bank"
"""Where a circular goes: to whoever leads a unit, every one of them (A-14)."""

RECEIVERS = (REGULATOR, WHOLE_BANK, *Level, *Role)
"""Where a report may go, as a pack writes it."""


def receivers_of(periodical: Periodical, unit: str, directory: Directory) -> tuple[str, ...]:
    """Whom a submitted report reaches, each once: one office, or whoever leads any unit of the bank
    that is open."""
    if periodical.to == WHOLE_BANK:
        open_units = (each.id for each in directory.units.values() if not each.is_closed)
        found = [directory.receiver(Role.SUPERVISOR, each) for each in sorted(open_units)]
    else:
        found = [receiver_of(periodical, unit, directory)]
    return tuple(dict.fromkeys(each for each in found if each is not None))


def receiver_of(periodical: Periodical, unit: str, directory: Directory) -> str | None:
    """Whom a submitted report reaches: the office the pack names, from the unit upward; for what
    goes to the supervisor or to a level, the one above who leads there; for the regulator, the
    liaison.
    """
    to = periodical.to
    if to == REGULATOR:
        return directory.receiver(Role.REGULATOR_LIAISON, unit)
    if to in set(Level):
        above = directory.unit_at(unit, Level(to))
        return directory.receiver(Role.UNION, above) or directory.receiver(Role.SUPERVISOR, above)
    if to == Role.SUPERVISOR:
        above = directory.units[unit].parent or unit
        return directory.receiver(Role.SUPERVISOR, above)
    return directory.receiver(Role(to), unit) if to in set(Role) else None


def flaws_of_words(
    periodical: Periodical, words: Mapping[str, str], longest: int
) -> Iterator[Flaw]:
    """Everything wrong with what somebody wrote in a report: a part is empty or too long
    (`longest` characters), or says what does not belong into free text."""
    for part in periodical.written:
        text = words.get(part.name, "")
        if not text.strip():
            yield Flaw.of(part.name, BadInput.EMPTY)
        yield from flaws_of_free_text(part.name, text, longest)


def hear_of_overdue(periodical: Periodical, unit: str, directory: Directory) -> tuple[str, ...]:
    """Who hears that a report is overdue, or a daily check missed: the head of the unit, who owes
    it (A-26), or whoever stands in; and the supervisor above, or in the head office whom the pack
    reports it to.
    """
    owing = owes(unit, directory)
    here = directory.people[owing].unit if owing else unit
    above = directory.units[here].parent if here in directory.units else None
    never = frozenset({owing} if owing else ())
    over = directory.holder(Role.SUPERVISOR, above, never=never) if above else None
    if over is None and periodical.to in set(Role):
        over = directory.receiver(Role(periodical.to), here, never=never)
    return tuple(each for each in (owing, over) if each is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Classified:
    """A classified report: how many cases, counted and by what (A-12, A-57, D-39)."""

    received: int
    settled: int
    late: int
    """Cases of which a time limit ran out, whatever became of them."""
    settled_in_time: int
    """Settled cases of which no time limit ran out."""
    asked: int
    """Cases whose customer was asked afterwards and answered."""
    satisfied: int
    own_fault: int
    """Settled cases in which the bank was at fault, alone or with the customer (A-08, D-20)."""
    by_counting: Mapping[Counting, int]
    by_category: Mapping[Category | None, int]
    """All eight, zeros too (A-57); None for what nobody has classified yet."""
    by_business: Mapping[Business | None, int]
    """All of them, zeros too (D-37); None for what nobody has said yet."""
    by_unit: Mapping[str, int]
    staff_errors: int
    """Cases with a business error among their causes."""
    process_causes: Mapping[Cause, int]
    """The causes that lie with waiting and windows, which no single person answers for."""

    @property
    def counted(self) -> int:
        """How many go into the statistics as complaints."""
        return self.by_counting[Counting.COUNTED]


def classified(cases: Iterable[Case], conduct_of: Callable[[Case], CaseRules]) -> Classified:
    """The report over these cases, each counted by its own rules; all zero when there are none."""
    cases = tuple(cases)
    ended = [case.disposition for case in cases if case.disposition and case.is_settled]
    causes = Counter(cause for each in ended for cause in each.causes)
    counting = Counter(counting_of(case, conduct_of(case)) for case in cases)
    categories = Counter(case.category for case in cases)
    businesses = Counter(case.business for case in cases)
    answers = [
        case.verdicts[-1].satisfaction
        for case in cases
        if case.verdicts and case.verdicts[-1].satisfaction is not Satisfaction.NOT_REACHED
    ]
    return Classified(
        received=len(cases),
        settled=len(ended),
        late=sum(_was_late(case) for case in cases),
        settled_in_time=sum(case.is_settled and not _was_late(case) for case in cases),
        asked=len(answers),
        satisfied=sum(each is Satisfaction.SATISFIED for each in answers),
        own_fault=sum(each.responsibility is not Responsibility.NOT_BANK for each in ended),
        by_counting={each: counting[each] for each in Counting},
        by_category={each: categories[each] for each in Category}
        | ({None: categories[None]} if categories[None] else {}),
        by_business={each: businesses[each] for each in Business}
        | ({None: businesses[None]} if businesses[None] else {}),
        by_unit=Counter(sorted(case.unit for case in cases)),
        staff_errors=causes[Cause.BUSINESS_ERROR],
        process_causes={cause: causes[cause] for cause in Cause if cause in PROCESS & set(causes)},
    )


PROCESS = frozenset(
    {Cause.LONG_WAIT_SIMPLE, Cause.LONG_WAIT_DURING, Cause.NOT_CALLED, Cause.WINDOWS_CLOSED}
)
"""Causes three to six of the analysis: the process, not the person (S-12, S-15)."""


def _was_late(case: Case) -> bool:
    """Whether a limit of the complaint ran out; that an office was slow is its own affair."""
    return any(each.step == BREACH and not is_of_a_task(each.clock) for each in case.fired)


class Weighs(StrEnum):
    """Whether something counts for or against a person."""

    FOR = "for"
    AGAINST = "against"


POINTS_AT_MOST = 20
"""Of the plus and minus part of a customer manager's score (S-41)."""

HANDED_OVER_AS: Mapping[HandOverKind, Weighs] = {
    HandOverKind.PENALTY: Weighs.AGAINST,
    HandOverKind.UNDOING: Weighs.FOR,
    HandOverKind.COMMENDATION: Weighs.FOR,
}
"""How what is handed over to human resources counts in the plus and minus part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppraisalItem:
    """Something for the plus and minus part of a person's appraisal (S-41, S-61)."""

    person: str
    reference: str
    weighs: Weighs
    points_at_most: int = POINTS_AT_MOST


def appraisal_items(cases: Iterable[Case]) -> tuple[AppraisalItem, ...]:
    """Justified complaints that somebody answers for, and commendations."""
    return tuple(
        AppraisalItem(person=person, reference=case.reference, weighs=weighs)
        for case in cases
        for weighs, persons in (
            (Weighs.AGAINST, answerable_in(case)),
            (Weighs.FOR, frozenset(each.person for each in case.commendations)),
        )
        for person in sorted(persons)
    )


def answerable_in(case: Case) -> frozenset[str]:
    """Who answers for a justified complaint: whoever was found responsible and did not have that
    taken back; where nothing was found of anybody, the persons complained about.
    """
    if not is_justified(case):
        return frozenset()
    if case.findings:
        return frozenset(each.person for each in case.findings if each.stands)
    return named_in(case)


def is_justified(case: Case) -> bool:
    """Whether it ended with being found valid, and the bank not without fault."""
    ended = case.disposition
    return (
        ended is not None
        and case.is_settled
        and ended.validity is Validity.VALID
        and ended.responsibility is not Responsibility.NOT_BANK
    )
