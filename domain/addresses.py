"""Mail addresses: which ones this house can write to, asked alike at every door and at sending."""

import re

LONGEST = 254
"""Characters of a whole address: what fits into a path of 256 with its angle brackets (RFC 5321,
4.5.3.1.3)."""

LONGEST_MAILBOX = 64
"""Characters before the `@` (RFC 5321, 4.5.3.1.1)."""

_WORD = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"(?P<mailbox>{_WORD}(?:\.{_WORD})*)@(?P<host>{_LABEL}(?:\.{_LABEL})*)")
"""One `Dot-string` at one `Domain` (RFC 5321, 4.1.2). Quoted mailboxes and numbers in brackets,
which that grammar also knows, no customer has; browsers refuse them in a form as well."""


def is_address(text: str, *, host_may_be_short: bool = False) -> bool:
    """Whether mail can be written to this: exactly one address, in the letters mail servers take.

    `host_may_be_short` where the bank speaks of its own machines, as in `complaints@localhost`;
    what a customer names has a dot in it.
    """
    found = _ADDRESS.fullmatch(text)
    return (
        found is not None
        and len(text) <= LONGEST
        and len(found["mailbox"]) <= LONGEST_MAILBOX
        and (host_may_be_short or "." in found["host"])
    )
