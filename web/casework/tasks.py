"""My tasks: what the rules ask of somebody because of what happened to a case, and of whom else."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from flask import Blueprint, render_template, url_for

from domain.acts import ACT_KINDS, FinishTask
from domain.permission_names import Permission
from domain.permissions import holds
from store.evidence.looks import note_shown
from store.reads.charges import (
    ChargeLine,
    charges_of_my_office,
    charges_of_others,
    my_charges,
)
from store.reads.tasks import SHOWN_AT_MOST
from store.reports.received import reports_to_read
from store.reports.regulator import ReportLine, drafts_waiting
from web import wording
from web.base.context import reading, writing
from web.kit import checks, countdown
from web.kit.access import open_to, reader
from web.kit.forms import Field, FieldKind
from web.kit.kept_typing import BegunForm, kept_form
from web.wording.acts import act_title

blueprint = Blueprint("tasks", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCard:
    """A task with what ends it: a form here, or an act on the page of its case."""

    line: ChargeLine
    fields: tuple[Field, ...] = ()
    """Empty when another act ends it."""
    ways: tuple[tuple[str, str], ...] = ()
    """To the acts that end it: address and title."""
    begun: BegunForm | None = None
    """What was typed into that form and not sent."""

    @property
    def action(self) -> str:
        """Where its form is sent to."""
        return _action(self.line)


@blueprint.get("/tasks")
@open_to(Permission.NOTE)
def mine() -> str:
    """What waits for oneself; what oneself may do in a colleague's place; what waits for others."""
    who = reader()
    oversees = holds(who.roles, Permission.SUPERVISE)
    own, office = my_charges(reading(), who), charges_of_my_office(reading(), who)
    drafts = drafts_waiting(reading(), who)
    others = charges_of_others(reading(), who) if oversees else ()
    shown = [line.reference for line in (*own, *office, *others) if line.subject]
    with writing() as session:
        note_shown(session, by=who.person, where="tasks", references=shown)
    return render_template(
        "casework/tasks.html",
        mine=[card_of(line, drafts) for line in own],
        office=[card_of(line, drafts) for line in office],
        others=others,
        oversees=oversees,
        checks=checks.waiting(),
        reports=checks.reports(),
        received=reports_to_read(reading(), who.person, SHOWN_AT_MOST),
        received_count=checks.counted().reports_to_read,
        drafts=drafts,
        shown_at_most=SHOWN_AT_MOST,
        running=countdown.running,
        new_command_id=lambda: str(uuid4()),
    )


def card_of(line: ChargeLine, drafts: Sequence[ReportLine]) -> TaskCard:
    """A task as whoever may end it sees it, beside the reports that they have begun."""
    if line.ends_by_word:
        return TaskCard(line=line, fields=tuple(_fields(line)), begun=_begun(line))
    acts = tuple(kind for kind, act in ACT_KINDS.items() if act.event in line.until)
    # Of several ways to end it, those that are this person's.
    own = tuple(kind for kind in acts if holds(reader().roles, ACT_KINDS[kind].permission))
    return TaskCard(line=line, ways=tuple(_way(kind, line, drafts) for kind in own or acts))


def _way(kind: str, line: ChargeLine, drafts: Sequence[ReportLine]) -> tuple[str, str]:
    """Where an act is done: on a page of its own, where it is about more than the case, else on
    that of the case. A report is submitted where it is written, and has to be begun before."""
    if kind == "receive_hand_over":
        return url_for("hand_over.overview"), act_title(kind)
    if kind == "submit_case_report":
        begun = next((each for each in drafts if each.reference == line.reference), None)
        if begun is not None:
            return url_for("reports.report", key=begun.key), act_title(kind)
        kind = "draft_case_report"
    page = url_for("cases.case_page", reference=line.reference, act=kind, _anchor=f"act-{kind}")
    return page, act_title(kind)


def _begun(line: ChargeLine) -> BegunForm | None:
    """What was begun of this task; of all tasks of a case the form that ends them is one."""
    begun = kept_form(_action(line))
    return begun if begun is not None and begun.form.value("task") == line.name else None


def _action(line: ChargeLine) -> str:
    return url_for("cases.act", reference=line.reference, kind="finish_task")


def _fields(line: ChargeLine) -> list[Field]:
    return [
        Field(
            name=name,
            label=wording.label_in("finish_task", name),
            kind=FieldKind.LONG_TEXT,
            required=True,
            rows=2,
            form=f"task-{line.id}",
        )
        for name in FinishTask.words
        if name in {"note", *line.asks}
    ]
