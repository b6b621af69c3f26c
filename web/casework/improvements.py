"""Improvements: what is to become better in a quarter, and one of them with its four steps."""

from datetime import date, datetime, timedelta
from uuid import uuid4

from flask import Blueprint, render_template

from domain.acts import ACT_KINDS, ImprovementAct
from domain.improvement import Period, stands_on_list
from domain.permission_names import Permission
from domain.reporting import Cadence, reporting_period_of
from rulebook.staffing import today_in_the_bank
from store.evidence.looks import note_shown
from store.reads.case_page import read_case_file
from store.reads.improvements import ImprovementLine, list_improvements, read_improvement
from web.base.context import bank, reading, speak_of_tasks, writing
from web.base.phrases import on_the_wall
from web.casework.act_forms import ActForm, ActForms
from web.kit import countdown
from web.kit.access import not_there, open_to, open_to_staff, opened, reader, visitor
from web.kit.days import asked_day

blueprint = Blueprint("improvements", __name__, url_prefix="/improvements")


@blueprint.get("")
@open_to(Permission.NOTE)
def quarter() -> str:
    """The list of a quarter: what was proposed in it, what was open before, and what the quarter
    before has left over (S-20)."""
    who, day = reader(), asked_day("day") or today_in_the_bank()
    period = _quarter_of(day)
    after = period[1] + timedelta(days=1)
    next_period = _quarter_of(after)
    every = list_improvements(reading(), who)
    lines = [line for line in every if _stands_on(line, period)]
    with writing() as session:
        told = [line.reference for line in lines if line.problem]
        note_shown(session, by=who.person, where="improvements", references=told)
    return render_template(
        "casework/improvements.html",
        open=[line for line in lines if line.improvement.is_open],
        concluded=[line for line in lines if not line.improvement.is_open],
        begins=period[0],
        ends=period[1],
        before=period[0] - timedelta(days=1),
        after=after,
        waits_there=sum(_stands_on(line, next_period) for line in every),
        is_carried_on=lambda line: _is_carried_on(line, period),
        running=countdown.running,
    )


@blueprint.get("/<reference>/<int:number>")
@open_to_staff
def one(reference: str, number: int) -> str:
    """One improvement, its steps with what was written, its cases, and the step that comes next."""
    case = opened(reference)
    found = read_improvement(reading(), case, number)
    if found is None:
        not_there(reference)
    file = read_case_file(reading(), case, entries_at_most=1)
    speak_of_tasks(file.pack.conduct.task_titles)
    if any(found.words.values()):
        with writing() as session:
            note_shown(session, by=reader().person, where="improvement", references=[reference])
    forms = ActForms(file, visitor().actor, bank(), case.is_for)
    return render_template(
        "casework/improvement.html",
        found=found,
        line=found.line,
        improvement=found.line.improvement,
        case=case.case,
        next_form=_next_form(forms, found.line) if found.line.improvement.is_open else None,
        tasks=[line for line in file.tasks if line.done_at is None and _is_of(line.until)],
        running=countdown.running,
        new_command_id=lambda: str(uuid4()),
    )


def _next_form(forms: ActForms, line: ImprovementLine) -> ActForm | None:
    """The form of the step it waits for, for whoever may take it."""
    wanted = {
        kind
        for kind, act in ACT_KINDS.items()
        if issubclass(act, ImprovementAct) and act.at_stage is line.improvement.stage
    }
    offered, _not_now = forms.offered()
    return next((form for form in offered if form.kind in wanted), None)


def _is_of(until: tuple[str, ...]) -> bool:
    """Whether a task ends by a step of an improvement."""
    steps = {act.event for act in ACT_KINDS.values() if issubclass(act, ImprovementAct)}
    return not steps.isdisjoint(until)


def _quarter_of(day: date) -> Period:
    return reporting_period_of(Cadence.QUARTER, day)


def _day_of(at: datetime) -> date:
    return on_the_wall(at).date()


def _stands_on(line: ImprovementLine, period: Period) -> bool:
    return stands_on_list(line.improvement, period, _day_of, _quarter_of)


def _is_carried_on(line: ImprovementLine, period: Period) -> bool:
    """Whether it comes from an earlier list."""
    is_leftover = line.improvement.carried_from is not None
    return is_leftover or _day_of(line.improvement.steps[0].at) < period[0]
