"""The same letter is known again, and another one by the same customer is not taken for it."""

import pytest

from domain.likeness import ALIKE, ALIKE_OF_A_NAMESAKE, likeness

LETTER = "11月20日上午在城东支行柜台排队一小时，无人叫号，机器也坏了，要求道歉。"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (LETTER, LETTER),
        (LETTER, "１１月２０日上午在城东支行柜台排队一小时,无人叫号 机器也坏了。要求道歉"),
        (LETTER, "本人11月20日上午在城东支行柜台排队一个小时，没有人叫号，机器也坏了。要求道歉！"),
        (
            "The machine at East Branch kept my card and nobody came.",
            "the machine at east branch KEPT MY CARD, and nobody came",
        ),
    ],
)
def test_the_same_letter_in_another_hand_is_alike(one: str, other: str) -> None:
    assert likeness(one, other) >= ALIKE
    assert likeness(one, other) == likeness(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (LETTER, "信用卡年费多收了两次，客服说不能退。"),
        (LETTER, "11月25日在城东支行开户被拒绝，理由不清楚，要求书面答复。"),
        ("The machine kept my card.", "I was charged twice for the same transfer."),
        (LETTER, ""),
        ("", ""),
    ],
)
def test_another_letter_of_the_same_customer_is_not(one: str, other: str) -> None:
    assert likeness(one, other) < ALIKE < ALIKE_OF_A_NAMESAKE
