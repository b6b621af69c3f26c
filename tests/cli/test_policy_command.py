"""`redress policy`: a complaints officer reads, checks and compares packs."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from sqlalchemy import select

from cli.main import main
from cli.policy import policy
from cli.up.first_secrets import ensure_secrets
from cli.who import WAITS
from desk.approvals.waiting import ApprovalDesk
from desk.cases import CaseDesk
from domain.approvals import SHOWN, ApprovalOutcome
from rulebook.packs import POLICIES
from store.approvals.lists import to_decide
from store.cases.receipts import receive
from store.database import Sessions, close_database, open_database
from store.evidence.audit import Action
from store.policies.packs import current_text, current_version, publish, publish_all
from store.tables import AuditRow, CaseRow
from tests.builders import a_bank, a_complaint, actor, reader
from tests.settings import PERSONAL_KEYS


@pytest.fixture
def sessions(
    new_database: Callable[[], str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Sessions]:
    """An empty installation that the command finds in its environment."""
    url = new_database()
    ensure_secrets(tmp_path)
    monkeypatch.setenv("REDRESS_VAR_DIR", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")
    sessions = open_database(url, personal_keys=PERSONAL_KEYS)
    yield sessions
    close_database(sessions)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A bank's own folder: the common ground, and a measure of its own."""
    own = tmp_path / "packs"
    own.mkdir()
    for name in ("base", "head-office"):
        (own / f"{name}.yaml").write_text((POLICIES / f"{name}.yaml").read_text())
    return own


def rewrite(folder: Path, before: str, after: str) -> None:
    file = folder / "head-office.yaml"
    assert before in file.read_text()
    file.write_text(file.read_text().replace(before, after, 1))


def said(*words: str, code: int = 0) -> str:
    result = CliRunner().invoke(policy, words)
    assert result.exit_code == code, result.output
    return result.output


def test_check_tells_the_lost_figure_with_file_and_line_and_fails() -> None:
    output = said("check", code=1)
    assert "head-office: fit for use" in output
    assert "three-hotlines.yaml:" in output
    assert "lost in the source document" in output


def test_check_of_one_pack_says_nothing_of_the_others() -> None:
    assert said("check", "head-office") == "head-office: fit for use\n"


def test_a_pack_that_is_not_there_is_named() -> None:
    assert "no pack 'nowhere'" in said("check", "nowhere", code=1)


def test_show_prints_a_pack_with_its_parents_laid_under_it() -> None:
    assert "3 working days" in said("show", "head-office")


def test_diff_shows_the_limits_a_second_regime_brings() -> None:
    output = said("diff", "head-office", "head-office-regulated")
    assert "+ limits.cn-2020-3:decide-complex.clock: cn-2020-3:reply" in output


def test_diff_shows_where_a_bank_sets_the_figure_that_is_lost() -> None:
    output = said("diff", "three-hotlines", "trial-three-hotlines")
    assert "  limits.reply-tier-1.within: lost -> 2 working days" in output


def test_a_pack_put_in_force_is_the_one_new_complaints_are_received_under(
    sessions: Sessions,
) -> None:
    output = said("publish", "head-office")
    assert "is in force for new complaints; open cases keep theirs" in output
    with sessions.begin() as session:
        a_bank(session)
        reference = receive(session, a_complaint(), actor("ines")).reference
        version = current_version(session, "head-office")
        assert session.get_one(CaseRow, reference).policy == version
        noted = select(AuditRow.subject).where(AuditRow.action == Action.POLICY_PUBLISHED)
        assert session.scalars(noted).all() == [version]
    assert version is not None
    assert version in output


