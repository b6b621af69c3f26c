"""The worker as a process: what it will not start with is one sentence and an exit status."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_settings import COMPLETE


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("REDRESS_MAIL_URL", "carrier-pigeon://user:password@roof"),
        ("REDRESS_SECRET_KEY", "hunter2"),
    ],
)
def test_a_wrong_setting_is_named_in_one_sentence(
    tmp_path: Path, variable: str, value: str
) -> None:
    environ = {**os.environ, **COMPLETE, "REDRESS_VAR_DIR": str(tmp_path), variable: value}
    command = [sys.executable, "-m", "worker"]
    end = subprocess.run(command, env=environ, capture_output=True, text=True)
    assert end.returncode == 1
    assert end.stderr.startswith(f"The worker does not start: {variable} ")
    assert end.stderr.count("\n") == 1
    assert value not in end.stderr
