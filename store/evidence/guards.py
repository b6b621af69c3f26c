"""The triggers of journal and audit: whether they are there and on, hear of every change, and their
functions still forbid all but an erasure that two have agreed to. A function can be replaced
without touching its trigger.
"""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

DELETES_AND_TRUNCATES = 0b101010
"""PostgreSQL's `tgtype`: once a statement, before it deletes or truncates."""

UPDATES_OF_ROWS = 0b010011
"""For each row, before it is updated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """A trigger as the migrations made it (0001, 0024)."""

    table: str
    trigger: str
    hears_of: int
    says: str
    """The function behind it, its white space apart."""


GUARDS = (
    Guard(
        table="journal",
        trigger="journal_is_append_only",
        hears_of=DELETES_AND_TRUNCATES,
        says="begin raise exception 'the journal is append-only'; end",
    ),
    Guard(
        table="journal",
        trigger="journal_is_erased_by_agreement",
        hears_of=UPDATES_OF_ROWS,
        says="begin if new.words is null and to_jsonb(new) - 'words' = to_jsonb(old) - 'words'"
        " and public.is_erased(old.reference) then return new; end if;"
        " raise exception 'the journal is append-only'; end",
    ),
    Guard(
        table="audit",
        trigger="audit_is_erased_by_agreement",
        hears_of=UPDATES_OF_ROWS,
        says="begin if new.facts = old.facts - 'reason'"
        " and to_jsonb(new) - 'facts' = to_jsonb(old) - 'facts'"
        " and public.is_erased(old.subject) then return new; end if;"
        " raise exception 'the audit is append-only'; end",
    ),
)

IS_ERASED = (
    "select exists ( select from public.journal entry join public.approvals agreed"
    " on agreed.id = coalesce(entry.facts->>'agreement', entry.key)"
    " where entry.reference = wanted"
    " and agreed.outcome = 'approved' and agreed.decided_by <> agreed.requested_by"
    " and (entry.event = 'erased' and agreed.kind = 'erasure' and agreed.subject = wanted"
    " or entry.event = 'erased_when_due' and agreed.kind = 'erase_all_due') )"
)
"""What `is_erased` says, which the guards ask: the journal tells of an erasure that two agreed to.
"""


def are_guarded(session: Session) -> bool:
    """Whether every guard is as it was made."""
    stands = all(_says(session, guard) == guard.says for guard in GUARDS)
    asked = session.scalar(
        text("select prosrc from pg_proc where oid = to_regprocedure('public.is_erased(text)')")
    )
    return stands and _plain(asked) == IS_ERASED


def _says(session: Session, guard: Guard) -> str:
    """The function of a trigger that is on and hears of all it should; nothing of another one."""
    found = session.scalar(
        text(
            "select function.prosrc from pg_trigger guard"
            " join pg_proc function on function.oid = guard.tgfoid"
            " join pg_language language on language.oid = function.prolang"
            " where guard.tgname = :trigger and guard.tgrelid = to_regclass(:table)"
            " and guard.tgenabled in ('O', 'A') and guard.tgtype = :hears_of"
            " and guard.tgqual is null and guard.tgattr::text = ''"
            " and language.lanname = 'plpgsql'"
        ),
        {"trigger": guard.trigger, "table": guard.table, "hears_of": guard.hears_of},
    )
    return _plain(found)


def _plain(said: str | None) -> str:
    return " ".join((said or "").split())
