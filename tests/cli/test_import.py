"""Imports on real engines: every row a case with its workflow, once, and no storm of notices."""

import asyncio
import json
import random
import re
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select, update
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowExecutionStatus

from cli.import_file import import_file
from desk.imports import run
from desk.imports.mapping_files import MAPPINGS
from rulebook.texts import read_text_limits
from store.cases.journal import standing_of
from store.database import Sessions
from store.tables import (
    CaseRow,
    ComplaintRow,
    ImportRow,
    JournalRow,
    NoticeRow,
    PersonRow,
)
from tests.desk.imports.files import a_cfpb_file, a_cfpb_row, a_message, a_message_file
from tests.waiting import taken_up
from workflows.names import case_workflow_id

pytestmark = pytest.mark.usefixtures("bank", "terminal")


def imported(file: Path, *options: str) -> Result:
    """What the command says of a file."""
    mapping = "cfpb" if file.suffix == ".csv" else "messages"
    return CliRunner().invoke(import_file, [str(file), "--mapping", mapping, *options])


def count_of(sessions: Sessions, table: type) -> int:
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def reference_of(sessions: Sessions, intake_key: str) -> str:
    with sessions() as session:
        wanted = select(ComplaintRow.reference).where(ComplaintRow.intake_key == intake_key)
        return session.scalars(wanted).one()


def test_a_dry_run_says_what_would_happen_and_writes_nothing(
    tmp_path: Path, sessions: Sessions
) -> None:
    before = count_of(sessions, ComplaintRow), count_of(sessions, ImportRow)
    too_long = a_cfpb_row(
        2, **{"Consumer complaint narrative": "x" * (read_text_limits().narrative + 1)}
    )
    file = a_cfpb_file(tmp_path / "a.csv", a_cfpb_row(1), too_long, a_cfpb_row(1))

    said = imported(file, "--dry-run")

    assert said.exit_code == 1, said.output
    assert said.stdout.endswith("1 rows would be refused.\n")
    assert "1 rows would be received, 1 are known already" in said.stdout
    assert "line 3: narrative has 20001 characters, and 20000 are the most" in said.stdout
    assert (count_of(sessions, ComplaintRow), count_of(sessions, ImportRow)) == before


@pytest.mark.parametrize(
    ("over", "sentence"),
    [
        ({"留言详情": "客" * 20_001}, "narrative has 20001 characters"),
        ({"留言详情": "ring\a"}, "narrative holds characters that belong to no text"),
        ({"留言主题": "题" * 201}, "subject has 201 characters"),
        ({"留言时间": "2999/1/1 00:00:00"}, "received_at lies in the future"),
        ({"留言时间": "0202/11/28 09:30:00"}, "received_at lies more than 10 years back"),
        ({"留言编号": "7\a"}, "留言编号 holds characters that belong to no text"),
        ({"留言编号": "7" * 101}, "留言编号 has 101 characters"),
        ({"点赞数": "\x00"}, "点赞数 holds characters that belong to no text"),
        ({"留言时间": "yesterday"}, "received_at: 'yesterday' is no date"),
        ({"留言详情": " ", "留言主题": ""}, "narrative is empty"),
    ],
)
def test_a_row_is_refused_as_the_form_refuses_it_and_the_others_come_in(
    tmp_path: Path, sessions: Sessions, over: dict[str, str], sentence: str
) -> None:
    number = zlib.crc32(sentence.encode())  # a number of its own for each
    file = a_message_file(tmp_path / "a.jsonl", a_message(number, **over), a_message(number + 1))

    said = imported(file, "--no-wait")

    assert said.exit_code == 1, said.output
    assert f"refused, line 1: {sentence}" in said.stdout
    assert said.stdout.endswith("1 rows were refused.\n")
    with sessions() as session:
        keys = [f"messages/{number}", f"messages/{number + 1}"]
        taken = select(ComplaintRow.intake_key).where(ComplaintRow.intake_key.in_(keys))
        assert session.scalars(taken).all() == [keys[1]]


def test_a_row_that_came_in_before_and_says_something_else_now_is_told_of(
    tmp_path: Path, sessions: Sessions
) -> None:
    first = a_message_file(tmp_path / "first.jsonl", a_message(200), a_message(201))
    imported(first, "--no-wait")
    reference = reference_of(sessions, "messages/200")
    changed = a_message(200, 留言详情="扶手已装好，但太短。")
    second = a_message_file(tmp_path / "second.jsonl", changed, a_message(201), a_message(202))

    sentence = f"refused, line 1: came in before as {reference}, with other contents."
    assert sentence in imported(second, "--dry-run").stdout
    said = imported(second, "--no-wait")

    assert sentence in said.stdout
    assert "1 rows received, 1 were known already, 1 refused" in said.stdout
    with sessions() as session:
        assert "扶手已装好" not in session.get_one(ComplaintRow, reference).narrative


def test_fifty_equal_rows_are_one_case(tmp_path: Path, sessions: Sessions) -> None:
    before = count_of(sessions, CaseRow)
    said = imported(a_message_file(tmp_path / "a.jsonl", *[a_message(300)] * 50), "--no-wait")
    assert said.stdout.startswith("1 rows received, 49 were known already, 0 refused")
    assert count_of(sessions, CaseRow) == before + 1


