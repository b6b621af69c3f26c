"""The forms of units and people: what can be typed, filled from a record, read into one."""

import hashlib
from collections.abc import Collection
from dataclasses import replace
from datetime import date

from werkzeug.datastructures import MultiDict

from domain.classification import Level, Role
from domain.complaint import BadInput, Language
from domain.staffing import PersonRecord, UnitRecord
from store.people.bank import Bank
from web.base.phrases import _
from web.kit.forms import Choice, Field, FieldKind, Typed, codes
from web.wording import unit_name
from web.wording.staffing import staffing_label


def seen(record: UnitRecord | PersonRecord | None) -> str:
    """Tells a record from every other: a form carries it, so that whoever saves from an old page
    takes nothing back that somebody else has changed since.
    """
    return hashlib.sha256(repr(record).encode()).hexdigest()[:32]


def person_fields(bank: Bank, login: str | None) -> tuple[Field, ...]:
    """For somebody known by `login`, or for somebody new."""
    here = {each.unit for each in bank.people.values() if each.login == login}
    deputies = tuple(
        Choice(value=each.login, words=f"{each.name}, {unit_name(each.unit)}")
        for each in bank.people.values()
        if each.active and each.login != login
    )
    typed_once = (_field("login", required=True, hint=_("It stays as it is from then on.")),)
    return (
        *(typed_once if login is None else ()),
        _field("name", required=True),
        _field("email", FieldKind.EMAIL),
        _field("unit", FieldKind.CHOICE, required=True, choices=_units(bank, here)),
        _field("roles", FieldKind.CHOICES, required=True, choices=codes(Role)),
        _field("language", FieldKind.CHOICE, required=True, choices=codes(Language)),
        _field("absent_from", FieldKind.DAY),
        _field("absent_until", FieldKind.DAY, hint=_("Left empty while nobody knows.")),
        _field("deputy", FieldKind.CHOICE, choices=deputies, hint=_(
            "Hears what this person is told while absent."
        )),
        _field("on_duty", FieldKind.YES),
        _field("reason", hint=_(
            "Only for making somebody an administrator: what a second administrator reads."
        )),
    )  # fmt: skip


def unit_fields(bank: Bank, packs: tuple[Choice, ...], unit: str | None) -> tuple[Field, ...]:
    """For a unit known by its id, or for a new one."""
    below = bank.under(unit) if unit else frozenset()
    here = {each.parent for each in bank.units.values() if each.id == unit}
    above = tuple(each for each in _units(bank, here) if each.value not in below)
    hint = _("Letters A to Z, digits and the signs . _ @ - only. It stays as it is from then on.")
    return (
        *((_field("id", required=True, hint=hint),) if unit is None else ()),
        _field("name_en"),
        _field("name_zh", hint=_("One of the two names will do.")),
        _field("level", FieldKind.CHOICE, required=True, choices=codes(Level)),
        _field("parent", FieldKind.CHOICE, choices=above),
        _field("policy", FieldKind.CHOICE, choices=packs, hint=_(
            "None: that of the unit above."
        )),
        _field("is_key", FieldKind.YES),
    )  # fmt: skip


def _units(bank: Bank, here: Collection[str | None]) -> tuple[Choice, ...]:
    """Those that somebody or something can be put into; and where it is, also when that is closed:
    else whoever changes something about it would move it, or be refused.
    """
    return tuple(
        Choice(value=each.id, words=unit_name(each.id))
        for each in bank.units.values()
        if not each.is_closed or each.id in here
    )


def read_person(form: MultiDict[str, str], known: PersonRecord) -> tuple[PersonRecord, Typed]:
    """What was typed, over what is known; flaws of reading are with the reader."""
    typed = Typed(form)
    record = replace(
        known,
        login=known.login or typed.text("login"),
        name=typed.text("name"),
        email=typed.text("email"),
        unit=typed.text("unit"),
        roles=typed.codes("roles", Role),
        language=typed.code("language", Language) or Language.ZH,
        deputy=typed.text("deputy") or None,
        absent_from=_day(typed, "absent_from"),
        absent_until=_day(typed, "absent_until"),
        on_duty=bool(typed.text("on_duty")),
    )
    return record, typed


def read_unit(form: MultiDict[str, str], known: UnitRecord) -> tuple[UnitRecord, Typed]:
    """What was typed, over what is known; flaws of reading are with the reader."""
    typed = Typed(form)
    name_en, name_zh = typed.text("name_en"), typed.text("name_zh")
    record = replace(
        known,
        id=known.id or typed.text("id"),
        name_en=name_en or name_zh,
        name_zh=name_zh or name_en,
        level=typed.code("level", Level),
        parent=typed.text("parent") or None,
        policy=typed.text("policy") or None,
        is_key=bool(typed.text("is_key")),
    )
    return record, typed


def of_person(record: PersonRecord) -> MultiDict[str, str]:
    """A record as its form holds it."""
    return _typed(
        name=record.name,
        email=record.email,
        unit=record.unit,
        roles=[role.value for role in record.roles],
        language=record.language.value,
        deputy=record.deputy or "",
        absent_from=record.absent_from.isoformat() if record.absent_from else "",
        absent_until=record.absent_until.isoformat() if record.absent_until else "",
        on_duty="yes" if record.on_duty else "",
    )


def of_unit(record: UnitRecord) -> MultiDict[str, str]:
    """A record as its form holds it."""
    return _typed(
        name_en=record.name_en,
        name_zh=record.name_zh,
        level=record.level.value if record.level else "",
        parent=record.parent or "",
        policy=record.policy or "",
        is_key="yes" if record.is_key else "",
    )


def _typed(**values: str | list[str]) -> MultiDict[str, str]:
    return MultiDict(values)


def _day(typed: Typed, name: str) -> date | None:
    text = typed.text(name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        typed.flaw(name, BadInput.NOT_A_DAY)
        return None


def _field(
    name: str,
    kind: FieldKind = FieldKind.TEXT,
    *,
    required: bool = False,
    choices: tuple[Choice, ...] = (),
    hint: str = "",
) -> Field:
    return Field(
        name=name,
        label=staffing_label(name),
        kind=kind,
        required=required,
        choices=choices,
        hint=hint,
    )
