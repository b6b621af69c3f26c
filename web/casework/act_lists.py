"""The lists that facts of acts are chosen from, for one person on one case as it stands."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from domain.acts.chosen import Chosen
from domain.acts.waiting import is_explained
from domain.case import Actor
from domain.classification import Level
from domain.directory import led_from
from domain.escalation import unheard
from domain.findings import FindingStage
from domain.permission_names import Permission
from domain.permissions import holds, leads, may_finish
from domain.relations import kept_out, named_in
from store.people.bank import Bank
from store.reads.case_page import CaseAtHand
from store.reads.queues import cases_in_hand
from web import wording
from web.base.context import reading
from web.base.phrases import _, language_code
from web.casework.act_facts import Fact
from web.kit.access import reader
from web.kit.countdown import of_clock
from web.kit.forms import Choice
from web.wording import names


class ActLists:
    """The lists of one case: its bank's, its own, its pack's."""

    def __init__(self, file: CaseAtHand, by: Actor, bank: Bank) -> None:
        self._file = file
        self._by = by
        self._bank = bank
        self.own_name = bank.people[by.person].name
        """How whoever fills the form in is called."""
        self._made: dict[Chosen, tuple[Choice, ...]] = {}

    @property
    def has_another_handler(self) -> bool:
        """Whether the case is in the hands of somebody else, who comes in today."""
        handler = self._bank.people.get(self._file.case.handler or self._by.person)
        is_there = handler is not None and handler.active and not handler.away
        return is_there and self._file.case.handler not in {None, self._by.person}

    def of(self, chosen: Chosen) -> tuple[Choice, ...]:
        """The entries of a list. Several acts of a page ask for the same one, of all who work
        here."""
        if chosen not in self._made:
            self._made[chosen] = self._of(chosen)
        return self._made[chosen]

    def _of(self, chosen: Chosen) -> tuple[Choice, ...]:
        match chosen:
            case Chosen.HANDLER:
                return tuple(self._colleagues(who_may=Permission.BE_GIVEN))
            case Chosen.DOER:
                return tuple(self._colleagues(who_may=Permission.NOTE))
            case Chosen.COLLEAGUE:
                return tuple(self._colleagues())
            case Chosen.NAMED:
                return tuple(self._named())
            case Chosen.ANYBODY:
                return tuple(self._anybody())
            case Chosen.FINDING_TO_DECIDE:
                return tuple(self._found_at(FindingStage.PROPOSED))
            case Chosen.FINDING_APPEALED:
                return tuple(self._found_at(FindingStage.APPEALED))
            case Chosen.FINDING_STANDING:
                return tuple(self._found_at(FindingStage.RESPONSIBLE, FindingStage.CONFIRMED))
            case Chosen.UNIT:
                return tuple(self._units())
            case Chosen.EXTENDABLE_CLOCK:
                return tuple(self._extendable_clocks())
            case Chosen.OVERRUN_CLOCK:
                return tuple(self._overrun_clocks())
            case Chosen.OPEN_ESCALATION:
                return tuple(self._open_escalations())
            case Chosen.OPEN_TASK:
                return tuple(self._open_tasks())
            case Chosen.PENALTY_SCHEDULE:
                return tuple(self._penalty_schedules())
            case Chosen.PENALISED_POST:
                return tuple(self._penalised_posts())
            case Chosen.PENALTY_STANDING:
                return tuple(self._penalties_standing())
            case Chosen.EVIDENCE:
                return tuple(
                    Choice(value=each.digest, words=each.name) for each in self._file.attachments
                )

    def with_what_follows(self, fact: Fact, value: Any) -> dict[str, Any]:
        """A fact and those that follow from it, as the directory or the entry itself says them."""
        if fact.chosen is Chosen.OPEN_ESCALATION:
            clock, _bar, step = value.partition("|")
            return {fact.name: clock, **{each.name: step for each in fact.followers}}
        said = {fact.name: value}
        for each in fact.followers:
            unit = self._bank.people[value].unit if fact.chosen is Chosen.HANDLER else value
            said[each.name] = self._bank.units[unit].level if each.kind is Level else unit
        return said

    def _units(self) -> Iterator[Choice]:
        for unit in self._bank.open_units:
            yield Choice(value=unit, words=wording.unit_name(unit))

    def _open_escalations(self) -> Iterator[Choice]:
        for fired in unheard(self._file.case, self._file.pack):
            yield Choice(
                value=f"{fired.clock}|{fired.step}",
                words=f"{wording.clock_name(fired.clock)}: {wording.step_name(fired.step)}"
                f" ({wording.when(fired.at)})",
            )

    def _extendable_clocks(self) -> Iterator[Choice]:
        for line in self._file.clocks:
            if line.clock.is_running and line.clock.extendable:
                yield Choice(
                    value=line.clock.key,
                    words=f"{wording.clock_name(line.clock.key)} ({of_clock(line.clock).words})",
                )

    def _overrun_clocks(self) -> Iterator[Choice]:
        """Those that ran out, and those for which a later date could be set."""
        for line in self._file.clocks:
            if is_explained(line.clock):
                yield Choice(value=line.clock.key, words=wording.clock_name(line.clock.key))

    def _open_tasks(self) -> Iterator[Choice]:
        """Those this person may end by a word of what was done; under a pack from before it was
        asked who is charged, those of the person's roles."""
        asks_who = self._file.pack.conduct.tasks is not None
        for line in self._file.tasks:
            theirs = line.may_be_ended if asks_who else may_finish(line.role, self._by.roles)
            if line.done_at is None and line.ends_by_word and theirs:
                words = line.title.get(language_code()) or line.name
                yield Choice(value=line.name, words=words)

    def _penalty_schedules(self) -> Iterator[Choice]:
        for schedule in self._file.pack.conduct.penalties:
            yield Choice(value=schedule.name, words=wording.penalty_words(schedule))

    def _penalised_posts(self) -> Iterator[Choice]:
        schedules = self._file.pack.conduct.penalties
        for post in dict.fromkeys(post for each in schedules for post in each.posts):
            yield Choice(value=post, words=wording.penalty_name(post))

    def _penalties_standing(self) -> Iterator[Choice]:
        for each in self._file.case.imposed:
            if each.stands:
                words = f"{names.person_name(each.person)}: {wording.imposed_words(each)}"
                yield Choice(value=str(each.number), words=words)

    def _named(self) -> Iterator[Choice]:
        for person in sorted(named_in(self._file.case)):
            yield Choice(value=person, words=names.person_name(person))

    def _found_at(self, *stages: FindingStage) -> Iterator[Choice]:
        for finding in self._file.case.findings:
            if finding.stage in stages:
                part = wording.words(finding.involvement)
                words = f"{names.person_name(finding.person)} ({part})"
                yield Choice(value=finding.person, words=words)

    def _anybody(self) -> Iterator[Choice]:
        """Whoever works here, those complained about first, then near units."""
        case = self._file.case
        near = sorted(
            self._bank.people.values(),
            key=lambda each: (each.id not in named_in(case), each.unit != case.unit, each.name),
        )
        for person in near:
            if person.active and person.id != self._by.person:
                words = f"{person.name}, {self._unit_names[person.unit]}"
                yield Choice(value=person.id, words=words)

    def _colleagues(self, who_may: Permission | None = None) -> Iterator[Choice]:
        """Who works here, or only who may do this: near units first, never whom the case
        keeps out, and for the handling nobody of a unit that such a person leads (A-36).
        """
        case = self._file.case
        named = [self._bank.people[each] for each in named_in(case)]
        handling = who_may is Permission.BE_GIVEN
        in_hand = self._in_hand() if handling else {}
        heads = [each.unit for each in named if handling and leads(each.roles)]
        led = led_from({each.id: each.parent for each in self._bank.units.values()}, heads)
        out = kept_out(case)
        for person in sorted(
            self._bank.people.values(), key=lambda each: (each.unit != case.unit, each.name)
        ):
            fits = who_may is None or holds(person.roles, who_may)
            fits = fits and person.unit not in led
            if person.active and fits and person.id not in out:
                away = _(" (away)") if person.away else ""
                has = in_hand.get(person.id)
                load = "" if has is None else _(", %(count)s in hand", count=has)
                yield Choice(
                    value=person.id,
                    words=f"{person.name}, {self._unit_names[person.unit]}{load}{away}",
                )

    def _in_hand(self) -> Mapping[str, int]:
        """How many open cases the handlers of the case's unit have, none included."""
        near = [
            each.id
            for each in self._bank.people.values()
            if each.unit == self._file.case.unit and holds(each.roles, Permission.BE_GIVEN)
        ]
        counted = cases_in_hand(reading(), reader(), near)
        return {each: counted.get(each, 0) for each in near}

    @cached_property
    def _unit_names(self) -> Mapping[str, str]:
        """In the language of the page; asked for everybody who works here."""
        return {unit: wording.unit_name(unit) for unit in self._bank.units}
