"""The template of a report on a case, and what is said of one that is wrong."""

import json
import shutil
from pathlib import Path

import pytest

from domain.case_report_templates import ReportText
from domain.returns import SchemaBreach
from rulebook.marked_yaml import FileProblems
from rulebook.packs import POLICIES
from rulebook.returns import breaches_of, read_case_report, read_return
from rulebook.returns.case_reports import FILE, FOLDER

WRONG = """report: ours
title: {en: Ours}
authority: {en: Bureau, zh: 局}
rule: default
colour: red
within: {value: a fortnight, rule: default}
schema: nowhere.json
rows:
  - {fact: weather, label: {en: Weather, zh: 天气}}
  - {text: poem, label: {en: Poem, zh: 诗}}
  - {text: summary, fact: unit, label: {en: Both, zh: 两者}}
  - {text: impact, label: {en: Impact, zh: 影响}}
  - {text: impact, label: {en: Again, zh: 再次}}
"""


def test_the_one_that_comes_with_redress_can_be_read_and_says_what_must_be_written() -> None:
    template = read_case_report()
    wanted = {row.text for row in template.texts if row.is_required}
    assert {ReportText.SUMMARY, ReportText.MEASURES} <= wanted
    assert {row.text for row in template.texts} == set(ReportText)


def test_everything_wrong_with_a_template_is_told_at_once_each_with_its_line(
    tmp_path: Path,
) -> None:
    (tmp_path / FILE).write_text(WRONG, encoding="utf-8")
    with pytest.raises(FileProblems) as wrong:
        read_case_report(tmp_path)
    said = str(wrong.value)
    for line, sentence in (
        (2, "title lacks zh"),
        (5, "there is no field 'colour'"),
        (6, "within wants a value such as `3 working days`"),
        (7, "nowhere.json is no JSON Schema"),
        (9, "a case has no fact 'weather'"),
        (10, "there is no text 'poem'"),
        (11, "a row has either a fact or a text"),
        (8, "'impact' stands in two rows"),
    ):
        assert f"{tmp_path.name}/{FILE}:{line}: {sentence}" in said


@pytest.mark.parametrize("content", ["[]", "report: ours\nrows: 7", ""])
def test_what_is_no_template_is_said_to_be_none(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE).write_text(content, encoding="utf-8")
    with pytest.raises(FileProblems):
        read_case_report(tmp_path)


def test_a_bank_asks_for_other_texts_without_a_line_of_code(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "ours")
    file = tmp_path / "ours" / FILE
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("{text: impact,", "{text: impact, required: yes,"), "utf-8")
    (row,) = (each for each in read_case_report(tmp_path / "ours").rows if each.name == "impact")
    assert row.is_required


def test_a_schema_tells_everything_it_does_not_allow_each_with_its_place() -> None:
    schema = {
        "type": "object",
        "required": ["a", "b"],
        "properties": {"c": {"maxLength": 2}, "d": {"properties": {"e": {"minimum": 1}}}},
    }
    found = list(breaches_of(schema, {"c": "long", "d": {"e": 0}}))
    assert set(found) == {
        SchemaBreach(at="a", rule="required", limit=""),
        SchemaBreach(at="b", rule="required", limit=""),
        SchemaBreach(at="c", rule="maxLength", limit="2"),
        SchemaBreach(at="d/e", rule="minimum", limit="1"),
    }


def test_a_return_whose_schema_is_none_is_refused_with_its_line(tmp_path: Path) -> None:
    folder = tmp_path / "returns"
    shutil.copytree(POLICIES / "returns", folder)
    schema = folder / "cn-quarterly.schema.json"
    schema.write_text(json.dumps({"type": "a kind that there is none of"}), encoding="utf-8")
    with pytest.raises(FileProblems) as wrong:
        read_return(folder / "cn-quarterly.yaml")
    assert "cn-quarterly.schema.json is no JSON Schema" in str(wrong.value)
