"""Numbers of cards and identity documents and passwords are found in free text, and little else."""

import random
from collections import Counter

import pytest

from domain.sensitive import SensitiveKind, masked_text, sensitive_passages
from tests.domain.sensitive_lines import LINES, guilty_lines, innocent_lines


def kinds_in(text: str) -> list[SensitiveKind]:
    return [each.kind for each in sensitive_passages(text)]


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("我的卡号6222021234567890128被盗刷", "我的卡号622202*********0128被盗刷"),
        ("card 6222 0212 3456 7890 128, please", "card 6222 02** **** ***0 128, please"),
        ("４１１１１１１１１１１１１１１１", "４１１１１１******１１１１"),
        ("身份证11010519491231002X。", "身份证1****************X。"),
        ("id 110105-19491231-002x", "id 1*****-********-***x"),
        ("密码：123456，请改", "密码：******，请改"),
        ("My PIN is 4821.", "My PIN is ******."),
        ("the password was changed to Spring-2026!", "the password was changed to ******"),
        ("482113 is my verification code", "****** is my verification code"),
    ],
)
def test_what_is_found_is_masked_and_the_rest_stays(text: str, masked: str) -> None:
    assert masked_text(text) == masked
    assert sensitive_passages(masked) == [], "masked once, it is done"


@pytest.mark.parametrize(
    "text",
    [
        "6222021234567890127",  # its check digit is another
        "11010519491231002X1",
        "110105194902310021",  # no such day
        "电话13800138000，编号C-2026-000123，金额12,345.67元",
        "2026-11-28 14:05:33 at counter 4",
        "密码输错3次，被锁了24小时",
        "The PIN pad at counter 12 does not work.",
        "验证码一直没收到，95588说没问题",
        "password reset on 2026-11-01",
    ],
)
def test_an_ordinary_number_is_left_alone(text: str) -> None:
    assert masked_text(text) == text


def test_a_passage_says_in_which_line_it_stands() -> None:
    (found,) = sensitive_passages("First\nsecond: 4111 1111 1111 1111\nthird")
    assert (found.line, found.masked) == (2, "4111 11** **** 1111")


def test_of_ten_thousand_guilty_lines_at_least_99_percent_are_found() -> None:
    lines = guilty_lines(random.Random(20261128))
    missed = [line for kind, line in lines if kind not in kinds_in(line)]
    assert len(lines) == LINES
    assert set(Counter(kind for kind, _ in lines)) == set(SensitiveKind)
    assert len(missed) <= LINES // 100, missed[:20]


def test_of_ten_thousand_innocent_lines_at_most_1_percent_are_accused() -> None:
    lines = innocent_lines(random.Random(20261128))
    accused = [line for line in lines if sensitive_passages(line)]
    assert len(lines) == LINES
    assert len(accused) <= LINES // 100, accused[:20]
