"""How a customer is reached: what of a complaint may turn out wrong, and is corrected then."""

from collections.abc import Mapping

from domain.addresses import is_address
from domain.complaint import BadInput, Flaw, TextLimits, flaws_of_sensitive, flaws_of_text
from domain.customers import CustomerField

CONTACT = (CustomerField.NAME, CustomerField.PHONE, CustomerField.EMAIL, CustomerField.ADDRESS)

Contact = Mapping[CustomerField, str]
"""Fields with what is right; empty where what was known is wrong and nothing better is known."""


def flaws_of_contact(contact: Contact, limits: TextLimits) -> list[Flaw]:
    """What stands against how somebody is said to be reached, whatever was known before."""
    flaws = [
        flaw
        for field, text in contact.items()
        for flaw in flaws_of_text(field, text, getattr(limits, field))
    ]
    flaws += flaws_of_sensitive(CustomerField.NAME, contact.get(CustomerField.NAME, ""))
    email = contact.get(CustomerField.EMAIL, "")
    if email and not is_address(email):
        flaws.append(Flaw.of(CustomerField.EMAIL, BadInput.NOT_AN_EMAIL))
    return flaws
