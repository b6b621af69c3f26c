"""What other systems read when something cannot be done: a problem by RFC 9457, with one sentence
and, for each field that will not do, a sentence of its own.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from http import HTTPStatus

from flask import Response, jsonify, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, TooManyRequests

from domain.complaint import Flaw
from web.base.phrases import LazyString, _, _l
from web.wording import flaw_sentence

TRY_AGAIN_AFTER = timedelta(seconds=10)
"""When a system that met a database that is away should send again (default)."""


SEND_AGAIN = _l(
    "The complaint may have been taken down all the same. Send it again, unaltered and under the"
    " same Idempotency-Key: it is taken down once."
)
"""What a system must know that was given no answer to what it filed."""


SENTENCES: Mapping[int, LazyString] = {
    400: _l("This is no JSON object."),
    401: _l("Show a token that is in force: Authorization: Bearer, then the token."),
    403: _l("Your token is not for this channel or unit. That it was tried has been noted."),
    404: _l("There is no such address, or no such complaint of yours."),
    405: _l("This address is not meant to be asked like that."),
    413: _l("What you sent is too large. Shorten the text and send it again."),
    415: _l("Send the complaint as application/json."),
    429: _l(
        "Too many requests, or too many unknown tokens from your address. Nothing was taken down;"
        " send it again, no earlier than Retry-After says."
    ),
}
"""What a system is told that cannot be given what it asks for."""


def no_answer(status: int, failure: HTTPException | None = None) -> Response:
    """A problem, with the sentence that belongs to its status."""
    if status >= 500:
        is_filing = request.method == "POST"
        return problem(status, str(SEND_AGAIN) if is_filing else _("Try again a little later."))
    told = problem(status, str(SENTENCES.get(status, SENTENCES[400])))
    if isinstance(failure, TooManyRequests):
        told.headers["Retry-After"] = str(failure.retry_after)
    if isinstance(failure, MethodNotAllowed):
        told.headers["Allow"] = ", ".join(sorted(failure.valid_methods or ()))
    return told


def problem(status: int, sentence: str, flaws: Sequence[Flaw] = ()) -> Response:
    """The answer that says what is the matter."""
    told: dict[str, object] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": sentence,
    }
    if flaws:
        told["faults"] = [
            {"field": flaw.where, "code": flaw.code.value, "sentence": flaw_sentence(flaw)}
            for flaw in flaws
        ]
    answer = jsonify(told)
    answer.status_code = status
    answer.mimetype = "application/problem+json"
    if status == HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="redress"'
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        answer.headers["Retry-After"] = str(int(TRY_AGAIN_AFTER.total_seconds()))
    return answer
