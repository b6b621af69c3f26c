"""Lists that are read a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

PAGE = 25
"""Lines on one page of a list (default)."""

Line = TypeVar("Line")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageOf(Generic[Line]):
    """One page of a list, and how many lines the whole list has."""

    lines: tuple[Line, ...]
    count: int
    page: int
    """Which of its pages, from one on; beyond the last there are no lines."""
    size: int = PAGE
    """Lines on a full page."""

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // self.size))


def page_of(whole: Sequence[Line], page: int, size: int = PAGE) -> PageOf[Line]:
    """That page of a list which is at hand whole."""
    lines = whole[(page - 1) * size : page * size]
    return PageOf(lines=tuple(lines), count=len(whole), page=page, size=size)
