"""A history as the files it is saved as: a table for spreadsheets, or everything for programs."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from flask import Response

from desk.history.lines import Line
from desk.history.story import Story
from desk.spreadsheets import table_text
from engine.timeline import Lane, Moment
from web.base.phrases import _, on_the_wall
from web.casework.history.asked import Asked
from web.kit.downloads import saved
from web.wording.fields import label
from web.wording.names import told_to
from web.wording.story import journal_facts, lane_name, sentence, tries

ENDINGS = frozenset({"csv", "json"})

SAID_IN_JOURNALS = frozenset({Lane.PEOPLE, Lane.CLOCKS})
"""Of these moments the facts are told beside the sentence, of others within it."""


def file_of(
    ending: str,
    reference: str,
    lines: Sequence[Line],
    asked: Asked,
    story: Story,
    *,
    reads_words: bool,
) -> Response:
    """The lines, oldest first; texts that people wrote for whoever may read them."""
    name = f"history-{reference}.{ending}"
    if ending == "json":
        told = {
            "case": reference,
            "lanes": list(asked.lanes),
            "engine": _engine_of(asked, story),
            "lines": [
                _as_json(line.moment, reads_words)
                | {"behind": [_as_json(each, reads_words) for each in line.behind]}
                for line in lines
            ],
        }
        text = json.dumps(told, ensure_ascii=False, indent=1)
        return saved(text.encode(), "application/json", name)
    rows: list[list[str | int]] = [[*_head(reads_words)]]
    for number, line in enumerate(lines, start=1):
        for moment in (line.moment, *line.behind):
            rows.append(list(_cells(number, line, moment, reads_words)))
    return saved(table_text(rows).encode(), "text/csv; charset=utf-8", name)


def _engine_of(asked: Asked, story: Story) -> str:
    """Whether what the engine did is among it."""
    if not asked.wants_engine:
        return "not asked for"
    return "away" if story.engine.is_away else "told"


def _head(reads_words: bool) -> Iterator[str]:
    yield from (
        _("Line"),
        _("Entry of the journal"),
        _("When"),
        _("Lane"),
        _("What"),
        _("Who"),
        _("Details"),
    )
    if reads_words:
        yield _("Texts")


def _cells(number: int, line: Line, moment: Moment, reads_words: bool) -> Iterator[str | int]:
    yield number
    yield "" if line.entry is None else line.entry
    yield _bank_time(moment.at)
    yield lane_name(moment.lane)
    yield sentence(moment)
    yield told_to(moment.who) if moment.who else ""
    yield _("; ").join([*_facts_of(moment), *([tried] if (tried := tries(moment)) else [])])
    if reads_words:
        yield _("; ").join(f"{label(name)}{_(': ')}{text}" for name, text in moment.words.items())


def _facts_of(moment: Moment) -> list[str]:
    if moment.lane not in SAID_IN_JOURNALS:
        return []
    return [f"{name}{_(': ')}{value}" for name, value in journal_facts(moment)]


def _as_json(moment: Moment, reads_words: bool) -> dict[str, Any]:
    # What a gateway said of a notice may be personal.
    by_engine = moment.lane is Lane.ENGINE
    told: dict[str, Any] = {
        "at": _bank_time(moment.at),
        "lane": moment.lane,
        "kind": moment.what,
        "says": sentence(moment),
        "who": moment.who,
        "name": told_to(moment.who) if moment.who else None,
        "version": moment.version,
        "facts": [list(each) for each in journal_facts(moment)],
        "tries": moment.facts.get("attempts") if by_engine else None,
        "last_error": moment.facts.get("last_error") if by_engine else None,
        "events": list(moment.details),
    }
    if reads_words:
        told["texts"] = dict(moment.words)
    return {name: value for name, value in told.items() if value not in (None, [], {})}


def _bank_time(instant: datetime) -> str:
    """An instant on the bank's wall clock, exact and with its zone."""
    return on_the_wall(instant).isoformat()
