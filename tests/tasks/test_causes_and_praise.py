"""What caused it, and who did well: chosen and said on the page, heard by whom it concerns."""

from html import unescape
from uuid import uuid4

import pytest

from domain.acts import Commend, Flag
from domain.classification import Mark
from domain.errors import Refusal, Refused
from domain.reporting import Weighs, appraisal_items
from tests.tasks.opening import CLOSED, REPLIED
from tests.tasks.work import Work
from tests.web.browser import Visit


def test_the_rules_may_want_the_cause_and_every_source_is_named(work: Work, visit: Visit) -> None:
    reference = work.received("client-management")
    for act, by, words in REPLIED:
        work.does(reference, act, by, *words)
    han, url = visit("han"), f"/cases/{reference}/acts/dispose"
    assert "Wanted for a valid complaint." in han.get(f"/cases/{reference}").text
    form = {"validity": "valid", "responsibility": "bank", "measures": "a second machine"}
    han.send(url, command_id=str(uuid4()), **form)
    with pytest.raises(Refused, match="cause_missing"):
        work.carry_out_what_waits(reference)
    unknown = han.send(url, command_id=str(uuid4()), **form, causes="the weather")
    assert unknown.status_code == 422
    assert "a second machine" in unknown.text, "what was typed is kept"
    causes = ["attitude", "long_wait_simple"]
    assert han.send(url, command_id=str(uuid4()), **form, causes=causes).status_code == 302


def test_causes_stand_on_the_page_with_their_sources(work: Work, visit: Visit) -> None:
    reference = work.received("client-management")
    for act, by, words in CLOSED:
        work.does(reference, act, by, *words)
    page = unescape(visit("han").get(f"/cases/{reference}").text)
    assert "Long wait for something simple" in page
    assert "S-12" in page


def test_who_is_commended_hears_of_it_and_it_counts_for_them(work: Work, visit: Visit) -> None:
    reference = work.received("head-office")
    for act, by, words in CLOSED:
        work.does(reference, act, by, *words)
    assert work.refused(reference, Commend(person="sun"), "han").code is Refusal.NOT_YOUR_ROLE
    sun, url = visit("sun"), f"/cases/{reference}/acts/commend"
    sun.get(f"/cases/{reference}")
    empty = sun.send(url, command_id=str(uuid4()), person="han")
    assert empty.status_code == 422
    key = str(uuid4())
    for _ in range(2):
        sun.send(url, command_id=key, person="han", reason="stayed until it was found")
    work.carry_out_what_waits(reference)
    assert any("You are commended" in each for each in work.post(reference)["han"])
    assert "Somebody commended" in visit("han").get("/inbox").text
    own = visit("han").get("/findings").text
    assert reference in own
    assert "stayed until it was found" in own, "also for whoever does not read the case"
    assert "stayed until it was found" not in visit("hugo").get("/findings").text
    page = visit("han").get(f"/cases/{reference}").text
    assert "stayed until it was found" in page
    items = appraisal_items([work.case(reference)])
    assert [(each.person, each.weighs) for each in items] == [("han", Weighs.FOR)]


def test_of_what_an_office_has_to_itself_nobody_else_is_told(work: Work) -> None:
    reference = work.received("head-office")
    work.does(reference, Flag(mark=Mark.CRIME), "sun", "note")
    work.does(reference, Commend(person="han"), "dora")
    assert "han" not in work.post(reference)
