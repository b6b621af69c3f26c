"""An administrator keeps cases going, does nothing to one, and reads no names in it (S-16)."""

import pytest

from store.database import Sessions
from store.tables import CommandRow
from tests.access.asking import Bank
from tests.access.cast import VISITORS

ADMIN = VISITORS["p-administrator-near"]


def test_an_administrator_is_offered_nothing_to_do_to_a_case(bank: Bank) -> None:
    page = bank.browser(ADMIN).get(f"/cases/{bank.cases['handled'].reference}").text
    assert "Nothing to do for your role at this status." in page
    assert 'id="act-' not in page


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("note", {"note": "I was here"}),
        ("flag", {"mark": "crime", "note": "hide it"}),
        ("report_media", {"reach": "local", "note": "somebody asked"}),
        ("acknowledge", {"clock+step": "reply|supervisor"}),
    ],
)
def test_an_act_sent_all_the_same_is_refused_and_leaves_nothing(
    bank: Bank, sessions: Sessions, kind: str, typed: dict[str, str]
) -> None:
    key = "0b6f3c1e-5d41-4a55-9c0c-1d9f2f7c6b55"
    reference = bank.cases["handled"].reference
    answer = bank.browser(ADMIN).send(
        f"/cases/{reference}/acts/{kind}", command_id=key, seen_version="99", **typed
    )
    assert answer.status_code == 409
    assert "Your role may not do this" in answer.text
    with sessions() as session:
        assert session.get(CommandRow, key) is None


def test_an_administrator_is_not_told_who_is_complained_about(bank: Bank) -> None:
    url = f"/cases/{bank.cases['about-p-colleague'].reference}"
    mine = bank.browser(ADMIN).get(url).text.partition("<main")[2]
    assert "not for your role" in mine
    assert "Person p-colleague" not in mine
    assert "Person p-colleague" in bank.browser(VISITORS["p-supervisor-near"]).get(url).text
