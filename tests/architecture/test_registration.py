"""Whatever a worker must carry out is registered with one: the forgotten line is found here."""

import ast

from tests.architecture.code import LAYERS, ROOT, decorated, modules, tree_of


def lists_of_the_worker(*keywords: str) -> set[str]:
    """Last names of what stands in the worker's lists and in its `keyword=[...]` arguments."""
    tree = tree_of(ROOT / "worker.py")
    lists = [
        node.value
        for node in ast.walk(tree)
        if (isinstance(node, ast.keyword) and node.arg in keywords)
        or (isinstance(node, ast.Assign) and isinstance(node.value, ast.List))
    ]
    elements = [each for found in lists if isinstance(found, ast.List) for each in found.elts]
    return {ast.unparse(each).rpartition(".")[2] for each in elements}


def test_every_workflow_is_registered() -> None:
    defined = {name for path in modules("workflows") for name in decorated(path, "workflow.defn")}
    assert defined
    assert defined <= lists_of_the_worker("workflows")


def test_every_activity_is_registered() -> None:
    defined = {name for path in modules("activities") for name in decorated(path, "activity.defn")}
    assert defined
    assert defined <= lists_of_the_worker("activities")


def test_there_are_no_workflows_or_activities_elsewhere() -> None:
    elsewhere = modules(*(layer for layer in LAYERS if layer not in {"workflows", "activities"}))
    for path in elsewhere:
        assert not list(decorated(path, "workflow.defn")), path
        assert not list(decorated(path, "activity.defn")), path
