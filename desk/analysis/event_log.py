"""Event logs as files that tools for process mining read: XES (IEEE 1849) and OCEL 2.0 in JSON.

Written as they are read, so that a year of a large bank takes no memory; from the same journals the
same bytes. Codes stand as they are, whatever the language of whoever asks.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from itertools import groupby
from typing import Any
from xml.sax.saxutils import quoteattr

from domain.relations import Reader
from store.database import DatabaseSession
from store.reads.analysis.event_log import (
    LogCase,
    LogEvent,
    at_one_moment,
    logged_cases,
    logged_events,
)
from store.reads.analysis.figures import Asked


class LogFormat(StrEnum):
    """What an event log may be written as."""

    XES = "xes"
    OCEL = "ocel"


ENDINGS: Mapping[LogFormat, str] = {LogFormat.XES: "xes", LogFormat.OCEL: "ocel.json"}
"""How the names of such files end."""

MIMETYPES: Mapping[LogFormat, str] = {
    LogFormat.XES: "application/xml",
    LogFormat.OCEL: "application/json",
}


def event_log(
    kind: LogFormat, session: DatabaseSession, reader: Reader, asked: Asked
) -> Iterator[str]:
    """The log of the complaints that somebody has counted, piece after piece. Wants a session
    of its own."""
    at_one_moment(session)
    cases = logged_cases(session, reader, asked)
    events = logged_events(session, reader, asked)
    return xes(cases, events) if kind is LogFormat.XES else ocel(cases, events)


_XES_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="2.0" xes.features="" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<global scope="trace"><string key="concept:name" value=""/></global>
<global scope="event"><string key="concept:name" value=""/>\
<date key="time:timestamp" value="1970-01-01T00:00:00.000+00:00"/></global>
<classifier name="Event" keys="concept:name"/>
<string key="concept:name" value="Redress"/>
"""


def xes(cases: Iterable[LogCase], events: Iterable[LogEvent]) -> Iterator[str]:
    """A trace for each complaint. Both come in the order of the complaints."""
    yield _XES_HEAD
    by_case = groupby(events, key=lambda each: each.pseudonym)
    pseudonym, of_case = next(by_case, ("", iter(())))
    for case in cases:
        yield "<trace>\n" + "".join(
            _xes_text(name, value) for name, value in _said_of(case, "concept:name").items()
        )
        if pseudonym == case.pseudonym:
            for each in of_case:
                yield _xes_event(each)
            pseudonym, of_case = next(by_case, ("", iter(())))
        yield "</trace>\n"
    yield "</log>\n"


def _xes_event(event: LogEvent) -> str:
    about = {
        "concept:name": event.event,
        "org:role": event.role,
        "org:group": event.unit,
        "clock": event.clock,
    }
    texts = "".join(_xes_text(name, value) for name, value in about.items() if value)
    date = f'<date key="time:timestamp" value="{_instant(event.at)}"/>'
    return f"<event>\n{texts}{date}\n</event>\n"


def _xes_text(name: str, value: str) -> str:
    return f"<string key={quoteattr(name)} value={quoteattr(value)}/>\n"


def _said_of(case: LogCase, name: str) -> dict[str, str]:
    about = {
        name: case.pseudonym,
        "channel": case.channel,
        "category": case.category,
        "business": case.business,
        "severity": case.severity,
        "pack": case.pack,
        "unit": case.unit,
        "status": case.status,
    }
    return {each: value for each, value in about.items() if value}


OF_A_CASE = ("channel", "category", "business", "severity", "pack", "status")


def ocel(cases: Iterable[LogCase], events: Iterable[LogEvent]) -> Iterator[str]:
    """Complaints, their time limits and the bank's units as objects, the entries of the journals as
    events between them."""
    clocks: dict[str, str] = {}
    units: dict[str, None] = {}
    kinds: dict[str, None] = {}
    yield '{"events":['
    lead = ""
    for event in events:
        kinds[event.event] = None
        related = [_related(event.pseudonym, "of")]
        if event.clock:
            clock = f"{event.pseudonym}/{event.clock}"
            clocks.setdefault(clock, event.pseudonym)
            related.append(_related(clock, "about"))
        if event.unit:
            units[event.unit] = None
            related.append(_related(_unit(event.unit), "by"))
        yield lead + _json(
            {
                "id": event.id,
                "type": event.event,
                "time": _instant(event.at),
                "attributes": [{"name": "role", "value": event.role}] if event.role else [],
                "relationships": related,
            }
        )
        lead = ",\n"
    yield '],\n"objects":['
    lead = ""
    for case in cases:
        units[case.unit] = None
        said = _said_of(case, "id")
        yield lead + _json(
            {
                "id": case.pseudonym,
                "type": "case",
                "attributes": [
                    {"name": name, "time": _instant(case.received_at), "value": said[name]}
                    for name in OF_A_CASE
                    if name in said
                ],
                "relationships": [_related(_unit(case.unit), "lies with")],
            }
        )
        lead = ",\n"
    for clock, pseudonym in clocks.items():
        related = [_related(pseudonym, "of")]
        limit = {"id": clock, "type": "time limit", "attributes": [], "relationships": related}
        yield lead + _json(limit)
        lead = ",\n"
    for unit in sorted(units):
        place = {"id": _unit(unit), "type": "unit", "attributes": [], "relationships": []}
        yield lead + _json(place)
        lead = ",\n"
    text = {"type": "string"}
    types = {
        "objectTypes": [
            {"name": "case", "attributes": [{"name": each, **text} for each in OF_A_CASE]},
            {"name": "time limit", "attributes": []},
            {"name": "unit", "attributes": []},
        ],
        "eventTypes": [
            {"name": each, "attributes": [{"name": "role", **text}]} for each in sorted(kinds)
        ],
    }
    yield "],\n" + _json(types)[1:] + "\n"


def _unit(unit: str) -> str:
    """No case and no time limit is called so."""
    return f"unit/{unit}"


def _related(to: str, how: str) -> dict[str, str]:
    return {"objectId": to, "qualifier": how}


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
