"""What people read when a page cannot be given: one sentence, and what to do."""

import logging

from flask import Flask, Response, current_app, g, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response as AnyResponse

from store.database import DatabaseAway
from web.base.callers import is_from_a_system
from web.base.context import forget_session
from web.base.phrases import _
from web.kit.access import is_asked_by_script, visitor_or_none
from web.kit.edges import NotTyped
from web.kit.kept_forms import NEVER_KEPT, NOT_WRITTEN, keep_and_show
from web.kit.problems import no_answer
from web.kit.problems import problem as refused

CSRF_FIELD = "csrf_token"

COUNTED_ONCE_BY = frozenset({"command_id", "intake_key"})
"""Keys of forms: what is sent again under the same one is done once."""

log = logging.getLogger(__name__)

Answer = tuple[str, int] | Response


def answer(app: Flask) -> None:
    """Give every failure a page of its own."""
    app.register_error_handler(CSRFError, _stale_form)
    for away in DatabaseAway:
        app.register_error_handler(away, _database_away)
    app.register_error_handler(HTTPException, _no_page)


def _no_page(problem: HTTPException) -> Answer | HTTPException:
    code = problem.code or 500
    if code < 400:
        return problem
    if isinstance(problem, NotTyped):
        return _not_typed(problem)
    if is_from_a_system():
        return no_answer(code, problem)
    sentences = {
        403: _("You may not see this. That it was asked for has been noted."),
        404: _("There is no such page or case. Check the reference."),
        405: _("This address is not meant to be opened like that."),
        413: _("What you sent is too large. Shorten the text and send it again."),
    }
    if code >= 500 or isinstance(problem, InternalServerError):
        sentence = _("Something went wrong here. Nothing you saved before is lost. Try again.")
    else:
        sentence = sentences.get(code, _("This could not be understood. Go back and try again."))
    return render_template("failure.html", sentence=sentence, code=code), code


def _not_typed(problem: NotTyped) -> Answer:
    if is_from_a_system():
        return refused(400, str(problem.sentence))
    return render_template("failure.html", sentence=problem.sentence, code=400), 400


def _stale_form(problem: CSRFError) -> tuple[str, int] | AnyResponse:
    who = visitor_or_none()
    if who is not None and not is_asked_by_script():
        back_in_it = keep_and_show(who.id)
        if back_in_it is not None:
            return back_in_it
    sentence = _(
        "This form was too old to be trusted, or you logged in anew since. Go back and send it"
        " again; your browser still has what you typed."
    )
    return render_template("failure.html", sentence=sentence, code=400), 400


def unanswered(away: Exception) -> str:
    """What is said beside a form that was on its way into the records when they were lost sight
    of. What its page still reads of them, it reads anew.
    """
    _log(away)
    forget_session(away)
    return _(
        "The records did not answer. It may have been taken down; send it again, it counts once."
    )


def _database_away(away: Exception) -> Answer:
    _log(away)
    forget_session(away)
    if is_from_a_system():
        return no_answer(503)
    g.visitor = None  # What the head of a page shows its reader is read from the records too.
    if request.method == "GET":
        sentence = _("The records cannot be reached at the moment. Nothing was changed. Try again.")
    else:
        back = _the_form_again()
        if back is not None:
            return back, 503
        sentence = _(
            "The records cannot be reached at the moment, and what you sent may have been taken"
            " down. Look whether it was before you send it again."
        )
    return render_template("failure.html", sentence=sentence, code=503), 503


def _the_form_again() -> str | None:
    """What was sent, to be read and sent again, on a page that asks the records for nothing; None
    for what no form of ours has sent, for a script, and for what holds a secret."""
    if is_asked_by_script() or set(request.form) & (NEVER_KEPT - {CSRF_FIELD}):
        return None
    try:
        current_app.extensions["csrf"].protect()
    except CSRFError:
        return None
    typed = [pair for pair in request.form.items(multi=True) if pair[0] != CSRF_FIELD]
    return render_template(
        "unanswered.html",
        action=request.full_path.rstrip("?"),
        typed=typed,
        written=[text for name, text in typed if text.strip() and name not in NOT_WRITTEN],
        counts_once=bool(COUNTED_ONCE_BY.intersection(request.form)),
        files=[
            each.filename
            for field in request.files
            for each in request.files.getlist(field)
            if each.filename
        ],
    )


def _log(away: Exception) -> None:
    # Its message may quote a statement and its values, which may be personal.
    log.error("the database did not answer: %s", type(getattr(away, "orig", away)).__name__)
