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


def bounds_of(page: int, size: int = PAGE) -> tuple[int, int]:
    """How many lines of the list come before this page, and how many by its end."""
    return (page - 1) * size, page * size


def page_of(whole: Sequence[Line], page: int, size: int = PAGE) -> PageOf[Line]:
    """That page of a list which is at hand whole."""
    lines = whole[slice(*bounds_of(page, size))]
    return PageOf(lines=tuple(lines), count=len(whole), page=page, size=size)
