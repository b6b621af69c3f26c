"""Acts by which it is found who of the bank is responsible, and by that person."""

from collections.abc import Mapping

from web.base.phrases import _l
from web.wording.acts.words import ActWords

ACCOUNTABILITY: Mapping[str, ActWords] = {
    "propose_finding": ActWords(
        title=_l("Say who is responsible"),
        about=_l(
            "The person is told what you write, may reply before anybody decides, and has no part"
            " in the case from then on. The note is for those who decide."
        ),
        done=_l("The person has been told and may reply; the office that decides has a task."),
    ),
    "reply_to_finding": ActWords(
        title=_l("Send your reply"),
        about=_l("What you want those who decide to know."),
        done=_l("Your reply is with those who decide."),
    ),
    "decide_finding": ActWords(
        title=_l("Decide who is responsible"),
        about=_l(
            "Once the person has replied, or the time for it is over. A second person must agree;"
            " then the person is told, with your reason, and may appeal."
        ),
        done=_l("The decision is made, and the person is told."),
    ),
    "appeal_finding": ActWords(
        title=_l("Appeal"),
        about=_l("The union looks at it. Nothing follows from the decision until then."),
        done=_l("Your appeal is with the union."),
    ),
    "decide_finding_appeal": ActWords(
        title=_l("Decide the appeal of a person"),
        about=_l(
            "Upheld, the finding is taken back with all that followed from it. Choose validity or"
            " fault only where the outcome of the case itself must be set right."
        ),
        done=_l("The appeal is decided, and the person is told."),
    ),
    "reverse_finding": ActWords(
        title=_l("Take a finding back"),
        about=_l(
            "Because something new has come to light. A second person must agree; all that"
            " followed from it is undone."
        ),
        done=_l("The finding is taken back, and the person is told."),
    ),
    "impose_penalty": ActWords(
        title=_l("Impose a penalty"),
        about=_l(
            "On somebody found responsible, once nobody can appeal against that any more. Their"
            " part in the event decides what the rule allows; where it gives no sum, leave the sum"
            " empty. HR take it over into their system, and the person is told."
        ),
        done=_l("The penalty is imposed; the person is told, and HR have a task."),
    ),
    "undo_penalty": ActWords(
        title=_l("Undo a penalty"),
        about=_l(
            "Because the sum or the rule was wrong; that the person is responsible stands. A second"
            " person must agree; HR are told where they have it already."
        ),
        done=_l("The penalty is undone, and the person is told."),
    ),
    "hand_over": ActWords(
        title=_l("Hand over to HR"),
        about=_l("What was decided about people goes into a file for the system of HR."),
        done=_l("It is in the file."),
    ),
    "receive_hand_over": ActWords(
        title=_l("Note the receipt of HR"),
        about=_l("The system of HR has what was in a file."),
        done=_l("The receipt is noted."),
    ),
}
