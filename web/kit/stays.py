"""What a browser keeps of a log-in, and where its requests come from."""

from datetime import timedelta
from math import ceil

from flask import Response, after_this_request, make_response, request, session, url_for

from desk.sign_in.by_password import LetIn
from desk.sign_in.hashing import TooManyAtOnce
from desk.sign_in.tries import NotLetIn
from domain.sign_in import Stage
from rulebook.sign_in import read_sign_in_limits
from store.people.stays import Place
from web.base.appearance import choose_appearance, current_appearance
from web.base.context import records
from web.base.phrases import _

KNOWN_BROWSER = "redress_browser"
"""The cookie by which a browser is known that somebody has logged in from; over TLS with a name
that browsers take over TLS alone."""

AT_THE_DOOR = "/login"
"""The paths that are told it."""

BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"))
SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)
"""Parts of what browsers say of themselves, the telling ones first, and what we call them."""


def place() -> Place:
    """Where this request comes from."""
    return Place(
        address=request.remote_addr or "",
        browser=_browser(request.user_agent.string),
        token=request.cookies.get(_known_browser(), ""),
    )


def open_stay(let_in: LetIn) -> None:
    """Keep the key to a stay in a fresh cookie, and know this browser the next time."""
    kept, appearance = session.get("kept", []), current_appearance()
    session.clear()
    session.permanent = True
    session["key"] = let_in.key
    choose_appearance(appearance)
    if kept:
        session["kept"] = kept
    if not let_in.token:
        return
    keeps = timedelta(days=read_sign_in_limits().known_browser_days)

    @after_this_request
    def know_the_browser(response: Response) -> Response:
        response.set_cookie(
            _known_browser(),
            let_in.token,
            max_age=keeps,
            path=AT_THE_DOOR,
            secure=records().settings.over_tls,
            httponly=True,
            samesite="Lax",
        )
        return response


def next_step(stage: Stage, came_for: str | None) -> str:
    """Where somebody goes on who has come so far: to more that is wanted, or to what they came
    for.
    """
    match stage:
        case Stage.CODE:
            return url_for("second_factor.ask", next=came_for)
        case Stage.SET_UP:
            return url_for("second_factor.begin", next=came_for)
        case Stage.IN:
            return came_for or url_for("queue.my_queue")


def why_not_let_in(failed: NotLetIn | TooManyAtOnce) -> str:
    """Why a try was not even looked at; nothing for one that was."""
    if isinstance(failed, TooManyAtOnce):
        return _("Very many people are coming in at this moment. Send it again in a few seconds.")
    if failed.wait:
        return _(
            "There were too many tries. Wait %(seconds)s seconds, then try again; this one was not"
            " looked at.",
            seconds=_seconds(failed),
        )
    return ""


def not_let_in(page: str, failed: NotLetIn | TooManyAtOnce) -> Response:
    """The page that says so, and to programs when to come again."""
    answer = make_response(page, 422)
    if isinstance(failed, TooManyAtOnce):
        answer.status_code = 503
        answer.headers["Retry-After"] = "5"
    elif failed.wait:
        answer.status_code = 429
        answer.headers["Retry-After"] = str(_seconds(failed))
    return answer


def _known_browser() -> str:
    return f"__Secure-{KNOWN_BROWSER}" if records().settings.over_tls else KNOWN_BROWSER


def _seconds(failed: NotLetIn) -> int:
    return ceil(failed.wait.total_seconds())


def _browser(says: str) -> str:
    """Its name and system. What it says word for word would tell its owner less."""
    name = next((name for part, name in BROWSERS if part in says), "Safari" * ("Safari" in says))
    system = next((name for part, name in SYSTEMS if part in says), "")
    return ", ".join(each for each in (name, system) if each)
