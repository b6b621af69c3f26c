"""Second factors: asked for at the door, set up by their owner, taken away by an administrator."""

from collections.abc import Sequence

import segno
from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from desk.sign_in.second_factors import a_secret
from desk.sign_in.tries import NotLetIn
from domain.complaint import Flaw
from domain.errors import NotFit, Refused
from domain.permission_names import Permission
from domain.sign_in import Stage
from web.base.context import bank, records
from web.base.phrases import _
from web.kit.access import (
    half_in,
    open_to,
    open_to_everybody,
    open_to_staff,
    visitor,
    visitor_or_none,
)
from web.kit.forms import Field, flaws_in, judged
from web.kit.menu import way_back
from web.kit.stays import next_step, not_let_in, open_stay, place, why_not_let_in
from web.wording import refusal_sentence

blueprint = Blueprint("second_factor", __name__)

Page = str | Response | tuple[str, int]

BEGUN = "second_factor"
"""Where the cookie keeps the secret of an authenticator that is being set up. Its owner sees it on
the page in any case, and nothing is asked of it before it is kept."""


@blueprint.get("/login/code")
@open_to_everybody
def ask() -> Page:
    """After the password, the code."""
    if not _awaits(Stage.CODE):
        return redirect(url_for("sessions.log_in", next=way_back()))
    return render_template("admin/code.html", fields=(_code_field(),), came_for=way_back())


@blueprint.post("/login/code")
@open_to_everybody
def enter() -> Page:
    """Let in whoever has it."""
    if not _awaits(Stage.CODE):
        return redirect(url_for("sessions.log_in", next=way_back()))
    try:
        let_in = records().sign_in.enter_code(
            str(session.get("key", "")), request.form.get("code", ""), place()
        )
    except NotLetIn as failed:
        wrong = _("This code does not fit, or was used before. Wait for the next one.")
        page = render_template(
            "admin/code.html",
            fields=(_code_field(),),
            came_for=way_back(),
            problem=why_not_let_in(failed) or wrong,
        )
        return not_let_in(page, failed)
    came_for = way_back()
    open_stay(let_in)
    return redirect(next_step(let_in.stage, came_for))


@blueprint.get("/login/second-factor")
@open_to_everybody
def begin() -> Page:
    """For somebody whose roles want a second factor and who has none yet."""
    if not _awaits(Stage.SET_UP):
        return redirect(url_for("sessions.log_in", next=way_back()))
    return _set_up_page(_their_login(), is_first=True)


@blueprint.post("/login/second-factor")
@open_to_everybody
def finish() -> Page:
    """Take it, and let them in."""
    stay = half_in()
    if stay is None or not _awaits(Stage.SET_UP):
        return redirect(url_for("sessions.log_in", next=way_back()))
    taken = _take(stay.person, _their_login(), is_first=True)
    if not isinstance(taken, list):
        return taken
    came_for = way_back()
    open_stay(records().sign_in.come_in(stay, place()))
    return _codes_page(taken, came_for)


@blueprint.get("/you/second-factor")
@open_to_staff
def renew() -> Page:
    """Set one up of one's own will, or another in the place of the one so far."""
    return _set_up_page(bank().people[visitor().id].login)


@blueprint.post("/you/second-factor")
@open_to_staff
def keep() -> Page:
    """Take it."""
    taken = _take(visitor().id, bank().people[visitor().id].login)
    if not isinstance(taken, list):
        return taken
    session.pop(BEGUN, None)
    return _codes_page(taken, url_for("own_log_in.overview"))


@blueprint.post("/you/second-factor/end")
@open_to_staff
def end() -> Page:
    """Have none any more, where the roles want none."""
    who = visitor()
    try:
        records().sign_in.second_factors.end(who.id, who.roles, request.form.get("code", ""))
    except NotLetIn as failed:
        flash(why_not_let_in(failed), "warning")
    except Refused as refused:
        flash(refusal_sentence(refused), "warning")
    except NotFit:
        flash(_("This code does not fit, or was used before. Wait for the next one."), "warning")
    else:
        flash(_("You come in by your password alone from now on."), "success")
    return redirect(url_for("own_log_in.overview"))


@blueprint.post("/admin/people/<person>/second-factor")
@open_to(Permission.MANAGE_PEOPLE)
def take_away(person: str) -> Page:
    """For somebody who has lost theirs: they set up a new one when they next come in."""
    try:
        had_one = records().sign_in.second_factors.take_away(person, visitor().actor)
    except Refused:
        said = _("Another administrator takes yours away; or change it under “Your log-in”.")
        flash(said, "warning")
    else:
        if had_one:
            flash(_("The second factor is taken away, and every session ended."), "success")
        else:
            flash(_("There was no second factor."), "success")
    return redirect(url_for("people.one", person=person))


def _awaits(stage: Stage) -> bool:
    stay = half_in()
    return visitor_or_none() is None and stay is not None and stay.stage is stage


def _whose() -> str:
    """Whose second factor is set up: theirs who is in, or half in."""
    who, stay = visitor_or_none(), half_in()
    if who is not None:
        return who.id
    assert stay is not None
    return stay.person


def _their_login() -> str:
    return bank().people[_whose()].login


def _take(person: str, login: str, *, is_first: bool = False) -> list[str] | Page:
    """The codes to recover by, or the page that says what is wrong."""
    secret = str(session.get(BEGUN, ""))
    if not secret:
        return _set_up_page(login, is_first=is_first)
    try:
        return list(
            records().sign_in.second_factors.set_up(
                person, secret, request.form.get("code", ""), request.form.get("code_so_far", "")
            )
        )
    except NotLetIn as failed:
        page = _set_up_page(login, is_first=is_first, problem=why_not_let_in(failed))
        return not_let_in(page, failed)
    except NotFit as unfit:
        return _set_up_page(login, flaws_in(unfit), is_first=is_first), 422


def _set_up_page(
    login: str, flaws: Sequence[Flaw] = (), *, is_first: bool = False, problem: str = ""
) -> str:
    secret = session.setdefault(BEGUN, a_secret())
    factors = records().sign_in.second_factors
    fields = [_code_field(_("Code that the authenticator shows now"))]
    if factors.is_set(_whose()):
        fields.append(
            _code_field(_("Code of the authenticator so far, or a recovery code"), "code_so_far")
        )
    return render_template(
        "admin/second_factor.html",
        picture=segno.make(factors.address_of(secret, login), error="m").svg_data_uri(
            scale=5, border=4, light="#fff"
        ),
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        fields=judged(fields, flaws),
        problem=problem,
        is_first=is_first,
        came_for=way_back(),
    )


def _codes_page(codes: Sequence[str], goes_on: str | None) -> str:
    return render_template(
        "admin/recovery_codes.html", codes=codes, goes_on=goes_on or url_for("queue.my_queue")
    )


def _code_field(label: str = "", name: str = "code") -> Field:
    return Field(
        name=name,
        label=label or _("Code, or a recovery code"),
        required=True,
        autocomplete="one-time-code",
    )
