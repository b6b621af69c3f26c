"""What a person is told of an act on the next page."""

from flask import flash

from desk.cases import ActOutcome, ActStatus
from store.cases.commands import StoredCommand
from web.base.phrases import _
from web.wording import act_words, refusal_sentence


def tell(outcome: ActOutcome, done: str) -> None:
    """Say what became of an act on the next page; `done` when it was done."""
    match outcome.status:
        case ActStatus.WAITING if outcome.is_held_up:
            says = _(
                "Stored, and not carried out yet: this case is held up. The administrators see it"
                " among the failed cases; what you asked is done as soon as it goes on."
            )
        case ActStatus.WAITING:
            says = _(
                "Stored. It is waiting for the engine and will be carried out; nothing is lost."
            )
        case ActStatus.ASKED_FOR:
            says = _(
                "Asked for, and not done yet: this takes a second person. You hear what became of"
                " it under “Approvals”."
            )
        case _:
            flash(done, "success")
            return
    flash(says, "warning")


def tell_afterwards(asked: StoredCommand) -> None:
    """Say on the next page what became of an act that was waited for."""
    if asked.refusal is None:
        flash(act_words(asked.act.kind).done, "success")
    else:
        flash(
            _("Not done. %(why)s", why=refusal_sentence(asked.refusal, asked.act.kind)), "warning"
        )
