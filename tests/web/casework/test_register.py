"""The form of a complaint, in the order in which a hand goes through it."""

from tests.web.browser import Visit
from tests.web.seen import FIELDS, tree_of


def test_what_must_be_filled_in_is_reached_before_what_may_stay_empty(visit: Visit) -> None:
    """From what happened on, with the tabulator: four keys to the channel, and not thirty."""
    form = next(each for each in tree_of(visit("ines").get("/register")).iter("form")
                if each.get("id") == "registration")  # fmt: skip
    fields = [each.get("name") for each in form.iter() if each.tag in FIELDS]
    reached = fields[fields.index("narrative") :]
    assert reached.index("channel") <= 4
    assert {"channel", "unit", "received_at"} < set(reached[: reached.index("name")])
    assert reached.index("name") < reached.index("category") < reached.index("marks")
