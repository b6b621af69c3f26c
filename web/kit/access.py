"""Who may see and do what: each view declares its audience, and one guard holds the door.

A view that declares nothing is closed to everybody.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from werkzeug.wrappers import Response

from domain.case import Case
from domain.classification import Role
from store.evidence.audit import NOBODY, Action, note
from store.people.bank import Bank
from store.people.logins import Visitor, find_visitor
from store.people.tokens import Token, use_token
from store.reads.scope import Scope
from web.base.callers import is_from_a_system
from web.base.context import bank, reading, writing

View = TypeVar("View", bound=Callable[..., Any])

BANK_WIDE = (Role.HR, Role.REGULATOR_LIAISON, Role.ADMINISTRATOR)
"""Roles whose work has no borders inside the bank."""


ASSETS = frozenset({"static", "bootstrap.static"})
"""Style sheets and the like: nothing of them is anybody's secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Who may ask for a view: everybody, who has logged in, who holds one of some roles, or other
    systems.
    """

    roles: frozenset[Role] = frozenset()
    must_log_in: bool = True
    is_systems: bool = False
    """For other systems, who show a token with each request; no session opens it."""


def open_to(*roles: Role) -> Callable[[View], View]:
    """For people who hold one of these roles."""
    return _declaring(Audience(roles=frozenset(roles)))


def open_to_staff(view: View) -> View:
    """For everybody who has logged in."""
    return _declaring(Audience())(view)


def open_to_everybody(view: View) -> View:
    """For strangers too."""
    return _declaring(Audience(must_log_in=False))(view)


def open_to_systems(view: View) -> View:
    """For other systems that show a token, and for nobody else."""
    return _declaring(Audience(is_systems=True))(view)


def audience_of(view: Callable[..., Any]) -> Audience | None:
    """What a view has declared."""
    return getattr(view, "audience", None)


def guard(app: Flask) -> None:
    """Ask at the door of every view."""
    app.before_request(_at_the_door)
    app.jinja_env.globals.update(visitor=visitor_or_none, roles=Role, may_ask_for=may_ask_for)


def may_ask_for(endpoint: str) -> bool:
    """Whether a link to this view leads this visitor anywhere."""
    view = current_app.view_functions.get(endpoint)
    audience = audience_of(view) if view else None
    return audience is not None and (not audience.roles or visitor().holds(*audience.roles))


def visitor() -> Visitor:
    """Who asks for this page."""
    found = visitor_or_none()
    assert found is not None, "only a view for everybody has strangers"
    return found


def visitor_or_none() -> Visitor | None:
    found: Visitor | None = g.get("visitor")
    return found


def token() -> Token:
    """What the system that asks has shown."""
    shown: Token = g.token
    return shown


def welcome(who: Visitor) -> None:
    """Open a session for who has just logged in, under a fresh cookie."""
    session.clear()
    session.permanent = True
    session["person"], session["number"] = who.id, who.session_number


OFFICES = (
    Role.UNION,
    Role.LEADING_GROUP,
    Role.MEDIA_OFFICE,
    Role.DISCIPLINE,
    Role.LEGAL,
    Role.SECURITY,
    Role.LEADER,
    Role.BUSINESS_LINE,
)
"""Offices that packs give tasks to, over the cases of their unit and those below it."""


def scope_of(who: Visitor, bank: Bank) -> Scope:
    """Which cases are in somebody's lists: each role adds its own."""
    if who.holds(*BANK_WIDE):
        return Scope(bank_wide=True, roles=frozenset(who.roles))
    units: frozenset[str] = frozenset()
    if who.holds(Role.SUPERVISOR, *OFFICES):
        units = bank.under(who.unit)
    elif who.holds(Role.HANDLER):
        units = frozenset({who.unit})
    return Scope(
        units=units,
        handler=who.id if who.holds(Role.HANDLER) else None,
        first_owner=who.id if who.holds(Role.INTAKE) else None,
        roles=frozenset(who.roles),
    )


def may_open(who: Visitor, case: Case, bank: Bank) -> bool:
    """Whether somebody may look at a case. The person complained about never may (A-08, A-36), and
    a case that was handed to one office is open to nobody else (A-43, C-10).

    Intake answers customers who ask by their reference, so it may open any case; each look is
    noted.
    """
    if case.person_complained_about == who.id or not case.is_open_to(who.actor):
        return False
    scope = scope_of(who, bank)
    return (
        scope.bank_wide
        or who.holds(Role.INTAKE)
        or case.unit in scope.units
        or who.id in (case.handler, case.first_owner)
    )


def may_read_complaint(who: Visitor) -> bool:
    """Whether the customer's words are this person's business: an administrator's they are not."""
    return who.holds(*(set(Role) - {Role.ADMINISTRATOR}))


def refuse_look(subject: str) -> NoReturn:
    """Refuse, and write down that it was tried (A-08)."""
    who = visitor_or_none()
    with writing() as session:
        note(session, Action.LOOK_REFUSED, by=who.id if who else NOBODY, subject=subject)
    abort(403)


def require_opening(case: Case) -> None:
    """Refuse whoever may not look at this case."""
    if not may_open(visitor(), case, bank()):
        refuse_look(case.reference)


def _declaring(audience: Audience) -> Callable[[View], View]:
    def declare(view: View) -> View:
        view.audience = audience  # type: ignore[attr-defined]
        return view

    return declare


def _ask_for_a_token() -> None:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        abort(401)
    # A session of its own: a request that waits for a second connection while it keeps a first one
    # may wait for ever.
    with writing() as records_:
        shown = use_token(records_, secret.strip())
    if shown is None:
        abort(401)
    g.token = shown


def _at_the_door() -> Response | None:
    if request.endpoint in ASSETS:
        return None  # They are the same for everybody.
    asked = current_app.view_functions.get(request.endpoint or "")
    audience = audience_of(asked) if asked else None
    if audience is not None and audience.is_systems:
        _ask_for_a_token()
        return None
    if not is_from_a_system() and "person" in session:
        g.visitor = find_visitor(reading(), session["person"], session["number"])
    if request.endpoint is None:
        return None  # There is no such page, and Flask says so.
    if audience is None:
        abort(403)
    who = visitor_or_none()
    if not audience.must_log_in:
        return None
    if who is None:
        came_for = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("sessions.log_in", next=came_for))
    if audience.roles and not who.holds(*audience.roles):
        refuse_look(request.endpoint)
    return None
