"""The secrets of an installation that has none yet."""

import base64
import secrets
from pathlib import Path

from config import SECRETS_FILE, SHORTEST_SECRET, read_env_file, write_env_file


def ensure_secrets(var_dir: Path) -> dict[str, str]:
    """The secrets kept under `var_dir`, made now as far as they are missing.

    Whoever loses the payload keys loses what Temporal's histories say, and whoever loses the
    personal keys loses who the customers are: back them up.
    """
    file = var_dir / SECRETS_FILE
    kept = read_env_file(file)
    complete = {**_fresh_secrets(), **kept}
    if complete != kept:
        write_env_file(file, complete)
    return complete


def _fresh_secrets() -> dict[str, str]:
    payload_key, personal_key = (
        base64.b64encode(secrets.token_bytes(SHORTEST_SECRET)).decode() for _ in range(2)
    )
    return {
        "REDRESS_SECRET_KEY": secrets.token_urlsafe(48),
        "REDRESS_JOURNAL_KEY": secrets.token_urlsafe(48),
        "REDRESS_PAYLOAD_KEYS": f"first:{payload_key}:bound",
        "REDRESS_PERSONAL_KEYS": f"first:{personal_key}",
    }
