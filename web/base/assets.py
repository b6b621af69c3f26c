"""Style sheets, scripts and pictures of our own: a browser asks for each of them once.

Each is named by its contents, so another release of Redress has other names, and what a browser has
under one it may keep. Asked whether it still has the newest of eight files with every page, people
at a branch with a slow line would wait for that on every click.
"""

import hashlib
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from werkzeug.security import safe_join

ASSETS = frozenset({"static", "bootstrap.static"})
"""Their views: nothing of what they give is anybody's secret."""

KEPT_FOR = timedelta(days=365)
"""How long a browser keeps one without asking: as long as any browser keeps anything (default)."""


def name_by_contents(app: Flask) -> None:
    """The address of each says which contents are meant; these a browser gets for good."""

    def name_of(view: str, filename: str) -> str:
        served = app.blueprints[view.rpartition(".")[0]] if "." in view else app
        return _digest_of(str(safe_join(str(served.static_folder), filename)))

    def with_its_name(view: str, values: dict[str, Any]) -> None:
        if view in ASSETS:
            values["v"] = name_of(view, values["filename"])

    def kept_if_named(response: Response) -> Response:
        view, is_there = request.endpoint, response.status_code in (200, 304)
        # While one release follows another, a page of the one may ask the other.
        if view in ASSETS and is_there and request.args.get("v") == name_of(view, _asked_for()):
            response.cache_control.no_cache = None
            response.cache_control.private = True
            response.cache_control.max_age = int(KEPT_FOR.total_seconds())
            response.cache_control.immutable = True
        return response

    app.url_defaults(with_its_name)
    app.after_request(kept_if_named)


@cache
def _digest_of(file: str) -> str:
    """Kept by the file that is found: spelt in many ways it is one, and fills no memory."""
    return hashlib.sha256(Path(file).read_bytes()).hexdigest()[:12]


def _asked_for() -> str:
    return str((request.view_args or {})["filename"])
