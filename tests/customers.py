"""What is kept of a customer, written behind the doors and read past the masks."""

from sqlalchemy.orm import Session

from domain.customers import CustomerField
from store.customers import TABLE, open_field
from store.database import personal_ring
from store.personal import PersonalField
from store.tables import ComplaintRow


def keep_of_customer(session: Session, reference: str, field: CustomerField, text: str) -> None:
    """Write down of a customer what no door would take."""
    sealed = personal_ring(session).seal(text, PersonalField(TABLE, field, reference))
    setattr(session.get_one(ComplaintRow, reference), field, sealed)


def known_of_customer(session: Session, reference: str, field: CustomerField) -> str:
    """What is kept of a customer, in the clear."""
    row = session.get_one(ComplaintRow, reference)
    return open_field(session, reference, field, getattr(row, field))
