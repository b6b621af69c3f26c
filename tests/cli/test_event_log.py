"""An event log from the command line: a new file, for its maker alone, whole or not there."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.event_log import event_log

OF_MAY = ["--as", "sun", "--from", "2025-05", "--to", "2025-05"]


def test_a_log_is_for_its_maker_alone_and_replaces_no_file(
    terminal: CliRunner, bank: None, tmp_path: Path
) -> None:
    file = tmp_path / "may.xes"
    said = terminal.invoke(event_log, [str(file), *OF_MAY])
    assert said.exit_code == 0, said.output
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    written = file.read_text("utf-8")
    again = terminal.invoke(event_log, [str(file), *OF_MAY])
    assert "is there already" in again.output
    assert file.read_text("utf-8") == written
    nowhere = terminal.invoke(event_log, [str(tmp_path / "no folder" / "may.xes"), *OF_MAY])
    assert (nowhere.exit_code, "cannot be written" in nowhere.output) == (1, True)


def test_half_a_log_is_left_nowhere(
    terminal: CliRunner, bank: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks_off(*_: object) -> Iterator[str]:
        yield "<log>"
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("cli.event_log.logs.event_log", breaks_off)
    file = tmp_path / "may.xes"
    said = terminal.invoke(event_log, [str(file), *OF_MAY])
    assert "may.xes cannot be written: No space left on device." in said.output
    assert not file.exists()
