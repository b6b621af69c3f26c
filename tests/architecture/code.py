"""The code of the project, read as text and as trees."""

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]

LAYERS: tuple[str, ...] = tuple(SETTINGS["importlinter"]["root_packages"])
"""The packages of the product, as its import contracts name them."""


def modules(*folders: str) -> list[Path]:
    """The Python files of these folders; migrations are not read as prose."""
    missing = [folder for folder in folders if not (ROOT / folder).is_dir()]
    assert not missing, f"nothing would be looked at in {missing}"
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in found if "migrations" not in path.parts]


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def name_of(path: Path) -> str:
    """A file as a reader would name it."""
    return path.relative_to(ROOT).as_posix()


_NOT_OURS = {"var", "__pycache__", "node_modules"}


def files_of_the_project() -> list[Path]:
    """Every file that is the project's own: nothing hidden, nothing made, nothing installed."""
    return [path for path in _below(ROOT) if path.suffix not in {".pyc", ".mo"}]


def _below(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.name in _NOT_OURS or path.suffix == ".egg-info":
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _below(path)
        else:
            yield path


def decorated(path: Path, decorator: str) -> Iterator[str]:
    """Names of classes and functions under `@decorator` or `@decorator(...)`."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            for each in node.decorator_list:
                bare = each.func if isinstance(each, ast.Call) else each
                if ast.unparse(bare) == decorator:
                    yield node.name
