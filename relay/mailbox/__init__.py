"""Mail that comes in: read from a mailbox beside the worker, taken once, moved out of the way."""

from relay.mailbox.watch import MailboxWatch

__all__ = ["MailboxWatch"]
