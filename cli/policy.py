"""`redress policy`: read packs beside the regulation, check them, and publish what is fit."""

import difflib
import re
from pathlib import Path
from typing import Any

import click
import yaml

from config import load_settings
from domain.errors import NotFit
from store.database import close_database, open_database
from store.packs import POLICIES, current_text, publish, read_all_packs, read_pack

ROOT = POLICIES.parent
RULES = POLICIES / "rules" / "a-to-d.yaml"
LIMITATIONS = ROOT / "docs" / "limitations.md"
RULE_ID = re.compile(r"\b[A-D]-\d\d[ab]?\b")
IN_CODE = ("domain", "store", "workflows", "client", "web", "tests/scenarios")


@click.group()
def policy() -> None:
    """The bank's rules as data: check, show, compare, publish."""


@policy.command()
@click.argument("names", nargs=-1)
def check(names: tuple[str, ...]) -> None:
    """Tell every fault of these packs (of all, when none is named), with file and line."""
    packs = read_all_packs()
    unknown = [name for name in names if name not in packs]
    if unknown:
        raise click.ClickException(
            f"there is no pack {unknown[0]!r}; there are: {', '.join(packs)}"
        )
    unfit = 0
    for name in names or tuple(packs):
        found = packs[name]
        if isinstance(found, NotFit):
            unfit += 1
            click.echo(f"{name}: not fit for use")
            for fault in found.faults:
                click.echo(f"  {fault.where}: {fault.says}")
        else:
            click.echo(f"{name}: fit for use")
    if unfit:
        raise SystemExit(1)


@policy.command()
@click.argument("name")
def show(name: str) -> None:
    """A pack as it is read, its parents laid under it, as text to hold beside the regulation."""
    click.echo(_as_text(_read(name)), nl=False)


@policy.command()
@click.argument("one")
@click.argument("other", required=False)
def diff(one: str, other: str | None) -> None:
    """What differs between two packs; or between a pack and the version now in force."""
    if other is None:
        sessions = open_database(load_settings().database_url)
        try:
            with sessions() as session:
                before = current_text(session, one)
        finally:
            close_database(sessions)
        after, title = _read(one), f"{one} (in force)"
    else:
        before, after, title = _read(one), _read(other), one
    lines = difflib.unified_diff(
        _as_text(before or {}).splitlines(),
        _as_text(after).splitlines(),
        title,
        other or f"{one} (file)",
        lineterm="",
    )
    click.echo("\n".join(lines) or "no difference")


@policy.command(name="publish")
@click.argument("name")
def publish_one(name: str) -> None:
    """Put a pack in force for new complaints. Cases keep the version they were received under."""
    sessions = open_database(load_settings().database_url)
    try:
        with sessions.begin() as session:
            version = publish(session, name)
    except NotFit as unfit:
        raise click.ClickException(_faults(unfit)) from unfit
    finally:
        close_database(sessions)
    click.echo(f"{version} is in force for new complaints")


@policy.command()
def coverage() -> None:
    """Which rules are carried out and where, and which are not; fails if one is neither."""
    rules = yaml.safe_load(RULES.read_text(encoding="utf-8"))
    carried_out = _carried_out()
    limited = set(RULE_ID.findall(LIMITATIONS.read_text(encoding="utf-8")))
    for rule, words in rules.items():
        where = carried_out.get(rule, [])[:3] + ["docs/limitations.md"] * (rule in limited)
        click.echo(f"{rule:6} {words['en']}\n       {', '.join(where) or 'NOWHERE'}")
    missing = [rule for rule in rules if rule not in carried_out and rule not in limited]
    whole = [rule for rule in rules if rule in carried_out and rule not in limited]
    in_part = [rule for rule in rules if rule in carried_out and rule in limited]
    click.echo(
        f"{len(rules)} rules: {len(whole)} carried out, {len(in_part)} in part, "
        f"{len(rules) - len(whole) - len(in_part) - len(missing)} limitations, "
        f"{len(missing)} missing {' '.join(missing)}"
    )
    if missing:
        raise SystemExit(1)


def _carried_out() -> dict[str, list[str]]:
    """Each rule cited by a figure of a pack, by code, or by a scenario, and the files that do."""
    found = _cited(POLICIES, tuple(path.name for path in POLICIES.glob("*.yaml")))
    for folder in IN_CODE:
        files = tuple(str(path.relative_to(ROOT)) for path in (ROOT / folder).rglob("*.py"))
        for rule, where in _cited(ROOT, files).items():
            found.setdefault(rule, []).extend(where)
    return found


def _cited(folder: Path, files: tuple[str, ...]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in sorted(files):
        text = (folder / name).read_text(encoding="utf-8")
        for rule in sorted(_expanded(text)):
            found.setdefault(rule, []).append(name)
    return found


def _expanded(text: str) -> set[str]:
    """The rule ids of a text; `D-21..D-35` stands for each of them."""
    rules = set(RULE_ID.findall(text))
    for letter, first, last in re.findall(r"\b([A-D])-(\d\d)\.\.\1?-?(\d\d)\b", text):
        rules |= {f"{letter}-{number:02}" for number in range(int(first), int(last) + 1)}
    return rules


def _read(name: str) -> dict[str, Any]:
    try:
        return read_pack(name)[1]
    except NotFit as unfit:
        raise click.ClickException(_faults(unfit)) from unfit


def _faults(unfit: NotFit) -> str:
    return "\n".join(f"{fault.where}: {fault.says}" for fault in unfit.faults)


def _as_text(pack: dict[str, Any]) -> str:
    return str(yaml.safe_dump(pack, allow_unicode=True, sort_keys=True, width=100))
