"""The form of every act, made from the act itself: a new act needs only its words.

A field of an act becomes a field of its form by its type: codes become lists, instants date and
time, numbers an amount in yuan. What is chosen the act says itself (`domain.acts.chosen`).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, get_args, get_origin

from werkzeug.datastructures import MultiDict

from domain.acts import (
    ACT_KINDS,
    Act,
    ActContext,
    AnyAct,
    ApplyCalendar,
    ApproveExtension,
    Attach,
    CorrectContact,
    EraseWhenDue,
    FinishTask,
    HandOver,
    Need,
    NoteReportReceipt,
    ReceiveHandOver,
    RefuseExtension,
    SendLetter,
    SubmitCaseReport,
    TakeBack,
    WordCaseReport,
    WriteLetter,
    pass_gates,
    permit,
)
from domain.case import Actor, Case
from domain.complaint import BadInput, Flaw, flaws_of_text
from domain.errors import Refusal, Refused
from domain.permission_names import Permission
from rulebook.texts import read_text_limits
from store.people.bank import Bank
from store.reads.case_page import CaseAtHand
from web import wording
from web.base.phrases import _
from web.casework.act_facts import Fact, facts_of, is_code
from web.casework.act_lists import ActLists
from web.casework.act_steps import is_at_its_step, next_kind
from web.kit.forms import Choice, Field, FieldKind, Typed, codes, filled, judged, typed_instant

SHORT_TEXTS = frozenset({"handler_name", "handler_phone"})
"""Texts of one line."""


class Group(StrEnum):
    """Where on the page a form stands."""

    NEXT = "next"
    OTHER = "other"
    RARE = "rare"


COMMON = frozenset(
    {
        "classify", "assign", "start", "note", "ask_customer", "take_answer", "approve_extension",
        "refuse_extension", "reply", "reply_to_sender", "dispose", "close", "acknowledge",
        "finish_task", "forward", "draft_case_report",
    }
)  # fmt: skip
"""Acts many cases see; the others stand apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActForm:
    """One act, ready to be filled in."""

    kind: str
    group: Group
    fields: tuple[Field, ...]
    refusal: str = ""
    """Why it was refused just now."""
    command_id: str = ""
    """The key it is to be sent again with; a form that was answered gets a new one."""
    seen_version: int | None = None
    """The version it was filled in on, when that is not the one beside it on the page."""

    @property
    def words(self) -> wording.ActWords:
        return wording.act_words(self.kind)

    @property
    def has_errors(self) -> bool:
        return bool(self.refusal) or any(field.errors for field in self.fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotNow:
    """An act this person may do, but not at this moment, and why."""

    kind: str
    why: str

    @property
    def words(self) -> wording.ActWords:
        return wording.act_words(self.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedAct:
    """A form as it was read: the act, its texts, and everything wrong with them."""

    act: AnyAct | None
    words: dict[str, str]
    flaws: tuple[Flaw, ...]


def kind_of(act: type[Act]) -> str:
    """The name an act goes by in forms and records."""
    return next(kind for kind, each in ACT_KINDS.items() if each is act)


ON_NO_FORM = frozenset(
    {
        Attach, ApplyCalendar, TakeBack, EraseWhenDue, HandOver, ReceiveHandOver, WordCaseReport,
        SubmitCaseReport, NoteReportReceipt, WriteLetter, SendLetter, CorrectContact,
        *(act for act in ACT_KINDS.values() if act.done_by is not None),
    }
)  # fmt: skip
"""Acts whose facts nobody of the bank types here: the digest of a file, the version of a calendar,
what a customer says or Redress itself finds, what went to human resources in one file; a report to
the regulator, a letter to the customer and who that is have pages of their own."""


DECISIONS = frozenset({ApproveExtension, RefuseExtension})
"""Of a later date asked for before such requests waited with all others that take two."""


BY_KIND = {
    kind: act
    for kind, act in ACT_KINDS.items()
    if not (act in ON_NO_FORM or act.is_retired)
    and not (act.is_of_whom_it_is_about or act.is_of_who_did_it)
}


class ActForms:
    """The acts of one person on one case as it stands."""

    def __init__(
        self, file: CaseAtHand, by: Actor, bank: Bank, is_for: Callable[[Permission], bool]
    ) -> None:
        self._file = file
        self._by = by
        self._is_for = is_for
        self._lists = ActLists(file, by, bank)

    def offered(self) -> tuple[list[ActForm], list[NotNow]]:
        """Every act that is open to this person now, and those that are held up by something."""
        forms, not_now = [], []
        for act in BY_KIND.values():
            if not self._is_for(act.permission):
                continue
            if act in DECISIONS and self._file.case.extension_request is None:
                continue
            if not is_at_its_step(act, self._file.case):
                continue
            try:
                permit(act, self._file.case, self._by)
            except Refused:
                continue  # Not this role's business, or over and done with at this status.
            try:
                # Asked of an act without its facts: what stands against it whatever they are.
                pass_gates(kind_of(act), self._file.case, self._file.pack.conduct)
                act.check(self._file.case, self._given())
            except Refused as refused:
                if refused.code is Refusal.NO_PENALTIES_ON_PERSONS:
                    continue  # What the bank does not do at all is held up by nothing.
                why = wording.refusal_sentence(refused, kind_of(act))
                not_now.append(NotNow(kind=kind_of(act), why=why))
                continue
            form = self.form(kind_of(act))
            if all(field.choices for field in form.fields if _wants_a_choice(field)):
                forms.append(form)
        return self._next_one_first(forms), not_now

    def _next_one_first(self, forms: list[ActForm]) -> list[ActForm]:
        """What comes next for this person is set apart, and stands first."""
        is_anothers = self._lists.has_another_handler
        chosen = next_kind({form.kind for form in forms}, self._file.case, is_anothers=is_anothers)
        marked = [
            replace(each, group=Group.NEXT) if each.kind == chosen else each for each in forms
        ]
        return sorted(marked, key=lambda form: form.group is not Group.NEXT)

    def form(self, kind: str) -> ActForm:
        """The empty form of an act."""
        act = BY_KIND[kind]
        facts = (self._fact_field(act, fact) for fact in facts_of(act))
        made = [*facts, *self._word_fields(act)]
        return ActForm(
            kind=kind,
            group=Group.OTHER if kind in COMMON else Group.RARE,
            fields=tuple(replace(field, form=kind) for field in made),
        )

    def read(
        self, kind: str, typed: MultiDict[str, str], asked_before: AnyAct | None = None
    ) -> TypedAct:
        """The act that was typed; its flaws are told together.

        What the same form chose when it came before stays a choice: being carried out, the act may
        have used it up.
        """
        act = BY_KIND[kind]
        form = self.form(kind)
        if asked_before is not None and asked_before.kind == kind:
            form = replace(form, fields=tuple(_still_offering(form.fields, asked_before)))
        if act is FinishTask:
            form = replace(form, fields=tuple(_naming_tasks(form.fields, self._file.case)))
        reader = Typed(typed)
        facts = self._facts(act, form, reader)
        texts = {name: reader.text(name) for name in act.words}
        for field in form.fields:
            if field.required and not "".join(typed.getlist(field.name)).strip():
                empty = BadInput.NOT_A_CHOICE if _wants_a_choice(field) else BadInput.EMPTY
                reader.flaw(field.name, empty)
        if act is FinishTask:
            for name in self._asked_with(reader.text("task")):
                if not reader.text(name):
                    reader.flaw(name, BadInput.EMPTY)
        flaws = tuple(dict.fromkeys(reader.flaws))
        made: Any = None if flaws else act(**facts)
        return TypedAct(act=made, words={n: t for n, t in texts.items() if t}, flaws=flaws)

    def again(self, kind: str, typed: MultiDict[str, str], flaws: tuple[Flaw, ...] = ()) -> ActForm:
        """The form with what was typed in it, and what stands against it."""
        form = self.form(kind)
        return replace(form, fields=judged(filled(form.fields, typed), flaws))

    def _asked_with(self, task: str) -> tuple[str, ...]:
        """The texts that the rule of a task asks for beside what was done; of who may end it."""
        return next((e.asks for e in self._file.tasks if e.name == task and e.may_be_ended), ())

    def _given(self) -> ActContext:
        return ActContext(
            by=self._by,
            at=datetime.now(UTC),
            words=frozenset(),
            conduct=self._file.pack.conduct,
            clocks=tuple(line.clock for line in self._file.clocks),
        )

    def _fact_field(self, act: type[Act], fact: Fact) -> Field:
        field = Field(
            name=fact.field,
            label=wording.label_in(kind_of(act), fact.field),
            required=fact.required or fact.name in self._elements(act),
            typed=self._standing_value(fact.name),
        )
        if fact.chosen is not None:
            return replace(field, kind=FieldKind.CHOICE, choices=self._lists.of(fact.chosen))
        field = _of_its_type(field, fact.kind)
        return self._with_causes_of_the_pack(field) if fact.name == "causes" else field

    def _with_causes_of_the_pack(self, field: Field) -> Field:
        """The causes that the pack knows; of a pack from before it named them, all."""
        conduct = self._file.pack.conduct
        known = conduct.causes or {}
        listed = tuple(each for each in field.choices if each.value in known)
        hint = _("Wanted for a valid complaint.") if conduct.causes_required else ""
        return replace(field, choices=listed or field.choices, hint=hint)

    def _word_fields(self, act: type[Act]) -> Iterator[Field]:
        elements = self._elements(act)
        for name, need in act.words.items():
            short = name in SHORT_TEXTS
            yield Field(
                name=name,
                label=wording.label_in(kind_of(act), name),
                kind=FieldKind.TEXT if short else FieldKind.LONG_TEXT,
                required=need is Need.REQUIRED or name in elements,
                rows=6 if name in {"letter", "findings"} else 2,
                typed=(self._lists.own_name,) if name == "handler_name" else (),
            )

    def _elements(self, act: type[Act]) -> tuple[str, ...]:
        """What this case's pack wants a reply to hold (A-53)."""
        return self._file.pack.conduct.reply_elements if kind_of(act) == "reply" else ()

    def _standing_value(self, name: str) -> tuple[str, ...]:
        """What the case says already about a fact that may be set anew."""
        case = self._file.case
        match name:
            case "category" | "business":
                return tuple(filter(None, [getattr(case, name)]))
            case "marks":
                return case.marks
            case "amount_fen":
                return (f"{case.amount_fen / 100:.2f}",) if case.amount_fen else ()
            case "handled_at":
                return (typed_instant(datetime.now(UTC)),)
            case _:
                return ()

    def _facts(self, act: type[Act], form: ActForm, reader: Typed) -> dict[str, Any]:
        """What was typed, and what follows from it; what was left out is left to the act."""
        fields = {field.name: field for field in form.fields}
        facts: dict[str, Any] = {}
        for fact in facts_of(act):
            value = _read(reader, fields[fact.field], fact.kind)
            if value is not None:
                facts |= self._lists.with_what_follows(fact, value)
            elif fact.unsaid is not None and self._standing_value(fact.name):
                facts[fact.unsaid] = True
        return facts


def _still_offering(form: tuple[Field, ...], asked: AnyAct) -> Iterator[Field]:
    """The fields, each list with what this act chose from it."""
    for field in form:
        if field.kind is FieldKind.CHOICE:
            chosen = "|".join(str(getattr(asked, part)) for part in field.name.split("+"))
            field = replace(field, choices=(*field.choices, Choice(value=chosen, words=chosen)))
        yield field


def _naming_tasks(form: tuple[Field, ...], case: Case) -> Iterator[Field]:
    """The fields, with every task the case ever had: of one that is done by now, or another's, the
    rule says so in a sentence of its own."""
    for field in form:
        if field.kind is FieldKind.CHOICE:
            known = tuple(Choice(value=each.name, words=each.name) for each in case.tasks)
            field = replace(field, choices=(*field.choices, *known))
        yield field


def _wants_a_choice(field: Field) -> bool:
    return field.required and field.kind is FieldKind.CHOICE


def _of_its_type(field: Field, kind: Any) -> Field:
    """The field of a fact that is on no list, after the type of the fact."""
    if get_origin(kind) is tuple:
        item = get_args(kind)[0]
        if is_code(item):
            return replace(field, kind=FieldKind.CHOICES, choices=codes(item))
        return replace(field, hint=_("Several, separated by commas."))
    if is_code(kind):
        return replace(field, kind=FieldKind.CHOICE, choices=codes(kind))
    if kind is datetime:
        return replace(field, kind=FieldKind.INSTANT)
    if kind is bool:
        return replace(field, kind=FieldKind.YES, required=False)
    if kind is int:
        return replace(field, kind=FieldKind.AMOUNT)
    return field


def _read(reader: Typed, field: Field, kind: Any) -> Any:
    """One fact as its type; None when nothing was typed that could be read."""
    match field.kind:
        case FieldKind.CHOICE if is_code(kind):
            return reader.code(field.name, kind)
        case FieldKind.CHOICE:
            return reader.one_of(field.name, field.choices)
        case FieldKind.CHOICES:
            return reader.codes(field.name, get_args(kind)[0])
        case FieldKind.INSTANT:
            return reader.instant(field.name)
        case FieldKind.AMOUNT:
            return reader.fen(field.name)
        case FieldKind.YES:
            return bool(reader.text(field.name))
        case _:
            return _plain(reader, field.name, kind)


def _plain(reader: Typed, name: str, kind: Any) -> Any:
    text = reader.text(name)
    if not text:
        return None
    reader.flaws += flaws_of_text(name, text, read_text_limits().with_an_act)
    if get_origin(kind) is tuple:
        return tuple(part.strip() for part in text.replace("，", ",").split(",") if part.strip())
    return text
