"""What people read when a page cannot be given: one sentence, and what to do."""

import logging

from flask import Flask, Response, g, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response as AnyResponse

from store.database import DatabaseAway
from web.base.callers import is_from_a_system
from web.base.context import forget_session
from web.base.phrases import _
from web.kit.access import visitor_or_none
from web.kit.edges import NotTyped
from web.kit.kept_forms import keep_and_show
from web.kit.problems import no_answer
from web.kit.problems import problem as refused

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
    back_in_it = keep_and_show(who.id) if who is not None else None
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
        sentence = _(
            "The records cannot be reached at the moment, and what you sent may have been taken"
            " down. Look whether it was before you send it again."
        )
    return render_template("failure.html", sentence=sentence, code=503), 503


def _log(away: Exception) -> None:
    # Its message may quote a statement and its values, which may be personal.
    log.error("the database did not answer: %s", type(getattr(away, "orig", away)).__name__)
