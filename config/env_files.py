"""Files of `NAME=value` lines: what `redress up` keeps under `var/` between two starts."""

import os
from collections.abc import Mapping
from pathlib import Path

SECRETS_FILE = "secrets.env"
"""Under `var/`, mode 0600: made by the first start, read by every later one."""

ENGINES_FILE = "engines.env"
"""Under `var/`, mode 0600: where the embedded engines of this folder answer."""


def read_env_file(file: Path) -> dict[str, str]:
    """`NAME=value` lines; empty when there is no such file. No quoting, no expansion."""
    if not file.exists():
        return {}
    lines = (line.strip() for line in file.read_text().splitlines())
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, value in pairs}


def write_env_file(file: Path, values: Mapping[str, str]) -> None:
    """Write `NAME=value` lines for our eyes only, whole or not at all."""
    unfinished = file.with_suffix(".unfinished")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w") as lines:
        lines.writelines(f"{name}={value}\n" for name, value in values.items())
    unfinished.replace(file)
