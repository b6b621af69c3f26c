"""Which page of a list is asked for, and where the others are."""

from flask import request, url_for

FURTHEST = 100_000
"""Nobody turns to a page beyond this, and PostgreSQL takes no number without end (default)."""


def asked_page() -> int:
    """The page of a list that the address names; the first where it names none."""
    return max(1, min(request.args.get("page", 1, type=int), FURTHEST))


def page_url(page: int) -> str:
    """The same list, narrowed the same way, at another page."""
    narrowed = dict(request.args.lists())
    asked = {**narrowed, **(request.view_args or {}), "page": page}
    return url_for(request.endpoint or "queue.my_queue", **asked)
