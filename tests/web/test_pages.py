"""The pages of a complaint's way, as people of each role see them."""

from collections.abc import Callable

import pytest

from tests.web.conftest import Visit, hidden

Taker = Callable[..., str]


@pytest.mark.parametrize("person", ["ines", "han", "sun", "hong", "lin", "ada"])
def test_everybody_has_a_queue(visit: Visit, a_received_case: Taker, person: str) -> None:
    reference = a_received_case()
    page = visit(person).get("/")
    assert page.status_code == 200
    page = visit(person).get(f"/cases/{reference}")
    assert page.status_code == 200


def test_a_complaint_is_registered_and_answered_with_its_reference(visit: Visit) -> None:
    ines = visit("ines")
    form = ines.get("/register").text
    typed = {
        "intake_key": hidden(form, "intake_key"),
        "received_at": "2026-11-20T09:30",
        "channel": "phone",
        "unit": "harbour-outlet",
        "language": "zh",
        "narrative": "The machine kept my card.",
    }
    sent = ines.send("/register", **typed)
    assert sent.status_code == 302, sent.text
    again = ines.send("/register", **typed)
    assert again.location == sent.location, "sent twice it is one complaint"
    assert "C-2026-" in ines.get(sent.location).text
