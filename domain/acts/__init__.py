"""Every act a person can do to a case.

A new act is a class in one of these modules, named in `AnyAct`, with an event of its own and its
words: its title, fields and event in `web/wording`, their Chinese, and its line in the glossary.
Tests name whatever of this is missing. What it does to notices, tasks and milestones is decided
where those are: in `domain.notices`, in a pack, in `domain.case`.
"""

from collections.abc import Mapping
from dataclasses import fields

from domain.acts.answering import (
    Close,
    Dispose,
    FileAnonymous,
    Reopen,
    Reply,
    ReplyToSender,
    TreatAsDemand,
    Withdraw,
)
from domain.acts.base import (
    INTERNAL,
    Act,
    ActContext,
    ApprovedAct,
    Need,
    applied,
    carried_out,
    decide,
    pass_gates,
    permit,
    stated,
)
from domain.acts.belonging import AcceptBelonging, DismissBelonging, SpotBelonging
from domain.acts.contact import CorrectContact
from domain.acts.disputes import (
    Appeal,
    DecideAppeal,
    DecideDispute,
    Link,
    MarkDuplicate,
    RaiseDispute,
)
from domain.acts.escalation import Acknowledge
from domain.acts.findings import (
    AppealFinding,
    DecideFinding,
    DecideFindingAppeal,
    OwnFindingAct,
    ProposeFinding,
    ReplyToFinding,
    ReverseFinding,
)
from domain.acts.follow_up import (
    AnswerSurvey,
    Commend,
    FollowUp,
    NoteLateContact,
    OfferSurvey,
)
from domain.acts.hand_over import HandOver, HandOverAct, ReceiveHandOver
from domain.acts.handling import (
    Assign,
    Attach,
    Classify,
    DeclareBeyondAuthority,
    FinishTask,
    Flag,
    Forward,
    NameUnits,
    Note,
    Start,
    Urge,
)
from domain.acts.improvement import (
    CarryOutImprovement,
    CheckImprovement,
    ConcludeImprovement,
    ImprovementAct,
    PlanImprovement,
    ProposeImprovement,
)
from domain.acts.letters import ActWithLetter, SendLetter, WriteLetter
from domain.acts.mails import ReceiveFile, ReceiveMail
from domain.acts.media import CommentToMedia, ConsentToComment, ReportMedia
from domain.acts.money import FileLoss, PayEmergencyCash, Promise, ProposePenalty, ReportLoss
from domain.acts.penalties import ImposePenalty, UndoPenalty
from domain.acts.regulator import (
    DraftCaseReport,
    NoteReportReceipt,
    SubmitCaseReport,
    WordCaseReport,
)
from domain.acts.retention import Erase, EraseWhenDue, LiftHold, PutOnHold
from domain.acts.secrecy import DeclareConflict, LiftRestriction, NamePerson, UnnamePerson
from domain.acts.stages import (
    BringInLegal,
    GiveOpinion,
    GoOnSite,
    JoinLine,
    ReferUp,
    ReportResult,
    Reverify,
    ReviewRecording,
    TellLeader,
    TellStatus,
)
from domain.acts.undoing import Undo
from domain.acts.upkeep import ApplyCalendar, TakeBack
from domain.acts.waiting import (
    ApproveExtension,
    AskCustomer,
    Commit,
    ExplainOverrun,
    Extend,
    MakePlan,
    RefuseExtension,
    RequestExtension,
    TakeAnswer,
)

