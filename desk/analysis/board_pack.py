"""The pack for the board as PDF/A: the same bytes from the same figures, and every word can be read
back from it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from desk.analysis.charts import Chart, printed
from desk.documents.pdf import compiled, font
from rulebook.documents import read_board_sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class PackTopic:
    """A question of the pack: its chart, and the table that says the same."""

    title: str
    hint: str
    chart: Chart
    head: Sequence[str]
    lines: Sequence[Sequence[str]]
    """Empty where there is nothing to count: then no chart is printed either."""
    more: str
    """What the table leaves out, or that there is nothing to count; empty when it has all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardPack:
    """All that stands in a pack."""

    title: str
    subtitle: str
    about: str
    footer: str
    language: str
    made_on: date
    """A day of what it tells, so that it is the same whenever it is printed."""
    figures: Sequence[tuple[str, str]]
    """Of the first page: names and values."""
    topics: Sequence[PackTopic]


def print_board_pack(pack: BoardPack) -> bytes:
    """The pack. Raises `NotPrintable`."""
    return compiled(read_board_sheet(), board_data(pack))


def board_data(pack: BoardPack) -> str:
    """What the sheet is given, as JSON. Raises `NoFont`."""
    return json.dumps(
        {
            "title": pack.title,
            "subtitle": pack.subtitle,
            "about": pack.about,
            "footer": pack.footer,
            "language": pack.language,
            "made": [pack.made_on.year, pack.made_on.month, pack.made_on.day],
            "fonts": [font()],
            "figures": [[*each] for each in pack.figures],
            "topics": [
                {
                    "title": each.title,
                    "hint": each.hint,
                    "chart": printed(each.chart, font()),
                    "spoken": each.chart.about,
                    "head": [*each.head],
                    "lines": [[*line] for line in each.lines],
                    "more": each.more,
                }
                for each in pack.topics
            ],
        }
    )
