"""Letters to the customer: kept in any number of versions, and sent on a day that can be."""

from datetime import timedelta

from domain.acts import SendLetter, WriteLetter, letters
from domain.case import Status
from domain.errors import Refusal
from domain.letters import LetterWay
from tests.builders import MONDAY
from tests.domain.acts.doing import CLOSED, HUGO, LATER, STARTED, SUN, is_now, line
from tests.domain.acts.sentences import Sentences

DIGEST = "a" * 64
KEPT = WriteLetter(letter_template="final-reply", language="zh", digest=DIGEST, size=9)
MAILED = SendLetter(enclosed=DIGEST, way=LetterWay.MAIL)


class TestLetters(Sentences):
    about = letters
    done = (
        line("a letter is kept and changes nothing", KEPT, is_now(Status.ASSIGNED)),
        line("a supervisor writes in the handler's place", KEPT, is_now(Status.ASSIGNED), by=SUN),
        line("it goes out by mail", MAILED, is_now(Status.ASSIGNED)),
        line("after the end, too", MAILED, is_now(Status.CLOSED), case=CLOSED),
        line(
            "it was posted in the minute in which the complaint came in",
            SendLetter(enclosed=DIGEST, way=LetterWay.POST, sent_at=MONDAY),
            is_now(Status.IN_PROGRESS),
            case=STARTED,
        ),
        line(
            "it was handed over just now",
            SendLetter(enclosed=DIGEST, way=LetterWay.HANDED_OVER, sent_at=LATER),
            is_now(Status.ASSIGNED),
        ),
    )
    refused = (
        line("somebody else's case is written about", KEPT, Refusal.NOT_THE_HANDLER, by=HUGO),
        line("somebody else's letter is sent", MAILED, Refusal.NOT_THE_HANDLER, by=HUGO),
        line("nothing is sent", SendLetter(), Refusal.NO_SUCH_LETTER),
        line("it goes no way", SendLetter(enclosed=DIGEST), Refusal.LETTER_WITHOUT_WAY),
        line(
            "it was posted on no day",
            SendLetter(enclosed=DIGEST, way=LetterWay.POST),
            Refusal.LETTER_DAY_UNFIT,
        ),
        line(
            "it will be posted tomorrow",
            SendLetter(enclosed=DIGEST, way=LetterWay.POST, sent_at=LATER + timedelta(days=1)),
            Refusal.LETTER_DAY_UNFIT,
        ),
        line(
            "it was handed over before anybody complained",
            SendLetter(
                enclosed=DIGEST, way=LetterWay.HANDED_OVER, sent_at=MONDAY - timedelta(minutes=1)
            ),
            Refusal.LETTER_DAY_UNFIT,
        ),
    )
