"""Policy packs: refused with file and line, published once and never altered."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from sqlalchemy import func, select

from domain.errors import NotFit
from domain.policy import Pack
from rulebook.packs import POLICIES, read_all_packs, read_pack
from store.cases.receipts import receive
from store.database import Sessions, close_database, open_database
from store.policies.packs import (
    current_packs,
    current_version,
    publish,
    publish_all,
    published_pack,
)
from store.tables import PolicyVersionRow
from tests.builders import a_bank, a_complaint, actor
from tests.settings import PERSONAL_KEYS


@pytest.fixture
def sessions(new_database: Callable[[], str]) -> Iterator[Sessions]:
    """A database nobody has published anything to."""
    sessions = open_database(new_database(), personal_keys=PERSONAL_KEYS)
    yield sessions
    close_database(sessions)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A bank's own folder of packs, with the common ground in it."""
    (tmp_path / "base.yaml").write_text((POLICIES / "base.yaml").read_text())
    (tmp_path / "head-office.yaml").write_text((POLICIES / "head-office.yaml").read_text())
    return tmp_path


def a_child(folder: Path, name: str, **parts: object) -> None:
    """A pack of the bank's own that extends the head office's."""
    text = {
        "pack": name,
        "extends": "head-office",
        "title": {"en": name, "zh": name},
        "about": {"en": name, "zh": name},
        "source": "bank",
    }
    (folder / f"{name}.yaml").write_text(yaml.safe_dump({**text, **parts}, sort_keys=False))


def published(sessions: Sessions, name: str, folder: Path = POLICIES) -> str:
    with sessions.begin() as session:
        return publish(session, name, folder)


def test_every_pack_in_the_folder_is_fit_but_the_one_with_a_lost_figure() -> None:
    unfit = [name for name, pack in read_all_packs().items() if isinstance(pack, NotFit)]
    assert unfit == ["three-hotlines"]


def test_a_lost_figure_is_told_with_file_and_line() -> None:
    with pytest.raises(NotFit) as refused:
        read_pack("three-hotlines")
    lines = (POLICIES / "three-hotlines.yaml").read_text().splitlines()
    line = next(number for number, text in enumerate(lines, 1) if "within: lost" in text)
    where = f"three-hotlines.yaml:{line} (limits.reply-tier-1.within)"
    assert where in [fault.where for fault in refused.value.faults]


def test_every_fault_is_told_at_once_each_with_its_line(folder: Path) -> None:
    limits = {"reply-general": {"within": "three days"}, "reply-complex": {"rule": "because"}}
    a_child(folder, "careless", limits=limits, colour="blue")
    with pytest.raises(NotFit) as refused:
        read_pack("careless", folder)
    told = {fault.where.split(" ")[1]: fault.where.split(":")[0] for fault in refused.value.faults}
    assert told == {
        "(colour)": "careless.yaml",
        "(limits.reply-general.within)": "careless.yaml",
        "(limits.reply-complex.rule)": "careless.yaml",
    }


def test_a_letter_that_is_not_written_here_is_named_with_those_that_are(folder: Path) -> None:
    letters = {"read_by_two": {"value": ["final-reply", "apology"], "rule": "bank"}}
    a_child(folder, "careful", letters=letters)
    with pytest.raises(NotFit) as refused:
        read_pack("careful", folder)
    (fault,) = refused.value.faults
    assert fault.where.startswith("careful.yaml:")
    assert "there is no letter 'apology'; the letters are acknowledgement, " in str(fault.says)


def test_letters_go_out_unread_unless_a_pack_says_otherwise(folder: Path) -> None:
    assert {
        pack.letters_read_by_two for pack in read_all_packs().values() if isinstance(pack, Pack)
    } == {()}
    a_child(folder, "careful", letters={"read_by_two": {"value": ["progress"], "rule": "bank"}})
    assert read_pack("careful", folder)[0].letters_read_by_two == ("progress",)


@pytest.mark.parametrize("text", ["", "- a list", "pack: [unclosed"])
def test_a_file_that_is_no_pack_is_one_fault_not_a_crash(folder: Path, text: str) -> None:
    (folder / "broken.yaml").write_text(text)
    with pytest.raises(NotFit, match=r"broken\.yaml"):
        read_pack("broken", folder)


def test_a_pack_that_extends_itself_in_a_circle_is_refused(folder: Path) -> None:
    a_child(folder, "hen", extends="egg")
    a_child(folder, "egg", extends="hen")
    with pytest.raises(NotFit, match="hen -> egg -> hen"):
        read_pack("hen", folder)


def test_a_published_pack_is_the_pack_of_the_file_in_its_order(sessions: Sessions) -> None:
    version = published(sessions, "head-office")
    with sessions() as session:
        assert published_pack(session, version) == read_pack("head-office")[0]


def test_publishing_again_changes_nothing(sessions: Sessions) -> None:
    assert published(sessions, "head-office") == published(sessions, "head-office")
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(PolicyVersionRow)) == 1


def test_an_edited_pack_is_another_version_and_the_old_one_stays(
    sessions: Sessions, folder: Path
) -> None:
    first = published(sessions, "head-office", folder)
    file = folder / "head-office.yaml"
    file.write_text(file.read_text().replace("within: 3 working days", "within: 2 working days"))
    second = published(sessions, "head-office", folder)
    assert first != second
    with sessions() as session:
        assert current_version(session, "head-office") == second
        spans = [str(published_pack(session, each).limits[1].within) for each in (first, second)]
    assert spans == ["3 working days", "2 working days"]


def test_a_running_case_keeps_the_version_it_was_received_under(
    sessions: Sessions, folder: Path
) -> None:
    with sessions.begin() as session:
        publish_all(session)
        a_bank(session)
        reference = receive(session, a_complaint(), actor("ines")).reference
        before = current_version(session, "head-office")
    file = folder / "head-office.yaml"
    file.write_text(file.read_text().replace("within: 3 working days", "within: 2 working days"))
    published(sessions, "head-office", folder)
    with sessions.begin() as session:
        from store.cases.journal import standing_of

        assert standing_of(session, reference).case.policy == before
        assert standing_of(session, reference).clocks[0].rule == "A-34"


def test_an_unfit_pack_is_not_published_and_the_others_are(sessions: Sessions) -> None:
    with sessions.begin() as session:
        unfit = publish_all(session).unfit
    assert list(unfit) == ["three-hotlines"]
    with sessions() as session:
        assert current_version(session, "three-hotlines") is None
        assert [pack.name for pack in current_packs(session)] == [
            "association", "claims", "client-management", "cn-2020-3", "go-live", "head-office",
            "head-office-regulated", "rehearsal", "sub-branch", "tiered", "trial-three-hotlines",
        ]  # fmt: skip
