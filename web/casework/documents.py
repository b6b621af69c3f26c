"""Documents about a case: set as PDF, put with its files, and so sealed in its journal."""

from collections.abc import Mapping
from io import BytesIO

from flask import Blueprint, abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from desk.cases import ActStatus
from desk.documents import NotPrintable, PrintedSheet, print_sheet
from domain.acts import Attach, pass_gates, permit
from domain.documents import DocumentTemplate, Value
from domain.errors import NotFit, Refused
from domain.events import Event
from domain.file_names import savable
from domain.permission_names import Permission
from rulebook.documents import read_documents
from store.policies.packs import published_pack
from store.reads.case_page import CaseFile, EntryLine, read_case_file
from web import wording
from web.base.context import reading, records
from web.base.phrases import _, instant_as, language_code, on_the_wall
from web.kit.access import open_to, opened, visitor
from web.kit.forms import flaws_in, key_in
from web.wording import flaw_sentence
from web.wording.documents import not_printable_sentence
from web.wording.names import person_name
from web.wording.policies import rule_words

blueprint = Blueprint("documents", __name__)

ENTRIES_AT_MOST = 500
"""Of a journal that a document tells of, the newest (default)."""

STEPS = frozenset(
    {Event.FORWARDED, Event.ASSIGNED, Event.STARTED, Event.CUSTOMER_ASKED, Event.CUSTOMER_ANSWERED,
     Event.EXTENDED, Event.REPLIED, Event.DISPOSED, Event.WITHDRAWN, Event.CLOSED, Event.REOPENED}
)  # fmt: skip
"""What the process of a case is told by."""


@blueprint.post("/cases/<reference>/documents/<name>")
@open_to(Permission.READ_WORDS)
def make(reference: str, name: str) -> Response | tuple[str, int]:
    """Set the document in the reader's language and put it with the case."""
    case = opened(reference, Permission.READ_WORDS)
    template = read_documents().get(name)
    if template is None:
        abort(404)
    there = redirect(url_for("attachments.files", reference=reference))
    try:
        permit(Attach, case.case, visitor().actor)
        pass_gates("attach", case.case, published_pack(reading(), case.case.policy).conduct)
        file = read_case_file(reading(), case, entries_at_most=ENTRIES_AT_MOST)
        title = template.title[language_code()]
        outcome = records().attachments.attach(
            command_id=key_in(request.form, "command_id"),
            reference=reference,
            name=savable(f"{title}-{reference}.pdf"),
            content=BytesIO(printed(template, file)),
            note=_("Made here: %(document)s", document=title),
            by=visitor().actor,
        )
    except Refused as refused:
        flash(wording.refusal_sentence(refused), "danger")
        return there
    except NotFit as unfit:
        flash(" ".join(map(flaw_sentence, flaws_in(unfit))), "danger")
        return there
    except NotPrintable as why:
        flash(not_printable_sentence(why), "danger")
        return there
    if outcome.refusal is not None:
        flash(wording.refusal_sentence(outcome.refusal), "danger")
    elif outcome.status is ActStatus.WAITING:
        flash(_("The file is stored. The engine will note it in the journal."), "warning")
    else:
        flash(_("The document is made and lies with the files."), "success")
    return there


def printed(template: DocumentTemplate, file: CaseFile) -> bytes:
    """The document as PDF; the same as long as nothing has happened in the case."""
    values = values_of(file)
    language = language_code()
    newest = file.journal[0].at if file.journal else file.case.received_at
    return print_sheet(
        PrintedSheet(
            title=template.title[language],
            subtitle=f"{file.case.reference} · {rule_words(template.rule)}",
            footer=f"{file.case.reference} · {template.name} {template.digest[:12]}",
            language=language,
            made_on=on_the_wall(newest).date(),
            rows=[(row.label[language], values[row.value]) for row in template.rows],
            signatures=[each[language] for each in template.signatures],
        )
    )


def values_of(file: CaseFile) -> Mapping[Value, str]:
    """What every row can say of a case; empty for what is not known yet."""
    case, said = file.case, file.said
    replied = _last(file, Event.REPLIED)
    told = {**(replied.facts if replied else {}), **(replied.words if replied else {})}
    running = (each.clock for each in file.clocks if each.clock.is_running)
    due = [clock.due_at for clock in running if clock.due_at is not None]
    settled = case.disposition
    return {
        Value.REFERENCE: case.reference,
        Value.RECEIVED_AT: wording.when(case.received_at),
        Value.RECEIVED_ON: instant_as("yyyy-MM-dd", case.received_at),
        Value.RECEIVED_TIME: instant_as("HH:mm", case.received_at),
        Value.WEEKDAY: instant_as("EEEE", case.received_at),
        Value.CHANNEL: wording.words(case.channel),
        Value.FIRST_OWNER: person_name(case.first_owner),
        Value.SENDER: said.sender or "",
        Value.UNIT: wording.unit_name(case.unit),
        Value.CUSTOMER: said.name,
        Value.PHONE: said.phone,
        Value.CATEGORY: wording.words(case.category) if case.category else "",
        Value.NARRATIVE: said.narrative,
        Value.DEMAND: said.demand,
        Value.DUE_AT: wording.when(min(due)) if due else "",
        **{
            each: str(told.get(each, ""))
            for each in (
                Value.FINDINGS,
                Value.PERSONS,
                Value.LESSONS,
                Value.HANDLER_NAME,
                Value.HANDLER_PHONE,
            )
        },
        **{
            each: wording.fact_words(each, told[each]) if told.get(each) else ""
            for each in (Value.SATISFACTION, Value.HANDLED_AT)
        },
        Value.PROCESS: "\n".join(
            f"{wording.when(each.at)} {wording.words(each.event)}"
            for each in reversed(file.journal)
            if each.event in STEPS
        ),
        Value.RESULT: ""
        if settled is None
        else f"{wording.words(settled.validity)} · {wording.words(settled.responsibility)}",
    }


def _last(file: CaseFile, event: Event) -> EntryLine | None:
    return next((each for each in file.journal if each.event is event), None)
