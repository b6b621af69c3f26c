"""Proofs: a date that was promised, held against the same date computed again (decision 5)."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.clocks.ledger import Clock, Derivation, Planned
from domain.clocks.plan import plan
from domain.errors import Refusal, Refused
from store.policies.calendar_versions import published_calendar
from store.policies.packs import published_pack
from store.tables import CaseRow, ClockRow
from store.values import CASE, CLOCK, DERIVATION


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A clock as it is stored, and as the pinned pack and calendar give it now."""

    clock: Clock
    stored: Derivation
    computed: Planned | None
    """None when the rules give no such clock: somebody has added the row by hand."""

    @property
    def holds(self) -> bool:
        """Whether both are the same, day by day, and under the same seal."""
        return (
            self.computed is not None
            and self.stored == self.computed.derivation
            and self.clock.proof == self.computed.derivation.digest()
            and self.clock.due_at == self.computed.clock.due_at
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Proofs:
    """All clocks of a case, held against what the rules give."""

    clocks: tuple[Proof, ...]
    missing: tuple[str, ...]
    """Clocks that the rules give and no row has."""


def proofs_of(session: Session, reference: str) -> Proofs:
    """The dates of a case computed again, from the case as it stands and from the versions of pack
    and calendar it was received under. Raises `Refused` when there is no such case.
    """
    row = session.get(CaseRow, reference)
    if row is None:
        raise Refused(Refusal.UNKNOWN_REFERENCE, reference=reference)
    case = CASE.validate_python(row.state)
    pack = published_pack(session, case.policy)
    computed = {
        each.clock.key: each
        for each in plan(case, pack, published_calendar(session, case.calendar))
    }
    rows = session.scalars(
        select(ClockRow).where(ClockRow.reference == reference).order_by(ClockRow.position)
    ).all()
    return Proofs(
        clocks=tuple(
            Proof(
                clock=CLOCK.validate_python(row.clock),
                stored=DERIVATION.validate_python(row.derivation),
                computed=computed.get(row.key),
            )
            for row in rows
        ),
        missing=tuple(sorted(computed.keys() - {row.key for row in rows})),
    )
