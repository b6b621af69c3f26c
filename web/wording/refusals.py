"""Why a rule says no, as a sentence the person can act on."""

import re
from collections.abc import Mapping

from domain.errors import Refusal, Refused
from web.base.phrases import LazyString, _l, bare, joined, phrase_of
from web.wording.facts import fact_words
from web.wording.fields import label_in

REFUSALS: Mapping[Refusal, LazyString] = {
    Refusal.NOT_YOUR_ROLE: _l("Your role may not do this; it is for: %(roles)s."),
    Refusal.NOT_IN_THIS_STATUS: _l("This cannot be done while the case stands at “%(status)s”."),
    Refusal.CHANGED_MEANWHILE: _l(
        "Somebody changed the case since you opened this page. The page now shows how it"
        " stands; read it and send your form again if it still fits."
    ),
    Refusal.IMPROVEMENT_OPEN: _l(
        "This case has an improvement under way. Carry that one on; a further one follows it."
    ),
    Refusal.IMPROVEMENT_ELSEWHERE: _l(
        "That step is not open: the improvement stands at “%(stage)s”. Look at the page again."
    ),
    Refusal.LEFTOVERS_MISSING: _l(
        "What did not work, or only in part, leaves something over. Write down what is left, so"
        " that it goes onto the next list."
    ),
    Refusal.CAUSE_MISSING: _l(
        "The rules of this case want to know what caused it: choose a cause."
    ),
    Refusal.CAUSE_NOT_LISTED: _l("The rules of this case know no such cause: %(causes)s."),
    Refusal.NOT_ONESELF: _l("Nobody commends themselves. Somebody else must see it."),
    Refusal.BANK_NOT_AT_FAULT: _l(
        "The bank was found to be without fault here, so nobody of it is held responsible."
    ),
    Refusal.NO_FINDINGS_HERE: _l(
        "The rules of this case know no finding about persons; it was received under older ones."
    ),
    Refusal.NO_FINDING_ON_YOU: _l("Nothing is found about you here."),
    Refusal.NOT_ON_ONESELF: _l("Nobody decides about themselves. Somebody else must say so."),
    Refusal.FOUND_ALREADY: _l(
        "There is a finding on this person already. It must be decided or taken back first."
    ),
    Refusal.FINDING_ELSEWHERE: _l(
        "The finding on this person has come to another step meanwhile. Look at the page again."
    ),
    Refusal.REPLIED_ALREADY: _l("You have replied already; those who decide have your reply."),
    Refusal.OTHER_OFFICE_DECIDES: _l("Under the rules of this case it is decided by: %(roles)s."),
    Refusal.REPLY_AWAITED: _l(
        "The person may still reply, until %(until)s. Decide when the reply is there, or after"
        " that."
    ),
    Refusal.APPEAL_TOO_LATE: _l("The time to appeal is over."),
    Refusal.NOTHING_SPOTTED: _l(
        "No proposal waits here: it has been decided, or all of these cases were named before."
    ),
    Refusal.NO_SURVEY_HERE: _l("The rules of this case know no survey; ask by telephone."),
    Refusal.SURVEY_OVER: _l("This survey has been answered, has run out, or was replaced."),
    Refusal.WORDS_MISSING: _l("Please write down: %(missing)s."),
    Refusal.PERSON_COMPLAINED_ABOUT: _l(
        "The person complained about may not handle the complaint. Choose somebody else."
    ),
    Refusal.SAME_HANDLER: _l("This person has the case already."),
    Refusal.NOT_THE_HANDLER: _l("Only the handler of the case or a supervisor may do this."),
    Refusal.ALREADY_WAITING: _l("A question to the customer is open already."),
    Refusal.NOT_WAITING: _l("No question to the customer is open."),
    Refusal.NO_SUCH_CLOCK: _l("The time limit “%(clock)s” is not running on this case."),
    Refusal.NOT_EXTENDABLE: _l("The time limit “%(clock)s” may not be extended."),
    Refusal.DATE_NOT_LATER: _l("The new date must lie after the date it replaces."),
    Refusal.EXTENSION_PENDING: _l("A request for a later date is waiting for its answer."),
    Refusal.NO_EXTENSION_PENDING: _l("Nobody has asked for a later date."),
    Refusal.EXTENSIONS_USED_UP: _l(
        "This time limit has been extended as often as the rules allow (%(limit)s)."
    ),
    Refusal.OWN_REQUEST: _l("Somebody else must decide about your own request."),
    Refusal.REPLY_INCOMPLETE: _l("The reply still lacks: %(missing)s."),
    Refusal.NOT_CLASSIFIED: _l("Classify the complaint first."),
    Refusal.SENDER_REPLY_REQUIRED: _l(
        "The department that handed the complaint over must be answered first."
    ),
    Refusal.NO_SENDER: _l("Nobody handed this complaint over, so nobody awaits this answer."),
    Refusal.DISPOSITION_INCOMPLETE: _l("Say whether the complaint is valid and whose fault."),
    Refusal.NOTHING_TO_ACKNOWLEDGE: _l("This escalation has been acknowledged already."),
    Refusal.UNKNOWN_REFERENCE: _l("There is no case %(reference)s."),
    Refusal.ASKED_OTHERWISE: _l(
        "This form was sent before, with other contents, and those were taken. If you mean this"
        " as something further, look at the case as it is now, and send it once more."
    ),
    Refusal.RECEIVED_OTHERWISE: _l(
        "This form was sent before, with other contents, and taken down as %(reference)s. What"
        " it said then stands. Add what is new to that case as a note; for another complaint,"
        " open a new form."
    ),
    Refusal.RESERVED_ID: _l(
        "This form carries an id that belongs to Redress itself, so nothing was done. Open the"
        " page anew and send it from there."
    ),
    Refusal.NOTICE_NOT_DEAD: _l(
        "This notice is not to be sent again: it is on its way, was sent, or its letter has gone"
        " out once more since."
    ),
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
    Refusal.HOTLINE_PASSES_ON_TO: _l(
        "The hotline passes complaints on to these levels alone: %(levels)s. Choose a unit of one."
    ),
    Refusal.DISPOSAL_FORBIDDEN: _l("Customers must not be sent to complain at the superior bank."),
    Refusal.BEYOND_AUTHORITY: _l("This sum is beyond your unit's authority (%(limit_fen)s yuan)."),
    Refusal.OVER_EMERGENCY_LIMIT: _l("In an emergency at most %(limit_fen)s yuan may be paid."),
    Refusal.ONLY_VALID_COMPLAINTS: _l(
        "Penalties follow only from complaints that were found valid."
    ),
    Refusal.NO_SUCH_PENALTY: _l("The rules name no such penalty for this post."),
    Refusal.PENALTY_OUT_OF_RANGE: _l(
        "The sum lies between %(at_least_fen)s and %(at_most_fen)s yuan."
    ),
    Refusal.NO_PENALTIES_ON_PERSONS: _l(
        "This bank imposes no penalties on persons because of complaints: its policy says so"
        " (findings.penalties)."
    ),
    Refusal.NOT_FOUND_RESPONSIBLE: _l(
        "By rule %(rule)s a penalty is for whoever was found responsible. This person was not, or"
        " that was taken back."
    ),
    Refusal.FINDING_NOT_FINAL: _l(
        "A penalty under rule %(rule)s waits until the finding is final: the person may still"
        " appeal, or the appeal is not decided yet."
    ),
    Refusal.NO_SUCH_SCHEDULE: _l("The rules of this case know no such fault. Choose one."),
    Refusal.POST_NOT_REACHED: _l(
        "Rule %(rule)s does not reach %(post)s; it names: %(posts)s. Choose another kind of fault."
    ),
    Refusal.FINE_OUT_OF_RANGE: _l(
        "By rule %(rule)s the fine lies between %(at_least_fen)s and %(at_most_fen)s yuan for each"
        " person. Change the sum."
    ),
    Refusal.NO_SUM_HERE: _l(
        "Rule %(rule)s gives no sum for this person (%(measure)s). Leave the sum empty."
    ),
    Refusal.PENALISED_ALREADY: _l(
        "This person has a penalty under rule %(rule)s already. Undo it first if it is to change."
    ),
    Refusal.NO_PENALTY_TO_UNDO: _l("This penalty is undone already, or was never imposed."),
    Refusal.NOTHING_HANDED_OVER: _l("Nothing of this case went to HR in that file."),
    Refusal.NOT_ANONYMOUS: _l("Only anonymous complaints end this way."),
    Refusal.NOT_A_REPEAT: _l("Only repeated complaints are referred up this way."),
    Refusal.BANK_AT_FAULT: _l("The bank is at fault here: put it right instead."),
    Refusal.NOT_A_DEMAND: _l("The rules of this case know no wishes apart from complaints."),
    Refusal.NOT_HIGH_ENOUGH: _l("This is for a leader of this level or higher: %(level)s."),
    Refusal.ALREADY_LINKED: _l("These cases are linked already."),
    Refusal.DUPLICATE_ALREADY: _l(
        "It is marked as the same letter as that case already, or is that case itself."
    ),
    Refusal.NAMED_ALREADY: _l("This person is kept out of the case already."),
    Refusal.NOT_RESTRICTED: _l("This case is open to ordinary eyes."),
    Refusal.STILL_RESTRICTED: _l("Its category keeps this case closed. Choose another one."),
    Refusal.NOT_NAMED: _l("The complaint is not about this person."),
    Refusal.ONLY_ONES_OWN_CONFLICT: _l(
        "You may declare a conflict of your own. Somebody else's is for a supervisor to declare."
    ),
    Refusal.TASK_NOT_OPEN: _l("This task is done already, or was never given; nothing changed."),
    Refusal.TASK_NOT_YOURS: _l(
        "This task waits for %(charged)s and their office; only they can say that it is done."
    ),
    Refusal.TASK_ENDS_OTHERWISE: _l(
        "This task is not ticked off: it ends by itself with “%(asked_for)s”."
    ),
    Refusal.TASK_FIRST: _l("First comes the task “%(task)s” (rule %(rule)s)."),
    Refusal.DISPUTE_PENDING: _l("A dispute between units waits for its decision."),
    Refusal.NO_DISPUTE: _l("There is no dispute between these units."),
    Refusal.DISPUTE_DECIDED: _l("This dispute is decided; the decision binds both units."),
    Refusal.PARTY_TO_DISPUTE: _l("A unit that is party to the dispute cannot decide it."),
    Refusal.APPEAL_PENDING: _l("An appeal waits for its decision."),
    Refusal.NO_APPEAL: _l("There is no appeal to decide."),
    Refusal.PARTY_TO_DECISION: _l(
        "Whoever had a part in the first decision, or works in its unit, does not decide the"
        " appeal. Leave it to somebody else of the union."
    ),
    Refusal.NO_LOSS_REPORTED: _l("No loss was reported by word of mouth."),
    Refusal.NO_SUCH_REPORT: _l("There is no such report to the regulator on this case."),
    Refusal.NOT_MAJOR: _l(
        "A report is begun on a major case. On any other the ladder begins one when nobody answers."
    ),
    Refusal.REPORT_DRAFTED_ALREADY: _l(
        "A report on this case is begun already: it is under “Regulator reports”."
    ),
    Refusal.REPORT_SAYS_NOTHING: _l("Write something down: a report that says nothing is none."),
    Refusal.REPORT_NOT_FIT: _l(
        "It cannot be submitted as it is: see on its page what is missing, and ask again."
    ),
    Refusal.REPORT_UNCHANGED: _l(
        "Nothing has changed since it was submitted, so there is nothing to correct."
    ),
    Refusal.REPORT_MOVED_ON: _l(
        "This has been submitted already, or something else of it has. Read the page again."
    ),
    Refusal.REPORT_NOT_SUBMITTED: _l("There is no such submission that could have a receipt."),
    Refusal.RECEIPT_NOTED_ALREADY: _l("The receipt of this submission is noted already."),
    Refusal.RETURN_NOT_FIT: _l(
        "It cannot be submitted as it is: see what is wrong with it above the figures."
    ),
    Refusal.RETURN_UNCHANGED: _l(
        "Nothing has changed since it was submitted, so there is nothing to correct."
    ),
    Refusal.REPORT_TOO_EARLY: _l(
        "This report is about days still to come. It can be submitted from %(day)s on."
    ),
    Refusal.HANDLER_HAS_LEFT: _l(
        "Whoever handled this case comes in no more, so nobody was urged. The supervisor has"
        " been told that it waits to be given to somebody."
    ),
    Refusal.DECIDED_ALREADY: _l("This has been decided already."),
    Refusal.SECOND_FACTOR_WANTED: _l("Your roles want a second factor, so it stays."),
    Refusal.TAKES_TWO: _l("This takes a second person, and nobody has agreed to just this."),
    Refusal.ASKED_ALREADY: _l(
        "Something of this kind waits for its decision already, under “Approvals”: that is decided"
        " or taken back first."
    ),
    Refusal.NO_SUCH_REQUEST: _l("There is no such request that you could decide on."),
    Refusal.REQUEST_EXPIRED: _l("This request has run out. It must be asked for again."),
    Refusal.NO_SECOND_PERSON: _l(
        "This takes a second person, and nobody else here could be that. Ask an administrator to"
        " give somebody the role."
    ),
    Refusal.NO_SUCH_FILE: _l("This file does not lie with the case. Choose one that does."),
    Refusal.ASKER_HAS_LEFT: _l("Whoever asked for this comes in no more."),
    Refusal.ASKER_LOST_CASE: _l(
        "Whoever asked for this has the case no more. Whoever has it now asks anew if it is wanted."
    ),
    Refusal.HELD_ALREADY: _l("A legal hold lies on this case already."),
    Refusal.NOT_HELD: _l("No legal hold lies on this case."),
    Refusal.ERASED: _l(
        "What was written in this case is erased, and nothing is done in it any more. Take down"
        " what the customer says now as a new complaint."
    ),
    Refusal.NOT_TO_BE_ERASED: _l("This case cannot be erased now: %(kept_for)s."),
    Refusal.KEPT_UNTIL: _l("Cases of this kind are kept. It may be erased from %(until_at)s on."),
    Refusal.NO_SUCH_LETTER: _l(
        "No such letter lies with this case. Choose one of its kept letters."
    ),
    Refusal.LETTER_INCOMPLETE: _l(
        "The letter cannot be sent as it stands. It does not say: %(missing)s. Go on from it, write"
        " down what is missing, and keep it as a new version."
    ),
    Refusal.LETTER_OF_OTHER_ACT: _l(
        "This letter goes out as “%(act)s”, and that cannot be done as the case stands."
    ),
    Refusal.LETTER_WITHOUT_WAY: _l("Say how the letter is sent."),
    Refusal.LETTER_DAY_UNFIT: _l(
        "Say when the letter was posted or handed over: not before the complaint came in, and not"
        " ahead of now."
    ),
    Refusal.LETTER_OF_ANOTHER: _l(
        "A second person reads this letter before it goes out, and whoever wrote it hands it to"
        " them. Go on from it, and keep it as a version of your own."
    ),
    Refusal.NO_MAIL_ADDRESS: _l(
        "No mail address of the customer is known. Send the letter by post, or hand it over."
    ),
    Refusal.NONE_DUE: _l("No case is due to be erased, so nothing was asked for."),
    Refusal.INCIDENT_MOVED: _l(
        "Somebody has handed this incident on since you opened this page. The page now shows who"
        " has it; choose again if it still fits."
    ),
    Refusal.MAY_MEND_NOTHING: _l(
        "This person may mend none of these cases. Choose one of the entries of the list."
    ),
    Refusal.UNDO_TOO_LATE: _l(
        "It can be taken back for %(minutes)s minutes, and those are over. Assign it anew."
    ),
    Refusal.NOT_TO_BE_UNDONE: _l(
        "This cannot be taken back. Look at the case; what is wrong with it is set right by another"
        " act."
    ),
    Refusal.CHOSEN_HAS_LEFT: _l("This person comes in no more. Choose somebody else."),
    Refusal.UNIT_CLOSED: _l("This unit is closed. Choose another."),
    Refusal.LED_BY_NAMED: _l(
        "Whom the complaint is about leads the unit of this handler. Choose somebody of the next"
        " unit up."
    ),
}


def refusal_sentence(refused: Refused, act: str = "") -> str:
    """The rule that says no, as a sentence the person can act on; what is missing is called as the
    form of the act has it."""
    sentence = REFUSALS.get(refused.code)
    if sentence is None:
        return bare(refused.code)
    facts = {name: fact_words(name, text) for name, text in refused.facts.items()}
    if "missing" in facts:
        missing = refused.facts["missing"].split(", ")
        facts["missing"] = joined(label_in(act, name) for name in missing)
    return str(sentence) % facts


def refusal_in_short(code: str) -> str:
    """A refusal whose figures were told to who asked, and to nobody else."""
    return re.sub(r"%\(\w+\)s", "…", phrase_of(REFUSALS, code))
