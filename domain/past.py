"""The case as it stood after each entry of its journal, told anew from the beginning.

The journal says what happened, the stored commands what was asked, and the rules pinned to the case
what came of it: nothing else is kept of the past. How it ends is how the case stands now, or the
telling is wrong and says so.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime

from domain.acts import (
    ActContext,
    AnyAct,
    ApplyCalendar,
    Assign,
    Classify,
    MarkDuplicate,
    NamePerson,
    Need,
    ProposeFinding,
    UnnamePerson,
    applied,
)
from domain.acts.handling import severity_of
from domain.case import STEP, Actor, Case, Fired, Milestone
from domain.classification import Business, Category, Level, Mark, Situation
from domain.clocks.ledger import Clock
from domain.consequences import with_consequences
from domain.errors import Refused
from domain.journal import Entry
from domain.policy import CaseRules
from domain.relations import named_in

MARKS = "marks"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedAct:
    """An act as its stored command has it: what an entry of the journal came from."""

    act: AnyAct
    by: Actor
    words: frozenset[str]
    """Names of the texts that came with it; none once they are erased."""


Asked = Mapping[str, AskedAct]
"""What was asked, by the key of the entry that tells of it."""

ClocksOf = Callable[[Case], tuple[Clock, ...]]
"""Plans the clocks of a case as it stood."""


def states_of(
    case: Case,
    entries: Sequence[Entry],
    asked: Asked,
    conduct: CaseRules,
    clocks_of: ClocksOf,
    level: Level,
) -> Iterator[Case]:
    """The case after each of its entries, first to last. `case` is how it stands now, `level` that
    of the unit it was received for, where the journal does not say."""
    told = [asked[entry.key] for entry in entries if entry.key in asked]
    first, *later = entries
    state = with_consequences(
        as_received(case, first, told, conduct, level),
        conduct,
        event=first.event,
        at=first.at,
        by=first.by,
    )
    yield state
    for entry in later:
        state = _after(state, entry, asked.get(entry.key), conduct, clocks_of)
        yield state


def as_received(
    case: Case, first: Entry, asked: Sequence[AskedAct], conduct: CaseRules, level: Level
) -> Case:
    """The case as it was taken down: what no act can have changed as it stands now, the rest as its
    first entry says. Older entries say less, and then what was never sorted anew is as it was."""
    acts = [each.act for each in asked]
    facts = first.facts
    says_all = "level" in facts
    was_sorted = any(isinstance(act, Classify) for act in acts)
    calendars = [act.instead_of for act in acts if isinstance(act, ApplyCalendar)]
    marks = tuple(Mark(each) for each in facts.get(MARKS, "").split(", ") if each)
    amount = int(facts.get("amount_fen", 0))
    category, situation = facts.get("category"), facts.get("situation")
    business = facts.get("business")
    if not says_all and not was_sorted:
        amount, marks = case.amount_fen, case.marks
        category, situation = category or case.category, case.situation
    unit = facts.get("unit", case.unit)
    return Case(
        reference=case.reference,
        policy=case.policy,
        calendar=calendars[0] if calendars else case.calendar,
        received_at=case.received_at,
        channel=case.channel,
        unit=unit,
        level=Level(facts["level"]) if says_all else level,
        first_owner=case.first_owner,
        person_complained_about=_named_at_first(case, asked),
        duplicate_of=None if _is_marked_later(acts) else case.duplicate_of,
        sender=case.sender,
        sender_due_at=case.sender_due_at,
        category=Category(category) if category else None,
        amount_fen=amount,
        marks=marks,
        severity=severity_of(amount, marks, conduct),
        situation=Situation(situation) if situation else None,
        business=Business(business) if business else None,
        steps_from=case.steps_from,
    ).reach(*_reached_at_once(case), at=case.received_at)


def untold(told: Case, case: Case) -> tuple[str, ...]:
    """What of the case, by the names of its fields, is not as its journal tells it to the end."""
    return tuple(
        each.name for each in fields(Case) if getattr(told, each.name) != getattr(case, each.name)
    )


def _after(
    case: Case, entry: Entry, asked: AskedAct | None, conduct: CaseRules, clocks_of: ClocksOf
) -> Case:
    """The case after one more entry; but for its version as it was where nobody can tell any more,
    and then `untold` says what is missing."""
    if entry.key.startswith(STEP) and "clock" in entry.facts:
        return _after_step(case, entry, conduct)
    if asked is not None and case.status in asked.act.statuses:
        for given in _circumstances(case, entry, asked, conduct, clocks_of):
            try:
                return applied(asked.act, case, given)
            except Refused:
                continue
    return replace(case, version=case.version + 1)


def _circumstances(
    case: Case, entry: Entry, asked: AskedAct, conduct: CaseRules, clocks_of: ClocksOf
) -> Iterator[ActContext]:
    """In which an act was done. Few acts look at the clocks, and planning them is what takes time;
    of an erased case nobody knows any more which texts came with it."""
    needed = (name for name, need in asked.act.words.items() if need is Need.REQUIRED)
    given = ActContext(
        by=asked.by,
        at=entry.at,
        words=asked.words or frozenset(needed),
        conduct=conduct,
        clocks=(),
    )
    yield given
    given = replace(given, clocks=clocks_of(case))
    yield given
    yield replace(given, words=frozenset(asked.act.words))


def _after_step(case: Case, entry: Entry, conduct: CaseRules) -> Case:
    clock, step = entry.facts["clock"], entry.facts["step"]
    _, _, number = entry.key.removeprefix(f"{STEP}{clock}/{step}").partition("/")
    fired = Fired(
        clock=clock,
        step=step,
        planned_at=datetime.fromisoformat(entry.facts["planned_at"]),
        at=entry.at,
        receiver=entry.facts.get("receiver"),
        number=int(number or 1),
    )
    after = replace(case, version=case.version + 1, fired=(*case.fired, fired))
    return with_consequences(after, conduct, event=entry.event, at=entry.at, by=entry.by)


def _named_at_first(case: Case, asked: Sequence[AskedAct]) -> str | None:
    """Who was complained about when it came in: those named now, without those named since, and
    with those whose name was taken back."""
    named = set(named_in(case))
    for number, each in reversed(list(enumerate(asked))):
        match each.act:
            case NamePerson(person=person):
                named.discard(person)
            case UnnamePerson(person=person):
                named.add(person)
            case ProposeFinding(person=person) if _had_a_hand_in_it(person, asked[:number]):
                named.discard(person)
    return min(named, default=None)


def _had_a_hand_in_it(person: str, asked: Iterable[AskedAct]) -> bool:
    """Whether somebody did something or was given the case, as nobody is who is complained about:
    so they were named by what was found of them, and not before."""
    return any(
        person in (each.by.person, each.act.handler if isinstance(each.act, Assign) else None)
        for each in asked
    )


def _is_marked_later(acts: Collection[AnyAct]) -> bool:
    return any(isinstance(act, MarkDuplicate) for act in acts)


def _reached_at_once(case: Case) -> tuple[Milestone, ...]:
    """Receipt, and delivery where the unit that must act took it down itself."""
    second = case.milestones[1] if len(case.milestones) > 1 else None
    is_delivered = (
        second is not None
        and second.milestone is Milestone.DELIVERED
        and second.at == case.received_at
    )
    return (Milestone.RECEIVED, *([Milestone.DELIVERED] if is_delivered else []))
