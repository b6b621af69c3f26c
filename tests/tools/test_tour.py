"""The tour: its page shows each picture that is made for it, and no picture is heavy."""

import re
import struct
from pathlib import Path

import pytest

from tools.tour import LARGEST, PICTURES, SIZE, STATIONS

PAGE = PICTURES.parent / "tour.md"
README = PICTURES.parent.parent / "README.md"

SHOWN = re.findall(r"!\[[^\]]+\]\(tour/([\w-]+\.png)\)", PAGE.read_text(encoding="utf-8"))


def test_the_page_shows_every_picture_there_is_once() -> None:
    assert len(SHOWN) == len(set(SHOWN)) == len(STATIONS)
    assert sorted(SHOWN) == sorted(each.name for each in PICTURES.glob("*.png"))


def test_the_front_page_shows_three_of_them() -> None:
    shown = re.findall(r"\(docs/tour/([\w-]+\.png)\)", README.read_text(encoding="utf-8"))
    assert len(shown) == 3
    assert set(shown) <= set(SHOWN)


@pytest.mark.parametrize("name", SHOWN)
def test_a_picture_is_a_screen_and_no_heavier_than_it_may_be(name: str) -> None:
    picture: Path = PICTURES / name
    assert picture.stat().st_size <= LARGEST
    assert struct.unpack(">II", picture.read_bytes()[16:24]) == (SIZE["width"], SIZE["height"])
