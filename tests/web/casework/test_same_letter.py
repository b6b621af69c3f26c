"""The same letter twice is seen before it is stored, by whoever may know of it, at every door."""

from datetime import datetime
from uuid import uuid4

from flask import Flask
from sqlalchemy import func, select

from domain.classification import Channel
from store.cases.journal import standing_of
from store.database import Sessions
from store.people.tokens import create_token
from store.tables import CaseRow
from tests.builders import actor
from tests.web.browser import LATELY, Taker, Visit, a_filled_form

SAID = "11月20日上午在城东支行柜台排队一小时，无人叫号，机器也坏了，要求道歉。"
AGAIN = "本人11月20日上午在城东支行柜台排队一个小时，没有人叫号，机器也坏了。要求道歉！"


def cases(sessions: Sessions) -> int:
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(CaseRow)) or 0


def a_phone() -> str:
    """Of a customer nobody else in these tests is."""
    return f"138{uuid4().int % 10**8:08}"


def test_a_clerk_is_shown_the_first_and_says_which_it_is(visit: Visit, sessions: Sessions) -> None:
    ines, phone = visit("ines"), a_phone()
    first = ines.send("/register", **a_filled_form(ines, narrative=SAID, phone=phone)).location
    reference = first.rpartition("/")[2]
    before = cases(sessions)

    form = a_filled_form(ines, narrative=AGAIN, phone=f"+86 {phone}")
    asked = ines.send("/register", **form)
    assert asked.status_code == 409
    assert "There may be one already" in asked.text
    assert f'href="/cases/{reference}"' in asked.text
    assert "Received" in asked.text
    assert AGAIN in asked.text, "what was typed is kept"
    assert cases(sessions) == before

    taken = ines.send("/register", **form, letter=reference)
    assert taken.status_code == 302
    again = taken.location.rpartition("/")[2]
    assert ines.send("/register", **form, letter=reference).location == taken.location
    page = ines.get(f"/cases/{again}").text
    assert "The same letter as" in page
    assert f'href="/cases/{reference}"' in page
    assert "Same issue, other persons" not in page

    other = ines.send("/register", **(form | {"intake_key": str(uuid4())}), letter="another")
    assert other.status_code == 302
    with sessions() as session:
        marked = {
            each: standing_of(session, each).case.duplicate_of
            for each in (again, other.location.rpartition("/")[2])
        }
    assert list(marked.values()) == [reference, None]
    assert cases(sessions) == before + 2


def test_other_words_another_customer_and_a_double_click_ask_nothing(visit: Visit) -> None:
    ines, phone = visit("ines"), a_phone()
    form = a_filled_form(ines, narrative=SAID, phone=phone)
    first = ines.send("/register", **form)
    assert first.status_code == 302
    assert ines.send("/register", **form).location == first.location
    for other in (
        {"phone": phone, "narrative": "信用卡年费多收了两次，客服说不能退。"},
        {"phone": a_phone(), "narrative": SAID},
        {"narrative": SAID},
    ):
        assert ines.send("/register", **a_filled_form(ines, **other)).status_code == 302


def test_whoever_may_not_look_hears_that_there_is_one_and_the_named_hear_nothing(
    visit: Visit, a_received_case: Taker
) -> None:
    phone = a_phone()
    received_at = datetime.fromisoformat(f"{LATELY}T09:00+08:00")
    elsewhere = a_received_case(
        unit="hotline", narrative=SAID, phone=phone, received_at=received_at
    )
    han = visit("han")
    told = han.send("/register", **a_filled_form(han, narrative=SAID, phone=phone))
    assert told.status_code == 409
    assert "There is one already, received on" in told.text
    assert elsewhere not in told.text

    phone = a_phone()
    a_received_case(
        unit="harbour-outlet", narrative=SAID, phone=phone, person_complained_about="han"
    )
    silent = han.send("/register", **a_filled_form(han, narrative=SAID, phone=phone))
    assert silent.status_code == 302, "whom it is about learns nothing"


def test_another_system_is_told_in_its_answer(app: Flask, sessions: Sessions) -> None:
    with sessions.begin() as session:
        _, secret = create_token(
            session, system=f"app-{uuid4().hex[:6]}", by=actor("ada"), units=["east-branch"],
            channels=[Channel.INTERNET], first_owner="ines",
        )  # fmt: skip
    phone = a_phone()

    def filed(narrative: str) -> dict[str, object]:
        answer = app.test_client().post(
            "/api/complaints",
            headers={"Authorization": f"Bearer {secret}", "Idempotency-Key": str(uuid4())},
            json={
                "received_at": f"{LATELY}T09:30:00+08:00", "channel": "internet",
                "unit": "harbour-outlet", "narrative": narrative, "phone": phone,
            },
        )  # fmt: skip
        assert answer.status_code == 201, answer.text
        told = answer.get_json()
        assert isinstance(told, dict)
        return told

    first, again = filed(SAID), filed(AGAIN)
    assert first["earlier"] == []
    assert again["earlier"] == [
        {"reference": first["reference"], "received_at": f"{LATELY}T01:30:00+00:00"}
    ]


def test_the_mark_is_an_act_of_its_own(visit: Visit, a_received_case: Taker) -> None:
    first, second, sun = a_received_case(), a_received_case(), visit("sun")
    page = sun.get(f"/cases/{second}").text
    assert "Mark as the same letter again" in page
    typed = {"command_id": str(uuid4()), "seen_version": "1", "reference": "C-2026-999999"}
    refused = sun.send(f"/cases/{second}/acts/mark_duplicate", **typed)
    assert refused.status_code == 409
    typed |= {"command_id": str(uuid4()), "reference": first.lower()}
    assert sun.send(f"/cases/{second}/acts/mark_duplicate", **typed).status_code == 302
