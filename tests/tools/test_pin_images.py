"""Images are named by what they are, as soon as a registry can be asked."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from tools.pin_images import FILES, ROOT, digest_of, pinned, unpinned

DIGEST = f"sha256:{'5e' * 32}"


class _Registry(BaseHTTPRequestHandler):
    """Speaks as far as a registry has to, for two images."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"token": "for-this-repository"}')

    def do_HEAD(self) -> None:
        known = {"/v2/library/postgres/manifests/18.4", "/v2/temporalio/ui/manifests/2.54.1"}
        let_in = self.headers["Authorization"] == "Bearer for-this-repository"
        asks_for_all_platforms = "image.index" in self.headers["Accept"]
        self.send_response(200 if self.path in known and let_in and asks_for_all_platforms else 404)
        self.send_header("Docker-Content-Digest", DIGEST)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def registry() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Registry) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize(("name", "tag"), [("postgres", "18.4"), ("temporalio/ui", "2.54.1")])
def test_the_registry_says_which_image_a_tag_is_now(registry: str, name: str, tag: str) -> None:
    assert digest_of(name, tag, registry, registry) == DIGEST


def test_a_tag_that_is_not_there_is_no_digest(registry: str) -> None:
    with pytest.raises(requests.RequestException):
        digest_of("postgres", "1.0", registry, registry)


def test_every_image_but_our_own_is_named_by_its_digest() -> None:
    for name in FILES:
        text = (ROOT / name).read_text(encoding="utf-8")
        again = pinned(text, lambda *_: DIGEST)
        assert unpinned(again) == []
        assert again.count(DIGEST) >= 1
        assert "redress:0.1.0@" not in again
        assert pinned(again, lambda *_: DIGEST) == again
