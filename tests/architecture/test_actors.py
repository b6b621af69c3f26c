"""Whoever acts stands somewhere in the bank: nobody is made an actor without it."""

import ast

from tests.architecture.code import LAYERS, modules, name_of, tree_of


def test_every_actor_is_made_with_the_level_of_a_unit() -> None:
    without = [
        f"{name_of(path)}:{node.lineno}"
        for path in modules(*LAYERS)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"Actor", "System"}
        if "level" not in {keyword.arg for keyword in node.keywords}
    ]
    assert not without, "ask store.people.people.actor_of"
