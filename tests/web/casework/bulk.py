"""One act upon several cases, as somebody goes through its pages."""

import re

from embedded.processes import wait_until
from tests.waiting import PATIENCE
from tests.web.browser import Browser, hidden


def row_of(page: str, reference: str) -> str:
    """What a table says of a case."""
    _, _, row = page.partition(f'<th scope="row"><a href="/cases/{reference}">')
    return " ".join(re.sub(r"<[^>]+>", " ", row.partition("</tr>")[0]).split())


def looked_at(browser: Browser, kind: str, *references: str) -> tuple[str, dict[str, object]]:
    """The preview of an act upon these cases, and what its form has in it unseen."""
    ticked = "&".join(f"reference={each}" for each in references)
    asked = browser.get(f"/bulk/?act={kind}&{ticked}")
    assert asked.status_code == 302, "the preview has an address of its own"
    return asked.location, unseen(browser.get(asked.location).text)


def unseen(page: str) -> dict[str, object]:
    """The hidden fields of a preview."""
    versions = re.findall(r'name="(version-[^"]+)" value="(\d+)"', page)
    return {
        "act": hidden(page, "act"),
        "command_id": hidden(page, "command_id"),
        "looked_at": hidden(page, "looked_at"),
        "reference": re.findall(r'name="reference" value="([^"]+)"', page),
        **dict(versions),
    }


def done_at(browser: Browser, address: str, words: str) -> str:
    """The page of what was asked, once it says so."""
    told = ""

    def is_told() -> bool:
        nonlocal told
        told = browser.get(address).text
        return words in told

    assert wait_until(is_told, within=PATIENCE), f"{address} never said: {words}\n{told}"
    return told
