"""Holding PostgreSQL, Temporal and the journals against each other (`domain.verification`)."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from domain.journal import CaseState
from domain.sentences import Sentence, sentence
from domain.upkeep import Upkeep
from domain.verification import Disagreement, Invariant, Verification
from store.cases.journal import standing_of
from store.cases.unfinished import latest_unfinished
from store.database import Sessions, read_in_thread
from store.evidence.chain import count_entries
from store.files.attachments import known_digests
from store.notices import silent_notices
from store.operations.verification import (
    CaseInRows,
    cases_in_rows,
    damaged_files,
    disagreements_in_rows,
    tamperings,
)

ASKED_AT_ONCE = 20
"""Workflows asked for the state of their case together: more would crowd out the work (default)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineView:
    """The workflows of cases as Temporal has them."""

    running: frozenset[str]
    """References whose workflow runs."""
    ever: frozenset[str]
    """References that have or had a workflow, as far as Temporal remembers."""
    foreign: tuple[str, ...]
    """Ids of case workflows that name no reference."""
    stuck: tuple[str, ...]
    """Ids of workflows that Temporal reports a problem of: they wait for a repair."""


class Engine(Protocol):
    """What a verification asks of Temporal."""

    async def view(self) -> EngineView:
        """All workflows of cases, from Temporal's index, which lags a little."""

    async def is_running(self, reference: str) -> bool:
        """Whether the workflow of a case runs at this moment, from its own record."""

    async def is_sending(self, message: str) -> bool:
        """Whether the workflow of a notice runs at this moment, from its own record."""

    async def standing(self, reference: str) -> CaseState | None:
        """Where the workflow says its case stands; None when it does not answer."""


class Verifier:
    """Compares everything once. Reads only; what it finds is for a person to judge."""

    def __init__(
        self,
        sessions: Sessions,
        engine: Engine,
        *,
        upkeep: Upkeep,
        heads: Path,
        files: Path,
        key: bytes,
    ) -> None:
        """`heads` is where the signed heads of the journals lie, `key` what seals them; `files` is
        where the attachments lie."""
        self._sessions = sessions
        self._engine = engine
        self._upkeep = upkeep
        self._heads = heads
        self._files = files
        self._key = key

    async def verify(self, *, every_standing: bool = False) -> Verification:
        """Look at everything; `every_standing` asks all unfinished cases, not just the latest."""
        began_at = datetime.now(UTC)
        view = await self._engine.view()
        rows, inside, entries = await asyncio.to_thread(self._look_inside)
        asked, standings = await self._standings(rows, every_standing)
        found = [*inside, *await self._missing(rows, view, began_at), *standings]
        found += await self._unsent()
        found += self._phantoms(rows, view)
        return Verification(
            began_at=began_at,
            finished_at=datetime.now(UTC),
            looked_at={
                "cases": len(rows),
                "workflows": len(view.ever),
                "entries": entries,
                "standings": asked,
            },
            disagreements=tuple(found),
        )

    def _look_inside(self) -> tuple[dict[str, CaseInRows], list[Disagreement], int]:
        """What needs no Temporal. The cases are read after its view, so none looks newer there."""
        with self._sessions() as session:
            rows = cases_in_rows(session)
            found = [
                *disagreements_in_rows(session, self._upkeep.patience),
                *tamperings(session, self._heads, self._key),
            ]
            entries, digests = count_entries(session), known_digests(session)
        # PostgreSQL ends a transaction that idles for a minute, and files may take longer.
        return rows, [*found, *self._damaged(digests)], entries

    def _damaged(self, digests: set[str]) -> list[Disagreement]:
        """What is wrong with these files, but for those that were erased meanwhile."""
        found = list(damaged_files(digests, self._files))
        with self._sessions() as session:
            known = known_digests(session) if found else set()
        return [each for each in found if each.subject in known]

    async def _missing(
        self, rows: Mapping[str, CaseInRows], view: EngineView, now: datetime
    ) -> list[Disagreement]:
        """Cases that need their workflow, in nobody's care."""
        suspects = [
            row
            for row in rows.values()
            if row.is_unfinished
            and row.reference not in view.running
            and now - row.received_at > self._upkeep.patience.start
        ]
        return [
            Disagreement(
                invariant=Invariant.CASE_HAS_WORKFLOW,
                subject=row.reference,
                says=sentence("unfinished, and its workflow is still to be started")
                if row.waits_to_start
                else sentence("unfinished, and no workflow runs"),
            )
            for row in suspects
            if not await self._engine.is_running(row.reference)
        ]

    async def _unsent(self) -> list[Disagreement]:
        """Notices still to be sent that nobody is under way with."""
        silent = await asyncio.to_thread(self._silent_notices)
        return [
            Disagreement(
                invariant=Invariant.NOTICE_SENT_OR_DEAD,
                subject=key,
                says=sentence(
                    "still to be sent, not tried for long, and nobody is under way with it"
                ),
            )
            for message, key in silent.items()
            if not await self._engine.is_sending(message)
        ]

    def _silent_notices(self) -> dict[str, str]:
        with self._sessions() as session:
            return silent_notices(session, self._upkeep.patience.notice)

    @staticmethod
    def _phantoms(rows: Mapping[str, CaseInRows], view: EngineView) -> Iterator[Disagreement]:
        for reference in sorted(view.ever - rows.keys()):
            yield Disagreement(
                invariant=Invariant.WORKFLOW_HAS_CASE,
                subject=reference,
                says=sentence("has no case"),
            )
        for workflow_id in view.foreign:
            yield Disagreement(
                invariant=Invariant.WORKFLOW_HAS_CASE,
                subject=workflow_id,
                says=sentence("names no case"),
            )
        for workflow_id in view.stuck:
            yield Disagreement(
                invariant=Invariant.EVERYTHING_MOVES,
                subject=workflow_id,
                says=sentence("is stuck"),
            )

    async def _standings(
        self, rows: Mapping[str, CaseInRows], every: bool
    ) -> tuple[int, list[Disagreement]]:
        """Unfinished cases whose workflow goes by something else than what pages read."""
        at_most = len(rows) if every else self._upkeep.standings_at_most
        references = await read_in_thread(self._sessions, latest_unfinished, at_most)
        gate = asyncio.Semaphore(ASKED_AT_ONCE)

        async def differs(reference: str) -> Sentence | None:
            async with gate:
                return await self._difference(reference)

        said = await asyncio.gather(*(differs(each) for each in references))
        return len(references), [
            Disagreement(invariant=Invariant.ROWS_MATCH_WORKFLOW, subject=reference, says=says)
            for reference, says in zip(references, said, strict=True)
            if says is not None
        ]

    async def _difference(self, reference: str) -> Sentence | None:
        """How rows and workflow differ. What is being written just now is looked at again."""
        says: Sentence | None = None
        for _ in range(3):
            theirs = await self._engine.standing(reference)
            ours = await read_in_thread(self._sessions, standing_of, reference)
            if theirs is None:
                return None  # nothing runs: that is I1's to say
            if theirs.case == ours.case and theirs.clocks == ours.clocks:
                return None
            says = (
                sentence(
                    "the workflow is at version %(theirs)s, the row at %(ours)s",
                    theirs=theirs.case.version,
                    ours=ours.case.version,
                )
                if theirs.case.version != ours.case.version
                else sentence("the workflow and the row differ at the same version")
            )
        return says
