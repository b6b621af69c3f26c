"""Who sits at the terminal, as far as the machine knows: an account, and no person of the bank."""

import os
import pwd


def account_here() -> str:
    """The name of the account that runs this command; its number where it has no name."""
    number = os.getuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
