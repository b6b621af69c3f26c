"""What is odd and harmless: dates, texts, names and sizes as people, spreadsheets and other systems
really hand them in.
"""

import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

ALL = int(os.environ.get("ODDITIES", "100"))
"""How many are handed in, at all doors together; `make oddities` hands in two thousand."""


def share(percent: int) -> settings:
    """The same oddities in every run: so many of them, handed in at one door."""
    return settings(
        max_examples=max(1, ALL * percent // 100),
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )


@dataclass(frozen=True, slots=True, repr=False)
class Oddity:
    """One of everything, and where it is put."""

    text: str
    instant: str
    """For a field of date and time."""
    number: str
    name: str
    """For a login, an id, a reference, a key."""
    size: int
    """How often the text is repeated where sizes are tried."""
    where: int
    """Which field has it: 0 for all of them."""
    which: int
    """Which page, form, choice or visitor."""
    value: object = None
    """What another system puts where a text belongs."""

    @property
    def long_text(self) -> str:
        return self.text * self.size

    def __repr__(self) -> str:
        said = (self.text[:80], self.size, self.instant, self.number[:80], self.name[:80])
        return f"Oddity{(*said, self.where, self.which)}"

    def typed(self, kind: str) -> str:
        """What is typed into a field of that kind; a browser lets nobody type half a character."""
        odd = {"datetime-local": self.instant, "date": self.instant[:10], "amount": self.number}
        whole = odd.get(kind, self.name if kind == "hidden" else self.long_text)
        return whole.encode(errors="replace").decode()

    def without_nul(self) -> "Oddity":
        """For where no NUL can be."""
        texts = ("text", "name", "instant", "number")
        cleaned = {name: getattr(self, name).replace("\0", "·") for name in texts}
        return replace(self, **cleaned)


CURIOUS = (
    "", " ", "\u3000", "\t", "\n", "\r\n", "a\r\nb", "0", "No", "null", "None", "NaN", "-", "=1+1",
    "@x", "+86 138", "'", '"', '""', "\\", "\\N", "%", "%s", "%(x)s", "{x}", "{{ x }}", "$x",
    "<b>bold</b>", "&amp;", "&#0;", "<!-- ", "a,b;c\td", "../..", "C-2026-000001", "c-2026-000001",
    "柜台排队一小时，无人叫号。", "𠮷野家", "ＡＢＣ１２３", "\u00e9", "e\u0301", "👨\u200d👩",
    "Ω≈ç√", "\u202eabc", "\u200b", "\ufeff", "\u2028", "\u0085", "\u00a0", "\x1b[0m", "\x07", "\0",
    "\u2066a\u2069", "\u200f1", "\u061ca", "\x01", "\x7f", "\x85a", "\x9b", "\u2029", "\ufffe",
    "\U0010ffff", "Z\u0351\u036b\u0343", "\ue000", "\u3164", "13800000000", "true", "1.10", "1e3",
    "\ud83d", "İ", "ß", "١٢٣", "½", "O'Brien", "van der Berg", "x" * 64, "x" * 65, "字" * 200,
    "字" * 201, "_x0041_", "https://bank.example/?a=b#c",
)  # fmt: skip

LETTERS = st.characters(codec="utf-8", exclude_characters="\0")
SHORT = st.text(LETTERS, max_size=12)
TEXTS = st.one_of(
    st.sampled_from(CURIOUS),
    SHORT,
    st.builds("{} {}".format, SHORT, st.sampled_from(CURIOUS)),
)

NOW = datetime.now(UTC).replace(second=0, microsecond=0, tzinfo=None)

WRITTEN = (
    "", "0202-11-28T09:30", "9999-12-31T23:59", "0001-01-01T00:00", "0000-00-00T00:00", "tomorrow",
    "2026-02-30T09:30", "2024-02-29T23:59", "2026-11-20", "2026-11-20T24:00", "2026-11-20T09:30:61",
    "2026-11-20 09:30", "2026-11-20T09:30Z", "2026-11-20T09:30+14:00", "2026-11-20T09:30-23:59",
    "２０２６-11-20T09:30", "20261120T0930", "2026-W47-5", "46345.5", "昨天", "1986-05-04T00:30",
    "-2026-11-20T09:30", "2026-11-20T09:30:00.123456789", "+12026-11-20T09:30",
    "2026-11-20T09:30\0",
)  # fmt: skip
"""1986-05-04: the night on which the clocks of Shanghai were put forward."""

INSTANTS = st.one_of(
    st.sampled_from(WRITTEN),
    st.integers(-12 * 366, 3 * 366).map(lambda d: (NOW + timedelta(d)).isoformat("T", "minutes")),
    st.datetimes().map(lambda at: at.isoformat("T", "minutes")),
)

NUMBERS = st.one_of(
    st.sampled_from([
        "", "0", "-0", "-1", "0.001", "1e3", "1e309", "NaN", "Infinity", "９", "1,234.50", "¥12",
        "1 000", "0x10", "٣", "1_000", "12,34", "99999999999999999999", "10000000000000",
        ".5", "5.", "--5", "½", "1.10", "0.1000000000000000055", "12345678901234567.89", "-0.0",
        "1E400", "100000000000000000000000", "999999999999999", "1000000000000000", "true",
    ]),
    st.integers(-(2**70), 2**70).map(str),
    st.decimals(-(10**20), 10**20, places=2).map(str),
)  # fmt: skip

NAMES = st.one_of(
    st.sampled_from(["head-office", "ada", "han", "C-2026-000001", "../ada", "Ada",
                     "ada ", "-", "--help"]),
    TEXTS,
)  # fmt: skip

VALUES = st.one_of(
    st.sampled_from([True, False, 0, -1, 10**400, 1.5, 1e308, [], {}, [None], {"a": {"b": []}}]),
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), SHORT),
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(SHORT, inner)),
        max_leaves=6,
    ),
)

SIZES = st.sampled_from([1] * 12 + [2, 3, 200, 2_000, 20_001])

ODDITIES = st.builds(
    Oddity,
    text=TEXTS,
    instant=INSTANTS,
    number=NUMBERS,
    name=NAMES,
    size=SIZES,
    where=st.integers(0, 30),
    which=st.integers(0, 10_000),
    value=VALUES,
)
