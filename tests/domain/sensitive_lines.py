"""Lines as customers and clerks write them, made by chance: with something that does not belong
there, and without. Every number is made up.
"""

from collections.abc import Callable, Sequence
from random import Random

from domain.sensitive import SensitiveKind

LINES = 10_000

ISSUED = [
    ("622202", 19), ("621700", 19), ("625094", 16), ("623058", 19), ("622588", 16), ("9558", 19),
    ("4", 16), ("403361", 16), ("51", 16), ("5412", 16), ("2223", 16), ("37", 15), ("3530", 16),
    ("6011", 16), ("36", 14), ("621", 18), ("628", 16),
]  # fmt: skip
PROVINCES = ["110105", "310104", "330102", "440304", "510107", "610113", "230103", "650102"]
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def guilty_lines(chance: Random) -> list[tuple[SensitiveKind, str]]:
    """Each with one thing that does not belong in a text, and what it is."""
    made: list[tuple[SensitiveKind, Callable[[Random], str]]] = [
        (SensitiveKind.CARD_NUMBER, _card_line),
        (SensitiveKind.IDENTITY_NUMBER, _identity_line),
        (SensitiveKind.PASSWORD, _password_line),
    ]
    lines = []
    for position in range(LINES):
        kind, make = made[position % len(made)]
        lines.append((kind, make(chance)))
    return lines


def innocent_lines(chance: Random) -> list[str]:
    """Full of numbers, none of which opens anything."""
    return [chance.choice(_INNOCENT)(chance) for _ in range(LINES)]


def _digits(chance: Random, count: int) -> str:
    return "".join(chance.choice("0123456789") for _ in range(count))


def _card(chance: Random) -> str:
    prefix, length = chance.choice(ISSUED)
    body = prefix + _digits(chance, length - len(prefix) - 1)
    return next(body + last for last in "0123456789" if _luhn(body + last))


