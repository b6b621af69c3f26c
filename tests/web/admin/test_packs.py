"""What is wrong with the rules of the bank, as a page tells it."""

from pathlib import Path

import pytest

from rulebook.packs import POLICIES, read_all_packs
from tests.web.browser import Visit
from tests.web.english import english_in, in_chinese
from tests.web.seen import Page
from web.admin import packs

BROKEN = {
    "values": """
        pack: values
        title: {en: Values}
        about: {en: About, zh: 说明}
        source: [nothing]
        valid_from: soon
        calendar: cn
        day_of_receipt_counts: {value: perhaps, rule: A-34}
        limits:
          reply: {clock: reply, rule: nobody, within: soon, from: [], until: [arrived], warn: [3],
                  when: {weather: rain}, ladder: up, colour: red, pausable: 3}
        ladders: {expiry: [], worse: [supervisor]}
        gates: {first: {act: fly, rule: default}}
        duties: {look: {for: nobody, until: [never], asks: [why], holds_up: [fly], title: x,
                        rule: default, keeps_time_of: nothing}}
        periodicals: {check: {from: moon, to: sun, every: month, form: check, rule: default,
                              due_working_days: {value: 3, rule: default}}}
        survey: {open_for: {value: 3 working days, rule: default}, rule: default}
        belonging: {within: {value: 3 working days, rule: default}}
        findings: {reply_within: {value: 3 working days, rule: default}, rule: default,
                   penalties: {value: true, rule: default}, decided_by: {value: human_resources,
                   rule: default}}
        letters: {read_by_two: {value: [apology], rule: default}}
        conduct: {reply_elements: {value: lost, rule: A-53}}
        routes: 3
        checklists: {one: 3}
        colours: red
    """,
    "yaml": "pack: yaml\nlimits: [\n",
    "empty": "",
    "extending": "extends: nobody\n",
    "circle": "extends: circle\n",
}


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of packs that cannot be used, which the page reads."""
    for name, text in BROKEN.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    assert tmp_path != POLICIES
    monkeypatch.setattr(packs, "read_all_packs", lambda: read_all_packs(tmp_path))
    return tmp_path


@pytest.mark.usefixtures("broken")
def test_what_is_wrong_with_a_pack_is_told_in_the_language_of_the_page(visit: Visit) -> None:
    """It stood there in English, whoever read it."""
    with in_chinese(visit("ada")) as ada:
        page = ada.get("/admin/policies")
    foreign = "did not find expected node content"  # PyYAML's own words
    assert [each for each in english_in(page) if each not in foreign] == []
    words = Page(page).words
    assert "'soon' 不是期限；请写成 `3 working days` 的形式" in words
    assert "不是案件要素；案件要素有：breached、category、channel" in words
    assert "自第 3 行起不是有效的 YAML" in words


def test_a_terminal_and_an_english_page_say_the_same(visit: Visit, broken: Path) -> None:
    words = Page(visit("ada").get("/admin/policies")).words
    told = [
        str(fault.says)
        for unfit in read_all_packs(broken).values()
        for fault in getattr(unfit, "faults", ())
    ]
    assert len(told) > 40
    assert [each for each in told if " ".join(each.split()) not in words] == []
