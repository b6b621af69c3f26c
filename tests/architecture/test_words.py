"""The words of the project: docstrings where somebody will look, links that lead somewhere."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.code import LAYERS, ROOT, files_of_the_project, modules, name_of, tree_of

PROSE = [path for path in files_of_the_project() if path.suffix == ".md"]
LINK = re.compile(r"\[(?P<text>[^\]]*)\]\((?P<target>[^)\s]+)\)")
"""Of text, or of a picture."""

FENCE = re.compile(r"```.*?```", re.DOTALL)
PUBLIC_LAYERS = [layer for layer in LAYERS if layer not in {"web", "cli"}]
"""Those that others call. Views and commands are called by nobody; pages and help speak for them.
"""


def undocumented(path: Path) -> Iterator[str]:
    """The module, its public classes and functions that have no docstring."""
    tree = tree_of(path)
    if ast.get_docstring(tree) is None and path.read_text().strip():
        yield name_of(path)
    for node in tree.body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                if not node.name.startswith("_") and ast.get_docstring(node) is None:
                    yield f"{name_of(path)}: {node.name}"


def test_what_is_public_says_what_it_is() -> None:
    assert [each for path in modules(*PUBLIC_LAYERS) for each in undocumented(path)] == []


def links_of(path: Path) -> Iterator[tuple[str, str]]:
    for found in LINK.finditer(FENCE.sub("", path.read_text(encoding="utf-8"))):
        if "://" not in found["target"] and not found["target"].startswith("mailto:"):
            yield found["text"], found["target"]


def test_every_link_leads_to_a_file_that_is_there() -> None:
    broken = [
        f"{name_of(path)}: {target}"
        for path in PROSE
        for _, target in links_of(path)
        if target.partition("#")[0] and not (path.parent / target.partition("#")[0]).exists()
    ]
    assert broken == []


def names_in(path: Path) -> set[str]:
    """What a Python file defines: `name`, `Class.method`, constants, and fields."""
    names: set[str] = set()
    for node in tree_of(path).body:
        names |= _defined(node)
        if isinstance(node, ast.ClassDef):
            names |= {f"{node.name}.{name}" for inner in node.body for name in _defined(inner)}
    return names


def _defined(node: ast.stmt) -> set[str]:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return {node.name}
        case ast.Assign():
            return {each.id for each in node.targets if isinstance(each, ast.Name)}
        case ast.AnnAssign(target=ast.Name() as target):
            return {target.id}
        case _:
            return set()


def test_every_link_to_code_names_something_that_is_in_it() -> None:
    """A link such as [`CaseDesk.receive`](../desk/cases.py) breaks when the name moves away."""
    lost = [
        f"{name_of(path)}: {text} in {target}"
        for path in PROSE
        for text, target in links_of(path)
        if target.endswith(".py") and text.startswith("`") and not _is_there(text, path, target)
    ]
    assert lost == []


def _is_there(text: str, path: Path, target: str) -> bool:
    name = text.strip("`").removesuffix("()")
    if name.endswith(".py") or "/" in name:
        return True
    return name in names_in((path.parent / target).resolve())


READABLE = {
    ".py", ".md", ".yaml", ".yml", ".toml", ".html", ".css", ".js", ".json", ".svg", ".po",
}  # fmt: skip
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:work|home|Users|root|tmp)/[\w.-]+")


def test_no_file_speaks_of_the_machine_it_was_written_on() -> None:
    found = [
        f"{name_of(path)}: {match}"
        for path in files_of_the_project()
        if path.suffix in READABLE or path.name == "Makefile"
        for match in MACHINE_PATH.findall(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_no_link_leads_out_of_the_project_into_somebodys_folders() -> None:
    links = [path for path in files_of_the_project() if path.is_symlink()]
    assert [name_of(path) for path in links if ROOT not in path.resolve().parents] == []


def test_nothing_is_left_to_be_done_in_the_code() -> None:
    mark = re.compile(r"\b(TODO|FIXME|XXX|pytest\.skip|pytest\.xfail|mark\.skip|mark\.xfail)\b")
    code = [path for path in files_of_the_project() if path.suffix == ".py"]
    others = [path for path in code if path != Path(__file__)]
    assert [name_of(path) for path in others if mark.search(path.read_text())] == []