def _luhn(number: str) -> bool:
    total = 0
    for place, each in enumerate(reversed(number)):
        value = int(each) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _identity(chance: Random) -> str:
    born = f"{chance.randint(1930, 2012)}{chance.randint(1, 12):02}{chance.randint(1, 28):02}"
    body = chance.choice(PROVINCES) + born + _digits(chance, 3)
    total = sum(int(each) * weight for each, weight in zip(body, WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def _full_width(text: str) -> str:
    return "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in text)


def _in_groups(number: str, sizes: Sequence[int], by: str) -> str:
    parts, at = [], 0
    for size in sizes:
        parts.append(number[at : at + size])
        at += size
    return by.join(part for part in [*parts, number[at:]] if part)


def _written(chance: Random, number: str) -> str:
    """As people write a long number."""
    by = chance.choice([" ", "-", "  ", " - ", "\u00a0", "\u3000", "–", ".", "·"])
    ways: list[Callable[[], str]] = [
        lambda: number,
        lambda: number,
        lambda: _in_groups(number, [4, 4, 4, 4], by),
        lambda: _in_groups(number, [6, 4, 4, 4], by),
        lambda: _in_groups(number, [6], by),
        lambda: " ".join(number),
        lambda: _full_width(number),
        lambda: _full_width(_in_groups(number, [4, 4, 4, 4], "-")),
    ]
    return chance.choice(ways)()


def _about(chance: Random, said: str, texts: Sequence[str]) -> str:
    """Said in the middle of something, with other numbers around it."""
    before = chance.choice(
        [
            "",
            "",
            "电话13800138000，",
            "On 2026-11-20 ",
            "第3次来信，",
            "Ref C-2026-004711: ",
            "Hello. ",
        ]
    )
    after = chance.choice(
        ["", "", "，谢谢", ". Call 010-65550123.", "，金额1,200.50元", " (2026-11-21 09:30)", "!"]
    )
    return f"{before}{chance.choice(texts) % said}{after}"


def _card_line(chance: Random) -> str:
    return _about(
        chance,
        _written(chance, _card(chance)),
        [
            "卡号%s被盗刷", "我的银行卡%s在ATM被吞", "尾号不对，完整卡号是%s", "账户：%s",
            "card %s", "My card number is %s and it was charged twice", "%s",
            "信用卡（%s）年费", "No. %s", "from %s to another one", "请查%s的流水",
        ],
    )  # fmt: skip


def _identity_line(chance: Random) -> str:
    number = _identity(chance)
    written = chance.choice(
        [
            number, number, number.lower(), _full_width(number), _in_groups(number, [6, 8], " "),
            _in_groups(number, [6, 8], "-"), _in_groups(number, [6, 4, 4], " "),
        ]
    )  # fmt: skip
    return _about(
        chance,
        written,
        [
            "身份证号%s", "身份证：%s", "本人王某，%s", "my ID is %s",
            "identity card %s was copied", "证件号码%s登记错误", "%s",
            "开户人证件（%s）", "ID no. %s",
        ],
    )  # fmt: skip


def _password_line(chance: Random) -> str:
    digits = _digits(chance, chance.choice([4, 6, 6, 6]))
    while len(digits) == 4 and digits.startswith("20"):
        digits = _digits(chance, 4)
    words = chance.choice(["Spring", "wang", "Bank", "abc", "Dragon", "qwe", "LiLei"])
    mixed = (
        words + chance.choice(["", "_", "@", "!"]) + _digits(chance, chance.choice([2, 3, 4, 6]))
    )
    return _about(
        chance,
        chance.choice([digits, digits, mixed, _full_width(digits)]),
        [
            "密码%s", "密码是%s", "密码：%s", "取款密码为 %s", "我把密码改成了%s", "验证码：%s",
            "柜员让我把验证码 %s 告诉他", "支付密码被改成%s", "安全码%s", "口令是“%s”",
            "动态密码 %s", "password: %s", "my password is %s", "PIN %s",
            "The PIN is %s", "CVV %s", "cvv2: %s", "pin code = %s", "the one-time code %s",
            "security code: %s",
            "verification code is %s",
            "passcode (%s)", "he told me my password was changed to %s", "%s is my PIN",
            "%s是我的取款密码", "OTP %s",
        ],
    )  # fmt: skip


def _amount(chance: Random) -> str:
    return f"{chance.randint(1, 999)},{chance.randint(0, 999):03}.{chance.randint(0, 99):02}"


def _day(chance: Random) -> str:
    return f"{chance.randint(2019, 2026)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"


def _time(chance: Random) -> str:
    return f"{chance.randint(0, 23):02}:{chance.randint(0, 59):02}"


_INNOCENT: list[Callable[[Random], str]] = [
    lambda by: f"{_day(by)} {_time(by)} 在柜台等了{by.randint(20, 180)}分钟，没有人理我。",
    lambda by: f"I waited from {_time(by)} to {_time(by)} on {_day(by)}.",
    lambda by: f"转账{_amount(by)}元未到账，流水号{_day(by).replace('-', '')}{_digits(by, 12)}",
    lambda by: f"order {_day(by).replace('-', '')}{_digits(by, 20)} was charged {_amount(by)} yuan",
    lambda by: f"电话1{by.choice('3578')}{_digits(by, 9)}，请回电",
    lambda by: (
        f"call me at 010-{by.choice('568')}{_digits(by, 7)} or +86 138 {_digits(by, 4)} 8000"
    ),
    lambda by: f"编号C-2026-{_digits(by, 6)}的投诉一直没有回复",
    lambda by: f"密码输错{by.randint(2, 6)}次，卡被锁{by.choice([24, 48, 72])}小时",
    lambda by: (
        f"验证码{by.randint(2, 30)}分钟后才收到，是{by.choice(['95588', '95533', '10086'])}发的"
    ),
    lambda by: f"The password page has not worked since {_day(by)}.",
    lambda by: f"I forgot my PIN {by.randint(2, 9)} times in {by.randint(2, 9)} days.",
    lambda by: f"手机银行要求密码{by.randint(6, 20)}位，太长了",
    lambda by: f"快递单号SF{_digits(by, 13)}，卡一直没寄到",
    lambda by: f"尾号{_digits(by, 4)}的卡被扣年费{by.randint(10, 300)}元",
    lambda by: (
        f"合同{_digits(by, 4)}年第{_digits(by, 5)}号，利率{by.randint(3, 6)}.{_digits(by, 2)}%"
    ),
    lambda by: f"invoice {_digits(by, 8)}, page {by.randint(1, 40)}, {_amount(by)} CNY",
    lambda by: f"存单账号{by.choice('01278')}{_digits(by, by.choice([14, 16, 18]))}取不出钱",
    lambda by: f"交易号{_digits(by, by.choice([16, 18, 20, 24]))}失败",
    lambda by: f"统一社会信用代码91{_digits(by, 6)}MA{_digits(by, 8)}",
    lambda by: (
        f"I was told to set a new password by {_day(by)}, but the branch opens at {_time(by)}."
    ),
    lambda by: (
        f"取号{by.choice('ABC')}{_digits(by, 3)}，前面{by.randint(5, 60)}人，窗口{by.randint(1, 9)}"
    ),
    lambda by: "The clerk was rude and did not listen; nobody called back.",
    lambda by: "柜员态度恶劣，问他密码怎么改也不理，请处理。",
    lambda by: f"余额{_amount(by)}、{_amount(by)}、{_amount(by)}，对不上",
    lambda by: f"{_digits(by, 3)} {_digits(by, 2)} {_digits(by, 4)} 这几张票据编号",
]
