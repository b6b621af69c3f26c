"""The door of the pages: each view names what of the table of rights it takes, and one guard asks.

A view that names nothing is closed to everybody. What the table says is in `domain.permissions`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from typing import Any, NoReturn, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response

from desk.sign_in.tries import NotLetIn
from domain.permission_names import Permission
from domain.permissions import holds
from domain.relations import Reader
from domain.sign_in import Stage
from rulebook.sign_in import read_sign_in_limits
from rulebook.walking import read_walk_limits
from store.asked_from import ASKED_FROM
from store.evidence.audit import NOBODY, Action
from store.evidence.looks import note_refused
from store.people.logins import Visitor, find_visitor
from store.people.stays import Stay, find_stay, must_note_seen, was_seen
from store.people.tokens import Token
from store.scope import OpenedCase, open_case, reader_in
from web.base.assets import ASSETS
from web.base.callers import is_from_a_system
from web.base.context import bank, once_a_request, reading, records, writing
from web.kit.kept_forms import keep_and_ask_to_log_in

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Who may ask for a view: everybody, who has logged in, who has a permission, or other
    systems.
    """

    permission: Permission | None = None
    must_log_in: bool = True
    is_systems: bool = False
    """For other systems, who show a token with each request; no session opens it."""
    is_for_script: bool = False
    """Asked by a script of ours, beside the page somebody has before them: nothing is said there to
    whoever has no session any more, nor kept of what was sent."""
    is_unattended: bool = False
    """Asked by the clock: nobody did anything, so no session lasts longer for it."""


def open_to(permission: Permission) -> Callable[[View], View]:
    """For people whose roles give them this, whatever to; to what, the view asks."""
    return _declaring(Audience(permission=permission))


def open_to_staff(view: View) -> View:
    """For everybody who has logged in."""
    return _declaring(Audience())(view)


def open_to_script(*, unattended: bool = False) -> Callable[[View], View]:
    """For a script of ours on the pages of whoever has logged in."""
    return _declaring(Audience(is_for_script=True, is_unattended=unattended))


def open_to_everybody(view: View) -> View:
    """For strangers too."""
    return _declaring(Audience(must_log_in=False))(view)


def open_to_systems(view: View) -> View:
    """For other systems that show a token, and for nobody else."""
    return _declaring(Audience(is_systems=True))(view)


def audience_of(view: Callable[..., Any]) -> Audience | None:
    """What a view has declared."""
    return getattr(view, "audience", None)


def is_asked_by_script() -> bool:
    """Whether a script of ours asks, and nobody reads a page that it is given."""
    audience = _audience_at(request.endpoint)
    return audience is not None and audience.is_for_script


def guard(app: Flask) -> None:
    """Ask at the door of every view."""
    app.before_request(_at_the_door)
    app.teardown_request(_forget_who_asked)
    app.jinja_env.globals.update(visitor=visitor_or_none, may_ask_for=may_ask_for)


def may_ask_for(endpoint: str) -> bool:
    """Whether a link to this view leads this visitor anywhere."""
    audience = _audience_at(endpoint)
    return audience is not None and _is_among(audience, visitor())


def visitor() -> Visitor:
    """Who asks for this page."""
    found = visitor_or_none()
    assert found is not None, "only a view for everybody has strangers"
    return found


def visitor_or_none() -> Visitor | None:
    found: Visitor | None = g.get("visitor")
    return found


def half_in() -> Stay | None:
    """The stay of somebody who has shown a password, of whom more is wanted."""
    found: Stay | None = g.get("half_in")
    return found


def token() -> Token:
    """What the system that asks has shown."""
    shown: Token = g.token
    return shown


@once_a_request
def reader() -> Reader:
    """Who asks for this page, with their place in the bank."""
    parents = {unit.id: unit.parent for unit in bank().units.values()}
    return reader_in(parents, visitor().actor)


def opened(reference: str, permission: Permission = Permission.READ_CASE) -> OpenedCase:
    """The case, if there is one to which this person may do this; else there is none."""
    found = open_case(reading(), reader(), reference)
    if found is None or not found.allows(permission):
        not_there(reference)
    return found


def not_there(subject: str) -> NoReturn:
    """The one answer for what is absent and what is not theirs, noted both times (A-08): whoever
    walks through references learns nothing, and is seen.
    """
    note_refusal(subject)
    abort(404)


def refuse_look(subject: str) -> NoReturn:
    """Refuse a page that is not for this person, and write down that it was tried (A-08)."""
    note_refusal(subject)
    abort(403)


def note_refusal(subject: str) -> None:
    """Write down that something was asked for which is not there or not theirs."""
    who = visitor_or_none()
    with writing() as session:
        note_refused(
            session,
            Action.LOOK_REFUSED,
            read_walk_limits(),
            by=who.id if who else NOBODY,
            subject=subject,
        )


def _audience_at(endpoint: str | None) -> Audience | None:
    view = current_app.view_functions.get(endpoint or "")
    return audience_of(view) if view else None


def _is_among(audience: Audience, who: Visitor) -> bool:
    return audience.permission is None or holds(who.roles, audience.permission)


def _declaring(audience: Audience) -> Callable[[View], View]:
    def declare(view: View) -> View:
        view.audience = audience  # type: ignore[attr-defined]
        return view

    return declare


def _ask_for_a_token() -> None:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        abort(401)
    try:
        shown = records().tokens.use(secret.strip(), request.remote_addr or "")
    except NotLetIn as failed:
        raise TooManyRequests(retry_after=ceil(failed.wait.total_seconds())) from failed
    if shown is None:
        abort(401)
    g.token = shown


def _forget_who_asked(_problem: BaseException | None) -> None:
    ASKED_FROM.set("")


def _let_in_by_key(key: str, *, somebody_asks: bool) -> None:
    stay = find_stay(reading(), key, read_sign_in_limits())
    if stay is None:
        return
    if stay.stage is not Stage.IN:
        g.half_in = stay
        return
    g.visitor = find_visitor(reading(), stay)
    if somebody_asks and must_note_seen(stay, datetime.now(UTC)):
        with writing() as database:
            was_seen(database, stay)


def _at_the_door() -> Response | None:
    ASKED_FROM.set(request.remote_addr or "")
    if request.endpoint in ASSETS:
        return None  # They are the same for everybody.
    audience = _audience_at(request.endpoint)
    if audience is not None and audience.is_systems:
        _ask_for_a_token()
        return None
    if not is_from_a_system() and "key" in session:
        by_the_clock = audience is not None and audience.is_unattended
        _let_in_by_key(str(session["key"]), somebody_asks=not by_the_clock)
    if request.endpoint is None:
        return None  # There is no such page, and Flask says so.
    if audience is None:
        abort(403)
    who = visitor_or_none()
    if not audience.must_log_in:
        return None
    if who is None:
        if audience.is_for_script:
            return redirect(url_for("sessions.log_in"))  # Nobody reads it: the script says so.
        if request.method == "POST":
            return keep_and_ask_to_log_in()
        return redirect(url_for("sessions.log_in", next=request.full_path.rstrip("?")))
    if not _is_among(audience, who):
        refuse_look(request.endpoint)
    return None
