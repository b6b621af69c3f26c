"""What people do and read on the pages of cases, carried out as it is asked for there."""

import re
from functools import cache
from html import unescape
from uuid import uuid4

from domain.errors import Refused
from tests.tasks.work import ANYTHING, Work
from tests.web.browser import Visit


class Pages:
    """The pages of one bank, in the hands of its people."""

    def __init__(self, visit: Visit, work: Work) -> None:
        self._visit = cache(visit)
        self._work = work

    def reads(self, who: str, address: str) -> str:
        """What stands on a page; of a case by its reference."""
        address = address if address.startswith("/") else f"/cases/{address}"
        return unescape(self._visit(who).get(address).text)

    def is_there(self, who: str, reference: str) -> bool:
        """Whether somebody finds the case at all."""
        return self._visit(who).get(f"/cases/{reference}").status_code == 200

    def offers(self, who: str, reference: str, kind: str) -> bool:
        """Whether somebody finds the form of an act on the page of a case."""
        return f'id="act-{kind}"' in self.reads(who, reference)

    def does(self, who: str, reference: str, kind: str, /, **typed: object) -> None:
        """Somebody fills in the form of an act and sends it; it is carried out."""
        before = self._work.case(reference).version
        answer = self._sent(who, reference, kind, **typed)
        assert answer[0] == 302, answer[1]
        self._work.carry_out_what_waits(reference)
        assert self._work.case(reference).version > before

    def does_not_do(self, who: str, reference: str, kind: str, /, **typed: object) -> str:
        """Somebody sends the form of an act, which does nothing: the page that comes back, or that
        of the case beside why it was refused.
        """
        before = self._work.case(reference)
        status, page = self._sent(who, reference, kind, **typed)
        if status == 302:
            try:
                self._work.carry_out_what_waits(reference)
            except Refused as refused:
                page = f"{self.reads(who, reference)}\n{refused.code}"
                self._work.forget_what_waits(reference)
            else:
                raise AssertionError("it was done")
        assert self._work.case(reference) == before
        return page

    def agrees(self, who: str, reference: str) -> None:
        """A second person agrees to what was asked for of this case; it is carried out."""
        browser = self._visit(who)
        cards = browser.get("/approvals").text.split("<section")
        card = next(each for each in cards if reference in each)
        found = re.search(r"/approvals/[0-9a-f-]{36}", card)
        assert found is not None
        browser.send(found[0], outcome="approved")
        self._work.carry_out_what_waits(reference)

    def asks_a_second(self, who: str, reference: str, kind: str, /, **typed: object) -> None:
        """Somebody sends the form of an act that takes two."""
        status, page = self._sent(who, reference, kind, **typed)
        assert status == 302, page

    def _sent(self, who: str, reference: str, kind: str, /, **typed: object) -> tuple[int, str]:
        browser = self._visit(who)
        command = {"command_id": str(uuid4()), **typed}
        answer = browser.send(f"/cases/{reference}/acts/{kind}", **command)
        return answer.status_code, unescape(answer.text)


SAID = ANYTHING
"""What people type where something must be."""


def is_listed(title: str, reference: str, page: str) -> bool:
    """Whether this task over this case stands on a page of tasks."""
    cards = page.split('<li class="task')[1:]
    return any(title in unescape(card) and reference in card for card in cards)
