"""A case as its journal told of it by an instant: what it was judged by then can be told again.

The case as it stands is taken back to where the entries end that were known. From the same entries
it comes out the same, whenever it is asked for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.case import Case, Disposition, Status
from domain.classification import (
    Business,
    Category,
    Cause,
    Level,
    Mark,
    Responsibility,
    Validity,
    WithdrawalKind,
)
from domain.events import Event
from domain.findings import Finding, FindingStage

SORTED_BY = (
    Event.RECEIVED, Event.IMPORTED, Event.CLASSIFIED, Event.MARKED, Event.MARKED_DUPLICATE,
    Event.FORWARDED, Event.ASSIGNED, Event.UNDONE, Event.STARTED, Event.REPLIED,
    Event.DISPUTE_DECIDED, Event.BEYOND_AUTHORITY, Event.DISPOSED, Event.WITHDRAWN,
    Event.ANONYMOUS_FILED, Event.TREATED_AS_DEMAND, Event.CLOSED, Event.REOPENED,
    Event.APPEAL_DECIDED, Event.BREACHED, Event.FOLLOWED_UP, Event.SURVEY_ANSWERED,
    Event.FINDING_PROPOSED, Event.FINDING_REPLIED, Event.FINDING_DECIDED, Event.FINDING_APPEALED,
    Event.FINDING_APPEAL_DECIDED, Event.FINDING_REVERSED,
)  # fmt: skip
"""The entries that change what a case counts as."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """An entry of a journal, and whether it was written down by the instant that is asked about."""

    event: Event
    at: datetime
    facts: Mapping[str, str]
    is_known: bool


def as_known(case: Case, journal: Sequence[Heard], levels: Mapping[str, Level]) -> Case | None:
    """The case as far as an assessment or a report counts it: where it stood, how it was sorted,
    which limits had run out, how it ended, what its customer said, who was found responsible. None
    where nothing of it was known.

    :param journal: its entries of these kinds, in their order
    :param levels: of the units, for a unit whose entry does not say it
    """
    known = [each for each in journal if each.is_known]
    since = [each for each in journal if not each.is_known]
    if not known or not since:
        return case if known else None
    undone = {each.at for each in since} - {each.at for each in known}
    back = replace(
        case,
        milestones=tuple(each for each in case.milestones if each.at not in undone),
        fired=tuple(each for each in case.fired if each.at not in undone),
        verdicts=tuple(each for each in case.verdicts if each.at not in undone),
        findings=tuple(
            _found_by_then(each, undone) for each in case.findings if each.proposed_at not in undone
        ),
        category=_category(case, known, since),
        business=_business(case, known, since),
        marks=_marks(case, known, since),
        duplicate_of=None if _has(since, Event.MARKED_DUPLICATE) else case.duplicate_of,
        status=Status.RECEIVED,
        disposition=None,
        handler=None,
    )
    for each in known:
        back = _moved(back, each)
    unit = _unit(known)
    return replace(back, unit=unit[0], level=unit[1] or levels.get(unit[0], case.level))


def _has(entries: Sequence[Heard], event: Event) -> bool:
    return any(each.event == event for each in entries)


def _category(case: Case, known: Sequence[Heard], since: Sequence[Heard]) -> Category | None:
    """As it was sorted last; of a journal from before it told that of a receipt, as now unless it
    was sorted since."""
    said = [each.facts["category"] for each in known if each.facts.get("category")]
    if said:
        return Category(said[-1])
    return None if _has(since, Event.CLASSIFIED) else case.category


def business_told(facts: Mapping[str, str], before: str | None) -> str | None:
    """Which business a case is about once an entry has told it, or that nobody knows any more."""
    return None if facts.get("business_unsaid") else facts.get("business") or before


def _business(case: Case, known: Sequence[Heard], since: Sequence[Heard]) -> Business | None:
    if not any(_tells_business(each) for each in since):
        return case.business
    told: str | None = None
    for each in known:
        told = business_told(each.facts, told)
    return Business(told) if told else None


def _tells_business(entry: Heard) -> bool:
    return bool(entry.facts.get("business") or entry.facts.get("business_unsaid"))


def _marks(case: Case, known: Sequence[Heard], since: Sequence[Heard]) -> tuple[Mark, ...]:
    """Those that were not added since; sorted anew since, those of the entries that were known."""
    if not _has(since, Event.CLASSIFIED):
        added = {each.facts.get("mark") for each in since if each.event == Event.MARKED}
        return tuple(each for each in case.marks if each not in added)
    marks: dict[Mark, None] = {}
    for each in known:
        if each.event in (Event.RECEIVED, Event.IMPORTED, Event.CLASSIFIED):
            marks = dict.fromkeys(map(Mark, _listed(each.facts.get("marks"))))
        elif each.event == Event.MARKED:
            marks[Mark(each.facts["mark"])] = None
    return tuple(marks)


def _unit(known: Sequence[Heard]) -> tuple[str, Level | None]:
    """Which unit had it then, and its level where an entry says so."""
    unit, level = known[0].facts["unit"], ""
    for each in known[1:]:
        if each.event == Event.ASSIGNED:
            unit = each.facts.get("handler_unit", unit)
            level = each.facts.get("handler_level", "")
        elif each.event in (Event.FORWARDED, Event.DISPUTE_DECIDED, Event.UNDONE):
            unit, level = each.facts["unit"], each.facts.get("level", "")
    return unit, Level(level) if level else None


def _moved(case: Case, heard: Heard) -> Case:
    """The case after one entry more: who has it, where it stands, how it ended."""
    facts = heard.facts
    match heard.event:
        case Event.ASSIGNED:
            is_begun = case.status is Status.IN_PROGRESS
            status = case.status if is_begun else Status.ASSIGNED
            return replace(case, handler=facts["handler"], status=status)
        case Event.FORWARDED:
            return replace(case, handler=None, status=Status.RECEIVED)
        case Event.UNDONE:
            return replace(case, handler=facts.get("handler"), status=Status(facts["status"]))
        case Event.STARTED:
            return replace(case, status=Status.IN_PROGRESS)
        case Event.REPLIED:
            return replace(case, status=Status.REPLIED)
        case Event.CLOSED:
            return replace(case, status=Status.CLOSED)
        case Event.WITHDRAWN if facts["withdrawal"] == WithdrawalKind.COERCED:
            return replace(case, disposition=_ending(heard))
        case Event.DISPOSED | Event.WITHDRAWN | Event.ANONYMOUS_FILED | Event.TREATED_AS_DEMAND:
            return replace(case, disposition=_ending(heard), status=Status.DISPOSED)
        case Event.REOPENED:
            return _again(case)
        case Event.APPEAL_DECIDED if facts.get("upheld") == "True":
            return _again(case)
        case Event.FINDING_APPEAL_DECIDED | Event.FINDING_REVERSED:
            return replace(case, disposition=_set_right(case.disposition, facts))
        case _:
            return case


def _again(case: Case) -> Case:
    status = Status.ASSIGNED if case.handler else Status.RECEIVED
    return replace(case, disposition=None, status=status)


def _ending(heard: Heard) -> Disposition:
    """How an entry says that a case ended."""
    facts = heard.facts
    match heard.event:
        case Event.WITHDRAWN:
            kind = WithdrawalKind(facts["withdrawal"])
            is_coerced = kind is WithdrawalKind.COERCED
            return Disposition(
                validity=Validity.VALID if is_coerced else Validity.SPECIAL,
                responsibility=Responsibility.BANK if is_coerced else Responsibility.NOT_BANK,
                withdrawal=kind,
            )
        case Event.TREATED_AS_DEMAND:
            return Disposition(validity=Validity.DEMAND, responsibility=Responsibility.NOT_BANK)
        case _:
            return Disposition(
                validity=Validity(facts["validity"]),
                responsibility=Responsibility(facts["responsibility"]),
                causes=tuple(map(Cause, _listed(facts.get("causes")))),
            )


def _set_right(ended: Disposition | None, facts: Mapping[str, str]) -> Disposition | None:
    if ended is None:
        return None
    return replace(
        ended,
        validity=Validity(facts.get("validity", ended.validity)),
        responsibility=Responsibility(facts.get("responsibility", ended.responsibility)),
    )


def _found_by_then(finding: Finding, undone: set[datetime]) -> Finding:
    """A finding without what was done about it since."""
    if finding.ended_at in undone:
        stage = FindingStage.APPEALED if finding.appealed_at else FindingStage.RESPONSIBLE
        stage = stage if finding.decided_at else FindingStage.PROPOSED
        finding = replace(finding, stage=stage, ended_by=None, ended_at=None)
    if finding.appealed_at in undone:
        finding = replace(finding, stage=FindingStage.RESPONSIBLE, appealed_at=None)
    if finding.decided_at in undone:
        finding = replace(
            finding, stage=FindingStage.PROPOSED, decided_by=None, approved_by=None,
            decided_at=None, appeal_until_at=None,
        )  # fmt: skip
    if finding.replied_at in undone:
        finding = replace(finding, replied_at=None)
    return finding


def _listed(text: str | None) -> list[str]:
    return [each for each in (text or "").split(", ") if each]
