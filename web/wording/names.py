"""People, units and outsiders by name."""

from collections.abc import Mapping
from enum import StrEnum

from domain.case import SYSTEM
from domain.classification import Level, Role
from domain.complaint import Language
from domain.journal import REDRESS
from domain.notices import NoticeAudience
from store.evidence.audit import CONSOLE, PROVIDER
from web.base.context import bank
from web.base.phrases import Words, _, _l, language_code, phrase_of
from web.wording import classification

WORDS: Mapping[type[StrEnum], Words] = {
    Language: {
        Language.EN: _l("English"),
        Language.ZH: _l("Chinese"),
    },
}


def person_name(person: str | None) -> str:
    """A person by name; Redress by its own when a clock acted."""
    if person is None:
        return _("nobody")
    if person == REDRESS:
        return _("Redress")
    if person == NoticeAudience.COMPLAINANT:
        return _("the customer")
    if person == CONSOLE:
        return _("somebody at the console")
    if person == PROVIDER:
        return _("the bank's own log-in")
    if person.startswith(SYSTEM):
        return _("the system %(name)s", name=person.removeprefix(SYSTEM))
    found = bank().people.get(person)
    return found.name if found else person


def handler_name(person: str) -> str:
    """A handler by name; with a mark, when they come in no more and it waits for somebody else."""
    found = bank().people.get(person)
    name = person_name(person)
    return name if found is None or found.active else _("%(name)s (comes in no more)", name=name)


def unit_name(unit: str) -> str:
    """A unit in the language of the page."""
    found = bank().units.get(unit)
    return found.name(language_code()) if found else unit


def recipient_name(recipient: str) -> str:
    """Who a notice is for: somebody of the staff by name, an outsider by what they are."""
    return _outsider(recipient, _("who handed the complaint over"))


def told_to(person: str | None) -> str:
    """Who hears of something: somebody of the bank, the customer, or who handed it over."""
    return _outsider(person, _("the sender"))


def reader_name(to: str) -> str:
    """Who a periodic report goes to, as a pack writes it: a role, a level, the regulator, or
    everybody who leads a unit."""
    if to == "regulator":
        return _("the regulator")
    if to == "bank":
        return _("whoever leads a unit")
    return phrase_of({**classification.WORDS[Role], **classification.WORDS[Level]}, to)


def _outsider(person: str | None, sender: str) -> str:
    match person:
        case NoticeAudience.COMPLAINANT:
            return _("the customer")
        case NoticeAudience.SENDER:
            return sender
        case _:
            return person_name(person)
