"""Acts after a case was settled: asking its customer, making things better, praise."""

from collections.abc import Mapping

from web.base.phrases import _l
from web.wording.acts.words import ActWords

AFTERWARDS: Mapping[str, ActWords] = {
    "follow_up": ActWords(
        title=_l("Follow up"),
        about=_l("Asks the customer afterwards how it was settled."),
        done=_l("The follow-up is noted."),
    ),
    "offer_survey": ActWords(
        title=_l("Offer a survey"),
        about=_l(
            "A link by which the customer says once how it was: mailed where there is an address,"
            " else shown here to be read out."
        ),
        done=_l("The survey is offered."),
    ),
    "answer_survey": ActWords(
        title=_l("Answer the survey"),
        about=_l("The customer does, by the link."),
        done=_l("The answers are noted."),
    ),
    "receive_mail": ActWords(
        title=_l("Write by mail"),
        about=_l("The customer does; what is written is put with the case."),
        done=_l("The mail is with the case."),
    ),
    "receive_file": ActWords(
        title=_l("Send a file by mail"),
        about=_l("The customer does, with a mail."),
        done=_l("The file is with the case."),
    ),
    "correct_contact": ActWords(
        title=_l("Correct the contact"),
        about=_l(
            "What you leave empty stays as it is. Letters and notices go to the new address from"
            " then on; what was known before is kept nowhere. The journal says which of these you"
            " corrected and why, and not what they say."
        ),
        done=_l("The contact is corrected."),
    ),
    "note_late_contact": ActWords(
        title=_l("Note that the customer came back"),
        about=_l("Whoever handled it is charged with an answer."),
        done=_l("Noted; it is a task now."),
    ),
    "commend": ActWords(
        title=_l("Commend somebody"),
        about=_l("Says what somebody did well here. They hear of it, and it counts for them."),
        done=_l("The commendation is noted."),
    ),
    "propose_improvement": ActWords(
        title=_l("Propose an improvement"),
        about=_l(
            "Says what should become better. The supervisor is charged with a plan; other cases"
            " that show the same may be named."
        ),
        done=_l("The improvement is proposed."),
    ),
    "plan_improvement": ActWords(
        title=_l("Plan the improvement"),
        about=_l("The causes, the greatest among them, and who does what until when."),
        done=_l("The plan is written down, and whoever it names is charged."),
    ),
    "carry_out_improvement": ActWords(
        title=_l("Say that the improvement is carried out"),
        about=_l("What was done, so that somebody can look whether it helped."),
        done=_l("Written down; the supervisor checks it."),
    ),
    "check_improvement": ActWords(
        title=_l("Check the improvement"),
        about=_l("Whether it has become better, and how that can be seen."),
        done=_l("The result of the check is written down."),
    ),
    "conclude_improvement": ActWords(
        title=_l("Conclude the improvement"),
        about=_l(
            "What worked is made the rule. What is left over goes onto the list of the next"
            " quarter."
        ),
        done=_l("The improvement is concluded."),
    ),
    "spot_belonging": ActWords(
        title=_l("Say that cases may belong together"),
        about=_l("Redress does, when cases of one unit were settled with one cause."),
        done=_l("The cases are named."),
    ),
    "accept_belonging": ActWords(
        title=_l("Link the cases that belong together"),
        about=_l("They know of one another then, and may make a group."),
        done=_l("The cases are linked."),
    ),
    "dismiss_belonging": ActWords(
        title=_l("Say that they do not belong together"),
        about=_l("These cases are not proposed again."),
        done=_l("The proposal is put aside."),
    ),
}
