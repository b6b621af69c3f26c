"""Collect every phrase of the pages into the Chinese catalogue: `python tools/phrases.py`.

What is made beneath the pages and said by them is collected too, by the function that makes it.

What is translated stays; new phrases are added and listed, phrases no page says any more go.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
CATALOGUE = WEB / "translations" / "zh" / "LC_MESSAGES" / "messages.po"
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None}
BENEATH = ("activities", "desk", "domain", "engine", "rulebook", "store")
"""Where sentences are made that a page says (`domain.sentences`)."""
MADE_BY = {"sentence": (1,), "fault": (2,)}
HEAD = """# The Chinese of every phrase of the pages.
msgid ""
msgstr ""
"Language: zh\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def phrases() -> Iterator[str]:
    """Every phrase a page may say, as it stands in code and templates, and beneath them."""
    for _file, _line, phrase, _comments, _context in extract_from_dir(WEB, METHODS, None, KEYWORDS):
        yield str(phrase)
    for layer in BENEATH:
        yield from said_beneath(layer)


def said_beneath(layer: str) -> Iterator[str]:
    """Every sentence that is made in a layer beneath the pages, and said by one."""
    found = extract_from_dir(ROOT / layer, METHODS[:1], None, MADE_BY)
    for _file, _line, phrase, _comments, _context in found:
        yield str(phrase)


def catalogue() -> Catalog:
    """The catalogue as it is committed."""
    with CATALOGUE.open("rb") as source:
        return read_po(source, locale="zh")


def main() -> None:
    known = {message.id: message.string for message in catalogue() if message.id}
    collected = Catalog(locale="zh")
    for phrase in sorted(set(phrases())):
        collected.add(phrase, known.get(phrase, ""))
    with CATALOGUE.open("wb") as file:
        file.write(HEAD.encode())
        write_po(file, collected, omit_header=True, sort_output=True, width=100)
    missing = [phrase for phrase in sorted(set(phrases())) if not known.get(phrase)]
    print(f"{len(collected)} phrases, {len(missing)} without Chinese", *missing, sep="\n")
    sys.exit(1 if missing else 0)


if __name__ == "__main__":
    main()
