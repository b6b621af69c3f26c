"""The tests themselves: what two of them need lies beside them, in none of them."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.code import modules, name_of, tree_of


def imported_by(path: Path) -> Iterator[str]:
    """Every module, and every name that may be one, that a file imports."""
    for node in ast.walk(tree_of(path)):
        match node:
            case ast.Import():
                yield from (each.name for each in node.names)
            case ast.ImportFrom(module=str(module)):
                yield module
                yield from (f"{module}.{each.name}" for each in node.names)


def is_for_pytest_alone(module: str) -> bool:
    name = module.rpartition(".")[2]
    return module.startswith("tests.") and (name.startswith("test_") or name == "conftest")


def test_nothing_is_imported_from_a_module_of_tests() -> None:
    """Whoever moves or breaks one test must not lose another; pytest hands fixtures on itself."""
    found = {
        f"{name_of(path)}: {module}"
        for path in modules("tests", "bench", "tools")
        for module in imported_by(path)
        if is_for_pytest_alone(module)
    }
    assert sorted(found) == []
