"""What follows from a change: who hears, who is given what to do, and what is due by then too."""

from dataclasses import replace
from datetime import datetime, timedelta

from domain.acts import ActContext, AnyAct, Assign, Flag, Forward, Note, Reply, decide
from domain.case import BREACH, Case
from domain.classification import Level, Mark, Role
from domain.clocks.plan import plan
from domain.clocks.steps import next_step
from domain.directory import Directory
from domain.effects import Effects, all_effects_of, effects_of
from domain.escalation import due_now
from domain.events import Event
from domain.journal import CaseState, Change, Entry
from domain.notices import COMPLAINANT
from domain.policy import Pack, Span, TimeUnit
from domain.statuses import TaskKind
from rulebook.calendars import load_calendar
from rulebook.packs import read_pack
from tests.bank import SMALL
from tests.builders import MONDAY, a_case, actor

PACK, _ = read_pack("head-office")
CN = load_calendar("cn")

BANK = SMALL.directory

TO_HAN = Assign(handler="han", handler_unit="harbour-outlet", handler_level=Level.OUTLET)


def without(*people: str) -> Directory:
    """The bank while some of its people are away."""
    away = {each: replace(BANK.people[each], away=True) for each in people}
    return replace(BANK, people={**BANK.people, **away})


def received(case: Case, event: Event = Event.RECEIVED) -> Change:
    entry = Entry(key="received", event=event, by="ines", at=case.received_at, facts={})
    return Change(case=case, entry=entry)


def state_of(case: Case) -> CaseState:
    return CaseState(case=case, clocks=tuple(each.clock for each in plan(case, PACK, CN)))


def done(
    case: Case, act: AnyAct, by: str, *, words: tuple[str, ...] = (), at: datetime = MONDAY
) -> Effects:
    """What follows when somebody does this to the case."""
    context = ActContext(
        by=actor(by),
        at=at,
        words=frozenset(words),
        conduct=PACK.conduct,
        clocks=state_of(case).clocks,
    )
    entry = Entry(key="a-command", event=act.event, by=by, at=at, facts={})
    change = Change(case=decide(act, case, context, None), entry=entry)
    return effects_of(change, BANK, PACK, CN, case)


def fallen_due(case: Case, step: str, bank: Directory = BANK, pack: Pack = PACK) -> list[Effects]:
    """What follows at the instant for which that step of a clock is planned."""
    found: list[Effects] = []
    while step not in [each.step for each in case.fired]:
        state = state_of(case)
        due = next_step(state.clocks)
        assert due is not None, f"{step} is never due"
        change = due_now(state, due.fires_at, PACK.conduct)
        assert change is not None
        found = list(all_effects_of(change, bank, pack, CN, case))
        case = found[-1].case
    return found


def people_of(effects: Effects) -> list[str]:
    """Who hears of the change itself; of tasks those hear who are charged with them."""
    return [each.recipient for each in effects.notices if each.about is effects.entry.event]


def tasks_of(effects: Effects, kind: TaskKind) -> list[tuple[str | None, Role]]:
    return [(each.person, each.role) for each in effects.tasks if each.kind is kind]


def test_who_complained_hears_of_the_receipt_and_nobody_has_a_task() -> None:
    effects = effects_of(received(a_case()), BANK, PACK, CN, None)
    assert people_of(effects) == [COMPLAINANT]
    assert [each.clock.key for each in effects.planned] == ["reply"]
    assert (effects.tasks, effects.settled, effects.drafts, effects.rungs) == ((), (), (), 0)


def test_of_an_imported_complaint_nobody_is_told() -> None:
    assert people_of(effects_of(received(a_case(), Event.IMPORTED), BANK, PACK, CN, None)) == []


def test_nor_of_the_tasks_it_comes_with_which_stand_there_all_the_same() -> None:
    charged, _ = fallen_due(a_case(), BREACH)
    imported = effects_of(received(charged.case, Event.IMPORTED), BANK, PACK, CN, None)
    assert tasks_of(imported, TaskKind.DUTY) == [("sun", Role.SUPERVISOR)]
    assert imported.notices == ()


def test_whoever_is_given_a_case_hears_of_it_and_who_gave_it_does_not() -> None:
    assert people_of(done(a_case(), TO_HAN, "sun")) == ["han"]


def test_a_case_that_is_passed_on_is_told_to_the_supervisor_of_the_unit_it_goes_to() -> None:
    case = a_case(unit="hotline", level=Level.HEAD_OFFICE)
    effects = done(case, Forward(unit="harbour-outlet", level=Level.OUTLET), "ines")
    assert people_of(effects) == ["sun"], "nobody nearer to the outlet is one"


def test_the_person_complained_about_hears_of_nothing() -> None:
    named = a_case(person_complained_about="sun")
    (warned,) = fallen_due(named, "warning-1")
    assert warned.case.fired[0].receiver is None, "the only supervisor is the one complained about"
    assert "sun" not in people_of(warned)
    assert warned.entry.facts.get("receiver") is None


