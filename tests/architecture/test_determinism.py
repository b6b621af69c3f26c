"""Workflow code knows instants only: no calendar, no zone, no clock, no order that may differ.

The sandbox finds some of these at run time. It does not see a host's time zone or the order of a
set; a history recorded on one machine would then not replay on another.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.code import modules, name_of, tree_of

WORKFLOWS = pytest.mark.parametrize("path", modules("workflows"), ids=name_of)

BANNED_CALLS = {
    "astimezone": "the host's zone, or one that changes with tzdata",
    "ZoneInfo": "zones change; dates are computed in an activity",
    "tzlocal": "the host's zone",
    "localtime": "the host's zone",
    "today": "use workflow.now()",
    "utcnow": "use workflow.now()",
    "time": "use workflow.now()",
    "uuid4": "use workflow.uuid4(), or better an id that came in",
    "sleep": "wait for a change, at most so long",
    "wait": "asyncio.wait iterates a set; use workflow.wait",
    "as_completed": "iterates a set; use workflow.as_completed",
    "getenv": "a workflow has no environment",
}
BANNED_IMPORTS = {
    "zoneinfo", "time", "random", "uuid", "os", "threading", "calendar", "holidays", "tzdata",
    "dateutil", "sqlalchemy", "psycopg2", "requests", "logging",
}  # fmt: skip
ALLOWED_OF_OURS = {"domain", "workflows", "activities"}


def calls(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            whole = ast.unparse(node.func)
            yield whole, whole.rpartition(".")[2]


def is_a_set(node: ast.expr) -> bool:
    called = isinstance(node, ast.Call) and ast.unparse(node.func) in {"set", "frozenset"}
    return called or isinstance(node, ast.Set | ast.SetComp)


@WORKFLOWS
def test_a_workflow_asks_only_the_workflow_for_the_time(path: Path) -> None:
    found = [
        f"{whole}(): {BANNED_CALLS[name]}"
        for whole, name in calls(tree_of(path))
        if name in BANNED_CALLS and whole != f"workflow.{name}"
    ]
    now = [
        whole for whole, name in calls(tree_of(path)) if name == "now" and whole != "workflow.now"
    ]
    assert found + now == []


@WORKFLOWS
def test_a_workflow_never_walks_through_a_set(path: Path) -> None:
    tree = tree_of(path)
    walked = [node.iter for node in ast.walk(tree) if isinstance(node, ast.For | ast.comprehension)]
    assert [ast.unparse(each) for each in walked if is_a_set(each)] == []


@WORKFLOWS
def test_a_workflow_imports_no_clock_no_calendar_and_no_database(path: Path) -> None:
    imported = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            imported.add(node.module.partition(".")[0])
    assert not imported & BANNED_IMPORTS
    assert not imported & ({"store", "client", "web", "engines", "cli"} - ALLOWED_OF_OURS)


@pytest.mark.parametrize(
    "text",
    ["datetime.now()", "workflow.now().astimezone()", "ZoneInfo('Asia/Shanghai')", "time.time()"],
)
def test_these_guards_see_what_they_are_for(text: str) -> None:
    names = {name for _, name in calls(ast.parse(text))}
    assert names & (BANNED_CALLS.keys() | {"now"})
