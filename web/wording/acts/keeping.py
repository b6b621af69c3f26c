"""How the acts are called that keep a case, and that end its keeping."""

from collections.abc import Mapping

from web.base.phrases import _l
from web.wording.acts.words import ActWords

KEEPING: Mapping[str, ActWords] = {
    "put_on_hold": ActWords(
        title=_l("Put a legal hold on it"),
        about=_l("Nothing of the case is erased from then on, until two have lifted the hold."),
        done=_l("The case is kept until the hold is lifted."),
    ),
    "lift_hold": ActWords(
        title=_l("Lift the legal hold"),
        about=_l("Somebody else must agree. Then the case may be erased when its time is over."),
        done=_l("The hold is lifted."),
    ),
    "erase": ActWords(
        title=_l("Erase what was written"),
        about=_l(
            "At the wish of the customer: what was said, who the customer is, all texts and files."
            " Somebody else must agree; then it cannot be brought back. What was done when stays."
        ),
        done=_l("What was written in the case is erased."),
    ),
    "erase_when_due": ActWords(
        title=_l("Erase when its time is over"),
        about=_l("As one of all cases that are due, to which two have agreed."),
        done=_l("What was written in the case is erased."),
    ),
}
