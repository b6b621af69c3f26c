"""How long a task may take, who is reminded, and to whom it climbs."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.case import Case, CaseTask, Milestone, Status
from domain.classification import Level, Mark, Role
from domain.clocks.ledger import Clock
from domain.clocks.plan import plan
from domain.clocks.steps import next_due, next_step
from domain.conditions import When
from domain.effects import Effects, all_effects_of
from domain.escalation import due_now
from domain.events import Event
from domain.journal import CaseState
from domain.policy import OfficeTask, Pack, Span, TimeUnit
from domain.reporting import classified
from domain.statuses import TaskKind
from domain.tasks.charge import charge_of, next_up
from domain.tasks.dates import clock_of, limit_of, task_on
from rulebook.calendars import load_calendar
from rulebook.packs import read_all_packs, read_pack
from tests.bank import WHOLE
from tests.builders import MONDAY, a_case

PACK = read_pack("head-office")[0]
CN = load_calendar("cn")
BANK = WHOLE.directory
PRESS = CaseTask(
    name="media-tier-1",
    role=Role.MEDIA_OFFICE,
    level=Level.TIER_1,
    rule="A-49",
    opened_at=MONDAY,
)
"""At the branch, where a supervisor sits above nobody: mona's, and next up tess."""
KEY = PRESS.key


def charged(**over: Any) -> Case:
    """A case over which the press office of a branch is charged, and nothing else goes on."""
    case = replace(a_case(), tasks=(PRESS,), marks=(Mark.MEDIA,), **over)
    done = replace(PRESS, name="media-office", done_at=MONDAY)
    return replace(case, tasks=(PRESS, done))


def clocks_of(case: Case) -> tuple[Clock, ...]:
    return tuple(each.clock for each in plan(case, PACK, CN))


def clock(case: Case, key: str = KEY) -> Clock:
    return next(each for each in clocks_of(case) if each.key == key)


def everything_that_happens(case: Case) -> list[Effects]:
    """What the clock of the task does by itself when nobody does anything."""
    found: list[Effects] = []
    while True:
        steps = [each for each in clocks_of(case) if each.key == KEY]
        step = next_step(tuple(steps))
        if step is None:
            return found
        change = due_now(CaseState(case=case, clocks=tuple(steps)), step.fires_at, PACK.conduct)
        assert change is not None
        found.append(next(all_effects_of(change, BANK, PACK, CN, case)))
        case = found[-1].case


def test_a_task_is_due_when_the_pack_says_of_all_of_them() -> None:
    due = clock(charged())
    assert due.due_at is not None
    assert MONDAY < due.due_at <= MONDAY + timedelta(days=1, hours=12)
    assert (due.rule, due.anchor) == ("default", Milestone.TASK_GIVEN)


def test_or_in_the_time_of_its_own() -> None:
    within = Span(amount=5, unit=TimeUnit.WORKING_DAY)
    duties = tuple(
        replace(each, within=within) if each.name == PRESS.name else each
        for each in PACK.conduct.duties
    )
    pack = replace(PACK, conduct=replace(PACK.conduct, duties=duties))
    (mine,) = (each.clock for each in plan(charged(), pack, CN) if each.clock.key == KEY)
    assert mine.due_at is not None
    assert mine.due_at > MONDAY + timedelta(days=4)
    assert mine.rule == "A-49"


def test_a_pack_from_before_tasks_had_dates_gives_them_none() -> None:
    old = replace(PACK, conduct=replace(PACK.conduct, tasks=None))
    assert [each for each in plan(charged(), old, CN) if each.clock.is_of_a_task] == []


def test_its_clock_stops_when_it_is_done_and_not_when_the_case_is_closed() -> None:
    closed = charged(status=Status.CLOSED)
    assert clock(closed).is_running
    done = replace(closed, tasks=(replace(PRESS, done_at=MONDAY + timedelta(hours=1)),))
    assert not clock(done).is_running


def test_a_late_office_does_not_make_the_complaint_late() -> None:
    case = everything_that_happens(charged())[-1].case
    assert next_due(clocks_of(case)) == clock(case, "reply").due_at
    assert classified([case], lambda _: PACK.conduct).late == 0


def test_untouched_it_reminds_once_is_overdue_once_and_climbs_rung_by_rung() -> None:
    happened = everything_that_happens(charged())
    told = [(each.entry.event, each.entry.facts.get("receiver")) for each in happened]
    assert told == [
        (Event.WARNED, "mona"),
        (Event.BREACHED, "mona"),
        (Event.ESCALATED, "tess"),
        (Event.ESCALATED, "hong"),
        (Event.ESCALATED, "rosa"),
    ]
    assert [each.recipient for each in happened[0].notices if each.about is Event.WARNED] == [
        "mona"
    ], "nobody else is reminded of what is asked of an office"
    heard = [task for each in happened for task in each.tasks if task.kind is TaskKind.ACKNOWLEDGE]
    assert [each.facts["title"]["zh"] for each in heard] == [
        PACK.conduct.task_titles[PRESS.name]["zh"]
    ] * 3


def test_what_was_acknowledged_waits_for_its_time_to_act() -> None:
    first = everything_that_happens(charged())[2].case
    (rung,) = (each for each in first.fired if each.step == "supervisor")
    heard = replace(rung, acknowledged_by="tess", acknowledged_at=rung.at)
    case = replace(first, fired=tuple(heard if each is rung else each for each in first.fired))
    before, after = clock(first).steps[0].fires_at, clock(case).steps[0].fires_at
    assert after > before


def test_a_task_may_keep_the_time_of_a_clock_of_the_case() -> None:
    when: When = {"event": ("appealed",)}
    decide = OfficeTask(
        name="decide",
        role=Role.UNION,
        level=Level.HEAD_OFFICE,
        when=when,
        title={},
        rule="C-30",
        keeps_time_of="appeal",
    )
    conduct = replace(PACK.conduct, duties=(decide,))
    pack = replace(PACK, conduct=conduct)
    given = CaseTask(
        name="decide", role=Role.UNION, level=Level.HEAD_OFFICE, rule="C-30", opened_at=MONDAY
    )
    case = replace(a_case(), tasks=(given,)).reach(Milestone.APPEALED, at=MONDAY)
    clocks = tuple(each.clock for each in plan(case, pack, CN))
    kept = clock_of(given, conduct, clocks)
    assert kept is not None
    assert kept.key == "appeal"
    assert task_on("appeal", case, conduct) == given
    assert task_on("reply", case, conduct) is None
    assert [each for each in clocks if each.is_of_a_task] == []


@pytest.mark.parametrize(
    ("pack", "duty"),
    [
        pytest.param(pack, duty, id=f"{pack.name}: {duty.name}")
        for pack in read_all_packs().values()
        if isinstance(pack, Pack)
        for duty in pack.conduct.duties
        if duty.keeps_time_of is None
    ],
)
def test_every_task_of_every_pack_climbs_to_somebody_else(pack: Pack, duty: OfficeTask) -> None:
    task = CaseTask(
        name=duty.name,
        role=duty.role,
        level=duty.level,
        rule=duty.rule,
        opened_at=MONDAY,
        for_first_owner=duty.for_first_owner,
    )
    limit = limit_of(task, pack)
    assert limit is not None
    charge = charge_of(task, a_case(), BANK)
    rungs = [next_up(task, rung.role, a_case(), BANK) for rung in pack.ladders[limit.ladder]]
    heard = [each for each in rungs if each is not None]
    assert charge.person is not None
    assert heard
    assert charge.person not in heard
