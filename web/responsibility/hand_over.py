"""Hand-over to human resources: what was decided about people, in files for their own system, each
item once, received by their word."""

import hashlib
from collections.abc import Sequence

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from desk.spreadsheets import Cell, Sheet, table_text, workbook
from domain.hand_over import HandOverKind
from domain.permission_names import Permission
from domain.reporting import HANDED_OVER_AS, POINTS_AT_MOST
from store.evidence.audit import Action, note
from store.reports.hand_overs import (
    HandOverFile,
    HandOverLine,
    files_made,
    find_file,
    lines_of,
    make_file,
    new_lines,
    note_received,
)
from web import wording
from web.base.context import reading, writing
from web.base.phrases import _
from web.kit import countdown
from web.kit.access import not_there, open_to, reader, visitor
from web.kit.downloads import XLSX, saved
from web.wording.names import person_name, unit_name
from web.wording.policies import penalty_name

blueprint = Blueprint("hand_over", __name__, url_prefix="/hr-hand-over")

ENDINGS = frozenset({"csv", "xlsx"})

LONGEST_RECEIPT = 100
"""Characters (default)."""


@blueprint.get("")
@open_to(Permission.HAND_OVER)
def overview() -> str:
    """What is new since the last file, and the files with their receipts."""
    return _page()


@blueprint.post("")
@open_to(Permission.HAND_OVER)
def make() -> Answer:
    """Put what is new in a file; nothing goes in two."""
    with writing() as session:
        number = make_file(session, reader(), visitor().actor)
    if number is None and (just_made := _newest()) > request.form.get("after", just_made, type=int):
        flash(
            _(
                "What was new is in file %(number)s, which has just been made. Save it, then note"
                " the receipt.",
                number=just_made,
            ),
            "success",
        )
    elif number is None:
        flash(_("Nothing is new since the last file, so none was made."), "warning")
    else:
        flash(
            _("File %(number)s is made. Save it, then note the receipt.", number=number), "success"
        )
    return redirect(url_for("hand_over.overview"))


@blueprint.post("/<int:number>/receipt")
@open_to(Permission.HAND_OVER)
def receipt(number: int) -> Answer | tuple[str, int]:
    """By which number, or on which day, the system of human resources has it."""
    file = _file(number)
    typed = request.form.get("receipt", "").strip()
    if not typed or len(typed) > LONGEST_RECEIPT or not typed.isprintable():
        says = _(
            "Write down the number or the date that your system gave it: up to %(most)s letters.",
            most=LONGEST_RECEIPT,
        )
        return _page(wrong=number, typed=typed, says=says), 422
    with writing() as session:
        kept = note_received(session, file, typed, visitor().actor)
    if kept != typed:
        says = _(
            "It has the receipt number %(number)s already; %(typed)s was not noted.",
            number=kept,
            typed=typed,
        )
        return _page(wrong=number, says=says), 409
    flash(_("The receipt is noted. The tasks of these cases end with it."), "success")
    return redirect(url_for("hand_over.overview"))


@blueprint.get("/<int:number>")
@open_to(Permission.HAND_OVER)
def contents(number: int) -> str:
    """What is in one file."""
    file = _file(number)
    return render_template(
        "responsibility/hand_over_file.html", file=file, lines=lines_of(reading(), reader(), file)
    )


@blueprint.get("/<int:number>.<ending>")
@open_to(Permission.HAND_OVER)
def download(number: int, ending: str) -> Response:
    """A file as it was put together; from the same items the same bytes, whose digest is noted."""
    if ending not in ENDINGS:
        abort(404)
    file = _file(number)
    lines = lines_of(reading(), reader(), file)
    title = _("Hand-over to HR %(number)s", number=number)
    if ending == "xlsx":
        content, kind = workbook(title, [Sheet(tab=title, lines=_cells_of(lines))]), XLSX
    else:
        content, kind = table_text(_cells_of(lines)).encode(), "text/csv; charset=utf-8"
    with writing() as session:
        note(
            session,
            Action.SAVED_HAND_OVER,
            by=visitor().id,
            subject=str(number),
            ending=ending,
            digest=hashlib.sha256(content).hexdigest(),
            shown=sorted({each.reference for each in lines}),
        )
    return saved(content, kind, f"{title}.{ending}")


def _file(number: int) -> HandOverFile:
    found = find_file(reading(), reader(), number)
    if found is None:
        not_there(f"hr-hand-over/{number}")
    return found


def _newest() -> int:
    """The number of the newest file; 0 before there is one."""
    return next((each.number for each in files_made(reading(), reader())), 0)


def _page(wrong: int | None = None, typed: str = "", says: str = "") -> str:
    return render_template(
        "responsibility/hand_over.html",
        new=new_lines(reading(), reader()),
        files=files_made(reading(), reader()),
        wrong=wrong,
        typed=typed,
        says=says,
        longest=LONGEST_RECEIPT,
        running=countdown.running,
    )


def _cells_of(lines: Sequence[HandOverLine]) -> Sequence[Sequence[Cell]]:
    head = [
        _("Unique key"), _("Kind"), _("What was decided"), _("Counts"), _("Points at most"),
        _("Key of the person"), _("Name"), _("Case"), _("Unit"), _("Kind of fault"),
        _("Part in the event"), _("Sanction"), _("Yuan"), _("Rule"), _("Decided on"),
        _("Decided by"),
    ]  # fmt: skip
    return [head, *map(_cells, lines)]


def _cells(line: HandOverLine) -> list[Cell]:
    """An item for a machine and for a person: codes and keys beside the words."""
    item, penalty = line.item, line.item.penalty
    return [
        f"{line.reference}/{item.key}",
        item.kind,
        wording.words(item.kind),
        wording.words(HANDED_OVER_AS[item.kind]),
        "" if item.kind is HandOverKind.UNDOING else POINTS_AT_MOST,
        item.person,
        person_name(item.person),
        line.reference,
        unit_name(line.case.unit),
        penalty_name(penalty.schedule) if penalty else "",
        penalty_name(penalty.post) if penalty else "",
        wording.words(penalty.measure) if penalty else "",
        _yuan(penalty.amount_fen) if penalty and penalty.amount_fen else "",
        penalty.rule if penalty else "",
        wording.when(item.decided_at),
        person_name(item.decided_by),
    ]


def _yuan(fen: int) -> Cell:
    """A number to be computed with, as long as it is whole."""
    return fen // 100 if fen % 100 == 0 else f"{fen / 100:.2f}"
