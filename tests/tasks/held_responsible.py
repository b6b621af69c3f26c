"""Somebody who is held responsible in a case, and what they do and read on the page about it."""

from uuid import uuid4

from tests.tasks.opening import CLOSED
from tests.tasks.pages import Pages
from tests.tasks.work import Work
from tests.web.browser import Visit

ALLEGATION = "the queue was left alone for an hour"


def closed(work: Work, pack: str = "head-office") -> str:
    reference = work.received(pack, narrative="The heron in the vault")
    for act, by, words in CLOSED:
        work.does(reference, act, by, *words)
    return reference


def says(visit: Visit, work: Work, who: str, reference: str, kind: str, **text: str) -> int:
    """Somebody replies or appeals on the page about themselves, and clicks twice."""
    browser, key = visit(who), str(uuid4())
    browser.get("/findings")
    for _ in range(2):
        sent = browser.send(f"/findings/{reference}/{kind}", command_id=key, **text)
    work.carry_out_what_waits(reference)
    return sent.status_code


def about(pages: Pages, reference: str, who: str = "han") -> str:
    """What somebody reads of one finding on themselves."""
    sections = pages.reads(who, "/findings").split("<section")
    return next((each for each in sections if reference in each), "")
