"""What people read when a page cannot be given: one sentence, and what to do."""

import logging

from flask import Flask, render_template
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from store.database import DatabaseAway
from web.phrases import _

log = logging.getLogger(__name__)


def answer(app: Flask) -> None:
    """Give every failure a page of its own."""
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(DatabaseAway, _database_away)
    app.register_error_handler(HTTPException, _no_page)


def _no_page(problem: HTTPException) -> tuple[str, int] | HTTPException:
    code = problem.code or 500
    if code < 400:
        return problem
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


def _stale_form(problem: CSRFError) -> tuple[str, int]:
    sentence = _(
        "This form was too old to be trusted, or you logged in anew since. Go back and send it"
        " again; your browser still has what you typed."
    )
    return render_template("failure.html", sentence=sentence, code=400), 400


def _database_away(problem: DatabaseAway) -> tuple[str, int]:
    # Its message may quote a statement and its values, which may be personal.
    log.error("the database did not answer: %s", type(problem.orig).__name__)
    sentence = _("The records cannot be reached at the moment. Nothing was changed. Try again.")
    return render_template("failure.html", sentence=sentence, code=503), 503
