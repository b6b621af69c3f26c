"""Packs as their authors write them: everything wrong with one is told at once."""

from collections.abc import Iterable
from typing import Any

import pytest

from domain.acts import pass_gates
from domain.case import Status
from domain.errors import NotFit, Refusal, Refused
from domain.policy import DateSetBy, Limit, Pack
from rulebook.pack_text import overlay, parse
from rulebook.packs import read_all_packs, read_pack
from tests.builders import a_case

PACKS = read_all_packs()


def faults(change: dict[str, Any]) -> dict[str, str]:
    """What is wrong with the head office's pack after a change, by place."""
    _, text = read_pack("head-office")
    with pytest.raises(NotFit) as unfit:
        parse(overlay(text, change))
    return {fault.where: str(fault.says) for fault in unfit.value.faults}


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"limits": {"reply-general": {"within": "soon"}}}, "limits.reply-general.within"),
        ({"limits": {"reply-general": {"rule": "because"}}}, "limits.reply-general.rule"),
        ({"limits": {"reply-general": {"until": "noon"}}}, "limits.reply-general.until"),
        ({"limits": {"reply-general": {"ladder": "none"}}}, "limits.reply-general.ladder"),
        ({"limits": {"reply-general": {"colour": "red"}}}, "limits.reply-general.colour"),
        ({"limits": {"reply-general": {"within": "lost"}}}, "limits.reply-general.within"),
        (
            {"limits": {"reply-general": {"when": {"channel": ["fone"]}}}},
            "limits.reply-general.when.channel",
        ),
        (
            {"limits": {"reply-general": {"when": {"moon": ["full"]}}}},
            "limits.reply-general.when.moon",
        ),
        (
            {"gates": {"consent-before-comment": {"act": "shout"}}},
            "gates.consent-before-comment.act",
        ),
        ({"duties": {"media-office": {"for": "nobody"}}}, "duties.media-office.for"),
        ({"duties": {"media-office": {"title": "x"}}}, "duties.media-office.title"),
        ({"duties": {"media-office": "x"}}, "duties.media-office"),
        ({"routes": {"letter": {"owner": "postman"}}}, "routes.letter.owner"),
        ({"restrictions": {"crime": {"to": ["everybody"]}}}, "restrictions.crime.to"),
        (
            {"letters": {"read_by_two": {"value": "all", "rule": "bank"}}},
            "letters.read_by_two.value",
        ),
        ({"letters": {"read_by_two": {"value": ["progress"]}}}, "letters.read_by_two.rule"),
        ({"letters": {"read_by_three": []}}, "letters.read_by_three"),
        ({"letters": "all of them"}, "letters"),
        ({"periodicals": {"analysis": {"every": "moon"}}}, "periodicals.analysis.every"),
        ({"periodicals": {"analysis": {"to": "unoin"}}}, "periodicals.analysis.to"),
        ({"periodicals": {"analysis": {"from": "outlett"}}}, "periodicals.analysis.from"),
        (
            {"periodicals": {"analysis": {"written": {"other": {"en": "Other"}}}}},
            "periodicals.analysis.written.other",
        ),
        (
            {"periodicals": {"analysis": {"every": "when-needed"}}},
            "periodicals.analysis.due_working_days",
        ),
        ({"conduct": {"major_over_yuan": {"value": "much"}}}, "conduct.major_over_yuan.value"),
        ({"conduct": {"major_marks": {"value": ["odd"]}}}, "conduct.major_marks"),
        ({"findings": {"penalties": {"value": True, "rule": "bank"}}}, "findings.penalties"),
        ({"findings": {"penalties": {"value": "yes"}}}, "findings.penalties.value"),
        (
            {"duties": {"hand-over-to-hr": {"as_long_as": {"hand_over": ["tea"]}}}},
            "duties.hand-over-to-hr.as_long_as.hand_over",
        ),
        (
            {"ladders": {"expiry": [{"rung": "regulator", "report_within": "promptly"}]}},
            "ladders.expiry.0.report_within",
        ),
        ({"colour": "red"}, "colour"),
        ({"abstract": True}, "abstract"),
    ],
)
def test_a_fault_is_told_where_it_stands(change: dict[str, Any], where: str) -> None:
    assert where in faults(change)


def test_all_faults_are_told_at_once() -> None:
    found = faults({"colour": "red", "limits": {"reply-general": {"within": "soon", "rule": "x"}}})
    assert len(found) == 3


def test_a_child_takes_away_what_it_does_not_want() -> None:
    merged = overlay({"limits": {"a": 1, "b": 2}}, {"limits": {"a": None}})
    assert merged == {"limits": {"b": 2}}


@pytest.mark.parametrize("status", Status)
def test_a_closed_case_takes_no_files_unless_its_pack_says_so(status: Status) -> None:
    pack, text = read_pack("head-office")
    case = a_case(status=status)
    if status is Status.CLOSED:
        with pytest.raises(Refused) as refused:
            pass_gates("attach", case, pack.conduct)
        assert refused.value.code is Refusal.NOT_IN_THIS_STATUS
    else:
        pass_gates("attach", case, pack.conduct)
    generous = parse(overlay(text, {"gates": {"no-files-after-closing": None}}))
    pass_gates("attach", case, generous.conduct)


def promises(limits: Iterable[Limit]) -> list[str]:
    return [each.name for each in limits if each.within is DateSetBy.PROMISE]


@pytest.mark.parametrize("name", [n for n, pack in PACKS.items() if isinstance(pack, Pack)])
def test_every_pack_watches_what_was_promised_once_after_its_own_limits(name: str) -> None:
    """Also one with the limits of another regime beside its own."""
    pack, _ = read_pack(name)
    assert promises(pack.limits) == ["promise"]
    [limit] = [each for each in pack.limits if each.name == "promise"]
    assert limit is pack.limits[-1]
    assert limit.warnings


def test_a_pack_that_watches_promises_alone_is_not_fit() -> None:
    _, text = read_pack("head-office")
    others = {name: None for name in text["limits"] if name != "promise"}
    assert "would have a date" in faults({"limits": others})["limits"]


def test_a_pack_may_do_without_watching_promises() -> None:
    _, text = read_pack("head-office")
    assert promises(parse(overlay(text, {"limits": {"promise": None}})).limits) == []