def test_the_longest_words_that_may_be_are_kept_whole(tmp_path: Path, sessions: Sessions) -> None:
    longest = "客" * read_text_limits().narrative
    imported(a_message_file(tmp_path / "a.jsonl", a_message(100, 留言详情=longest)), "--no-wait")
    with sessions() as session:
        row = session.get_one(ComplaintRow, reference_of(sessions, "messages/100"))
        assert row.narrative == longest


@pytest.mark.usefixtures("working")
async def test_every_row_becomes_one_case_with_one_workflow_once(
    tmp_path: Path, sessions: Sessions, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "ROWS_AT_ONCE", 40)  # a whole lot, and one that is not
    rows = [a_cfpb_row(number) for number in range(1000, 1050)]
    file = a_cfpb_file(tmp_path / "a.csv", *rows)
    before = count_of(sessions, CaseRow)

    said = await asyncio.to_thread(imported, file)
    again = await asyncio.to_thread(imported, file)

    assert said.stdout.startswith("50 rows received, 0 were known already, 0 refused")
    assert "50 workflows have started." in said.stdout
    assert again.stdout.startswith("0 rows received, 50 were known already, 0 refused")
    assert count_of(sessions, CaseRow) == before + 50
    reference = reference_of(sessions, "cfpb/1049")
    description = await client.get_workflow_handle(case_workflow_id(reference)).describe()
    assert description.status is WorkflowExecutionStatus.RUNNING
    with sessions() as session:
        noted = session.scalars(select(ImportRow).order_by(ImportRow.id.desc())).first()
        assert noted is not None
        assert (noted.received, noted.known, noted.refused) == (0, 50, 0)
        assert noted.finished_at is not None


@pytest.mark.usefixtures("working")
async def test_deadlines_long_past_tell_nobody_and_leave_the_case_to_people(
    tmp_path: Path, sessions: Sessions, client: Client
) -> None:
    said = await asyncio.to_thread(imported, a_cfpb_file(tmp_path / "a.csv", a_cfpb_row(2000)))

    assert "2 clocks had run out before the import" in said.stdout
    reference = reference_of(sessions, "cfpb/2000")
    await taken_up(client, reference)
    with sessions() as session:
        events = session.scalars(select(JournalRow.event).where(JournalRow.reference == reference))
        assert events.all() == ["imported"]
        told = select(func.count()).where(NoticeRow.reference == reference)
        assert session.scalar(told) == 0
        case = session.get_one(CaseRow, reference)
        assert (case.status, case.breaches, case.rungs) == ("received", 2, 0)
        clocks = standing_of(session, reference).clocks
    assert [step for clock in clocks for step in clock.steps] == []
    history = await client.get_workflow_handle(case_workflow_id(reference)).fetch_history()
    assert EventType.EVENT_TYPE_TIMER_STARTED not in {each.event_type for each in history.events}


def test_an_interrupted_import_is_finished_by_the_same_command(
    tmp_path: Path, sessions: Sessions
) -> None:
    rows = [a_cfpb_row(number) for number in range(3000, 3010)]
    imported(a_cfpb_file(tmp_path / "part.csv", *rows[:4]), "--no-wait")
    said = imported(a_cfpb_file(tmp_path / "whole.csv", *rows), "--no-wait")
    assert said.stdout.startswith("6 rows received, 4 were known already, 0 refused")


def test_cases_go_to_the_unit_and_the_person_that_were_named(
    tmp_path: Path, sessions: Sessions
) -> None:
    file = a_cfpb_file(tmp_path / "a.csv", a_cfpb_row(4000))
    imported(file, "--no-wait", "--unit", "harbour-outlet", "--as", "ines")
    with sessions() as session:
        case = session.get_one(CaseRow, reference_of(sessions, "cfpb/4000"))
        assert (case.unit, case.first_owner) == ("harbour-outlet", "ines")


def test_nobody_who_has_left_follows_what_comes_in(tmp_path: Path, sessions: Sessions) -> None:
    file = a_cfpb_file(tmp_path / "a.csv", a_cfpb_row(4001))
    hugo = update(PersonRow).where(PersonRow.login == "hugo")
    with sessions.begin() as session:
        session.execute(hugo.values(active=False))
    said = imported(file, "--no-wait", "--as", "hugo")
    with sessions.begin() as session:
        session.execute(hugo.values(active=True))
    assert said.exit_code == 1
    assert "hugo: nobody who works here logs in under this name" in said.output
    with sessions() as session:
        known = select(ComplaintRow.reference).where(ComplaintRow.intake_key == "cfpb/4001")
        assert session.scalar(known) is None


def test_an_unknown_mapping_is_one_sentence(tmp_path: Path) -> None:
    file = a_cfpb_file(tmp_path / "a.csv")
    said = CliRunner().invoke(import_file, [str(file), "--mapping", "tea-leaves"])
    assert said.exit_code == 1
    assert "there is no such mapping; there are: cfpb, messages" in said.output


