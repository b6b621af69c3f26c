"""What nobody owns: every view has an audience, every code has words, every phrase its Chinese."""

import ast
import importlib
import inspect
import pkgutil
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import fields
from enum import StrEnum
from types import ModuleType
from typing import Any, get_type_hints

import pytest
from flask import Flask
from werkzeug.routing import AnyConverter

import domain
from domain.acts import ACTS, Act
from domain.classification import Channel
from domain.complaint import BadInput
from domain.conditions import CONDITIONS
from domain.errors import Refusal
from domain.notices import NoticeAudience
from domain.report_tables import tables_of
from domain.reporting import Form
from rulebook.notices import read_words
from rulebook.packs import read_all_packs
from store.database import Sessions
from store.people.tokens import create_token
from tests.architecture.code import modules, tree_of
from tests.builders import actor, some_conduct
from tests.web.browser import Visit
from tools.phrases import BENEATH, CATALOGUE, MADE_BY, catalogue, phrases
from web import wording
from web.base.assets import ASSETS
from web.base.phrases import Words
from web.casework.act_facts import facts_of, without_none
from web.casework.act_forms import BY_KIND, kind_of
from web.kit.access import audience_of
from web.wording.codes import SUBJECTS
from web.wording.facts import AS_THEY_STAND, FACTS, UNTOLD, fact_words
from web.wording.flaws import FLAWS
from web.wording.refusals import REFUSALS

OF_THE_MACHINERY = {
    "AssignmentOutcome", "Cadence", "Chore", "Circle", "CommandStatus", "Delivery", "Filling",
    "Invariant", "MailStatus", "Need", "OutsideHours", "Permission", "Relation", "RepairStatus",
    "ReportFact", "ReportText", "SensitiveKind", "Stage", "TaskKind", "TimeUnit", "Value",
    "WarningMethod", "Wrong",
}  # fmt: skip
"""Enumerations no page speaks of by `words`: they have their own sentences, or none."""


def modules_of_the_domain() -> list[ModuleType]:
    return [
        importlib.import_module(each.name)
        for each in pkgutil.walk_packages(domain.__path__, "domain.")
    ]


def enumerations() -> list[type[StrEnum]]:
    found = {
        kind
        for module in modules_of_the_domain()
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, StrEnum) and kind is not StrEnum and kind.__module__ == module.__name__
    }
    spoken = {kind for kind in found if kind.__name__ not in OF_THE_MACHINERY | {"NoticeAudience"}}
    return sorted(spoken | set(wording.ENUMERATIONS), key=lambda kind: kind.__name__)


def test_every_view_says_who_it_is_for(app: Flask) -> None:
    silent = [
        endpoint
        for endpoint, view in app.view_functions.items()
        if endpoint not in ASSETS and audience_of(view) is None
    ]
    assert silent == []


def of_systems(app: Flask) -> set[str]:
    """The views that a token opens."""
    audiences = {name: audience_of(view) for name, view in app.view_functions.items()}
    return {name for name, each in audiences.items() if each is not None and each.is_systems}


def test_exactly_what_a_token_opens_needs_no_token_of_a_form(app: Flask) -> None:
    csrf = app.extensions["csrf"]
    assert csrf._exempt_blueprints == {app.blueprints["api"]}
    assert csrf._exempt_views == set()
    of_the_api = {name for name in app.view_functions if name.startswith("api.")}
    assert of_systems(app) == of_the_api - {"api.description"}


def test_a_token_opens_nothing_that_is_for_people_and_a_session_nothing_that_is_for_systems(
    app: Flask, visit: Visit, sessions: Sessions
) -> None:
    with sessions.begin() as session:
        _, secret = create_token(
            session,
            system="curious",
            units=["head-office"],
            channels=list(Channel),
            first_owner="ines",
            by=actor("ada"),
        )
    shown = {"Authorization": f"Bearer {secret}"}
    for rule in app.url_map.iter_rules():
        audience = audience_of(app.view_functions[rule.endpoint])
        if audience is None or not (audience.must_log_in or audience.is_systems):
            continue
        method = "POST" if "POST" in (rule.methods or ()) else "GET"
        one_of = {
            name: min(converter.items)
            for name, converter in rule._converters.items()
            if isinstance(converter, AnyConverter)
        }
        values = dict.fromkeys(rule.arguments, "1") | one_of
        url = app.url_map.bind("localhost").build(rule.endpoint, values, method=method)
        if audience.is_systems:
            assert visit("ada").ask(url, method).status_code == 401, url
        else:
            answer = app.test_client().open(url, method=method, headers=shown)
            assert answer.status_code == 302, url
            assert answer.location.startswith("/login"), url


@pytest.mark.parametrize("kind", enumerations(), ids=lambda kind: kind.__name__)
def test_every_code_has_words(kind: type[StrEnum]) -> None:
    sentences: Mapping[type[StrEnum], Words] = {Refusal: REFUSALS, BadInput: FLAWS}
    spoken = {**wording.ENUMERATIONS, **sentences}
    assert kind in spoken, f"{kind.__name__} has no words"
    assert set(kind) - set(spoken[kind]) == set()


def test_the_words_of_a_code_stand_in_one_place() -> None:
    assert sum(len(each.WORDS) for each in SUBJECTS) == len(wording.ENUMERATIONS)


