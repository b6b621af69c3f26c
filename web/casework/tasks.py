"""My tasks: what the rules ask of somebody because of what happened to a case, and of whom else."""

from dataclasses import dataclass
from uuid import uuid4

from flask import Blueprint, render_template, url_for

from domain.acts import FinishTask, ReceiveHandOver
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
from store.reports.regulator import drafts_waiting
from web import wording
from web.base.context import reading, writing
from web.casework.act_forms import BY_KIND
from web.kit import checks, countdown
from web.kit.access import open_to, reader
from web.kit.forms import Field, FieldKind
from web.kit.kept_typing import BegunForm, kept_form

blueprint = Blueprint("tasks", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCard:
    """A task with what ends it: a form here, or an act on the page of its case."""

    line: ChargeLine
    fields: tuple[Field, ...]
    """Empty when another act ends it."""
    acts: tuple[str, ...]
    begun: BegunForm | None = None
    """What was typed into that form and not sent."""
    is_handed_over: bool = False
    """Whether it ends on the page of what is handed over to human resources."""

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
    others = charges_of_others(reading(), who) if oversees else ()
    shown = [line.reference for line in (*own, *office, *others) if line.subject]
    with writing() as session:
        note_shown(session, by=who.person, where="tasks", references=shown)
    return render_template(
        "casework/tasks.html",
        mine=[card_of(line) for line in own],
        office=[card_of(line) for line in office],
        others=others,
        oversees=oversees,
        checks=checks.waiting(),
        reports=checks.reports(),
        received=reports_to_read(reading(), who.person, SHOWN_AT_MOST),
        received_count=checks.counted().reports_to_read,
        drafts=drafts_waiting(reading(), who),
        shown_at_most=SHOWN_AT_MOST,
        running=countdown.running,
        new_command_id=lambda: str(uuid4()),
    )


def card_of(line: ChargeLine) -> TaskCard:
    """A task as whoever may end it sees it."""
    acts = tuple(kind for kind, act in BY_KIND.items() if act.event in line.until)
    # Of several ways to end it, those that are this person's.
    own = tuple(kind for kind in acts if holds(reader().roles, BY_KIND[kind].permission))
    if line.ends_by_word:
        return TaskCard(line=line, fields=tuple(_fields(line)), acts=(), begun=_begun(line))
    is_handed_over = ReceiveHandOver.event in line.until
    return TaskCard(line=line, fields=(), acts=own or acts, is_handed_over=is_handed_over)


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
