"""Words from outside stay words: none becomes SQL, HTML, code or a command."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.architecture.code import LAYERS, ROOT, modules, name_of, tree_of

CODE = [*modules(*LAYERS), ROOT / "worker.py"]

STATEMENTS = {"text", "exec_driver_sql", "execute", "literal_column"}
"""Calls whose first argument may be SQL."""

SPEAK_SQL = modules("store", "embedded")
"""No other layer does: the import contracts hold them to it."""

MADE_OF_OUR_OWN_WORDS = {
    "store/outbox/wakeups.py": "the name of the channel",
    "store/tables/evidence.py": "the condition of an index, written beside it",
    "store/text_order.py": "the database, quoted by PostgreSQL",
    "store/database.py": "roles, tables and columns named in the code, quoted",
    "store/operations/verification.py": "one of the questions that stand beside it",
    "embedded/postgres.py": "roles and databases of the embedded server, named in the code",
}
"""Where a statement is put together, and of what: never of anything from outside."""

NEVER = {"eval", "exec", "compile", "render_template_string", "Markup"}
NEVER_OF = {("os", "system"), ("os", "popen"), ("yaml", "load"), ("pickle", "loads"),
            ("pickle", "load"), ("marshal", "loads"), ("ElementTree", "fromstring")}  # fmt: skip


def put_together(path: Path) -> Iterator[str]:
    """Statements that are not written out where they are said."""
    for node in ast.walk(tree_of(path)):
        match node:
            case ast.Call(func=ast.Name(id=name), args=[said, *_]) if name in STATEMENTS:
                pass
            case ast.Call(func=ast.Attribute(attr=name), args=[said, *_]) if name in STATEMENTS:
                pass
            case _:
                continue
        # What `execute` is given by name, SQLAlchemy has put together of parts and bound values.
        if isinstance(said, ast.JoinedStr | ast.BinOp) or (
            isinstance(said, ast.Name) and name != "execute"
        ):
            yield f"{name} at line {node.lineno}"


def test_every_statement_is_written_out_and_its_values_are_bound(
    record_property: Callable[[str, object], None],
) -> None:
    found = {name_of(path): [*put_together(path)] for path in SPEAK_SQL}
    loose = {name for name, lines in found.items() if lines}
    assert loose <= MADE_OF_OUR_OWN_WORDS.keys(), {each: found[each] for each in loose}
    assert loose == MADE_OF_OUR_OWN_WORDS.keys(), "what is excused no longer needs it"
    record_property("checked", len(SPEAK_SQL))


def forbidden_calls(path: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(path)):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in NEVER:
                yield f"{name} at line {node.lineno}"
            case ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr=name)) if (
                owner,
                name,
            ) in NEVER_OF:
                yield f"{owner}.{name} at line {node.lineno}"
            case ast.keyword(arg="shell", value=ast.Constant(value=True)):
                yield f"shell=True at line {node.value.lineno}"


def test_nothing_from_outside_is_run_or_unpacked_as_objects(
    record_property: Callable[[str, object], None],
) -> None:
    found = {name_of(path): [*forbidden_calls(path)] for path in CODE}
    assert {name: lines for name, lines in found.items() if lines} == {}
    record_property("checked", len(CODE))


def test_templates_escape_everything_and_scripts_write_no_markup(
    record_property: Callable[[str, object], None],
) -> None:
    templates = sorted((ROOT / "web/templates").rglob("*.html"))
    scripts = sorted((ROOT / "web/static").glob("*.js"))
    unescaped = re.compile(
        r"\|\s*safe\b|autoescape\s+false|<script(?![^>]*\bsrc=)|\son\w+=|\sstyle="
    )
    markup = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|Function\("
    )
    wrong = [
        f"{name_of(path)}: {match}"
        for looks, paths in ((unescaped, templates), (markup, scripts))
        for path in paths
        for match in looks.findall(path.read_text(encoding="utf-8"))
    ]
    assert wrong == []
    assert len(templates) > 30
    assert scripts
    record_property("checked", len(templates) + len(scripts))
