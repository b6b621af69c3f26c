"""Sentences in English on a page that is in Chinese: there should be none but what people wrote."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from xml.etree.ElementTree import Element

from werkzeug.test import TestResponse

from tests.web.browser import Browser
from tests.web.seen import UNSEEN, tree_of

THREE_WORDS = re.compile(r"[A-Za-z][A-Za-z'’]+,?(?: [a-z][a-z'’]*,?){2,}")
"""Fewer in a row may be a name, a code or a term that has no other word."""

AS_WRITTEN = {"code", "pre", "textarea", "q"}
"""Elements that hold what somebody else has written, or a program reads."""

WRITTEN = {"narrative", "words", "subject", "written", "lead"}
"""Classes of elements that do."""


@contextmanager
def in_chinese(browser: Browser) -> Iterator[Browser]:
    """The same browser, meanwhile in Chinese."""
    browser.send("/language", language="zh")
    try:
        yield browser
    finally:
        browser.send("/language", language="en")


def english_in(answer: TestResponse) -> list[str]:
    """What can be read there in English, three words and more in a row."""
    tree = tree_of(answer)
    assert tree.get("lang") == "zh-Hans", tree.get("lang")
    return [found for text in _texts(tree) for found in THREE_WORDS.findall(text)]


def _texts(element: Element) -> Iterator[str]:
    is_written = (
        element.tag in AS_WRITTEN | UNSEEN
        or element.get("lang") == "en"
        or WRITTEN & set(element.get("class", "").split())
    )
    if is_written:
        return
    yield from (element.get(name, "") for name in ("aria-label", "title", "placeholder", "alt"))
    yield element.text or ""
    for each in element:
        yield from _texts(each)
        yield each.tail or ""
