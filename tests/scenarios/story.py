"""A case as the rules alone tell it: acts, time that passes, and what follows by itself.

The workflow asks the same functions in the same order; here nothing stands between the sentence
of a scenario and the rule it speaks of.
"""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain.acts import AnyAct, Given, decide
from domain.acts.handling import severity_of
from domain.case import Actor, Case, Milestone, Task
from domain.classification import Channel, Level, Role
from domain.clocks import Clock, next_step, plan
from domain.complaint import Complaint, flaws_of, flaws_under
from domain.consequences import with_consequences
from domain.directory import BankUnit, Directory, Person
from domain.errors import Refusal, Refused
from domain.escalation import fire, heard_by, receiver_of
from domain.events import Event
from domain.journal import Entry
from domain.notices import notices_for
from domain.policy import Pack
from store.calendars import load_calendar
from store.packs import read_pack
from store.text_policy import read_text_limits
from tests.builders import a_complaint

BEIJING = ZoneInfo("Asia/Shanghai")

UNITS = {
    "head-office": (Level.HEAD_OFFICE, None),
    "east-branch": (Level.TIER_1, "head-office"),
    "bay-branch": (Level.TIER_2, "east-branch"),
    "harbour-outlet": (Level.OUTLET, "bay-branch"),
    "station-outlet": (Level.OUTLET, "bay-branch"),
    "hotline": (Level.HEAD_OFFICE, "head-office"),
}

PEOPLE = {
    "ines": ("hotline", Role.INTAKE),
    "han": ("harbour-outlet", Role.HANDLER),
    "hugo": ("harbour-outlet", Role.HANDLER),
    "mei": ("harbour-outlet", Role.LEADER),
    "stan": ("station-outlet", Role.SUPERVISOR),
    "sun": ("bay-branch", Role.SUPERVISOR),
    "leo": ("bay-branch", Role.LEADER),
    "max": ("bay-branch", Role.MEDIA_OFFICE),
    "dora": ("bay-branch", Role.DISCIPLINE),
    "line": ("east-branch", Role.BUSINESS_LINE),
    "tess": ("east-branch", Role.SUPERVISOR),
    "mona": ("east-branch", Role.MEDIA_OFFICE),
    "pia": ("east-branch", Role.LEADING_GROUP),
    "hong": ("head-office", Role.HR),
    "lin": ("head-office", Role.REGULATOR_LIAISON),
    "una": ("head-office", Role.UNION),
    "gao": ("head-office", Role.LEADING_GROUP),
    "mark": ("head-office", Role.MEDIA_OFFICE),
    "lex": ("head-office", Role.LEGAL),
    "dean": ("head-office", Role.DISCIPLINE),
}

BANK = Directory(
    units={
        name: BankUnit(id=name, level=level, parent=parent)
        for name, (level, parent) in UNITS.items()
    },
    people={
        name: Person(id=name, unit=unit, roles=(role,)) for name, (unit, role) in PEOPLE.items()
    },
)

REPLY_WORDS = ("letter", "findings", "persons", "lessons", "handler_name", "handler_phone")


def somebody(person: str) -> Actor:
    unit, role = PEOPLE[person]
    return Actor(person=person, roles=(role,), unit=unit, level=UNITS[unit][0])


def november(day: int, hour: int = 10, minute: int = 0) -> datetime:
    """November 2026 by the clock on a wall in Beijing; the 9th is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=BEIJING).astimezone(UTC)


@cache
def the_pack(name: str) -> Pack:
    """A pack as it lies in the folder, read once."""
    return read_pack(name)[0]


class Story:
    """One case under one pack."""

    def __init__(self, pack: str, *, at: datetime | None = None, **over: Any) -> None:
        self.pack = the_pack(pack)
        self.calendar = load_calendar(self.pack.calendar)
        self.now = at or november(9)
        self.told: list[tuple[str, Event]] = []
        complaint = a_complaint(received_at=self.now, **over)
        unit = complaint.unit
        case = Case(
            reference="C-2026-000001",
            policy=f"{pack}@story",
            calendar="cn@story",
            received_at=self.now,
            channel=complaint.channel,
            unit=unit,
            level=UNITS[unit][0],
            first_owner="ines",
            person_complained_about=complaint.person_complained_about,
            sender="sender" if complaint.sender else None,
            sender_due_at=complaint.sender_due_at,
            category=complaint.category,
            amount_fen=complaint.amount_fen,
            marks=complaint.marks,
            severity=severity_of(complaint.amount_fen, complaint.marks, self.pack.conduct),
            situation=complaint.situation,
        ).reach(Milestone.RECEIVED, at=self.now)
        self.case = with_consequences(case, self.pack.conduct, event=Event.RECEIVED, at=self.now)

    @property
    def clocks(self) -> tuple[Clock, ...]:
        return tuple(each.clock for each in plan(self.case, self.pack, self.calendar))

    def clock(self, key: str) -> Clock:
        return next(each for each in self.clocks if each.key == key)

    def does(self, act: AnyAct, by: str, *words: str) -> None:
        """Somebody does something now; it is accepted."""
        given = Given(
            by=somebody(by),
            at=self.now,
            words=frozenset(words),
            conduct=self.pack.conduct,
            clocks=self.clocks,
        )
        self.case = decide(act, self.case, given, None)
        self._tell(type(act).event, by, {})

    def refuses(self, refusal: Refusal, act: AnyAct, by: str, *words: str) -> Refused:
        """Somebody tries something now, and is refused for this reason; nothing changes."""
        before = self.case
        with pytest.raises(Refused) as met:
            self.does(act, by, *words)
        assert met.value.code is refusal
        assert self.case == before
        return met.value

    def passes(self, **span: float) -> None:
        """Time passes; whatever falls due on the way happens."""
        until = self.now + timedelta(**span)
        while (step := next_step(self.clocks)) is not None and step.fires_at <= until:
            self.now = max(self.now, step.fires_at)
            case = fire(self.case, step, self.now, self.pack.conduct)
            receiver = receiver_of(step, case, BANK)
            self.case = heard_by(case, step, receiver)
            facts = {"tells": "complainant"} if step.tells_customer else {}
            self._tell(Event.BREACHED, "redress", facts, receiver)
        self.now = until

    def until(self, instant: datetime) -> None:
        self.passes(seconds=(instant - self.now).total_seconds())

    def fired(self) -> list[tuple[str, str]]:
        return [(each.clock, each.step) for each in self.case.fired]

    def tasks(self) -> dict[str, Task]:
        """The tasks that offices were given and have not done."""
        return {each.name: each for each in self.case.tasks if each.done_at is None}

    def office(self, task: str) -> str | None:
        """Who the task is for."""
        found = self.tasks()[task]
        return BANK.receiver(found.role, BANK.unit_at(self.case.unit, found.level))

    def _tell(
        self, event: Event, by: str, facts: dict[str, str], receiver: str | None = None
    ) -> None:
        key = f"{self.case.version}"
        entry = Entry(key=key, event=event, by=by, at=self.now, facts=facts)
        notices = notices_for(self.case, entry, BANK, receiver)
        self.told += [(each.recipient, event) for each in notices]


def intake_flaws(pack: str, **over: Any) -> set[str]:
    """The fields for which a complaint is not taken down under a pack."""
    complaint: Complaint = a_complaint(**over)
    found = [
        *flaws_of(complaint, complaint.received_at, read_text_limits()),
        *flaws_under(the_pack(pack), complaint),
    ]
    return {each.where for each in found}


HANDED_DOWN = {"channel": Channel.TRANSFERRED, "sender": "a bureau"}