AnyAct = (
    Classify
    | Flag
    | Forward
    | Assign
    | Start
    | Note
    | Attach
    | Urge
    | DeclareBeyondAuthority
    | NameUnits
    | FinishTask
    | AskCustomer
    | TakeAnswer
    | Extend
    | RequestExtension
    | ApproveExtension
    | RefuseExtension
    | Commit
    | ExplainOverrun
    | MakePlan
    | ReviewRecording
    | GoOnSite
    | TellStatus
    | GiveOpinion
    | ReportResult
    | Reverify
    | ReferUp
    | JoinLine
    | TellLeader
    | BringInLegal
    | ReportMedia
    | ConsentToComment
    | CommentToMedia
    | Promise
    | PayEmergencyCash
    | ReportLoss
    | FileLoss
    | RaiseDispute
    | DecideDispute
    | Link
    | Reply
    | ReplyToSender
    | Dispose
    | Close
    | Withdraw
    | FileAnonymous
    | TreatAsDemand
    | FollowUp
    | OfferSurvey
    | AnswerSurvey
    | NoteLateContact
    | Commend
    | ProposeFinding
    | ReplyToFinding
    | DecideFinding
    | AppealFinding
    | DecideFindingAppeal
    | ReverseFinding
    | SpotBelonging
    | AcceptBelonging
    | DismissBelonging
    | ProposeImprovement
    | PlanImprovement
    | CarryOutImprovement
    | CheckImprovement
    | ConcludeImprovement
    | Appeal
    | DecideAppeal
    | Reopen
    | ProposePenalty
    | ImposePenalty
    | UndoPenalty
    | HandOver
    | ReceiveHandOver
    | Acknowledge
    | ApplyCalendar
    | NamePerson
    | UnnamePerson
    | DeclareConflict
    | LiftRestriction
    | TakeBack
    | MarkDuplicate
    | DraftCaseReport
    | WordCaseReport
    | SubmitCaseReport
    | NoteReportReceipt
    | PutOnHold
    | LiftHold
    | Erase
    | EraseWhenDue
    | WriteLetter
    | SendLetter
    | Undo
    | ReceiveMail
    | ReceiveFile
    | CorrectContact
)

ACTS: tuple[type[Act], ...] = AnyAct.__args__

ACT_KINDS: Mapping[str, type[Act]] = {
    str(next(field.default for field in fields(act) if field.name == "kind")): act for act in ACTS
}
"""The acts by the names that commands, forms and the gates of packs know them by."""

__all__ = [
    "ACTS", "ACT_KINDS", "INTERNAL", "AcceptBelonging", "Acknowledge", "Act", "ActContext",
    "ActWithLetter", "AnswerSurvey", "AnyAct", "Appeal", "AppealFinding", "ApplyCalendar",
    "ApproveExtension", "ApprovedAct", "AskCustomer", "Assign", "Attach", "BringInLegal",
    "CarryOutImprovement", "CheckImprovement", "Classify", "Close", "Commend", "CommentToMedia",
    "Commit", "ConcludeImprovement", "ConsentToComment", "CorrectContact", "DecideAppeal",
    "DecideDispute",
    "DecideFinding", "DecideFindingAppeal", "DeclareBeyondAuthority", "DeclareConflict",
    "DismissBelonging", "Dispose", "DraftCaseReport", "Erase", "EraseWhenDue", "ExplainOverrun",
    "Extend", "FileAnonymous", "FileLoss", "FinishTask", "Flag", "FollowUp", "Forward",
    "GiveOpinion", "GoOnSite", "HandOver", "HandOverAct", "ImposePenalty", "ImprovementAct",
    "JoinLine", "LiftHold", "LiftRestriction", "Link", "MakePlan", "MarkDuplicate", "NamePerson",
    "NameUnits", "Need", "Note", "NoteLateContact", "NoteReportReceipt", "OfferSurvey",
    "OwnFindingAct", "PayEmergencyCash", "PlanImprovement", "Promise", "ProposeFinding",
    "ProposeImprovement", "ProposePenalty", "PutOnHold", "RaiseDispute", "ReceiveFile",
    "ReceiveHandOver", "ReceiveMail",
    "ReferUp", "RefuseExtension", "Reopen", "Reply", "ReplyToFinding", "ReplyToSender",
    "ReportLoss", "ReportMedia", "ReportResult", "RequestExtension", "Reverify", "ReverseFinding",
    "ReviewRecording", "SendLetter", "SpotBelonging", "Start", "SubmitCaseReport", "TakeAnswer",
    "TakeBack", "TellLeader", "TellStatus", "TreatAsDemand", "Undo", "UndoPenalty", "UnnamePerson",
    "Urge", "Withdraw", "WordCaseReport", "WriteLetter", "applied", "carried_out", "decide",
    "pass_gates", "permit", "stated",
]  # fmt: skip
