"""What is said of documents that cannot be made, and of letters on their way."""

from desk.documents import NoFont, NotPrintable
from domain.letters import LetterWay
from domain.notices import Delivery, Obstacle
from rulebook.letters import read_letters
from store.customer_letters import Dispatch
from store.mails.conversation import Sent
from web.base.phrases import _, bare, language_code
from web.wording.amounts import when
from web.wording.codes import words


def not_printable_sentence(why: NotPrintable) -> str:
    """Why no file can be made here, and what to do about it."""
    if isinstance(why, NoFont):
        return _(
            "No font with Chinese is on this machine; install one of: %(fonts)s.", fonts=str(why)
        )
    return _(
        "The font of this machine has no character for “%(character)s”, so no file can be made."
        " Write it otherwise, or read it here.",
        character=str(why),
    )


def letter_title(name: str) -> str:
    """A letter as its template calls it; of one that is gone, its name."""
    template = read_letters().get(name)
    return template.title[language_code()] if template else bare(name)


def _with_earlier_address(said: str, letter: Dispatch | Sent) -> str:
    """What is said of mail that was lost, and that it may find its way now."""
    if not letter.is_to_earlier_address:
        return said
    since = _("It went to the address that the complaint had then, which was corrected since.")
    return f"{since} {said}"


def dispatch_words(dispatch: Dispatch) -> str:
    """How far a letter has come on its way; what its time is follows."""
    if not dispatch.is_written:
        return _("Stored, waiting for the engine.")
    if dispatch.way is LetterWay.POST:
        return _("Sent by post:")
    if dispatch.way is LetterWay.HANDED_OVER:
        return _("Handed over:")
    why = words(dispatch.obstacle) if dispatch.obstacle else ""
    match dispatch.delivery:
        case Delivery.SENT:
            return _("By mail, taken by the mail server:")
        case Delivery.PENDING:
            return _("By mail, on its way. %(why)s", why=why).strip()
        case _ if dispatch.went_again:
            told = _("By mail, which did not arrive; it has gone out once more since.")
            # Another time than that of the other going out.
            return _("%(told)s Taken by the mail server:", told=told) if dispatch.sent_at else told
        case Delivery.DEAD if dispatch.obstacle is Obstacle.CAME_BACK:
            lost = _(
                "Mail came back: the mail server took it and could not deliver it. The customer"
                " does not have it. Send it by post, or telephone. Taken by the mail server:"
            )
        case Delivery.DEAD:
            lost = _("Mail could not be delivered; the customer does not have it. %(why)s", why=why)
        case _:
            lost = _("Not mailed: there was no way to send it. The customer does not have it.")
    return _with_earlier_address(lost.strip(), dispatch)


def sent_words(sent: Sent) -> str:
    """How far word to the customer has come on its way."""
    why = words(sent.obstacle) if sent.obstacle else ""
    match sent.delivery:
        case Delivery.SENT:
            at = when(sent.sent_at) if sent.sent_at else ""
            return _("By mail, taken by the mail server %(at)s.", at=at)
        case Delivery.PENDING:
            return _("By mail, on its way. %(why)s", why=why).strip()
        case _ if sent.went_again:
            return _("By mail, which did not arrive; it has gone out once more since.")
        case Delivery.DEAD if sent.obstacle is Obstacle.CAME_BACK:
            lost = _(
                "The mail came back (%(code)s): the customer does not have it. Send it by post, or"
                " telephone.",
                code=sent.code or "DSN",
            )
        case Delivery.DEAD:
            lost = _("Mail could not be delivered; the customer does not have it. %(why)s", why=why)
        case _:
            lost = _("Not mailed: there was no way to send it.")
    return _with_earlier_address(lost.strip(), sent)
