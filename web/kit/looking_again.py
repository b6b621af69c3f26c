"""A page that asks again by itself while what it tells of goes on."""

from flask import Response, make_response

LOOK_AGAIN_SECONDS = 3
"""How long it stands before it does (default)."""


def looking_again(page: str, seconds: int = LOOK_AGAIN_SECONDS) -> Response:
    """A page that does so, also without a script."""
    answer = make_response(page)
    answer.headers["Refresh"] = str(seconds)
    return answer
