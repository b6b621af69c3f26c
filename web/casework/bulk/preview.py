"""The preview of a bulk act: what is chosen once for all cases, and what it would meet in each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import render_template, request, url_for
from werkzeug.datastructures import MultiDict

from domain.acts import ACT_KINDS
from domain.complaint import BadInput, Flaw
from domain.errors import Refusal, Refused
from store.cases.commands import flaws_of_words
from store.reads.case_page import read_case_file
from web import wording
from web.base.context import bank, reading
from web.base.phrases import _
from web.casework.act_facts import CLOCK_AND_STEP
from web.casework.act_forms import ActForms
from web.casework.bulk.choice import AT_MOST, Chosen
from web.kit.access import visitor
from web.kit.forms import Field, Typed, filled, judged
from web.wording.names import person_name

HANDLER = "handler"

LOOKED_AT = "looked_at"
"""Who was to have the cases in the preview that somebody has before them: nobody is given cases to
whom nobody saw what that would do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedBulk:
    """What was typed once for all cases."""

    handler: str | None
    words: dict[str, str]
    flaws: tuple[Flaw, ...]
    fields: tuple[Field, ...]
    """With what was typed, and what stands against it."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left to choose."""
        return all(field.value for field in self.fields if field.required)


def read_typed(kind: str, fields: Sequence[Field], typed: MultiDict[str, str]) -> TypedBulk:
    """What was typed into the preview; what is wrong with it stands beside its field."""
    reader, by_name = Typed(typed), {field.name: field for field in fields}
    handler = None
    if HANDLER in by_name:
        handler = reader.one_of(HANDLER, by_name[HANDLER].choices)
    words = {name: reader.text(name) for name in ACT_KINDS[kind].words if reader.text(name)}
    flaws = (*reader.flaws, *flaws_of_words(words))
    return TypedBulk(
        handler=handler, words=words, flaws=flaws, fields=judged(filled(fields, typed), flaws)
    )


def without_a_choice(typed: TypedBulk) -> TypedBulk:
    """The same, with a word beside what was left out."""
    missing = [each.name for each in typed.fields if each.required and not each.value]
    flaws = tuple(Flaw.of(name, BadInput.NOT_A_CHOICE) for name in missing)
    return replace(typed, flaws=flaws, fields=judged(typed.fields, flaws))


def fields_of(kind: str, chosen: Sequence[Chosen]) -> tuple[Field, ...]:
    """What is asked for once for all cases. Whoever one of them keeps out stands on the list too:
    that one is left alone."""
    opened = next((each.opened for each in chosen if each.opened and not each.left_alone), None)
    if opened is None:
        return ()
    file = read_case_file(reading(), opened, entries_at_most=1)
    open_to_all = replace(
        file.case, person_complained_about=None, also_complained_about=(), in_conflict=()
    )
    forms = ActForms(replace(file, case=open_to_all), visitor().actor, bank(), opened.is_for)
    return tuple(each for each in forms.form(kind).fields if each.name != CLOCK_AND_STEP)


def preview(
    kind: str,
    chosen: Sequence[Chosen],
    typed: TypedBulk,
    *,
    beyond: int = 0,
    command_id: str,
    unsure: str = "",
) -> str:
    """The page that says what would happen, before anything is done.

    :param unsure: why nobody knows whether it was taken already
    """
    possible = sum(each.left_alone is None for each in chosen)
    return render_template(
        "casework/bulk.html",
        kind=kind,
        words=wording.act_words(kind),
        chosen=chosen,
        possible=possible,
        left=len(chosen) - possible,
        typed=typed,
        looked_at=typed.handler or "",
        happens=_happens(kind, typed.handler),
        left_alone=left_alone,
        beyond=beyond,
        beyond_words=_beyond(beyond),
        unsure=unsure,
        command_id=command_id,
        address=url_for("bulk.act", **as_asked()),
        back=url_for("queue.my_queue"),
    )


def as_asked(*without: str) -> dict[str, Any]:
    """What the address of this preview says: a form that comes back after a log-in finds it."""
    return {
        name: said
        for name, said in request.args.lists()
        if name not in without and not name.startswith("_")
    }


def left_alone(refused: Refused) -> str:
    """Why a case is left alone."""
    if refused.code is Refusal.UNKNOWN_REFERENCE:
        return _("There is no such case, or it is not yours.")
    return wording.refusal_sentence(refused)


def _happens(kind: str, handler: str | None) -> str:
    if handler is not None:
        return _("goes to %(person)s", person=person_name(handler))
    return _("possible") if kind == "assign" else _("will be asked for")


def _beyond(more: int) -> str:
    if not more:
        return ""
    return _(
        "One act takes %(at_most)s cases at most; %(more)s more are left for another one.",
        at_most=AT_MOST,
        more=more,
    )