def test_a_warning_is_for_the_handler_and_for_who_heard_the_complaint_first() -> None:
    (warned,) = fallen_due(done(a_case(), TO_HAN, "sun").case, "warning-1")
    assert people_of(warned) == ["han", "ines"]
    assert warned.entry.facts["receiver"] == "han"
    assert [each.receiver for each in warned.case.fired] == ["han"]
    assert warned.tasks == (), "a warning asks for no word that it was heard"


def test_the_first_rung_comes_with_the_breach_and_each_change_has_its_own_effects() -> None:
    breached, escalated = fallen_due(a_case(), BREACH)
    assert (breached.entry.event, escalated.entry.event) == (Event.BREACHED, Event.ESCALATED)
    assert breached.entry.at == escalated.entry.at
    assert escalated.case.version == breached.case.version + 1
    assert breached.rungs == 0
    assert tasks_of(breached, TaskKind.ACKNOWLEDGE) == []
    assert tasks_of(breached, TaskKind.DUTY) == [("sun", Role.SUPERVISOR)], "A-37"
    assert tasks_of(escalated, TaskKind.ACKNOWLEDGE) == [("sun", Role.SUPERVISOR)]
    assert escalated.rungs == 1


def test_while_nobody_is_there_for_a_rung_the_ladder_goes_on_at_once() -> None:
    breached, supervisor, hr = fallen_due(a_case(), BREACH, without("sun"))
    assert tasks_of(supervisor, TaskKind.ACKNOWLEDGE) == [(None, Role.SUPERVISOR)]
    assert people_of(supervisor) == []
    assert tasks_of(hr, TaskKind.ACKNOWLEDGE) == [("hong", Role.HR)]
    assert breached.entry.at == supervisor.entry.at == hr.entry.at


def test_a_duty_roster_hears_when_nobody_in_the_line_does() -> None:
    roster = replace(BANK.people["hong"], on_duty=True)
    bank = replace(without("sun"), people={**without("sun").people, "hong": roster})
    *_, escalated = fallen_due(a_case(), "supervisor", bank)
    assert tasks_of(escalated, TaskKind.ACKNOWLEDGE) == [("hong", Role.SUPERVISOR)]


def test_the_last_rung_drafts_a_report_of_classes_and_instants() -> None:
    (last,) = (each for each in fallen_due(a_case(), "regulator") if each.drafts)
    (draft,) = last.drafts
    (task,) = (each for each in last.tasks if each.kind is TaskKind.ACKNOWLEDGE)
    assert draft.key == task.key == f"C-2026-000001/step/reply/{last.case.fired[-1].step}"
    assert task.person == "lin"
    assert draft.facts["unit"] == "harbour-outlet"
    assert [each["step"] for each in draft.facts["steps"]] == [e.step for e in last.case.fired]


def test_a_report_is_owed_as_the_rung_of_the_pack_says_if_it_says_anything() -> None:
    (last,) = (each for each in fallen_due(a_case(), "regulator") if each.drafts)
    assert last.drafts[0].due_at is None, "then the template says until when"
    soon = Span(amount=1, unit=TimeUnit.WORKING_DAY)
    ladders = {
        name: tuple(
            replace(rung, report_within=soon) if rung.drafts_report else rung for rung in rungs
        )
        for name, rungs in PACK.ladders.items()
    }
    pack = replace(PACK, ladders=ladders)
    (last,) = (each for each in fallen_due(a_case(), "regulator", pack=pack) if each.drafts)
    (draft,) = last.drafts
    next_day = CN.add_working_days(CN.local_day(draft.drafted_at), 1)
    assert draft.due_at == CN.closing(next_day)


def test_an_answer_settles_what_the_ladder_of_its_clock_has_asked_for() -> None:
    *_, escalated = fallen_due(done(a_case(), TO_HAN, "sun").case, "supervisor")
    words = ("letter", *PACK.conduct.reply_elements)
    late = escalated.entry.at + timedelta(hours=1)
    replied = done(escalated.case, Reply(), "han", words=words, at=late)
    (task,) = (each for each in escalated.tasks if each.kind is TaskKind.ACKNOWLEDGE)
    assert task.key in replied.settled
    assert task.key not in done(escalated.case, Note(), "han", words=("note",), at=late).settled


def test_a_mark_that_calls_for_an_office_gives_it_a_task_with_its_title_and_rule() -> None:
    effects = done(a_case(), Flag(mark=Mark.MEDIA), "han")
    offices = [each for each in effects.tasks if each.kind is TaskKind.DUTY]
    assert {each.key for each in offices} == {
        f"C-2026-000001/{each.key}" for each in effects.case.tasks
    }
    for office in offices:
        assert office.facts["title"].keys() == {"en", "zh"}
        assert office.facts["rule"]
        assert office.done_at is None


def test_a_case_that_is_restricted_is_told_of_to_its_office_alone() -> None:
    case = a_case(restricted_to=(Role.HR,), first_owner="ines")
    (warned,) = fallen_due(case, "warning-1")
    assert people_of(warned) == ["hong"]


def test_a_note_changes_no_date_and_calls_for_nobody() -> None:
    case = a_case()
    effects = done(case, Note(), "han", words=("note",))
    assert effects.state == replace(state_of(case), case=effects.case)
    assert (effects.notices, effects.tasks, effects.drafts) == ((), (), ())
