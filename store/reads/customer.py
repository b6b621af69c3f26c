"""What is known of the customer of a case: masked, or unmasked for a reason that is noted."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from domain.customers import CustomerField, masked_value
from store.customers import open_field
from store.evidence.audit import Action, note
from store.scope import OpenedCase
from store.tables import ComplaintRow


def masked_customer(session: Session, opened: OpenedCase) -> dict[CustomerField, str]:
    """What is known of the customer, as pages show it unasked."""
    known = _known(session, opened.reference)
    return {field: masked_value(field, text) for field, text in known.items()}


def reveal_customer(
    session: Session, opened: OpenedCase, fields: Sequence[CustomerField], reason: str
) -> dict[CustomerField, str]:
    """These fields in the clear. Who has seen which of them and why is noted in the same
    transaction."""
    known = _known(session, opened.reference)
    note(
        session,
        Action.CUSTOMER_REVEALED,
        by=opened.reader.person,
        subject=opened.reference,
        fields=", ".join(fields),
        reason=reason,
    )
    return {field: known[field] for field in fields}


def _known(session: Session, reference: str) -> dict[CustomerField, str]:
    row = session.get_one(ComplaintRow, reference)
    return {
        field: open_field(session, reference, field, getattr(row, field)) for field in CustomerField
    }
