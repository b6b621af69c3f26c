"""What somebody does to a case, carried out by the record as its workflow would ask for it."""

from domain.acts import ActContext, carried_out
from store.cases.commands import read_command
from store.cases.journal import record, standing_of
from store.database import Sessions
from store.policies.packs import published_pack


def carry_out(sessions: Sessions, reference: str, command_id: str) -> None:
    """Raises the refusal that the workflow meets."""
    with sessions.begin() as session:
        now = standing_of(session, reference)
        asked = read_command(session, command_id)
        given = ActContext(
            by=asked.by,
            at=asked.at,
            words=frozenset(asked.words),
            conduct=published_pack(session, now.case.policy).conduct,
            clocks=now.clocks,
        )
        change = carried_out(
            asked.act, now.case, given, key=asked.id, seen_version=asked.seen_version
        )
        record(session, change)
