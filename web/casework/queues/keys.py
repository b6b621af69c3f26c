"""The page that says which keys do what, and lets them be put off."""

from flask import Blueprint, render_template

from web.base.phrases import LazyString, _l
from web.kit.access import open_to_staff

blueprint = Blueprint("keys", __name__)

KEYS: tuple[tuple[str, LazyString], ...] = (
    ("?", _l("This page")),
    ("/", _l("To the search")),
    ("j", _l("To the next case of a list")),
    ("k", _l("To the case before it")),
    ("x", _l("Tick the case one is at, or not")),
    ("g c", _l("To the cases")),
    ("g t", _l("To my tasks")),
    ("g d", _l("To the calendar of due dates")),
    ("g i", _l("To the inbox")),
    ("g r", _l("To register a complaint")),
)
"""As `web/static/keys.js` hears them; nothing is done by a key alone, they only lead somewhere."""


@blueprint.get("/keys")
@open_to_staff
def shown() -> str:
    """Every key and what it does."""
    return render_template("casework/keys.html", keys=KEYS)
