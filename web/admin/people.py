"""Everybody who works here, the units, and the other systems that may file complaints."""

from datetime import UTC, datetime

from flask import Blueprint, render_template

from domain.permissions import Permission
from store.people.tokens import read_tokens
from web.base.context import bank, reading
from web.kit.access import open_to

blueprint = Blueprint("people", __name__, url_prefix="/admin")


@blueprint.get("/people")
@open_to(Permission.MANAGE_PEOPLE)
def everybody() -> str:
    """The page of people, units and tokens."""
    return render_template(
        "admin/people.html", bank=bank(), tokens=read_tokens(reading()), now=datetime.now(UTC)
    )