def test_two_people_change_what_new_complaints_go_by(sessions: Sessions, folder: Path) -> None:
    """S-04: anybody at the console put a policy in force, and nobody knew who."""
    where = ("--folder", str(folder))
    said("publish", "head-office", *where)
    with sessions.begin() as session:
        a_bank(session)
    rewrite(folder, "within: 3 working days", "within: 2 working days")
    assert "say who asks, --as" in said("publish", "head-office", *where, "--reason", "x", code=2)
    assert "--reason" in said("publish", "head-office", *where, "--as", "ada", code=1)
    card = ("--as", "ada", "--reason", "card 6222 0212 3456 7890 128")
    assert "like the number of a card" in said("publish", "head-office", *where, *card, code=1)
    by_ada = ("publish", "head-office", *where, "--as", "ada", "--reason", "the board wants it")
    assert "sun is no administrator" in said(*(w.replace("ada", "sun") for w in by_ada), code=1)
    for _ in range(2):
        assert "another administrator agrees under “Approvals”" in said(*by_ada, code=WAITS)

    with sessions() as session:
        in_force = current_version(session, "head-office")
        assert to_decide(session, reader("ada")) == ()
        [request] = to_decide(session, reader("alma"))
    assert request.request[SHOWN]["changes"] == [
        "  limits.reply-general.within: 3 working days -> 2 working days"
    ]
    desk = ApprovalDesk(sessions, CaseDesk(sessions, NoEngine()))  # type: ignore[arg-type]
    rewrite(folder, "within: 2 working days", "within: 1 working day")  # after it was asked for
    desk.decide(request.id, ApprovalOutcome.APPROVED, actor("alma"))
    with sessions() as session:
        after = current_text(session, "head-office")
        assert after is not None
        assert after["limits"]["reply-general"]["within"] == "2 working days"
        assert current_version(session, "head-office") != in_force
        noted = session.execute(
            select(AuditRow.by, AuditRow.facts["approved_by"].astext).where(
                AuditRow.action == Action.POLICY_PUBLISHED
            )
        ).all()
    assert [tuple(each) for each in noted] == [("console", None), ("ada", "alma")]


class NoEngine:
    """What is decided about the bank asks nothing of the engine."""


def ada_asks_for_two_days(sessions: Sessions, folder: Path) -> tuple[str, ...]:
    """Where the limit in force is three, and somebody else must agree; returns what she typed."""
    where = ("--folder", str(folder))
    said("publish", "head-office", *where)
    with sessions.begin() as session:
        a_bank(session)
    rewrite(folder, "within: 3 working days", "within: 2 working days")
    by_ada = ("publish", "head-office", *where, "--as", "ada", "--reason", "the board wants it")
    said(*by_ada, code=WAITS)
    return by_ada


def test_what_was_put_in_force_meanwhile_is_not_overwritten_by_an_older_request(
    sessions: Sessions, folder: Path
) -> None:
    ada_asks_for_two_days(sessions, folder)
    rewrite(folder, "within: 2 working days", "within: 1 working day")
    with sessions.begin() as session:
        publish(session, "head-office", folder)
        [request] = to_decide(session, reader("alma"))
    desk = ApprovalDesk(sessions, CaseDesk(sessions, NoEngine()))  # type: ignore[arg-type]
    decided = desk.decide(request.id, ApprovalOutcome.APPROVED, actor("alma"))
    assert decided.approval.outcome is ApprovalOutcome.OVERTAKEN


def test_what_two_agreed_to_once_is_not_put_in_force_by_one_a_second_time(
    sessions: Sessions, folder: Path
) -> None:
    file = folder / "head-office.yaml"
    of_before = file.read_text()
    by_ada = ada_asks_for_two_days(sessions, folder)
    with sessions() as session:
        [request] = to_decide(session, reader("alma"))
    desk = ApprovalDesk(sessions, CaseDesk(sessions, NoEngine()))  # type: ignore[arg-type]
    desk.decide(request.id, ApprovalOutcome.APPROVED, actor("alma"))
    agreed_to = file.read_text()
    file.write_text(of_before)
    with sessions.begin() as session:  # Others went back to the figure of before.
        publish(session, "head-office", folder)
        before = current_version(session, "head-office")
    file.write_text(agreed_to)
    said(*by_ada, code=WAITS)
    with sessions() as session:
        assert current_version(session, "head-office") == before


def test_a_new_version_of_the_program_changes_no_policy_that_is_in_force(
    sessions: Sessions, folder: Path
) -> None:
    with sessions.begin() as session:
        assert publish_all(session, folder).differ == ()
        before = current_version(session, "head-office")
    rewrite(folder, "within: 3 working days", "within: 2 working days")
    with sessions.begin() as session:
        assert publish_all(session, folder).differ == ("head-office",)
        assert current_version(session, "head-office") == before