def told_of_acts_packs_and_reports() -> dict[str, Any]:
    """Names of facts that pages may show, and of which type they are where an act says so."""
    of_acts = {
        field.name: without_none(get_type_hints(act)[field.name])
        for act in ACTS
        for field in fields(act)
        if field.name != "kind"
    }
    tables = [table for form in Form for table in tables_of(form, [], lambda _: some_conduct())]
    columns = {column for table in tables for column in table.columns}
    return {**dict.fromkeys(columns), **CONDITIONS, **of_acts}


@pytest.mark.parametrize(("name", "kind"), told_of_acts_packs_and_reports().items())
def test_somebody_has_decided_how_a_fact_is_said(app: Flask, name: str, kind: Any) -> None:
    assert name in FACTS.keys() | AS_THEY_STAND | UNTOLD
    if name in FACTS and isinstance(kind, type) and issubclass(kind, StrEnum):
        with app.test_request_context():
            for code in kind:
                assert fact_words(name, code) == wording.words(code)


def test_a_refusal_names_only_facts_that_can_be_said() -> None:
    sentences = "".join(sentence._args[0] for sentence in REFUSALS.values())
    named = set(re.findall(r"%\((\w+)\)s", sentences))
    assert named - FACTS.keys() - AS_THEY_STAND == set()


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_every_act_and_everything_it_asks_for_has_words(act: type[Act]) -> None:
    assert kind_of(act) in wording.ACT_WORDS
    asked = {fact.field for fact in facts_of(act)} | set(act.words)
    assert {name for name in asked if name not in wording.FIELDS} == set()


def test_whoever_acts_types_no_code_of_ours_by_hand() -> None:
    """A unit or a clock that is on no list would have to be typed as the rows call it."""
    typed = {
        fact.name
        for act in BY_KIND.values()
        for fact in facts_of(act)
        if fact.kind is str and fact.chosen is None
    }
    assert typed == {"reference"}


def test_every_clock_and_step_of_every_pack_has_a_name() -> None:
    packs = [pack for pack in read_all_packs().values() if not isinstance(pack, Exception)]
    clocks = {limit.clock for pack in packs for limit in pack.limits}
    rungs = {rung.name for pack in packs for ladder in pack.ladders.values() for rung in ladder}
    assert clocks - set(read_words().clocks) == set()
    assert rungs - set(wording.STEPS) == set()


def test_every_element_a_pack_wants_in_a_reply_has_a_label() -> None:
    packs = [pack for pack in read_all_packs().values() if not isinstance(pack, Exception)]
    wanted = {element for pack in packs for element in pack.conduct.reply_elements}
    assert wanted - set(wording.FIELDS) == set()


def test_an_outsider_is_called_by_what_they_are(app: Flask) -> None:
    with app.test_request_context():
        for outsider in (NoticeAudience.COMPLAINANT, NoticeAudience.SENDER):
            assert wording.recipient_name(outsider) != outsider


def test_every_phrase_has_its_chinese() -> None:
    translated = {message.id: message for message in catalogue() if message.id}
    said = set(phrases())
    assert {phrase for phrase in said if not translated.get(phrase)} == set()
    assert [each.id for each in translated.values() if not each.string or each.fuzzy] == []
    assert set(translated) - said == set(), "no page says these any more: run tools/phrases.py"


@pytest.mark.parametrize("layer", BENEATH)
def test_a_sentence_made_beneath_the_pages_stands_where_it_is_made(layer: str) -> None:
    """What is put together first is not collected, and stays English to Chinese."""
    hidden = [
        f"{path}:{each.lineno}"
        for path in modules(layer)
        for each in ast.walk(tree_of(path))
        if isinstance(each, ast.Call)
        for place in MADE_BY.get(getattr(each.func, "attr", getattr(each.func, "id", "")), ())
        if not isinstance(each.args[place - 1], ast.Constant) and path.name != "sentences.py"
        if not (path.name == "pack_values.py" and getattr(each.args[0], "id", "") == "english")
    ]
    assert hidden == []


def test_no_phrase_hides_from_whoever_collects_them() -> None:
    """What is called within a formatted text is not collected, and stays English to Chinese."""
    called = {
        (path.name, str(each.args[0].value))
        for path in modules("web")
        for text in ast.walk(tree_of(path))
        if isinstance(text, ast.JoinedStr)
        for each in ast.walk(text)
        if isinstance(each, ast.Call) and getattr(each.func, "id", "") in {"_", "_l"}
        if isinstance(each.args[0], ast.Constant)
    }
    said = set(phrases())
    assert {(where, phrase) for where, phrase in called if phrase not in said} == set()


def test_no_phrase_stands_twice_in_the_catalogue() -> None:
    """Two branches that say the same phrase leave it there twice, perhaps in other words."""
    text = CATALOGUE.read_text(encoding="utf-8")
    begun = re.findall(r"^msgid (.*?)^msgstr ", text, re.MULTILINE | re.DOTALL)
    assert [each for each, times in Counter(begun).items() if times > 1] == []


def test_a_translation_names_the_same_facts() -> None:
    translations = catalogue()
    wrong = [
        (message.id, error)
        for message in translations
        if message.id
        for error in message.check(translations)
    ]
    assert wrong == []
