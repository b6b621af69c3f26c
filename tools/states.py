"""Draw where a case may stand and what moves it: `python -m tools.states` writes docs/states.md.

Nothing is read off the declarations of the acts. Every act is tried in every status, on cases that
have nothing pending and on cases that have everything, and what comes of it is drawn.
"""

from collections.abc import Iterator
from dataclasses import fields, replace
from itertools import groupby, product
from pathlib import Path

from domain.acts import (
    Act,
    ActContext,
    DraftCaseReport,
    NoteReportReceipt,
    SubmitCaseReport,
    WordCaseReport,
    decide,
)
from domain.case import (
    Case,
    Status,
)
from domain.errors import Refused
from domain.filings import Filing
from tools.moves import EVERYBODY, MAJOR, NOW, REPORTED, RULES, Moves, attempts, observed

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "states.md"

PAGE = """# Where a case may stand, and what moves it

{origin}

{clocks}

```mermaid
stateDiagram-v2
    [*] --> received
{arrows}
```

A complaint from a file begins where the file says it stands.

## What may be done where

{signs}

| act | {statuses} |
{rule}
{rows}

## Where what authorities are told may stand

{filings}

```mermaid
stateDiagram-v2
{reports}
```

A return to an authority goes the same way without the acts:

```mermaid
stateDiagram-v2
{returns}
```
"""
FILINGS = (
    "A report to the regulator on a case ([`Filing`](../domain/filings.py)), as the acts were seen"
    " to move it. A ladder begins one too. Being late is a fact of it and never a status."
)
ORIGIN = (
    "Written by `python -m tools.states`, which tries every act in every status; a test fails when"
    " this page is no longer what the code does. Names are those of the code:"
    " [`Status`](../domain/case.py), and the kinds of [acts](../domain/acts/__init__.py)."
)
CLOCKS = (
    "A clock moves no case. That a limit was broken, or that somebody higher heard of it, is a"
    " fact in the journal and never a status."
)
SIGNS = (
    "An arrow says where the case stands afterwards; a dot, that it stays where it is; nothing,"
    " that the act is refused there. Who may do it is another question."
)


def drawn(moves: Moves) -> str:
    """The document."""
    return PAGE.format(
        origin=ORIGIN,
        clocks=CLOCKS,
        arrows="\n".join(_arrows(moves)),
        signs=SIGNS,
        statuses=" | ".join(Status),
        rule="|---" * (len(Status) + 1) + "|",
        rows="\n".join(_rows(moves)),
        filings=FILINGS,
        reports="\n".join(_arrows_of_reports()),
        returns="\n".join(_arrows_of_returns()),
    )


def _arrows(moves: Moves) -> Iterator[str]:
    """One arrow between two statuses, with all acts that take it."""
    order = list(Status)
    taken = [
        (order.index(before), order.index(after), _kind(act))
        for act, places in moves.items()
        for before, afterwards in places.items()
        for after in afterwards - {before}
    ]
    for (before, after), acts in groupby(sorted(taken), key=lambda each: each[:2]):
        named = ", ".join(kind for *_, kind in acts)
        yield f"    {order[before]} --> {order[after]}: {named}"


def _arrows_of_reports() -> Iterator[str]:
    """What each act on a report does to it, found out by trying."""
    moved: tuple[type[Act], ...] = (WordCaseReport, SubmitCaseReport, NoteReportReceipt)
    tried: list[tuple[Case, type[Act]]] = [(MAJOR, DraftCaseReport), *product(REPORTED, moved)]
    for case, act in tried:
        before = case.reports[0].filing.status if case.reports else "[*]"
        numbered = (each for attempt in attempts(act) for each in _numbered(attempt))
        found = (_status_after(each, case) for each in numbered)
        for after in dict.fromkeys(each for each in found if each is not None):
            yield f"    {before} --> {after}: {_kind(act)}"


def _status_after(act: Act, case: Case) -> str | None:
    """Where the report of the case stands after the act; None where it is refused."""
    words = frozenset(act.words)
    context = ActContext(by=EVERYBODY, at=NOW, words=words, conduct=RULES, clocks=())
    try:
        return decide(act, case, context, None).reports[0].filing.status
    except Refused:
        return None


def _numbered(act: Act) -> Iterator[Act]:
    """An act on a submission as of the first, and of the second."""
    if isinstance(act, SubmitCaseReport | NoteReportReceipt):
        yield from (replace(act, number=each) for each in (1, 2))
    else:
        yield act


def _arrows_of_returns() -> Iterator[str]:
    begun, told = Filing(), Filing().submitted()
    known = told.acknowledged(1)
    yield f"    [*] --> {begun.status}: its days are over"
    yield f"    {begun.status} --> {told.status}: another agrees, it is submitted"
    yield f"    {told.status} --> {known.status}: the receipt is noted"
    for before in (told, known):
        after = before.submitted()
        yield f"    {before.status} --> {after.status}: another agrees, it is corrected"


def _rows(moves: Moves) -> Iterator[str]:
    for act, places in moves.items():
        cells = [_cell(status, places.get(status, frozenset())) for status in Status]
        yield f"| {_kind(act)} | {' | '.join(cells)} |"


def _cell(before: Status, afterwards: frozenset[Status]) -> str:
    stays = ["·"] if before in afterwards else []
    return ", ".join(stays + [f"→ {each}" for each in Status if each in afterwards - {before}])


def _kind(act: type[Act]) -> str:
    return str(next(each.default for each in fields(act) if each.name == "kind"))


if __name__ == "__main__":
    DOCUMENT.write_text(drawn(observed()), encoding="utf-8")
