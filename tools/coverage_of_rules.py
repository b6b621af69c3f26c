"""Which rules of the four packs are carried out: `python -m tools.coverage_of_rules`."""

import re
from pathlib import Path

import click
import yaml

from rulebook.packs import POLICIES

ROOT = Path(__file__).resolve().parent.parent
RULES = POLICIES / "rules" / "a-to-d.yaml"
LIMITATIONS = ROOT / "docs" / "limitations.md"
RULE_ID = re.compile(r"\b[A-D]-\d\d[ab]?\b")
IN_CODE = (
    "domain", "rulebook", "store", "workflows", "engine", "desk", "relay", "web", "tests/scenarios",
)  # fmt: skip


@click.command()
def coverage() -> None:
    """Print which rules are carried out and where, and which are not; fails if one is neither."""
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


if __name__ == "__main__":
    coverage()
