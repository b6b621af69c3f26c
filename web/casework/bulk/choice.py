"""Which cases a bulk act is meant for, and what it would meet in each of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid5

from flask import request
from werkzeug.datastructures import MultiDict

from domain.acts import Acknowledge, AnyAct, Assign, Urge
from domain.errors import Refusal, Refused
from domain.escalation import unheard
from domain.permission_names import Permission
from domain.permissions import holds
from domain.relations import Reader
from store.bulk.acts import AskedOfOne
from store.bulk.foreseen import forbids, forbids_at_all
from store.people.leavers import Left, known_left
from store.policies.packs import published_pack
from store.reads.queues import count_cases, references_of
from store.scope import OpenedCase, open_each
from web.base.context import bank, reading
from web.base.language import current_language
from web.casework.queues.narrowing import filters_asked, shelves_of
from web.kit.access import note_refusal, reader, visitor

KINDS: tuple[tuple[str, Permission], ...] = (
    ("assign", Permission.ASSIGN_ANY),
    ("urge", Permission.URGE_ANY),
    ("acknowledge", Permission.ACKNOWLEDGE),
)
"""Acts that may be done to several at once, for whoever may do this in more than one's own: none of
them ends anything, says anything outside, or takes a second person."""

AT_MOST = 200
"""Cases of one bulk act (default): more than anybody looks through before saying yes."""


BEYOND = "beyond"
"""What a preview says of the cases that it has no room for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """One of the cases, and what stands against the act there."""

    reference: str
    opened: OpenedCase | None
    """None for a case that is not there, or not this person's."""
    acts: tuple[AnyAct, ...] = ()
    """What would be asked; nothing as long as not all is chosen, and where it is left alone."""
    left_alone: Refused | None = None
    """Why, where it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The cases that somebody has chosen."""

    references: tuple[str, ...]
    beyond: int = 0
    """How many more there were than one bulk act takes."""


def bulk_kinds_for(who: Reader) -> tuple[str, ...]:
    """The acts that somebody may do in several cases at once."""
    return tuple(kind for kind, permission in KINDS if holds(who.roles, permission))


def choice_asked() -> Choice:
    """The cases that were ticked, each once; or the whole list they stand in."""
    if "whole" in request.args:
        filters = filters_asked(shelves_of(reader()))
        (count,) = count_cases(reading(), reader(), filters)
        whole = references_of(reading(), reader(), filters, AT_MOST, language=current_language())
        return Choice(references=whole, beyond=max(0, count - AT_MOST))
    return _of(request.args)


def choice_sent() -> Choice:
    """The cases of the preview that was sent, however the list stands by now."""
    sent = _of(request.form)
    return replace(sent, beyond=sent.beyond or request.form.get(BEYOND, 0, type=int))


def _of(said: MultiDict[str, str]) -> Choice:
    ticked = tuple(dict.fromkeys(said.getlist("reference")))
    return Choice(references=ticked[:AT_MOST], beyond=max(0, len(ticked) - AT_MOST))


def opened_each(kind: str, references: Sequence[str]) -> tuple[Chosen, ...]:
    """Each case, and what stands against an act of this kind there, whatever is chosen."""
    found = open_each(reading(), reader(), references)
    return tuple(_looked_at(kind, each, found.get(each)) for each in references)


def foreseen(kind: str, opened: Sequence[Chosen], handler: str | None) -> tuple[Chosen, ...]:
    """The same with what would be asked and what that would meet, those left alone first.

    :param handler: who is to have them; None while nobody is chosen
    """
    left = known_left(reading())
    looked = [_foreseen(kind, each, handler, left) for each in opened]
    return tuple(sorted(looked, key=lambda each: each.left_alone is None))


def asked_of(chosen: Chosen, key: UUID, seen_version: int | None) -> Iterator[AskedOfOne]:
    """What is asked of a case, under ids that are the same for the same form, case and act."""
    for number, act in enumerate(chosen.acts or (None,)):
        yield AskedOfOne(
            reference=chosen.reference,
            command_id=str(uuid5(key, f"{chosen.reference}/{number}")),
            act=act,
            left_alone=chosen.left_alone,
            seen_version=seen_version,
        )


def _looked_at(kind: str, reference: str, opened: OpenedCase | None) -> Chosen:
    if opened is None:
        note_refusal(reference)
        unknown = Refused(Refusal.UNKNOWN_REFERENCE, reference=reference)
        return Chosen(reference=reference, opened=None, left_alone=unknown)
    refused = forbids_at_all(reading(), opened, kind, visitor().actor)
    if refused is None and kind == "acknowledge" and not any(_acts_on(kind, opened, None)):
        refused = Refused(Refusal.NOTHING_TO_ACKNOWLEDGE)
    return Chosen(reference=reference, opened=opened, left_alone=refused)


def _foreseen(kind: str, chosen: Chosen, handler: str | None, left: Left) -> Chosen:
    if chosen.opened is None or chosen.left_alone is not None:
        return chosen
    met = {
        act: forbids(reading(), chosen.opened, act, visitor().actor, left)
        for act in _acts_on(kind, chosen.opened, handler)
    }
    possible = tuple(act for act, forbidden in met.items() if forbidden is None)
    left_alone = next(iter(met.values())) if met and not possible else None
    return replace(chosen, acts=possible, left_alone=left_alone)


def _acts_on(kind: str, opened: OpenedCase, handler: str | None) -> Iterator[AnyAct]:
    match kind:
        case "assign" if handler is not None:
            unit = bank().people[handler].unit
            level = bank().units[unit].level
            yield Assign(handler=handler, handler_unit=unit, handler_level=level)
        case "urge":
            yield Urge()
        case "acknowledge":
            pack = published_pack(reading(), opened.case.policy)
            for fired in unheard(opened.case, pack):
                yield Acknowledge(clock=fired.clock, step=fired.step)
