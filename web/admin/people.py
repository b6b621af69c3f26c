"""For administrators: who works here. Joiners, movers and leavers, one at a time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from desk.people import Judgement, Wish, Wishing, is_as_wished, link_of
from domain.classification import Role
from domain.complaint import BadInput, Flaw
from domain.errors import NotFit, Refusal, Refused
from domain.paging import PageOf, page_of
from domain.permission_names import Permission
from domain.staffing import BankRecords, PersonRecord
from store.approvals.lists import waiting_about
from store.people.bank import Colleague
from store.people.people import LINK_LASTS
from store.people.records import read_records
from store.people.tokens import read_tokens
from store.reads.queues import FOUND_AT_MOST
from web.admin.staff_forms import of_person, person_fields, read_person, seen
from web.base.context import bank, reading, records
from web.base.language import current_language
from web.base.phrases import _
from web.kit.access import open_to, visitor
from web.kit.forms import (
    Choice,
    Field,
    FieldKind,
    Typed,
    codes,
    filled,
    flaws_in,
    judged,
    reason_field,
    reason_in,
    typed_into,
)
from web.kit.paging import asked_page
from web.wording import flaw_sentence, unit_name
from web.wording.staffing import staffing_label

blueprint = Blueprint("people", __name__, url_prefix="/admin")

Page = str | Response | tuple[str, int]


@blueprint.get("/people")
@open_to(Permission.MANAGE_PEOPLE)
def everybody() -> str:
    """Everybody who works here, a page at a time, and the other systems that file complaints."""
    typed = Typed(request.args)
    unit, role = typed.text("unit"), typed.code("role", Role)
    found = [
        each
        for each in bank().people.values()
        if (not unit or each.unit == unit)
        and (role is None or {role}.intersection(each.roles))
        and each.active != bool(typed.text("left"))
    ]
    return _list(page_of(found, asked_page()))


@blueprint.post("/people")
@open_to(Permission.MANAGE_PEOPLE)
def search() -> str:
    """By name, login or unit. Posted, since names are personal and addresses end up in logs."""
    text = Typed(request.form).text("text")
    wanted = text.casefold()
    found = [
        each
        for each in bank().people.values()
        if any(wanted in said.casefold() for said in (each.name, each.login, unit_name(each.unit)))
    ]
    return _list(page_of(found[:FOUND_AT_MOST], 1, FOUND_AT_MOST), text, len(found))


@blueprint.get("/people/<person>")
@open_to(Permission.MANAGE_PEOPLE)
def one(person: str) -> str:
    """What somebody is here, and everything that can be changed about it."""
    record = _record(person)
    return _page(person, record, of_person(record), seen(record))


@blueprint.post("/people/<person>")
@open_to(Permission.MANAGE_PEOPLE)
def save(person: str) -> Page:
    """Change it; sessions end when rights shrink."""
    record, typed = read_person(_typed(), _record(person))
    as_seen = request.form.get("seen", "")
    try:
        _refuse(typed.flaws)
        outcome = _save(record, as_seen, typed.text("reason"))
    except NotFit as unfit:
        return _page(person, _record(person), request.form, as_seen, flaws_in(unfit)), 422
    _tell(outcome, record.name)
    return redirect(url_for("people.one", person=person))


@blueprint.post("/people/<person>/leave")
@open_to(Permission.MANAGE_PEOPLE)
def leave(person: str) -> Page:
    """Let somebody in no more; what waits for them goes to others."""
    return _comes_in(person, is_disabled=True)


@blueprint.post("/people/<person>/return")
@open_to(Permission.MANAGE_PEOPLE)
def come_back(person: str) -> Page:
    """Let somebody in again."""
    return _comes_in(person, is_disabled=False)


@blueprint.post("/people/<person>/link")
@open_to(Permission.MANAGE_PEOPLE)
def link(person: str) -> Page:
    """A new one-time link, shown this once."""
    return _link(_record(person))


@blueprint.get("/new-person")
@open_to(Permission.MANAGE_PEOPLE)
def new() -> str:
    """Somebody who begins to work here."""
    return _new(MultiDict({"language": str(current_language())}))


@blueprint.post("/new-person")
@open_to(Permission.MANAGE_PEOPLE)
def take_on() -> Page:
    """Take them on, and show the link by which they come in."""
    record, typed = read_person(_typed(), PersonRecord(login=""))

    def wishing(bank_: BankRecords) -> Wish:
        # Pressed twice, it is one wish.
        known = bank_.people.get(record.login)
        is_taken = known is not None and not is_as_wished(known, record)
        _refuse([*typed.flaws, *([Flaw.of("login", BadInput.TAKEN)] if is_taken else [])])
        return Wish(people=[record])

    try:
        outcome = _change(wishing, typed.text("reason"))
    except NotFit as unfit:
        return _new(request.form, flaws_in(unfit)), 422
    if outcome.people:
        _tell(outcome, record.name)
    return _link(record)


def _save(record: PersonRecord, as_seen: str, reason: str) -> Judgement:
    def wishing(bank_: BankRecords) -> Wish:
        if seen(bank_.people[record.login]) != as_seen:
            raise NotFit([Flaw.of("seen", BadInput.CHANGED_MEANWHILE)])
        return Wish(people=[record])

    return _change(wishing, reason)


def _change(wishing: Wishing, reason: str) -> Judgement:
    """Raises `NotFit` also when a second administrator would be asked without a reason."""
    try:
        return records().people.change(wishing, visitor().actor, reason=reason)
    except Refused as refused:
        if refused.code is not Refusal.WORDS_MISSING:
            raise
        raise NotFit([Flaw.of("reason", BadInput.EMPTY)]) from refused


def _comes_in(person: str, *, is_disabled: bool) -> Page:
    record = _record(person)

    def wishing(bank_: BankRecords) -> Wish:
        # As they are now: somebody else may just have changed something else about them.
        return Wish(people=[replace(bank_.people[record.login], is_disabled=is_disabled)])

    try:
        outcome = _change(wishing, reason_in(request.form))
    except NotFit as unfit:
        flaws = flaws_in(unfit)
        (back,) = judged(filled([_back()], request.form), flaws)
        others = [each for each in flaws if each.where != back.name]
        return _page(person, record, of_person(record), seen(record), others, back), 422
    _tell(outcome, record.name)
    return redirect(url_for("people.one", person=person))


def _back() -> Field:
    """Why an administrator comes back, for the second one who must agree."""
    return reason_field(staffing_label("reason"), form="back", kind=FieldKind.TEXT)


def _typed() -> MultiDict[str, str]:
    """What was typed; in the reason with stars, where that was asked for."""
    return typed_into(request.form, ["reason"])


def _refuse(flaws: Sequence[Flaw]) -> None:
    if flaws:
        raise NotFit(flaws)


def _tell(outcome: Judgement, name: str) -> None:
    if outcome.asks_for:
        said = _("%(name)s becomes an administrator when a second one agrees.", name=name)
        flash(said, "warning")
    elif outcome.people:
        flash(_("Saved."), "success")
    else:
        flash(_("Nothing was changed."), "success")


def _link(record: PersonRecord) -> Page:
    """Shown in the answer itself: whoever reads it elsewhere, in a cookie say, could come in."""
    try:
        secret = records().people.invite(record.login, visitor().actor)
    except NotFit as unfit:
        flash(" ".join(map(flaw_sentence, flaws_in(unfit))), "warning")
        return redirect(url_for("people.everybody"))
    return render_template(
        "admin/link.html",
        record=record,
        link=link_of(records().settings.base_url, secret),
        days=LINK_LASTS.days,
    )


def _record(person: str) -> PersonRecord:
    if person not in bank().people:
        abort(404)
    return read_records(reading()).people[bank().people[person].login]


def _list(found: PageOf[Colleague], text: str = "", found_in_all: int = 0) -> str:
    return render_template(
        "admin/people.html",
        found=found,
        text=text,
        there_is_more=found_in_all > FOUND_AT_MOST,
        units=[Choice(value=each, words=unit_name(each)) for each in bank().units],
        roles_to_choose=codes(Role),
        asked=request.args,
        tokens=read_tokens(reading()),
        now=datetime.now(UTC),
    )


def _page(
    person: str,
    record: PersonRecord,
    typed: MultiDict[str, str],
    as_seen: str,
    flaws: Sequence[Flaw] = (),
    back: Field | None = None,
) -> str:
    fields = judged(filled(person_fields(bank(), record.login), typed), flaws)
    return render_template(
        "admin/person.html",
        person=bank().people[person],
        record=record,
        fields=fields,
        seen=as_seen,
        problem=_problem(flaws, fields),
        back=back or _back(),
        waits=waiting_about(reading(), person),
    )


def _problem(flaws: Sequence[Flaw], fields: Sequence[Field]) -> str:
    """What is wrong and belongs to no field of the form."""
    placed = {each.name for each in fields}
    return " ".join(flaw_sentence(flaw) for flaw in flaws if flaw.where not in placed)


def _new(typed: MultiDict[str, str], flaws: Sequence[Flaw] = ()) -> str:
    fields = judged(filled(person_fields(bank(), None), typed), flaws)
    return render_template("admin/new_person.html", fields=fields)