def test_published_twice_it_is_in_force_already_and_noted_once(sessions: Sessions) -> None:
    said("publish", "go-live")
    assert "is in force already; nothing changes" in said("publish", "go-live")
    assert said("diff", "go-live") == "no difference\n"
    with sessions() as session:
        assert len(session.scalars(select(AuditRow)).all()) == 1


def test_a_changed_figure_is_shown_before_and_after_it_is_put_in_force(
    sessions: Sessions, folder: Path
) -> None:
    where = ("--folder", str(folder))
    assert said("diff", "head-office", *where) == (
        "no version of head-office is in force: all of it would be new\n"
    )
    said("publish", "head-office", *where)
    rewrite(folder, "within: 3 working days", "within: 2 working days")
    changed = "  limits.reply-general.within: 3 working days -> 2 working days\n"
    assert said("diff", "head-office", *where) == changed
    output = said("publish", "head-office", *where)
    assert "changed since head-office@" in output
    assert output.endswith(changed)


def test_a_pack_with_several_errors_is_told_all_of_them_and_not_published(
    sessions: Sessions, folder: Path
) -> None:
    rewrite(folder, "within: 3 working days", "within: three days")
    rewrite(folder, "rule: A-35", "rule: because")
    where = ("--folder", str(folder))
    for output in (said("check", "head-office", *where, code=1),
                   said("publish", "head-office", *where, code=1)):  # fmt: skip
        assert "(limits.reply-general.within): 'three days' is no span" in output
        assert "(limits.reply-complex.warn.1.rule): each figure cites its rule" in output
        assert all("head-office.yaml:" in line for line in output.splitlines()[1:])
    with sessions() as session:
        assert current_version(session, "head-office") is None


def test_a_pack_whose_figure_is_lost_is_never_in_force(sessions: Sessions) -> None:
    """Scenario 38."""
    output = said("publish", "three-hotlines", code=1)
    assert "three-hotlines is not published:" in output
    assert "this figure is lost in the source document" in output
    with sessions() as session:
        assert current_version(session, "three-hotlines") is None


def test_a_pack_that_only_carries_others_is_never_in_force(sessions: Sessions) -> None:
    assert "it handles no case" in said("publish", "base", code=1)


def test_what_is_shown_can_be_read_again_as_a_pack() -> None:
    assert yaml.safe_load(said("show", "go-live"))["title"]["zh"] == "系统投产投诉应急预案"


def test_without_a_database_one_sentence_says_so(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg2://nobody@127.0.0.1:1/none")
    result = CliRunner().invoke(main, ["policy", "publish", "head-office"])
    assert result.exit_code == 1
    assert result.output.startswith("Error: PostgreSQL does not answer: ")
    assert len(result.output.splitlines()) == 1


def test_a_name_that_no_file_can_have_is_the_name_of_no_pack() -> None:
    assert "there is no pack" in said("show", "字" * 200, code=1)


def test_coverage_tells_each_clause_with_its_test_or_its_reason_and_counts_them() -> None:
    told = said("coverage", "A")
    assert "A-34.2 carried out: A general complaint has three working days\n" in told
    assert "tests/tasks/test_every_word.py::test_a_limit_stands" in told
    assert "[head-office: reply-general]\n" in told
    assert "A-02.2 in part: Tier-1 branches may write rules of their own" in told
    assert "lacks that nobody checks whether the child loosens" in told
    assert "A-25.1 left out: " in told
    assert "docs/limitations.md: What a bank hangs on its walls or publishes\n" in told
    counted = re.search(
        r"A: 60 rules, (\d+) clauses: (\d+) carried out, (\d+) in part, (\d+) left out", told
    )
    assert counted is not None
    clauses, *kinds = map(int, counted.groups())
    assert clauses == sum(kinds) == len(re.findall(r"^A-\d\d\.\d+ ", told, re.MULTILINE))
    assert "一般投诉三个工作日" in said("coverage", "A", "--zh")


def test_coverage_of_a_regulation_that_is_not_there_is_one_sentence() -> None:
    assert "No regulation has the letter 'Q'." in said("coverage", "Q", code=2)
