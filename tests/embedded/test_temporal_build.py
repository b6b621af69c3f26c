"""Building the Temporal server: once, and one clear sentence when it cannot be done."""

from pathlib import Path

import pytest

from embedded import temporal_build
from embedded.problems import SetupProblem
from embedded.temporal_build import server_version, temporal_server_binary

NOWHERE = "https://someone:secret@127.0.0.1:1"


@pytest.fixture
def no_proxy_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOPROXY", NOWHERE)


@pytest.mark.usefixtures("no_proxy_answers")
def test_a_second_clone_builds_nothing(tmp_path: Path) -> None:
    built = tmp_path / temporal_build._binary_name()
    built.touch()
    assert temporal_server_binary(tmp_path) == built


def test_the_binary_is_named_after_its_version_and_its_pins() -> None:
    assert f"temporal-server-{server_version()}-" in temporal_build._binary_name()


@pytest.mark.usefixtures("no_proxy_answers")
def test_an_unreachable_module_proxy_is_one_clear_sentence(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SetupProblem, match=r"The Go module proxy .* does not answer: set GOPROXY"):
        temporal_server_binary(tmp_path)
    assert "once: this takes" in capfd.readouterr().err


@pytest.mark.usefixtures("no_proxy_answers")
def test_the_password_of_a_proxy_is_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(SetupProblem) as refusal:
        temporal_server_binary(tmp_path)
    assert "secret" not in str(refusal.value)


@pytest.mark.usefixtures("no_proxy_answers")
def test_a_build_that_failed_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(SetupProblem):
        temporal_server_binary(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["build.lock"]


def test_a_disk_too_small_is_said_before_anything_is_downloaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(temporal_build, "DISK_NEEDED", 10**18)
    with pytest.raises(SetupProblem, match=r"needs .* GB for a while .* free some space"):
        temporal_server_binary(tmp_path)


def test_a_missing_toolchain_is_one_clear_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(SetupProblem, match=r"The Go toolchain .* is not installed"):
        temporal_server_binary(tmp_path)
