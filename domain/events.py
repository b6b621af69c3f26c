"""The kinds of entry in a case's journal: what happened, in the past tense."""

from enum import StrEnum


class Event(StrEnum):
    """One kind of journal entry. Each has words in both languages and a place in the reports."""

    RECEIVED = "received"
    IMPORTED = "imported"
    CLASSIFIED = "classified"
    FORWARDED = "forwarded"
    ASSIGNED = "assigned"
    STARTED = "started"
    NOTED = "noted"
    CUSTOMER_ASKED = "customer_asked"
    CUSTOMER_ANSWERED = "customer_answered"
    EXTENSION_REQUESTED = "extension_requested"
    EXTENDED = "extended"
    EXTENSION_REFUSED = "extension_refused"
    REPLIED = "replied"
    SENDER_REPLIED = "sender_replied"
    DISPOSED = "disposed"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    REOPENED = "reopened"
    ACKNOWLEDGED = "acknowledged"
    WARNED = "warned"
    BREACHED = "breached"
    ESCALATED = "escalated"
