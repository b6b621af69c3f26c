"""What all acts have in common, and that none of them goes without its sentences."""

import re
from dataclasses import fields
from pathlib import Path

import domain.acts
from domain.acts import ACT_KINDS, ACTS

CODE = Path(domain.acts.__file__).parent
HERE = Path(__file__).parent


def test_every_module_of_acts_has_its_table() -> None:
    modules = {path.stem for path in CODE.glob("*.py")} - {"__init__"}
    assert {path.stem for path in HERE.glob("test_*.py")} == {f"test_{each}" for each in modules}


def test_every_act_has_its_kind() -> None:
    assert set(ACTS) == set(ACT_KINDS.values())


def test_every_refusal_that_all_acts_share_is_told_of() -> None:
    shared = (CODE / "base.py").read_text(encoding="utf-8")
    told = (HERE / "sentences.py").read_text(encoding="utf-8")
    refusals = re.compile(r"Refusal\.([A-Z_]+)")
    assert set(refusals.findall(shared)) - set(refusals.findall(told)) == set()


def test_acts_hold_facts_and_never_words() -> None:
    for act in ACTS:
        assert not {each.name for each in fields(act)} & set(act.words)
