"""Every act a person can do to a case. Adding one means adding a class here and its words."""

from domain.acts.answering import Close, Dispose, Reopen, Reply, ReplyToSender, Withdraw
from domain.acts.base import Act, Given, Need, decide, permit, stated
from domain.acts.escalation import Acknowledge
from domain.acts.handling import Assign, Classify, Forward, Note, Start
from domain.acts.waiting import (
    ApproveExtension,
    AskCustomer,
    RefuseExtension,
    RequestExtension,
    TakeAnswer,
)

AnyAct = (
    Classify
    | Forward
    | Assign
    | Start
    | Note
    | AskCustomer
    | TakeAnswer
    | RequestExtension
    | ApproveExtension
    | RefuseExtension
    | Reply
    | ReplyToSender
    | Dispose
    | Close
    | Withdraw
    | Reopen
    | Acknowledge
)

ACTS: tuple[type[Act], ...] = AnyAct.__args__

__all__ = [
    "ACTS", "Acknowledge", "Act", "AnyAct", "ApproveExtension", "AskCustomer", "Assign",
    "Classify", "Close", "Dispose", "Forward", "Given", "Need", "Note", "RefuseExtension",
    "Reopen", "Reply", "ReplyToSender", "RequestExtension", "Start", "TakeAnswer", "Withdraw",
    "decide", "permit", "stated",
]  # fmt: skip
