"""An act asked of a case by a form, whichever page shows the form."""

from collections.abc import Mapping
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from desk.cases import ActOutcome
from domain.acts import AnyAct
from domain.complaint import Flaw
from domain.contacts import Contact
from domain.errors import NotFit, Refusal
from domain.events import Event
from store.cases.commands import NO_CONTACT
from store.database import DatabaseAway
from store.reads.overtaken import overtaken
from store.scope import open_case
from web import wording
from web.base.context import reading, records
from web.base.phrases import _
from web.kit.access import note_refusal, reader, visitor
from web.kit.failures import unanswered
from web.kit.forms import flaws_in, key_in
from web.wording.names import person_name


@dataclass(frozen=True, slots=True, kw_only=True)
class NotDone:
    """Why what a form asked of a case was not done. The case may have moved on meanwhile: its page
    reads it anew before it shows the form again."""

    status: int
    """That of HTTP with which the page answers."""
    flaws: tuple[Flaw, ...] = ()
    """What is wrong with what was typed, by the field it was typed into."""
    sentence: str = ""
    command_id: str = ""
    """The key to send it again with, where nobody knows what became of it; else a new one."""
    seen_version: int | None = None
    """The version it was filled in on, where it is to be sent again as it is."""


def ask(
    reference: str,
    act: AnyAct,
    words: Mapping[str, str],
    form: MultiDict[str, str],
    contact: Contact = NO_CONTACT,
) -> ActOutcome | NotDone:
    """Have the case judge an act under the key of its form, and on the version that its page
    showed; what became of it, or why it was not done."""
    key, seen_version = key_in(form, "command_id"), form.get("seen_version", type=int)
    # The engine may keep us waiting, and a page that waits must hold nothing of PostgreSQL's.
    reading().rollback()
    try:
        outcome = records().desk.act(
            command_id=key,
            reference=reference,
            act=act,
            words=words,
            by=visitor().actor,
            seen_version=seen_version,
            contact=contact,
        )
    except NotFit as unfit:
        return NotDone(status=422, flaws=tuple(flaws_in(unfit)))
    except DatabaseAway as away:
        sentence = unanswered(away)
        return NotDone(status=503, sentence=sentence, command_id=key, seen_version=seen_version)
    if outcome.refusal is None:
        return outcome
    sentence = wording.refusal_sentence(outcome.refusal, act.kind)
    match outcome.refusal.code:
        case Refusal.UNKNOWN_REFERENCE:
            note_refusal(outcome.refusal.facts["reference"])
        case Refusal.CHANGED_MEANWHILE:
            sentence = f"{sentence} {changed_since(reference, seen_version, act.event)}".strip()
    return NotDone(status=409, sentence=sentence)


def changed_since(reference: str, seen_version: int | None, asked: Event | None = None) -> str:
    """What was done first since the version that was seen, by whom and when; nothing where that is
    not known, or the case is not this person's any more."""
    opened = open_case(reading(), reader(), reference)
    if opened is None or seen_version is None:
        return ""
    first = overtaken(reading(), opened, seen_version, asked)
    if first is None:
        return ""
    return _(
        "Since then: %(what)s, by %(person)s, %(when)s.",
        what=wording.words(first.event),
        person=person_name(first.by),
        when=wording.when(first.at),
    )
