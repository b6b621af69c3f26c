"""For whoever watches over the service."""

from flask import Blueprint

from web.kit.access import open_to_everybody

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
@open_to_everybody
def health() -> dict[str, str]:
    """That pages are served. It asks no engine: a receipt needs none but the database, and a
    restart of this process would bring neither back."""
    return {"status": "ok"}
