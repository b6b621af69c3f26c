"""Logging in, as far as it is kept: who somebody is, and that they came and went."""

from dataclasses import dataclass

from sqlalchemy import update
from sqlalchemy.orm import Session

from domain.case import Actor
from domain.classification import Role
from domain.complaint import Language
from store.evidence.audit import Action, note
from store.people.people import SOMEBODY, actor_in
from store.people.stays import Stay, end_stay, end_stays
from store.tables import PersonRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody who has logged in, as the pages know them."""

    actor: Actor
    """The same person at the moment of an act."""
    name: str
    language: Language
    stay: str
    """Which of their stays this is."""

    @property
    def id(self) -> str:
        return self.actor.person

    @property
    def unit(self) -> str:
        return self.actor.unit

    @property
    def roles(self) -> tuple[Role, ...]:
        return self.actor.roles


_VISITOR = SOMEBODY.add_columns(PersonRow.name, PersonRow.language)


def find_visitor(session: Session, stay: Stay) -> Visitor:
    """Whose stay this is."""
    row = session.execute(_VISITOR, {"person": stay.person}).one()
    return Visitor(
        actor=actor_in(row),
        name=row.name,
        language=Language(row.language),
        stay=stay.id,
    )


def log_out(session: Session, who: Visitor) -> None:
    """End this stay; others of the same person go on."""
    end_stay(session, who.id, who.stay)
    note(session, Action.LOGGED_OUT, by=who.id)


def log_out_there(session: Session, who: Visitor, stay: str) -> bool:
    """End another stay of the same person; False when there is none."""
    ended = end_stay(session, who.id, stay)
    if ended:
        note(session, Action.LOGGED_OUT, by=who.id, stay=stay)
    return ended


def log_out_elsewhere(session: Session, who: Visitor) -> None:
    """End every stay of this person but this one."""
    end_stays(session, [who.id], but=who.stay)
    note(session, Action.LOGGED_OUT, by=who.id, stay="others")


def remember_language(session: Session, person: str, language: Language) -> None:
    """Speak this language to the person from now on."""
    session.execute(update(PersonRow).where(PersonRow.id == person).values(language=language))
