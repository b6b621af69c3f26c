"""One rule says which addresses mail can be written to."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.addresses import is_address

CUSTOMERS = [
    "ann@example.com",
    "o'neill+bank@mail.example.co.uk",
    "wang.li@xn--fiqs8s.example",
    "1@2.example",
]

NOBODY_CAN_BE_REACHED_AT = [
    "ann@example.invalid.",
    "ann@example..com",
    "<ann@example.com",
    "ann@exa?mple.com",
    "ann@example.com,bob@example.com",
    "ann@example.com;bob@example.com",
    "ann@example.com bob@example.com",
    "Ann <ann@example.com>",
    "用户@例子.example",
    "ann@例子.example",
    ".ann@example.com",
    "ann.@example.com",
    "ann@-example.com",
    "ann@localhost",
    "ann@[127.0.0.1]",
    '"ann b"@example.com',
    "ann",
    "@example.com",
    "ann@",
    "ann@example.com\n",
    "ann@example.com\nBcc: all@example.com",
    f"{'a' * 65}@example.com",
    f"a@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.{'f' * 12}.com",
    f"a@{'b' * 64}.com",
]


@pytest.mark.parametrize("address", CUSTOMERS)
def test_an_address_of_a_customer_is_one(address: str) -> None:
    assert is_address(address)


@pytest.mark.parametrize("text", NOBODY_CAN_BE_REACHED_AT)
def test_what_no_mail_can_be_written_to_is_none(text: str) -> None:
    assert not is_address(text)


def test_a_machine_of_the_banks_own_may_have_a_short_name() -> None:
    assert is_address("complaints@localhost", host_may_be_short=True)
    assert not is_address("complaints@", host_may_be_short=True)


ODD = st.text(alphabet="ab1.@-_'\"<>()[],;:?\\ \n用é%!", max_size=12)
NEARLY_RIGHT = st.builds(
    "{}@{}".format, st.text(alphabet="ab.+'%", max_size=8), st.text(alphabet="ab1.-", max_size=8)
)


@given(st.one_of(ODD, NEARLY_RIGHT, st.builds("{}@example.com".format, ODD)))
def test_what_is_taken_for_an_address_can_be_written_to(text: str) -> None:
    if is_address(text):
        mail = EmailMessage(policy=SMTP)
        mail["To"] = Address(addr_spec=text)
        assert mail["To"].addresses[0].addr_spec == text
        mail.as_bytes().decode("ascii")
