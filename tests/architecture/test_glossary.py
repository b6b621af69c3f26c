"""The words of the domain stand in the glossary, in both languages, each with one meaning."""

import ast
import re
from collections import Counter

from tests.architecture.code import ROOT, modules, name_of, tree_of

ROW = re.compile(r"^\| (?P<word>[^|]+) \| (?P<chinese>[^|]+) \| (?P<meaning>[^|]+) \| .+ \|$")
LINK = re.compile(r"\[`(?P<name>\w+)`\]\(\.\./(?P<file>[\w/]+\.py)\)")
TEXT = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
ROWS = [found for line in TEXT.splitlines() if (found := ROW.match(line)) and "---" not in line]
HEADS = {"Word"}


def test_every_class_of_the_domain_stands_in_the_glossary() -> None:
    explained = {(found["name"], found["file"]) for found in LINK.finditer(TEXT)}
    public = {
        (node.name, name_of(path))
        for path in modules("domain")
        for node in tree_of(path).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    }
    assert public - explained == set()


def test_every_word_of_the_glossary_has_its_chinese() -> None:
    words = {row["word"]: row["chinese"] for row in ROWS if row["word"] not in HEADS}
    assert len(words) > 100
    assert [word for word, chinese in words.items() if not re.search("[一-鿿]", chinese)] == []


def test_a_noun_of_the_glossary_has_one_meaning() -> None:
    nouns = Counter(
        noun for row in ROWS if row["word"] not in HEADS for noun in row["word"].split(", ")
    )
    assert [noun for noun, count in nouns.items() if count > 1] == []
