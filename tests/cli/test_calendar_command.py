"""redress calendar: what an operator sees."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.main import main
from rulebook.calendars import CALENDARS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CALENDARS, tmp_path / "calendars"))


def redress(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def test_a_year_is_shown_month_by_month() -> None:
    shown = redress("calendar", "show", "cn", "2026")
    assert shown.exit_code == 0
    assert "                [ 1] [ 2] [ 3] + 4" in shown.output
    assert "  holiday: Spring Festival" in shown.output


def test_a_year_not_announced_says_so() -> None:
    assert (
        "After 2026-12-31 nothing is announced" in redress("calendar", "show", "cn", "2027").output
    )


def test_the_library_agrees_with_the_file_of_the_year(folder: Path) -> None:
    built = redress("calendar", "build", "cn", "2026", "--folder", folder)
    assert built.exit_code == 0
    assert "no day is worked differently" in built.output


def test_a_day_the_library_knows_better_is_named_and_only_replaced_on_demand(folder: Path) -> None:
    file = folder / "cn" / "2026.yaml"
    right = file.read_text(encoding="utf-8")
    wrong = right.replace("make_up: [2026-01-04]", "make_up: [2026-01-10]")
    file.write_text(wrong, encoding="utf-8")
    built = redress("calendar", "build", "cn", "2026", "--folder", folder)
    assert "2026-01-04 Sun: worked in the library only" in built.output
    assert "2026-01-10 Sat: worked in the file only" in built.output
    assert file.read_text(encoding="utf-8") == wrong
    redress("calendar", "build", "cn", "2026", "--replace", "--folder", folder)
    assert file.read_text(encoding="utf-8") == right


def test_a_new_year_is_written_with_its_notice(folder: Path) -> None:
    file = folder / "cn" / "2026.yaml"
    file.unlink()
    assert (
        "cite its notice" in redress("calendar", "build", "cn", "2026", "--folder", folder).output
    )
    source = "https://example.org/notice-2026"
    redress("calendar", "build", "cn", "2026", "--source", source, "--folder", folder)
    assert source in file.read_text(encoding="utf-8")


def test_a_year_without_a_notice_is_not_made_up(folder: Path) -> None:
    built = redress(
        "calendar", "build", "cn", "2090", "--source", "https://example.org", "--folder", folder
    )
    assert built.exit_code == 1
    assert "has no arrangement for 2090" in built.output


def test_checking_warns_when_few_announced_days_are_left() -> None:
    checked = redress("calendar", "check", "cn", "--as-of", "2026-11-01")
    assert checked.exit_code == 0
    assert "60 days from now" in checked.output
    assert "Warning" not in redress("calendar", "check", "cn", "--as-of", "2026-06-01").output


def test_checking_reports_everything_wrong(folder: Path) -> None:
    file = folder / "cn" / "2026.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("off:", "of:"), encoding="utf-8")
    checked = redress("calendar", "check", "--folder", folder)
    assert checked.exit_code == 1
    assert checked.output.count("'of' is not known here") == 7
