"""Words of the special procedures: their acts, events, circumstances and refusals.

Read by `web.wording`, which is the only place that gives words out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.case import Milestone
from domain.classification import (
    AnonymousKind,
    Cause,
    Counting,
    CustomerTier,
    DemandKind,
    Disposal,
    Level,
    Mark,
    MediaReach,
    Role,
    Situation,
    Validity,
)
from domain.errors import Refusal
from domain.events import Event
from web.base.phrases import LazyString, _l


@dataclass(frozen=True, slots=True, kw_only=True)
class ActWords:
    """How an act is called on its form."""

    title: LazyString
    about: LazyString
    """One sentence: what happens then."""
    done: LazyString
    """What is said when it was taken."""


PROCEDURES: Mapping[type[StrEnum], Mapping[StrEnum, LazyString]] = {
    Mark: {
        Mark.GRAVE: _l("Hard or major by judgement"),
        Mark.MEDIA: _l("Local media, or a threat to go to them"),
        Mark.MEDIA_HIGH: _l("Provincial or central media"),
        Mark.REPEAT: _l("Complained about again"),
        Mark.SKIP_LEVEL: _l("Taken past a level of the bank"),
        Mark.GROUP: _l("Several persons with the same issue"),
        Mark.CRIME: _l("Report of a financial crime"),
        Mark.DISCIPLINE: _l("Matter of discipline"),
        Mark.LEGAL: _l("Heading for court"),
        Mark.CLAIM: _l("Claims money"),
        Mark.OVERSEAS: _l("About an office abroad"),
        Mark.BEYOND_AUTHORITY: _l("Beyond the unit's authority"),
        Mark.SYSTEMIC: _l("Same root problem as other cases"),
    },
    Situation: {
        Situation.ORDINARY: _l("Ordinary, not caused by the go-live"),
        Situation.CAUSED_BY_GO_LIVE: _l("Caused by the go-live"),
        Situation.LOSS_REPORT: _l("Loss report"),
        Situation.URGENT_CASH: _l("Urgent need of cash"),
        Situation.CASH_MACHINE: _l("Cash machine out of use"),
        Situation.DATA_ABNORMAL: _l("Customer data wrong"),
        Situation.SETTLEMENT_ABNORMAL: _l("Cash, transfer or settlement wrong"),
        Situation.LONG_WAIT: _l("Long wait or unskilled work"),
        Situation.REPEAT_OR_GROUP: _l("Repeated, past a level, or by several"),
        Situation.CLAIM: _l("Claim"),
        Situation.VIOLENT_OR_DRUNK: _l("Violent temper or drunk"),
        Situation.ILL_OR_UNREASONABLE: _l("Ill of mind or unreasonable"),
        Situation.CROSS_PROVINCE: _l("Across provinces"),
        Situation.MEDIA: _l("Media"),
        Situation.OTHER_EMERGENCY: _l("Another emergency"),
    },
    Counting: {
        Counting.NOT_COUNTED: _l("Not counted: solved by the outlet itself"),
        Counting.CONSULTATION: _l("Counted as a consultation"),
        Counting.COUNTED: _l("Counted as a complaint"),
    },
    AnonymousKind: {
        AnonymousKind.WELL_MEANT: _l("Well meant"),
        AnonymousKind.MALICIOUS: _l("Malicious"),
    },
    DemandKind: {
        DemandKind.HELP: _l("Asks for help"),
        DemandKind.CONSULTATION: _l("Asks a question"),
        DemandKind.OTHER: _l("An improper demand, or somebody else's matter"),
    },
    Disposal: {
        Disposal.EXPLAINED: _l("Explained"),
        Disposal.APOLOGISED: _l("Apologised"),
        Disposal.CORRECTED: _l("Put right"),
        Disposal.COMPENSATED: _l("Compensated"),
        Disposal.REFERRED_TO_SUPERIOR: _l("Sent on to the superior bank"),
    },
    CustomerTier: {
        CustomerTier.ORDINARY: _l("Ordinary customer"),
        CustomerTier.VIP: _l("VIP customer"),
    },
    MediaReach: {
        MediaReach.LOCAL: _l("Local media"),
        MediaReach.PROVINCIAL: _l("Provincial or city media"),
        MediaReach.CENTRAL: _l("Central media"),
    },
    Cause: {
        Cause.BUSINESS_ERROR: _l("Business error"),
        Cause.INCONSISTENT_STATEMENTS: _l("Lobby and counter said different things"),
        Cause.LONG_WAIT_SIMPLE: _l("Long wait for something simple"),
        Cause.LONG_WAIT_DURING: _l("Long wait while being served"),
        Cause.NOT_CALLED: _l("Teller there but no number called"),
        Cause.WINDOWS_CLOSED: _l("Half the windows or more closed"),
    },
    Validity: {
        Validity.DEMAND: _l("No complaint: a wish or a question"),
    },
    Level: {
        Level.TIER_2: _l("Tier-2 branch"),
    },
    Role: {
        Role.UNION: _l("Union office"),
        Role.LEADING_GROUP: _l("Leading group"),
        Role.MEDIA_OFFICE: _l("Office in charge of the press"),
        Role.DISCIPLINE: _l("Discipline inspection"),
        Role.LEGAL: _l("Legal department"),
        Role.SECURITY: _l("Security"),
        Role.LEADER: _l("Leader in charge"),
        Role.BUSINESS_LINE: _l("Department in charge of the business"),
    },
    Milestone: {
        Milestone.BEYOND_AUTHORITY: _l("word that it is beyond the unit"),
        Milestone.RECORDING_REVIEWED: _l("review of the recording"),
        Milestone.ON_SITE: _l("being on the spot"),
        Milestone.STATUS_TOLD: _l("word on how it stands"),
        Milestone.OPINION_GIVEN: _l("the bank's opinion"),
        Milestone.COMMITTED: _l("promise of a date"),
        Milestone.RESULT_REPORTED: _l("report of the result"),
        Milestone.OVERRUN_EXPLAINED: _l("explanation of the delay"),
        Milestone.REVERIFIED: _l("renewed verification"),
        Milestone.LINE_JOINED: _l("the business department joining in"),
        Milestone.LEADER_TOLD: _l("word to the leader"),
        Milestone.LEGAL_JOINED: _l("the legal department joining in"),
        Milestone.MEDIA_CONSENT: _l("a leader's consent"),
        Milestone.COMMENTED: _l("a word to the press"),
        Milestone.LOSS_REPORTED: _l("oral loss report"),
        Milestone.LOSS_FILED: _l("formal loss report"),
        Milestone.UNITS_NAMED: _l("naming of host and assisting units"),
        Milestone.DISPUTED: _l("dispute between units"),
        Milestone.DISPUTE_DECIDED: _l("decision of the dispute"),
        Milestone.APPEALED: _l("appeal"),
        Milestone.APPEAL_DECIDED: _l("decision on the appeal"),
        Milestone.FOLLOWED_UP: _l("follow-up"),
        Milestone.URGED: _l("urging"),
    },
    Event: {
        Event.MARKED: _l("Circumstance marked"),
        Event.BEYOND_AUTHORITY: _l("Declared beyond the unit's authority"),
        Event.URGED: _l("Handler urged"),
        Event.TASK_FINISHED: _l("Task done"),
        Event.COMMITTED: _l("Date promised to the customer"),
        Event.OVERRUN_EXPLAINED: _l("Delay explained"),
        Event.WENT_ON_SITE: _l("Went to the spot"),
        Event.STATUS_TOLD: _l("Customer told how it stands"),
        Event.OPINION_GIVEN: _l("Customer given the bank's opinion"),
        Event.RESULT_REPORTED: _l("Result reported"),
        Event.RECORDING_REVIEWED: _l("Recording reviewed"),
        Event.REVERIFIED: _l("Verified anew"),
        Event.REFERRED_UP: _l("Superior department asked to help"),
        Event.LINE_JOINED: _l("Business department joined in"),
        Event.UNITS_NAMED: _l("Host and assisting units named"),
        Event.MEDIA_REPORTED: _l("Media reported"),
        Event.MEDIA_CONSENT_GIVEN: _l("Consent to a word to the press"),
        Event.MEDIA_COMMENTED: _l("Word given to the press"),
        Event.LEADER_TOLD: _l("Leader told"),
        Event.LEGAL_JOINED: _l("Legal department brought in"),
        Event.ANONYMOUS_FILED: _l("Anonymous complaint kept on file"),
        Event.TREATED_AS_DEMAND: _l("Treated as a wish or question"),
        Event.LINKED: _l("Linked to another case"),
        Event.CALENDAR_APPLIED: _l("Days counted by a newer calendar"),
        Event.PROMISED: _l("Sum promised"),
        Event.CASH_PAID: _l("Emergency cash paid"),
        Event.LOSS_REPORTED: _l("Loss reported by word of mouth"),
        Event.LOSS_FILED: _l("Loss reported in due form"),
        Event.PENALTY_PROPOSED: _l("Penalty proposed"),
        Event.DISPUTE_RAISED: _l("Dispute between units raised"),
        Event.DISPUTE_DECIDED: _l("Dispute between units decided"),
        Event.APPEALED: _l("Appeal made"),
        Event.APPEAL_DECIDED: _l("Appeal decided"),
        Event.FOLLOWED_UP: _l("Customer followed up"),
    },
    Refusal: {
        Refusal.RESTRICTED: _l("This case is closed to all but: %(roles)s."),
        Refusal.GATE_CLOSED: _l("First comes: %(needs)s (rule %(rule)s)."),
        Refusal.FORBIDDEN_HERE: _l("The rules of this case forbid it (rule %(rule)s)."),
        Refusal.EXTENSION_TOO_FAR: _l("The later date may reach to %(until)s and no further."),
        Refusal.DATE_HAS_PASSED: _l("This date has passed already."),
        Refusal.NOTHING_OVERRUN: _l(
            "The time limit “%(clock)s” was kept; there is no delay to explain."
        ),
        Refusal.HOTLINE_MAY_NOT_RESOLVE: _l(
            "The hotline takes complaints and passes them on; it does not answer them."
        ),
        Refusal.DISPOSAL_FORBIDDEN: _l(
            "Customers must not be sent to complain at the superior bank."
        ),
        Refusal.BEYOND_AUTHORITY: _l(
            "This sum is beyond your unit's authority (%(limit_fen)s yuan)."
        ),
        Refusal.OVER_EMERGENCY_LIMIT: _l("In an emergency at most %(limit_fen)s yuan may be paid."),
        Refusal.ONLY_VALID_COMPLAINTS: _l(
            "Penalties follow only from complaints that were found valid."
        ),
        Refusal.NO_SUCH_PENALTY: _l("The rules name no such penalty for this post."),
        Refusal.PENALTY_OUT_OF_RANGE: _l(
            "The sum lies between %(at_least_fen)s and %(at_most_fen)s yuan."
        ),
        Refusal.NOT_ANONYMOUS: _l("Only anonymous complaints end this way."),
        Refusal.NOT_A_REPEAT: _l("Only repeated complaints are referred up this way."),
        Refusal.BANK_AT_FAULT: _l("The bank is at fault here: put it right instead."),
        Refusal.NOT_A_DEMAND: _l("The rules of this case know no wishes apart from complaints."),
        Refusal.NOT_HIGH_ENOUGH: _l("This is for a leader of this level or higher: %(level)s."),
        Refusal.ALREADY_LINKED: _l("These cases are linked already."),
        Refusal.TASK_NOT_OPEN: _l("This task is not open."),
        Refusal.DISPUTE_PENDING: _l("A dispute between units waits for its decision."),
        Refusal.NO_DISPUTE: _l("There is no dispute between these units."),
        Refusal.DISPUTE_DECIDED: _l("This dispute is decided; the decision binds both units."),
        Refusal.PARTY_TO_DISPUTE: _l("A unit that is party to the dispute cannot decide it."),
        Refusal.APPEAL_PENDING: _l("An appeal waits for its decision."),
        Refusal.NO_APPEAL: _l("There is no appeal to decide."),
        Refusal.NO_LOSS_REPORTED: _l("No loss was reported by word of mouth."),
    },
}

PROCEDURE_ACTS: Mapping[str, ActWords] = {
    "flag": ActWords(
        title=_l("Mark a circumstance"),
        about=_l("Tasks for other offices, or a closed file, may follow from it."),
        done=_l("The circumstance is marked."),
    ),
    "declare_beyond_authority": ActWords(
        title=_l("Declare it beyond the unit"),
        about=_l("Says that the unit cannot settle it and must pass it on at once."),
        done=_l("It is noted that the unit must pass it on."),
    ),
    "urge": ActWords(
        title=_l("Urge the handler"),
        about=_l("Tells the handler that it is waited for; urged again, the head hears too."),
        done=_l("The handler has been told."),
    ),
    "name_units": ActWords(
        title=_l("Name host and assisting unit"),
        about=_l("Says which unit leads and which assists."),
        done=_l("The units are named."),
    ),
    "finish_task": ActWords(
        title=_l("Finish a task"),
        about=_l("Says that what the rules asked of your office has been done."),
        done=_l("The task is done."),
    ),
    "commit": ActWords(
        title=_l("Promise a date"),
        about=_l("Gives the customer a date by which it will be settled."),
        done=_l("The date is promised. The customer is told."),
    ),
    "explain_overrun": ActWords(
        title=_l("Explain a delay"),
        about=_l("Tells the sender and the customer why a limit was not kept."),
        done=_l("The delay is explained."),
    ),
    "review_recording": ActWords(
        title=_l("Review the recording"),
        about=_l("Listens to the call again, before a major complaint is sent on."),
        done=_l("The recording is reviewed."),
    ),
    "go_on_site": ActWords(
        title=_l("Go to the spot"),
        about=_l("Says that you are where the customer is."),
        done=_l("It is noted that you are there."),
    ),
    "tell_status": ActWords(
        title=_l("Tell the customer how it stands"),
        about=_l("Not yet the result."),
        done=_l("The customer is told how it stands."),
    ),
    "give_opinion": ActWords(
        title=_l("Give the bank's opinion"),
        about=_l("Where the result itself takes longer."),
        done=_l("The customer has the bank's opinion."),
    ),
    "report_result": ActWords(
        title=_l("Report the result"),
        about=_l("To the working group, or up the line."),
        done=_l("The result is reported."),
    ),
    "reverify": ActWords(
        title=_l("Verify anew"),
        about=_l("Looks into a repeated complaint again, and why the first answer did not do."),
        done=_l("It is verified anew."),
    ),
    "refer_up": ActWords(
        title=_l("Ask the superior department"),
        about=_l("The customer is at fault, complains again and does not accept."),
        done=_l("The superior department has a task."),
    ),
    "join_line": ActWords(
        title=_l("Join in for the business"),
        about=_l("The department in charge of the business leads or settles jointly."),
        done=_l("Your department has joined in."),
    ),
    "tell_leader": ActWords(
        title=_l("Tell the leader"),
        about=_l("The dispute is heading for court: the leader of the level hears first."),
        done=_l("The leader is told."),
    ),
    "bring_in_legal": ActWords(
        title=_l("Bring in the legal department"),
        about=_l("It studies the dispute and follows the case."),
        done=_l("The legal department has a task."),
    ),
    "report_media": ActWords(
        title=_l("Report media"),
        about=_l("Media have asked, or there is a sign they will. Anyone may report it."),
        done=_l("The offices in charge have been given tasks."),
    ),
    "consent_to_comment": ActWords(
        title=_l("Consent to a word to the press"),
        about=_l("For a leader of a tier-2 branch or higher."),
        done=_l("The consent is noted."),
    ),
    "comment_to_media": ActWords(
        title=_l("Note what was said to the press"),
        about=_l("Only with a leader's consent."),
        done=_l("It is noted."),
    ),
    "promise": ActWords(
        title=_l("Promise a sum"),
        about=_l("Never beyond your authority."),
        done=_l("The promise is noted."),
    ),
    "pay_emergency_cash": ActWords(
        title=_l("Pay emergency cash"),
        about=_l("Within the limit for this customer."),
        done=_l("The payment is noted."),
    ),
    "report_loss": ActWords(
        title=_l("Take an oral loss report"),
        about=_l("It lapses unless a formal one follows in time."),
        done=_l("The loss report is noted."),
    ),
    "file_loss": ActWords(
        title=_l("Note the formal loss report"),
        about=_l("The customer has made it in due form."),
        done=_l("The formal report is noted."),
    ),
    "raise_dispute": ActWords(
        title=_l("Say it belongs to another unit"),
        about=_l("The superior department decides, and that binds both."),
        done=_l("The dispute waits for its decision."),
    ),
    "decide_dispute": ActWords(
        title=_l("Decide whose case it is"),
        about=_l("One unit handles, the other assists."),
        done=_l("The decision binds both units."),
    ),
    "apply_calendar": ActWords(
        title=_l("Apply a newer calendar"),
        about=_l("Counts the days by a newer edition of the calendar; dates may move."),
        done=_l("The days are counted by the newer calendar."),
    ),
    "link": ActWords(
        title=_l("Link a case with the same issue"),
        about=_l("Several persons with the same issue make a group."),
        done=_l("The cases are linked."),
    ),
    "file_anonymous": ActWords(
        title=_l("Keep an anonymous complaint on file"),
        about=_l("Verified and kept, with nobody to answer."),
        done=_l("The complaint is kept on file."),
    ),
    "treat_as_demand": ActWords(
        title=_l("Treat as a wish or question"),
        about=_l("It is answered, and is no complaint."),
        done=_l("It is answered as a wish or question."),
    ),
    "follow_up": ActWords(
        title=_l("Follow up"),
        about=_l("Asks the customer afterwards how it was settled."),
        done=_l("The follow-up is noted."),
    ),
    "appeal": ActWords(
        title=_l("Record an appeal"),
        about=_l("The customer does not accept the outcome."),
        done=_l("The appeal waits for its decision."),
    ),
    "decide_appeal": ActWords(
        title=_l("Decide the appeal"),
        about=_l("Upheld, it takes the case up again."),
        done=_l("The appeal is decided."),
    ),
    "propose_penalty": ActWords(
        title=_l("Propose a penalty"),
        about=_l("Within the range the rules name for the post."),
        done=_l("The proposal is noted."),
    ),
}

PROCEDURE_FIELDS: Mapping[str, LazyString] = {
    "anonymous": _l("What moves the sender"),
    "assisting_unit": _l("Assisting unit"),
    "causes": _l("Causes"),
    "demand_kind": _l("Kind of request"),
    "disposal": _l("What was done about it"),
    "host_unit": _l("Host unit"),
    "mark": _l("Circumstance"),
    "needs": _l("What comes first"),
    "overrun": _l("Time limit that was not kept"),
    "post": _l("Post"),
    "reach": _l("How far the media carry"),
    "reference": _l("Reference of the other case"),
    "report": _l("Report"),
    "schedule": _l("Kind of fault"),
    "situation": _l("Situation"),
    "statement": _l("What was said"),
    "task": _l("Task"),
    "tells": _l("Also told"),
    "tier": _l("Customer"),
    "upheld": _l("The appeal is upheld"),
}

PENALTY_WORDS: Mapping[str, LazyString] = {
    "attitude": _l("Attitude or slowness"),
    "illegal-operation": _l("Operation against the rules"),
    "exposure": _l("Exposed by media or pursued by the regulator, with serious harm"),
    "direct_person": _l("the person directly at fault"),
    "related_person": _l("a person concerned"),
    "outlet_head": _l("the head of the outlet"),
    "superior_service_head": _l("the head of the superior service department"),
    "first_leader_above": _l("the leader one level up"),
    "second_leader_above": _l("the leader two levels up"),
}
"""The faults and posts that our packs name; a bank's own are said as its pack writes them."""

PROCEDURE_CLOCKS: Mapping[str, LazyString] = {
    "opinion": _l("Opinion or result"),
    "on-site": _l("On the spot"),
    "status": _l("Word on how it stands"),
    "report": _l("Report of the result"),
    "promise": _l("Promised date"),
    "progress": _l("Word on the progress"),
    "loss-report": _l("Formal loss report"),
    "appeal": _l("Appeal"),
    "cn-2020-3:reply": _l("Decision (CBIRC Order 2020 No. 3)"),
}
