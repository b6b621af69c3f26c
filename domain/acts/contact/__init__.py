"""Correcting how the customer is reached."""

from dataclasses import dataclass
from typing import Literal, Self

from domain.acts.base import Act, ActContext, Need
from domain.case import Case, Status
from domain.contacts import CONTACT, Contact
from domain.customers import CustomerField
from domain.events import Event
from domain.permission_names import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectContact(Act):
    """Say that the name, the telephone number or an address of the customer was taken down wrong,
    or has changed. The act says which and why; what is right lies beside its command, encrypted,
    until the complaint has it (`store.contacts`)."""

    kind: Literal["correct_contact"] = "correct_contact"
    corrected: tuple[CustomerField, ...] = ()
    removed: tuple[CustomerField, ...] = ()
    """What was known and is wrong, without anything better being known."""

    event = Event.CONTACT_CORRECTED
    permission = Permission.CORRECT_CONTACT
    statuses = frozenset(Status)
    words = {"reason": Need.REQUIRED}

    @classmethod
    def of(cls, contact: Contact) -> Self:
        """The act by which this becomes how the customer is reached."""
        told = [field for field in CONTACT if field in contact]
        return cls(
            corrected=tuple(field for field in told if contact[field]),
            removed=tuple(field for field in told if not contact[field]),
        )

    def apply(self, case: Case, context: ActContext) -> Case:
        return case
