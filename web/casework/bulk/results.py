"""What has become of a bulk act in each case, as far as the records know."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from domain.acts import ACT_KINDS
from domain.acts.undoing import UNDOABLE
from domain.errors import Refusal
from domain.statuses import CommandStatus
from rulebook.pages.limits import read_open_page_limits
from store.bulk.acts import BulkAct, BulkItem, find_bulk
from store.scope import visible_among
from store.undoing import undo_key
from web import wording
from web.base.context import reading
from web.base.phrases import _
from web.casework.bulk.preview import left_alone
from web.kit.access import reader
from web.kit.asking import changed_since

SOON = timedelta(seconds=6)
"""How long an answer may take before the page says what it waits for (default)."""

LOOK_AGAIN_AT_LEAST, LOOK_AGAIN_AT_MOST = 1, 30
"""Seconds after which the page of one at work asks how far it is (default): the longer it takes
already, the longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What became of it in one case."""

    reference: str
    opens: bool
    """Whether a link to it leads its reader anywhere."""
    tone: str
    words: str


def told_of(bulk: BulkAct) -> Iterator[Told]:
    """Each case in its turn."""
    opens = visible_among(reading(), reader(), [each.reference for each in bulk.items])
    for each in bulk.items:
        tone, words = _became(bulk, each)
        yield Told(reference=each.reference, opens=each.reference in opens, tone=tone, words=words)


def look_again_after(bulk: BulkAct) -> int:
    """In how many seconds the page asks again."""
    seconds = int(_since(bulk).total_seconds()) // 5
    return min(LOOK_AGAIN_AT_MOST, max(LOOK_AGAIN_AT_LEAST, seconds))


def may_be_undone(bulk: BulkAct) -> bool:
    """Whether to offer that all of it is taken back."""
    is_in_time = _since(bulk) < read_open_page_limits().undo_lasts
    is_undoable = ACT_KINDS[bulk.kind].event in UNDOABLE
    is_done = not bulk.is_at_work and bulk.count(CommandStatus.ACCEPTED) > 0
    return is_undoable and is_in_time and is_done


def undone_by(bulk: BulkAct) -> BulkAct | None:
    """The bulk act by which it was taken back, if it was."""
    return find_bulk(reading(), undo_key(bulk.id), bulk.by)


def _since(bulk: BulkAct) -> timedelta:
    return datetime.now(UTC) - bulk.asked_at


def _became(bulk: BulkAct, item: BulkItem) -> tuple[str, str]:
    """How it looks, and what is said of it."""
    match item.status:
        case CommandStatus.ACCEPTED:
            return "met", str(wording.act_words(bulk.kind).done)
        case CommandStatus.STORED if _since(bulk) < SOON:
            return "soon", _("under way")
        case CommandStatus.STORED:
            return "soon", _("Stored, waiting for the engine; nothing is lost.")
    return "late", _why_not(item)


def _why_not(item: BulkItem) -> str:
    assert item.refusal is not None
    if item.refusal.code is not Refusal.CHANGED_MEANWHILE:
        return left_alone(item.refusal)
    stays = _("Left as it is, for it was changed since you looked.")
    return f"{stays} {changed_since(item.reference, item.seen_version)}".strip()
