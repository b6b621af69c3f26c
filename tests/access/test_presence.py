"""Who has a case open is told to nobody who is kept out of it, and of nobody who is."""

from datetime import timedelta
from uuid import uuid4

from sqlalchemy import delete

from domain.permission_names import Permission
from domain.permissions import is_granted
from store.people.presence import others_before
from store.tables import PresenceRow
from tests.access.asking import Bank, Cells, allowed, enough_pairs
from tests.access.cast import VISITORS, Told, Visitor


def test_a_page_says_that_it_is_open_before_whoever_may_read_the_case(
    bank: Bank, cells: Cells
) -> None:
    def may_read(visitor: Visitor, told: Told) -> bool:
        return allowed(visitor, told, Permission.READ_CASE)

    for visitor, told in enough_pairs(bank, may_read):
        answer = bank.browser(visitor).send(f"/cases/{told.reference}/open")
        right = answer.status_code == (200 if may_read(visitor, told) else 404)
        seen = answer.status_code
        cells.hold("says it is open", visitor.id, told.plot.name, right=right, seen=seen)


def test_nobody_is_named_who_may_not_read_the_case(bank: Bank, cells: Cells) -> None:
    """As if every page of everybody were open, also those they were just kept out of."""
    references = {told.reference: name for name, told in bank.cases.items()}
    everybody = [
        {"reference": reference, "person": person}
        for reference in references
        for person in VISITORS
    ]
    with bank.sessions.begin() as session:
        session.execute(delete(PresenceRow))
        session.bulk_insert_mappings(PresenceRow.__mapper__, everybody)
    looks = next(iter(VISITORS.values()))
    with bank.sessions() as session:
        named = others_before(session, looks.reader, references, timedelta(minutes=1))
    for name, told in bank.cases.items():
        seen = set(named.get(told.reference, ()))
        for other in VISITORS.values():
            if other.id != looks.id:
                right = (other.id in seen) == allowed(other, told, Permission.READ_CASE)
                cells.hold("named as looking", other.id, name, right=right, seen=other.id in seen)
    with bank.sessions.begin() as session:
        session.execute(delete(PresenceRow))


def test_what_is_typed_is_kept_for_whoever_may_do_the_act(bank: Bank, cells: Cells) -> None:
    def may_note(visitor: Visitor, told: Told) -> bool:
        relations = told.relations_of(visitor)
        is_theirs = is_granted(Permission.NOTE, visitor.roles, relations)
        return is_theirs and allowed(visitor, told, Permission.READ_CASE)

    for visitor, told in enough_pairs(bank, may_note):
        answer = bank.browser(visitor).send(
            "/kept",
            kept_action=f"/cases/{told.reference}/acts/note",
            command_id=str(uuid4()),
            note="half a sentence",
        )
        right = answer.status_code in ({200, 429} if may_note(visitor, told) else {404})
        seen = answer.status_code
        cells.hold("typed and kept", visitor.id, told.plot.name, right=right, seen=seen)
