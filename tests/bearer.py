"""How a client shows a token to a mail server (SASL), as the servers of the tests take it apart."""

import re

SHOWN = {
    "XOAUTH2": re.compile(rb"user=([^\x01]*)\x01auth=Bearer ([^\x01]+)\x01\x01"),
    # RFC 7628, 3.1; neither = nor , stands in the name of our mailbox.
    "OAUTHBEARER": re.compile(rb"n,a=([^,=\x01]*),\x01auth=Bearer ([^\x01]+)\x01\x01"),
}

HEARD = {"XOAUTH2": b"", "OAUTHBEARER": b"\x01"}
"""What a client must answer to why it is not let in, before it is told no."""

REFUSAL = b'{"status":"invalid_token","schemes":"bearer","scope":"https://mail.bank.example/"}'


def shown(mechanism: str, response: bytes) -> tuple[str, str]:
    """The mailbox and the token; two empty words when it is not written as it should."""
    found = SHOWN[mechanism].fullmatch(response)
    return (found[1].decode(), found[2].decode()) if found else ("", "")
