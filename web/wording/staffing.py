"""Words of setting up a bank: units, people, files of them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from desk.people_files import FileKind, LineChange
from domain.classification import Level, Role
from domain.complaint import Language
from domain.single_sign_on import NotPlaced
from web.base.context import bank
from web.base.phrases import LazyString, Words, _, _l, phrase_of
from web.wording import classification, names
from web.wording.names import person_name, unit_name

WORDS: Mapping[type[StrEnum], Words] = {
    NotPlaced: {
        NotPlaced.NO_GROUP: _l(
            "You are known, but none of your groups has a place here. Ask whoever manages them."
        ),
        NotPlaced.TWO_UNITS: _l(
            "Your groups place you in two units at once. Ask whoever manages them."
        ),
        NotPlaced.NO_UNIT: _l("Your groups place you in no unit. Ask whoever manages them."),
        NotPlaced.NO_LOGIN: _l("The bank's own log-in gave no login name. Ask an administrator."),
        NotPlaced.SOMEBODY_ELSES: _l(
            "Your login name belongs to somebody else here. Ask an administrator."
        ),
        NotPlaced.LET_GO: _l("You are let in here no more. Ask an administrator."),
        NotPlaced.NOT_FIT: _l(
            "What the bank's own log-in says of you does not fit here: a unit that is not there, or"
            " a name that is too long. Ask an administrator."
        ),
    },
    FileKind: {
        FileKind.UNITS: _l("Units"),
        FileKind.PEOPLE: _l("People"),
    },
    LineChange: {
        LineChange.NEW: _l("new"),
        LineChange.CHANGED: _l("changed"),
        LineChange.AS_IT_IS: _l("as it is"),
    },
}

STAFFING_FIELDS: Mapping[str, LazyString] = {
    "id": _l("Id of the unit"),
    "name_en": _l("Name in English"),
    "name_zh": _l("Name in Chinese"),
    "level": _l("Level"),
    "parent": _l("Under"),
    "policy": _l("Policy"),
    "is_key": _l("Key branch: reports more often"),
    "is_closed": _l("Closed down"),
    "login": _l("Login name"),
    "name": _l("Name"),
    "email": _l("E-mail"),
    "unit": _l("Unit"),
    "roles": _l("Roles"),
    "language": _l("Language"),
    "deputy": _l("Deputy"),
    "absent_from": _l("Absent from"),
    "absent_until": _l("Absent until, the last day"),
    "on_duty": _l("On the duty roster: hears when nobody else can"),
    "is_disabled": _l("Comes in no more"),
    "reason": _l("Reason"),
    "file": _l("File"),
    "heading": _l("Heading"),
    "line": _l("Line"),
}
"""What is set up of a unit or a person; `name` is another thing in a complaint."""


def staffing_label(field: str) -> str:
    """How a field of a unit or a person is called."""
    return phrase_of(STAFFING_FIELDS, field)


def staffing_words(field: str, value: object) -> str:
    """What such a field says, from the plain value that the audit keeps."""
    match field, value:
        case _, None | "" | []:
            return _("none")
        case _, bool():
            return _("yes") if value else _("no")
        case "roles", list():
            return _(", ").join(phrase_of(classification.WORDS[Role], role) for role in value)
        case (("unit" | "parent"), str()):
            return unit_name(value)
        case "level", str():
            return phrase_of(classification.WORDS[Level], value)
        case "language", str():
            return phrase_of(names.WORDS[Language], value)
        case "deputy", str():
            of_logins = {each.login: each.name for each in bank().people.values()}
            return of_logins.get(value, value)
        case _:
            return str(value)


def audit_changes(facts: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """What was changed, how it was and how it is now; of what is personal only that it was."""
    changed = _("not kept")
    return [
        (
            staffing_label(field),
            staffing_words(field, change.get("before")) if change else changed,
            staffing_words(field, change.get("after")) if change else changed,
        )
        for field, change in facts.get("changes", {}).items()
    ]


def subject_name(subject: str) -> str:
    """What an audit row is about: a person or a unit by name, anything else as it is called."""
    if subject in bank().people:
        return person_name(subject)
    return unit_name(subject)
