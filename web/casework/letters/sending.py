"""Sending a letter: as the act that it is, or as a letter and no more."""

from dataclasses import dataclass, replace
from datetime import datetime

from werkzeug.datastructures import MultiDict

from domain.acts import ACT_KINDS, ActWithLetter, AnyAct, SendLetter
from domain.approvals import Approval
from domain.case import Case
from domain.complaint import BadInput, Flaw
from domain.letters import LetterTemplate, LetterWay
from store.customer_letters import KeptLetter
from store.reads.case_page import CaseFile
from store.scope import OpenedCase
from web import wording
from web.base.context import bank
from web.base.phrases import _
from web.casework.act_forms import ActForms
from web.casework.letters.filling import letter_text
from web.kit.access import visitor
from web.kit.forms import Choice, Field, FieldKind, Typed, filled, judged, typed_instant

WAY, SENT_AT = "way", "sent_at"

ONLY_SENT = "send_letter"
"""The act of a letter that is no other act."""

SAID_BY_THE_LETTER = frozenset({"letter", "findings", "handler_name", "handler_phone"})
"""Texts of a reply that the letter itself has; the rest of them stays with the case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedDispatch:
    """The form of a dispatch as it was read."""

    act: AnyAct | None
    words: dict[str, str]
    flaws: tuple[Flaw, ...]


class DispatchForm:
    """The form by which one letter is sent."""

    def __init__(
        self,
        opened: OpenedCase,
        file: CaseFile,
        letter: KeptLetter,
        template: LetterTemplate,
        *,
        has_address: bool,
        is_read_first: bool,
        asked_before: AnyAct | None = None,
    ) -> None:
        """`asked_before` is what was asked when the same form came before."""
        self._letter = letter
        self._template = template
        self._has_address = has_address
        self._is_read_first = is_read_first
        self._masked_address = file.said.email
        self._asked_before = asked_before
        before = asked_before if isinstance(asked_before, ActWithLetter) else None
        self.kind = before.kind if before else sent_as(template, file.case)
        """The act that the letter is sent as: that which it was, also when the case stands where it
        is not done any more."""
        self._forms = ActForms(file, visitor().actor, bank(), opened.is_for)

    def fields(self) -> tuple[Field, ...]:
        """How and when, and what the act asks beside what the letter says."""
        ways = [each for each in LetterWay if each is not LetterWay.MAIL or self._has_address]
        of_the_act = () if self.kind == ONLY_SENT else self._forms.form(self.kind).fields
        return (
            Field(
                name=WAY,
                label=wording.label(WAY),
                kind=FieldKind.RADIO,
                required=True,
                choices=tuple(Choice(value=each, words=wording.words(each)) for each in ways),
                typed=(ways[0],) if self._has_address else (),
                hint=_(
                    "The mail address of the customer: %(address)s", address=self._masked_address
                )
                if self._has_address
                else _("No mail address of the customer is known."),
            ),
            *self._day(),
            *(each for each in of_the_act if each.name not in SAID_BY_THE_LETTER),
        )

    def _day(self) -> tuple[Field, ...]:
        """When it went; what is read first goes when it is agreed to."""
        if self._is_read_first:
            return ()
        hint = _("For post and handing over: when it went. Of mail the server says it.")
        label = wording.label(SENT_AT)
        return (Field(name=SENT_AT, label=label, kind=FieldKind.INSTANT, hint=hint),)

    def read(self, typed: MultiDict[str, str]) -> TypedDispatch:
        """What was typed, as the act with its letter; its flaws are told together."""
        reader = Typed(typed)
        way, sent_at = reader.code(WAY, LetterWay), reader.instant(SENT_AT)
        if not reader.text(WAY):
            reader.flaw(WAY, BadInput.NOT_A_CHOICE)
        wants_day = way not in (None, LetterWay.MAIL) and not self._is_read_first
        if wants_day and not reader.text(SENT_AT):
            reader.flaw(SENT_AT, BadInput.EMPTY)
        act: AnyAct | None = SendLetter()
        words = {"letter": self._text}
        flaws = tuple(reader.flaws)
        if self.kind != ONLY_SENT:
            whole = self._with_what_the_letter_says(typed)
            read = self._forms.read(self.kind, whole, self._asked_before)
            act, words, flaws = read.act, read.words, (*flaws, *read.flaws)
        if flaws or act is None:
            return TypedDispatch(act=None, words=words, flaws=flaws)
        assert isinstance(act, ActWithLetter)
        day = sent_at if wants_day else None
        sent = replace(act, enclosed=self._letter.digest, way=way, sent_at=day)
        return TypedDispatch(act=sent, words=words, flaws=())

    def as_sent_back(self, handed: Approval | None) -> tuple[Field, ...]:
        """The fields with what stayed in the bank when the letter came back from a second reader:
        nobody types it again."""
        if handed is None:
            return self.fields()
        said = {**handed.request["act"], **handed.request["words"]}
        return tuple(
            replace(each, typed=(_as_typed(each, said[each.name]),))
            if said.get(each.name)
            else each
            for each in self.fields()
        )

    def again(self, typed: MultiDict[str, str], flaws: tuple[Flaw, ...] = ()) -> tuple[Field, ...]:
        """The fields with what was typed, and what stands against it."""
        return judged(filled(self.fields(), typed), flaws)

    def _with_what_the_letter_says(self, typed: MultiDict[str, str]) -> MultiDict[str, str]:
        whole = MultiDict(typed)
        texts = {**self._letter.texts, "letter": self._text}
        for name in SAID_BY_THE_LETTER & set(ACT_KINDS[self.kind].words):
            whole[name] = texts.get(name, "")
        return whole

    @property
    def _text(self) -> str:
        return letter_text(self._template, self._letter.texts, self._letter.language)


def sent_as(template: LetterTemplate, case: Case) -> str:
    """The act that a letter is sent as now: its own, while the case stands where that is done."""
    act = ACT_KINDS[template.act]
    return template.act if case.status in act.statuses else ONLY_SENT


def _as_typed(field: Field, value: str) -> str:
    if field.kind is FieldKind.INSTANT:
        return typed_instant(datetime.fromisoformat(value))
    return value
