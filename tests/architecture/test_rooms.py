"""A file is read in one sitting, a folder at one glance."""

from collections import Counter

from tests.architecture.code import LAYERS, ROOT, modules, name_of

LONGEST_FILE = 400
LARGEST_ROOM = 20
WIDE_ROOMS = {"domain"}
"""Where each module is one thing of the trade and nothing needs a look before another."""

PRODUCT = [*modules(*LAYERS, "bench", "tools"), *sorted(ROOT.glob("*.py"))]


def test_no_file_is_too_long_to_be_read_in_one_sitting() -> None:
    lines = {name_of(path): path.read_text(encoding="utf-8").count("\n") for path in PRODUCT}
    assert {name: count for name, count in lines.items() if count > LONGEST_FILE} == {}


def test_no_room_is_too_full_to_be_taken_in_at_a_glance() -> None:
    rooms = Counter(
        name_of(path.parent) for path in PRODUCT if path.name not in {"__init__.py", "__main__.py"}
    )
    full = {room for room, count in rooms.items() if count > LARGEST_ROOM}
    assert full - WIDE_ROOMS == set()
