"""For administrators: the units of the bank. Made, renamed, moved, closed and opened again."""

from collections.abc import Sequence
from dataclasses import replace

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from desk.people import Wish, Wishing
from domain.complaint import BadInput, Flaw
from domain.errors import NotFit
from domain.permission_names import Permission
from domain.staffing import BankRecords, UnitRecord
from store.people.bank import NamedUnit
from store.people.records import read_records
from store.policies.packs import current_packs
from web.admin.staff_forms import of_unit, read_unit, seen, unit_fields
from web.base.context import bank, reading, records
from web.base.language import current_language
from web.base.phrases import _
from web.kit.access import open_to, visitor
from web.kit.forms import Choice, Typed, filled, flaws_in, judged
from web.wording import flaw_sentence

blueprint = Blueprint("units", __name__, url_prefix="/admin")

Page = str | Response | tuple[str, int]


@blueprint.get("/units")
@open_to(Permission.MANAGE_PEOPLE)
def listed() -> str:
    """Every unit under the one it belongs to, or those whose name or id holds what was typed."""
    text = Typed(request.args).text("text")
    wanted = text.casefold()
    lines = [
        (depth, unit)
        for depth, unit in _in_order()
        if wanted in f"{unit.id}\n{unit.name_en}\n{unit.name_zh}".casefold()
    ]
    heads: dict[str, int] = {}
    for person in bank().people.values():
        heads[person.unit] = heads.get(person.unit, 0) + person.active
    return render_template("admin/units.html", lines=lines, text=text, heads=heads)


@blueprint.get("/units/<unit>")
@open_to(Permission.MANAGE_PEOPLE)
def one(unit: str) -> str:
    """A unit, what can be changed about it, who works there and what stands below."""
    record = _record(unit)
    return _page(record, of_unit(record), seen(record))


@blueprint.post("/units/<unit>")
@open_to(Permission.MANAGE_PEOPLE)
def save(unit: str) -> Page:
    """Rename or move it, or let it follow another policy."""
    record, typed = read_unit(request.form, _record(unit))
    as_seen = request.form.get("seen", "")

    def wishing(everything: BankRecords) -> Wish:
        if seen(everything.units[record.id]) != as_seen:
            raise NotFit([Flaw.of("seen", BadInput.CHANGED_MEANWHILE)])
        return Wish(units=[record])

    try:
        if typed.flaws:
            raise NotFit(typed.flaws)
        _change(wishing)
    except NotFit as unfit:
        return _page(_record(unit), request.form, as_seen, flaws_in(unfit)), 422
    return redirect(url_for("units.one", unit=unit))


@blueprint.post("/units/<unit>/close")
@open_to(Permission.MANAGE_PEOPLE)
def close(unit: str) -> Page:
    """Let it take no complaints any more."""
    return _opened(unit, is_closed=True)


@blueprint.post("/units/<unit>/open")
@open_to(Permission.MANAGE_PEOPLE)
def open_again(unit: str) -> Page:
    """Let it take complaints again."""
    return _opened(unit, is_closed=False)


@blueprint.get("/new-unit")
@open_to(Permission.MANAGE_PEOPLE)
def new() -> str:
    """A unit that the bank has not had so far."""
    return _new(MultiDict())


@blueprint.post("/new-unit")
@open_to(Permission.MANAGE_PEOPLE)
def make() -> Page:
    """Make it."""
    record, typed = read_unit(request.form, UnitRecord(id=""))

    def wishing(everything: BankRecords) -> Wish:
        # Pressed twice, it is one wish.
        is_taken = everything.units.get(record.id, record) != record
        flaws = [*typed.flaws, *([Flaw.of("id", BadInput.TAKEN)] if is_taken else [])]
        if flaws:
            raise NotFit(flaws)
        return Wish(units=[record])

    try:
        records().people.change(wishing, visitor().actor)
    except NotFit as unfit:
        return _new(request.form, flaws_in(unfit)), 422
    flash(_("Saved."), "success")
    return redirect(url_for("units.one", unit=record.id))


def _change(wishing: Wishing) -> None:
    outcome = records().people.change(wishing, visitor().actor)
    flash(_("Saved.") if outcome.units else _("Nothing was changed."), "success")


def _opened(unit: str, *, is_closed: bool) -> Page:
    known = _record(unit).id

    def wishing(everything: BankRecords) -> Wish:
        # As it is now: somebody else may just have changed something else about it.
        return Wish(units=[replace(everything.units[known], is_closed=is_closed)])

    try:
        _change(wishing)
    except NotFit as unfit:
        record = _record(unit)
        return _page(record, of_unit(record), seen(record), flaws_in(unfit)), 422
    return redirect(url_for("units.one", unit=unit))


def _record(unit: str) -> UnitRecord:
    if unit not in bank().units:
        abort(404)
    return read_records(reading()).units[unit]


def _packs() -> tuple[Choice, ...]:
    return tuple(
        Choice(value=pack.name, words=f"{pack.title[current_language()]} ({pack.name})")
        for pack in current_packs(reading())
    )


def _page(
    record: UnitRecord, typed: MultiDict[str, str], as_seen: str, flaws: Sequence[Flaw] = ()
) -> str:
    fields = judged(filled(unit_fields(bank(), _packs(), record.id), typed), flaws)
    placed = {each.name for each in fields}
    return render_template(
        "admin/unit.html",
        record=record,
        fields=fields,
        seen=as_seen,
        problem=" ".join(flaw_sentence(flaw) for flaw in flaws if flaw.where not in placed),
        people=[each for each in bank().people.values() if each.unit == record.id],
        below=[each for each in bank().units.values() if each.parent == record.id],
    )


def _new(typed: MultiDict[str, str], flaws: Sequence[Flaw] = ()) -> str:
    fields = judged(filled(unit_fields(bank(), _packs(), None), typed), flaws)
    return render_template("admin/new_unit.html", fields=fields)


def _in_order() -> list[tuple[int, NamedUnit]]:
    """Each unit after the one above it, with how deep it stands."""
    below: dict[str | None, list[NamedUnit]] = {}
    for unit in bank().units.values():
        below.setdefault(unit.parent, []).append(unit)

    def walk(above: str | None, depth: int) -> list[tuple[int, NamedUnit]]:
        return [
            line
            for unit in below.get(above, ())
            for line in ((depth, unit), *walk(unit.id, depth + 1))
        ]

    return walk(None, 0)
