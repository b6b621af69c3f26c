"""Who a customer is, as far as a complaint says it: the fields that are kept apart, how two ways of
writing one are the same, and how much of one is shown.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from enum import StrEnum

from domain.sensitive import mask_digits


class CustomerField(StrEnum):
    """What is known of a customer. Encrypted where it is kept, and masked where it is shown."""

    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    ACCOUNT = "account"
    """Number of the account or the card that the complaint is about."""


FOUND_BY = (
    CustomerField.NAME,
    CustomerField.PHONE,
    CustomerField.EMAIL,
    CustomerField.ACCOUNT,
)
"""By what a customer can be looked for; a postal address is written in too many ways."""


TELLS_APART = (CustomerField.PHONE, CustomerField.EMAIL, CustomerField.ACCOUNT)
"""What one customer has and no other; many have the same name."""


def normal_form(field: CustomerField, text: str) -> str:
    """The one way to write a value that people write in many; empty when nothing is left of it."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return _NORMAL[field](plain)


def _normal_phone(text: str) -> str:
    """Digits alone, without the code of the country."""
    digits = re.sub(r"\D", "", text)
    return re.sub(r"^(?:00)?86(?=1\d{10}$|0?\d{9,11}$)", "", digits)


def _normal_account(text: str) -> str:
    return re.sub(r"[^0-9a-z]", "", text)


def _normal_name(text: str) -> str:
    return "".join(each for each in text if each.isalnum())


_NORMAL: Mapping[CustomerField, Callable[[str], str]] = {
    CustomerField.NAME: _normal_name,
    CustomerField.PHONE: _normal_phone,
    CustomerField.EMAIL: str.strip,
    CustomerField.ADDRESS: _normal_name,
    CustomerField.ACCOUNT: _normal_account,
}


def masked_value(field: CustomerField, text: str) -> str:
    """As much of a value as pages show without being asked why (JR/T 0171-2020, annex A; the widths
    are a default)."""
    return _MASKED[field](text) if text else ""


STARS = "***"
"""For what is hidden; how long it is, is hidden too."""


def _masked_phone(text: str) -> str:
    digits = sum(each.isalnum() for each in text)
    if digits >= 11:
        return mask_digits(text, first=3, last=4)
    return mask_digits(text, first=0, last=4 if digits >= 7 else 0)


def _masked_name(text: str) -> str:
    return " ".join(f"{word[0]}{STARS}" for word in text.split())


def _masked_email(text: str) -> str:
    mailbox, at, host = text.rpartition("@")
    return f"{mailbox[:1]}{STARS}{at}{host}" if at else STARS


def _masked_account(text: str) -> str:
    plain = _normal_account(unicodedata.normalize("NFKC", text).casefold())
    return f"{STARS}{plain[-4:]}" if len(plain) >= 12 else STARS


_TOWN = re.compile(r"^\S{2,12}?(?:自治州|地区|市|盟)")


def _masked_address(text: str) -> str:
    town = _TOWN.match(text.strip())
    return f"{town.group() if town else ''}{STARS}"


_MASKED: Mapping[CustomerField, Callable[[str], str]] = {
    CustomerField.NAME: _masked_name,
    CustomerField.PHONE: _masked_phone,
    CustomerField.EMAIL: _masked_email,
    CustomerField.ADDRESS: _masked_address,
    CustomerField.ACCOUNT: _masked_account,
}
