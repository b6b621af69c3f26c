"""An application of a test, served to a real browser: pages of a bank that is made for the test."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from werkzeug.serving import make_server


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Where it is served."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    serving.join()
    server.server_close()


@contextmanager
def a_chromium(chromium: Path) -> Iterator[Browser]:
    """A browser; while it is there, nothing else has an event loop in this process."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield launched
        launched.close()


def seen_by(
    browser: Browser, address: str, client: FlaskClient | None, language: str = "en"
) -> BrowserContext:
    """A window of the browser with the cookie of a client; without one, that of a stranger."""
    context = browser.new_context(
        base_url=address, accept_downloads=True, locale=language, reduced_motion="reduce"
    )
    cookie = client.get_cookie("redress") if client is not None else None
    assert client is None or cookie is not None
    if cookie is not None:
        context.add_cookies([{"name": "redress", "value": cookie.value, "url": address}])
    return context
