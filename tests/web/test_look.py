"""The one style sheet: every colour is a token, and every token is a colour."""

import re
from pathlib import Path

import web

STYLE = (Path(web.__file__).parent / "static" / "redress.css").read_text(encoding="utf-8")
RULES = re.sub(r"/\*.*?\*/", "", STYLE, flags=re.DOTALL)
TOKENS: list[tuple[str, str]] = re.findall(r"(--(?!bs-)[\w-]+):\s*([^;]+);", RULES)
"""By day and by night: most have a value for each."""
A_COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(")


def test_every_token_that_is_used_is_there() -> None:
    assert (
        set(re.findall(r"var\((--(?!bs-)[\w-]+)\)", RULES)) - {name for name, _ in TOKENS} == set()
    )


def test_no_token_is_made_of_itself() -> None:
    """A browser takes such a one for nothing, and what it colours is gone without a word."""
    assert [name for name, value in TOKENS if f"var({name})" in value] == []


def test_a_rule_names_no_colour_of_its_own() -> None:
    """But for shadows, which are black by day and by night."""
    named = [
        declaration.strip()
        for declaration in re.findall(r"[\w-]+:[^;{}]+;", RULES)
        if A_COLOUR.search(declaration) and "shadow" not in declaration
    ]
    assert [each for each in named if not each.startswith("--")] == []


def test_only_emphasis_looks_otherwise_in_another_language() -> None:
    """The colours of a page are looked at in Chinese alone
    (`tests/access/test_every_page_is_accessible.py`)."""
    by_language = re.findall(r"[^{}]*(?::lang\(|\[lang)[^{]*", RULES)
    assert [each.strip() for each in by_language] == [":lang(zh) em"]
