"""Charts as SVG, the same for a page and for paper.

Text stays text. A chart holds no script, no style and no address: pages colour it by their own
style sheet, light and dark; on paper it carries its colours with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from unicodedata import east_asian_width

import pygal
from pygal.etree import etree
from pygal.style import Style

WIDTH, HEIGHT = 760, 300
ROW = 26
"""Of a bar that lies."""

INKS = ("#17446b", "#c77700", "#2e7d4f", "#8a3a52")
"""Of series on paper; told apart in grey too."""

LETTER = 12
"""Pixels: the height of what is written at the axes, and the width of a Chinese character."""

LOWEST_TOP = 5
"""Of the scale, so that no part of a complaint stands at it."""

LABELS_AT_MOST = 14
"""Below a chart; of more, only so many are written."""


class ChartKind(StrEnum):
    """How numbers are drawn."""

    LINES = "lines"
    BARS = "bars"
    LYING_BARS = "lying_bars"
    """With room for the name of each at its side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Numbers of one kind; None where there is none to show."""

    name: str
    values: Sequence[float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """What is to be drawn, in words and numbers."""

    name: str
    """Unlike that of any other chart on its page."""
    kind: ChartKind
    title: str
    about: str
    """What a person hears who cannot see it."""
    labels: Sequence[str]
    series: Sequence[Series]

    @property
    def is_flat(self) -> bool:
        """Whether there is nothing to see in it: no number, or none but zeros."""
        return not any(value for each in self.series for value in each.values)


def printed(chart: Chart, font: str) -> str:
    """The chart for paper, in that font."""
    root = drawn(chart)
    style = etree.Element("style")
    style.text = _ON_PAPER.replace("FONT", font)
    root.insert(0, style)
    return _text(root)


def drawn(chart: Chart) -> Any:
    """The chart for a page: its elements, which the template writes out as it does everything."""
    lies = chart.kind is ChartKind.LYING_BARS
    series = [each for each in chart.series if any(value is not None for value in each.values)]
    kind = {
        ChartKind.LINES: pygal.Line,
        ChartKind.BARS: pygal.Bar,
        ChartKind.LYING_BARS: pygal.HorizontalBar,
    }[chart.kind]
    highest = max((value for each in series for value in each.values if value), default=0)
    drawing = kind(
        style=Style(label_font_size=LETTER, major_label_font_size=LETTER, legend_font_size=13),
        width=WIDTH,
        height=90 + ROW * max(4, len(chart.labels)) if lies else HEIGHT,
        js=[],
        no_prefix=True,
        no_data_text="",
        show_legend=len(chart.series) > 1,
        legend_at_bottom=True,
        legend_at_bottom_columns=max(1, len(chart.series)),
        truncate_legend=-1,
        truncate_label=-1,
        range=(0, max(highest, LOWEST_TOP)),
        margin_left=20 + (_more_room(chart.labels) if lies else 0),
        max_scale=6,
        dots_size=3,
        formatter=lambda value: f"{value:g}",
        x_label_rotation=0,
        show_x_guides=False,
    )
    # A chart that lies counts its lines from below.
    turn = slice(None, None, -1) if lies else slice(None)
    drawing.x_labels = list(chart.labels)[turn]
    if not lies and len(chart.labels) > LABELS_AT_MOST:
        every = -(-len(chart.labels) // LABELS_AT_MOST)
        drawing.x_labels_major = list(chart.labels)[::every]
        drawing.show_minor_x_labels = False
    for each in chart.series:
        drawing.add(each.name, list(each.values)[turn])
    return _for_everybody(drawing.render_tree(), chart)


def _more_room(labels: Sequence[str]) -> float:
    """What Chinese characters take beside what the library reckons for a letter."""
    wide = max(
        (sum(east_asian_width(each) in "WF" for each in label) for label in labels), default=0
    )
    return wide * LETTER * 0.4


def _for_everybody(root: Any, chart: Chart) -> Any:
    """Without what the library puts in for browsers that run its script; with a name and words."""
    _strip(root)
    root.attrib.pop("id", None)
    root.set("class", "chart")
    root.set("role", "img")
    root.set("aria-labelledby", f"{chart.name}-title {chart.name}-about")
    for place, (tag, words) in enumerate((("title", chart.title), ("desc", chart.about))):
        element = etree.Element(tag)
        element.set("id", f"{chart.name}-{'title' if tag == 'title' else 'about'}")
        element.text = words
        root.insert(place, element)
    return root


DROPPED = frozenset({"script", "style", "desc", "title", "defs"})


def _strip(element: Any) -> None:
    for child in list(element):
        is_comment = not isinstance(child.tag, str)
        if is_comment or child.tag in DROPPED or "tooltip-overlay" in child.get("class", ""):
            element.remove(child)
            continue
        for name in ("id", "style"):
            child.attrib.pop(name, None)
        _strip(child)


def _text(root: Any) -> str:
    written: bytes = etree.tostring(root, encoding="utf-8")
    return written.decode().partition("?>\n")[2] or written.decode()


_ON_PAPER = """
text { font-family: 'FONT'; font-size: 12px; fill: #1d2733; }
.legend text { font-size: 13px; }
.axis.x text { text-anchor: middle; }
.axis.y text { text-anchor: end; }
.background { fill: none; }
.axis .line { stroke: #55606e; fill: none; }
.axis .guide { stroke: #d5dbe2; fill: none; }
.nofill { fill: none; stroke-width: 2; }
.no_data { fill: none; }
.series.color-1 .nofill { stroke-dasharray: 7 3; }
.series.color-2 .nofill { stroke-dasharray: 2 3; }
""" + "".join(
    f".color-{place}, .color-{place} .reactive {{ fill: {ink}; stroke: {ink}; }}"
    f" .color-{place} .nofill {{ fill: none; }}\n"
    for place, ink in enumerate(INKS)
)
"""The library's own classes, in colours of paper."""
