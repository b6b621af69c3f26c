"""Event logs: what a tool of others finds in them, and whom nobody finds."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import r4pm
from r4pm import bindings
from sqlalchemy import text

from domain.acts import NamePerson
from domain.events import Event
from store.database import Sessions
from tests.mail_sink import MailSink
from tests.tasks.opening import CLOSED
from tests.tasks.work import Work
from tests.web.browser import Visit

MAY = datetime(2025, 5, 10, 2, 0, tzinfo=UTC)
OF_MAY = "from=2025-05&to=2025-05"


@pytest.fixture(scope="module")
def of_may(sessions: Sessions, sink: MailSink) -> list[str]:
    """Two complaints that were closed, and one whose time limit ran out."""
    work = Work(sessions, sink)
    closed = [work.received("head-office", received_at=MAY, name="周不寻") for _ in range(2)]
    for reference in closed:
        for act, by, words in CLOSED:
            work.does(reference, act, by, *words)
    late = work.received("head-office", received_at=MAY)
    work.let_happen(late, Event.BREACHED, "reply")
    return [*closed, late]


@pytest.fixture(scope="module")
def journal(of_may: list[str], sessions: Sessions) -> list[list[str]]:
    """What happened to each, by SQL of this test."""
    with sessions() as session:
        return [
            list(
                session.scalars(
                    text("select event from journal where reference = :reference order by version"),
                    {"reference": reference},
                )
            )
            for reference in of_may
        ]


def saved(visit: Visit, ending: str, folder: Path, asked: str = OF_MAY) -> Path:
    answer = visit("hong").get(f"/analysis/event-log.{ending}?{asked}")
    assert answer.status_code == 200
    file = folder / f"log.{ending}"
    file.write_bytes(answer.data)
    return file


def test_a_tool_of_others_reads_the_xes_as_the_journals_have_it(
    visit: Visit, journal: list[list[str]], tmp_path: Path
) -> None:
    log = r4pm.import_item("EventLog", str(saved(visit, "xes", tmp_path)))
    projection = bindings.log_to_activity_projection(log=log)
    assert bindings.get_num_cases(projection=projection) == 3
    variants = bindings.get_variants(projection=projection)
    found = sorted(each["activities"] for each in variants for _ in range(each["count"]))
    assert found == sorted(journal)


def test_a_tool_of_others_reads_the_ocel_as_the_journals_have_it(
    visit: Visit, journal: list[list[str]], tmp_path: Path
) -> None:
    log = r4pm.import_item("OCEL", str(saved(visit, "ocel.json", tmp_path)))
    linked = bindings.slim_link_ocel(ocel=log)
    assert bindings.num_events(ocel=linked) == sum(map(len, journal))
    variants = bindings.get_variants_of_object_type(ocel=linked, ob_type="case")
    found = sorted(list(way) for way, count in variants for _ in range(count))
    assert found == sorted(journal)
    assert len(bindings.get_object_ids_of_type(ocel=linked, ob_type="case")) == 3
    assert bindings.get_object_ids_of_type(ocel=linked, ob_type="time limit")


def test_every_ocel_object_and_type_that_is_spoken_of_is_there(
    visit: Visit, of_may: list[str], tmp_path: Path
) -> None:
    """What the schema of OCEL 2.0 asks and what no schema can."""
    log: dict[str, Any] = json.loads(saved(visit, "ocel.json", tmp_path).read_text("utf-8"))
    assert {*log} == {"objectTypes", "eventTypes", "objects", "events"}
    types = {each["name"]: {one["name"] for one in each["attributes"]}
             for each in [*log["objectTypes"], *log["eventTypes"]]}  # fmt: skip
    ids = [each["id"] for each in [*log["objects"], *log["events"]]]
    assert len(ids) == len(set(ids))
    objects = {each["id"] for each in log["objects"]}
    for each in [*log["objects"], *log["events"]]:
        assert {one["name"] for one in each["attributes"]} <= types[each["type"]]
        assert all({*one} == {"objectId", "qualifier"} for one in each["relationships"])
        assert {one["objectId"] for one in each["relationships"]} <= objects
    assert all(each["time"].endswith("+00:00") for each in log["events"])


@pytest.mark.parametrize("ending", ["xes", "ocel.json"])
def test_nobody_is_named_and_nothing_is_quoted(
    ending: str, visit: Visit, of_may: list[str], sessions: Sessions, tmp_path: Path
) -> None:
    said = saved(visit, ending, tmp_path).read_text("utf-8")
    assert not re.search(r"C-\d{4}-\d{6}", said)
    with sessions() as session:
        people = session.scalars(text("select id from people")).all()
        texts = session.execute(
            text("select narrative, demand, subject from complaints where reference = :reference"),
            {"reference": of_may[0]},
        ).one()
    assert "周不寻" not in said
    assert not [each for each in texts if each and each in said]
    assert not [each for each in people if re.search(rf'"{each}"', said)]
    assert "handler" in said, "what somebody is stands there"
    assert "harbour-outlet" in said
    assert saved(visit, ending, tmp_path).read_text("utf-8") == said, "the same bytes each time"


def test_an_event_log_of_nothing_is_a_log_all_the_same(visit: Visit, tmp_path: Path) -> None:
    asked = "from=2001-01&to=2001-01"
    root = ElementTree.parse(saved(visit, "xes", tmp_path, asked)).getroot()
    assert not root.findall("{*}trace")
    log = json.loads(saved(visit, "ocel.json", tmp_path, asked).read_text("utf-8"))
    assert log["events"] == log["objects"] == []


def test_a_case_that_is_kept_from_its_reader_is_in_none_of_their_logs(
    work: Work, visit: Visit
) -> None:
    asked = "from=2025-04&to=2025-04"
    for _ in range(2):
        reference = work.received("head-office", received_at=datetime(2025, 4, 9, tzinfo=UTC))
    work.does(reference, NamePerson(person="sun"), "tess")
    traces = {
        who: visit(who).get(f"/analysis/event-log.xes?{asked}").text.count("<trace>")
        for who in ("sun", "tess")
    }
    assert traces == {"sun": 1, "tess": 2}


def test_there_is_no_other_kind_of_log_and_none_for_handlers(visit: Visit) -> None:
    assert visit("hong").get("/analysis/event-log.csv").status_code == 404
    assert visit("han").get("/analysis/event-log.xes").status_code == 403
