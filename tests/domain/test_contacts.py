"""What stands against how a customer is said to be reached."""

import pytest

from domain.complaint import BadInput
from domain.contacts import CONTACT, flaws_of_contact
from domain.customers import CustomerField
from rulebook.texts import read_text_limits

FITS = {
    CustomerField.NAME: "王小明",
    CustomerField.PHONE: "138 0013 1234",
    CustomerField.EMAIL: "wang@example.org",
    CustomerField.ADDRESS: "杭州市文三路1号",
}


def test_what_fits_stands_against_nothing_and_neither_does_what_is_taken_out() -> None:
    limits = read_text_limits()
    assert flaws_of_contact(FITS, limits) == []
    assert flaws_of_contact(dict.fromkeys(CONTACT, ""), limits) == []


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        (CustomerField.EMAIL, "wang", BadInput.NOT_AN_EMAIL),
        (CustomerField.EMAIL, "a@b.org, c@d.org", BadInput.NOT_AN_EMAIL),
        (CustomerField.PHONE, "1" * 2_000, BadInput.TOO_LONG),
        (CustomerField.ADDRESS, "a\x00b", BadInput.CONTROL_CHARACTERS),
        (CustomerField.NAME, "卡号 6222021234567890128", BadInput.CARD_NUMBER),
    ],
)
def test_each_flaw_is_told_of_its_field(field: CustomerField, text: str, code: BadInput) -> None:
    flaws = flaws_of_contact({**FITS, field: text}, read_text_limits())
    assert [(each.where, each.code) for each in flaws] == [(field, code)]
