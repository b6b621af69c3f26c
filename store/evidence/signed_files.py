"""Files that prove themselves: signed with the journal's key, laid down whole, never replaced."""

import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

from crashpoints import crashpoint
from store.files.folders import sync_folder


def signed(key: bytes, body: Mapping[str, Any]) -> bytes:
    """The content of a file that says this."""
    whole = {"body": body, "signature": _signature(key, body)}
    return json.dumps(whole, sort_keys=True).encode()


def content_of(path: Path) -> bytes:
    """What a file holds; nothing, which no key has signed, when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


def genuine_body(content: bytes, key: bytes) -> dict[str, Any] | None:
    """What a file says, if this key has signed it."""
    try:
        whole = json.loads(content)
        body: dict[str, Any] = whole["body"]
        genuine = hmac.compare_digest(_signature(key, body), whole["signature"])
    except (ValueError, KeyError, TypeError):
        return None
    return body if genuine else None


def _signature(key: bytes, body: Mapping[str, Any]) -> str:
    text = json.dumps(body, sort_keys=True, ensure_ascii=False)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def write_durably(path: Path, content: bytes) -> None:
    """Whole or not at all, also when the power fails; raises `FileExistsError`, for a file that is
    there is evidence and is never replaced."""
    folder = path.parent
    if not folder.is_dir():
        folder.mkdir(parents=True)
        sync_folder(folder.parent)
    for left_over in folder.glob("*.draft"):
        left_over.unlink(missing_ok=True)
    draft = folder / f"{uuid4().hex}.draft"
    with draft.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    crashpoint("heads.drafted")
    os.link(draft, path)
    draft.unlink()
    sync_folder(folder)
