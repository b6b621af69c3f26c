"""Name the container images by their digests: `python -m tools.pin_images`, or `--check` to see
whether they are.

A tag can be moved to another image, a digest cannot. Asks the registry of each image which digest
its tag has now, and writes it behind the tag in `docker-compose.yml` and `Dockerfile`.
"""

import re
import sys
from collections.abc import Callable
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parent.parent
FILES = ("docker-compose.yml", "Dockerfile")

IMAGE = re.compile(
    r"^(?P<before>\s*image: |FROM )(?P<name>[a-z0-9./_-]+):(?P<tag>[\w.-]+)"
    r"(?P<digest>@sha256:\w{64})?$",
    re.MULTILINE,
)
OURS = "redress"
"""Built here from the Dockerfile, so no registry has it."""

REGISTRY, TOKENS = "https://registry-1.docker.io", "https://auth.docker.io/token"
MANIFESTS = ", ".join(
    (
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
    )
)
PATIENCE = 30
"""Seconds (default)."""

Resolve = Callable[[str, str], str]
"""The digest a name's tag has."""


def unpinned(text: str) -> list[str]:
    """The images a file names by tag alone."""
    return [
        f"{found['name']}:{found['tag']}"
        for found in IMAGE.finditer(text)
        if found["name"] != OURS and not found["digest"]
    ]


def pinned(text: str, resolve: Resolve) -> str:
    """The file with every image named by tag and digest, as they belong together now."""

    def name(found: re.Match[str]) -> str:
        if found["name"] == OURS:
            return found[0]
        digest = resolve(found["name"], found["tag"])
        return f"{found['before']}{found['name']}:{found['tag']}@{digest}"

    return IMAGE.sub(name, text)


def digest_of(name: str, tag: str, registry: str = REGISTRY, tokens: str = TOKENS) -> str:
    """What the registry says; raises `requests.RequestException` when it does not answer."""
    repository = name if "/" in name else f"library/{name}"
    asked = {"service": "registry.docker.io", "scope": f"repository:{repository}:pull"}
    token = requests.get(tokens, asked, timeout=PATIENCE)
    token.raise_for_status()
    answer = requests.head(
        f"{registry}/v2/{repository}/manifests/{tag}",
        headers={"Authorization": f"Bearer {token.json()['token']}", "Accept": MANIFESTS},
        timeout=PATIENCE,
    )
    answer.raise_for_status()
    digest = answer.headers.get("Docker-Content-Digest", "")
    if not re.fullmatch(r"sha256:[0-9a-f]{64}", digest):
        raise requests.RequestException(f"{name}:{tag} has no digest")
    return digest


def main(arguments: list[str]) -> str | None:
    """What is wrong, or nothing."""
    texts = {ROOT / name: (ROOT / name).read_text(encoding="utf-8") for name in FILES}
    if arguments == ["--check"]:
        loose = sorted({image for text in texts.values() for image in unpinned(text)})
        return f"Named by tag alone: {', '.join(loose)}." if loose else None
    try:
        changed = {path: pinned(text, digest_of) for path, text in texts.items()}
    except requests.RequestException as problem:
        return f"The registry did not answer, and nothing was changed: {type(problem).__name__}."
    for path, text in changed.items():
        path.write_text(text, encoding="utf-8")
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
