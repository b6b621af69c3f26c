"""The code of a survey: what its link ends with, and what is read out on the telephone.

It is made anew from the key of the journal whenever it must be told, so that a mail that is tried
again says the same; what is kept of it is a digest, by which nobody finds the code.
"""

import hashlib
import hmac

from sqlalchemy.orm import Session

from store.database import journal_key

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are taken for one another when they are read out."""

LENGTH = 20
"""Of 31 letters each: nobody guesses one (default)."""

GROUP = 4


def code_of(session: Session, reference: str, number: int) -> str:
    """The code of a survey of a case, in groups: `k7tm-q2xw-9dfp-hjc4-v8ra`."""
    said = f"survey\x1f{reference}\x1f{number}".encode()
    rest = int.from_bytes(hmac.new(journal_key(session), said, hashlib.sha256).digest(), "big")
    letters = []
    for _ in range(LENGTH):
        rest, letter = divmod(rest, len(LETTERS))
        letters.append(LETTERS[letter])
    return "-".join("".join(letters[at : at + GROUP]) for at in range(0, LENGTH, GROUP))


def digest_of(code: str) -> str:
    """What is kept of a code, however it was typed: with or without its hyphens, in capitals."""
    plain = "".join(each for each in code.lower() if each in LETTERS)
    return hashlib.sha256(plain.encode()).hexdigest()