def test_rows_are_refused_in_the_order_of_their_lines(tmp_path: Path) -> None:
    rows = [a_message(5000), a_message(5001, 留言详情="ring\a"), a_message(5002, 留言时间="x")]
    rows += [a_message(5003, 留言主题="题" * 201), a_message(5004, 留言时间="y")]
    said = imported(a_message_file(tmp_path / "a.jsonl", *rows), "--no-wait")
    told = [line.split(":")[0] for line in said.stdout.splitlines() if line.startswith("refused,")]
    assert told == [f"refused, line {line}" for line in (2, 3, 4, 5)]


def a_log(folder: Path, received: str, number: int) -> tuple[Path, Path]:
    """A file with one complaint of a branch in Sydney, and its mapping."""
    mapping = folder / "log.yaml"
    mapping.write_text(
        "source: sydney\nabout: A log.\nformat: csv\ntime_zone: Australia/Sydney\n"
        'number: "No"\nfields:\n'
        '  received_at: {column: Received, formats: ["%Y-%m-%d %H:%M", "%Y-%m-%d"]}\n'
        "  channel: {value: phone}\n  language: {value: en}\n  narrative: {column: Text}\n"
    )
    file = folder / "log.csv"
    file.write_text(f"No,Received,Text\n{number},{received},The counter was closed.\n")
    return file, mapping


def test_a_receipt_of_years_ago_is_asked_about_and_comes_in_when_confirmed(tmp_path: Path) -> None:
    years_ago = datetime.now(UTC).year - 3
    file, mapping = a_log(tmp_path, f"{years_ago}-05-04 09:30", 1)
    command = [str(file), "--mapping", str(mapping), "--no-wait"]
    asked = CliRunner().invoke(import_file, command)
    assert "received_at lies 1 year or more back. If it is right, confirm it" in asked.stdout
    confirmed = CliRunner().invoke(import_file, [*command, "--confirm-old"])
    assert confirmed.stdout.startswith("1 rows received"), confirmed.output


def test_a_day_east_of_the_bank_stays_that_day(tmp_path: Path, sessions: Sessions) -> None:
    yesterday = datetime.now(ZoneInfo("Asia/Shanghai")).date() - timedelta(days=1)
    file, mapping = a_log(tmp_path, f"{yesterday}", 2)
    CliRunner().invoke(import_file, [str(file), "--mapping", str(mapping), "--no-wait"])
    with sessions() as session:
        case = session.get_one(CaseRow, reference_of(sessions, "sydney/2"))
        assert case.received_at.astimezone(ZoneInfo("Asia/Shanghai")).date() == yesterday


def test_the_first_five_rows_are_shown_before_a_mappings_first_import_and_not_again(
    tmp_path: Path,
) -> None:
    mapping = tmp_path / "mine.yaml"
    ours = (MAPPINGS / "messages.yaml").read_text(encoding="utf-8")
    mapping.write_text(ours.replace("source: messages", "source: mine"), encoding="utf-8")
    rows = [a_message(number, 留言详情=f"第{number}件") for number in range(1, 8)]
    command = [str(a_message_file(tmp_path / "a.jsonl", *rows)), "--mapping", str(mapping)]
    first = CliRunner().invoke(import_file, [*command, "--no-wait"])
    again = CliRunner().invoke(import_file, [*command, "--no-wait"])
    assert all(f"narrative: 第{number}件\n" in first.stderr for number in range(1, 6))
    assert "第6件" not in first.stderr
    assert "narrative" not in again.stderr
    assert first.stdout.startswith("7 rows received")


ODD = (
    *("", " ", "=1+1", "\a", "\0", "\ud800", "\u202e", "\u2028", "e\u0301", "🏦", '"', "\t"),
    *("客" * 3, "x" * 300, "9" * 101, "NaN", "-0", "a@b", "a@b.example", "0001-01-01"),
    *("9999/12/31 23:59:59", "2020/2/30 1:00:00", "2020/2/29 1:00:00", "1970/1/1 00:00:00"),
    "2999/1/1 00:00:00",
)
"""Cells that somebody's file has, some of which no complaint may hold."""


def test_the_dry_run_refuses_the_rows_that_the_import_refuses(tmp_path: Path) -> None:
    chance = random.Random(11)
    rows = []
    for number in range(400):
        row = a_message(60_000 + number)
        for column in chance.sample(list(row), chance.randint(0, 2)):
            row[column] = chance.choice(ODD)
        rows.append(row)
    written = [json.dumps(row) for row in rows]
    file = a_message_file(tmp_path / "a.jsonl", *written)

    dry, real = imported(file, "--dry-run"), imported(file, "--no-wait")

    lines, counts = r"^refused, (line \d+):", r"^(\d+) rows .*, (\d+) .* known"
    refused = re.findall(lines, dry.stdout, re.MULTILINE)
    assert 100 < len(refused) < 300
    assert refused == re.findall(lines, real.stdout, re.MULTILINE)
    assert re.findall(counts, dry.stdout, re.M) == re.findall(counts, real.stdout, re.M)
    assert "could not be stored" not in real.stdout
