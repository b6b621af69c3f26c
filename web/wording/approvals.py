"""What takes a second person, in words: what is asked for, and what became of it."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from domain.acts import stated
from domain.approvals import COLLECTED, SHOWN, Approval, ApprovalKind, ApprovalOutcome
from domain.classification import Channel
from domain.errors import Refusal, Refused
from domain.reporting import Form
from domain.retention import RetentionClass, TextStore
from rulebook.returns import read_returns
from store.evidence.audit import PROVIDER
from store.values import ACT
from web.base.phrases import LazyString, _, _l, joined, language_code
from web.wording.acts import act_title
from web.wording.amounts import when
from web.wording.clocks import clock_name
from web.wording.codes import words
from web.wording.facts import return_figure_words, return_line_words, told_facts
from web.wording.fields import label, label_in
from web.wording.names import person_name, unit_name
from web.wording.refusals import refusal_sentence

ABOUT: Mapping[ApprovalKind, LazyString] = {
    ApprovalKind.REDRESS: _l("The sum is above what one person may decide under this policy."),
    ApprovalKind.FINDING: _l(
        "It counts for or against a person. Read the case, and the reply where there is one."
    ),
    ApprovalKind.PENALTY: _l("One person alone may not decide such a penalty under this policy."),
    ApprovalKind.WITHDRAWAL: _l(
        "Nothing of the customer's own shows that the complaint is taken back. Agreeing ends it."
    ),
    ApprovalKind.CLOSE_MAJOR: _l("A major case is put away by two."),
    ApprovalKind.LETTER: _l(
        "Read it as the customer will. It goes out when you agree; sent back, it does not."
    ),
    ApprovalKind.LATER_DATE: _l("The customer, and who handed the complaint over, are told."),
    ApprovalKind.RESET: _l("The engine forgets what came after a point, and does it again."),
    ApprovalKind.PUBLISH_POLICY: _l(
        "New complaints go by it from then on; open cases keep theirs."
    ),
    ApprovalKind.APPLY_CALENDAR: _l("Dates of open cases move."),
    ApprovalKind.NEW_TOKEN: _l("Whoever holds it files complaints without a person."),
    ApprovalKind.MAKE_ADMINISTRATOR: _l("Administrators decide who may do what."),
    ApprovalKind.READ_MANY: _l("Whoever asked may save the file once."),
    ApprovalKind.SUBMIT_RETURN: _l("These figures are told to the authority."),
    ApprovalKind.SUBMIT_CASE_REPORT: _l(
        "The regulator is told just these words, and with your agreement they count as submitted."
    ),
    ApprovalKind.LIFT_HOLD: _l("The case may be erased again when its time is over."),
    ApprovalKind.ERASURE: _l(
        "What was written and who the customer is cannot be brought back. Dates and steps stay."
    ),
    ApprovalKind.ERASE_ALL_DUE: _l(
        "What was written in these cases and who the customers are cannot be brought back."
    ),
}
"""One sentence each: what it means to agree."""


def approval_title(approval: Approval) -> str:
    """What is asked for; of an act on a case, what the act is called on its form; a letter is to be
    read, as whichever act it goes out."""
    if "act" in approval.request and approval.kind is not ApprovalKind.LETTER:
        return act_title(approval.request["act"]["kind"])
    return words(approval.kind)


def approval_about(kind: ApprovalKind) -> str:
    """What it means to agree to it."""
    return str(ABOUT[kind])


def approval_subject(approval: Approval) -> str:
    """Whom or what it is about."""
    shown = approval.request.get(SHOWN, {})
    if approval.kind is ApprovalKind.ERASE_ALL_DUE:
        return _("all of them")
    if approval.kind is ApprovalKind.MAKE_ADMINISTRATOR:
        return person_name(approval.subject)
    if "form" in shown:
        return words(Form(shown["form"]))
    if "report" in shown:
        return str(shown["report"][language_code()])
    return approval.subject


def approval_facts(approval: Approval, sheet: object = None) -> list[tuple[str, str]]:
    """Everything a second person should know before deciding.

    :param sheet: the letter as it looks, where that stands beside; its text is not told twice then
    """
    asked = approval.request
    if "act" in asked:
        on_sheet = {"letter"} if sheet else set()
        kind = asked["act"]["kind"]
        told = told_facts(stated(ACT.validate_python(asked["act"])), kind)
        said = {name: text for name, text in asked["words"].items() if name not in on_sheet}
        texts = ((label_in(kind, name), text) for name, text in said.items())
        return [*told, *texts, *texts_going(asked.get(SHOWN, {}))]
    # At the door nobody types a reason: it is a sentence of ours.
    reason = _(approval.reason) if approval.requested_by == PROVIDER else approval.reason
    return [*_facts_of(approval), (label("reason"), reason)]


def approval_lines(approval: Approval) -> list[str]:
    """What would change, line by line, where that is known beforehand."""
    changes = approval.request.get(SHOWN, {}).get("changes", ())
    return [each if isinstance(each, str) else _moved(each) for each in changes]


def _moved(change: Mapping[str, str | None]) -> str:
    """A date that another version of a calendar moves."""
    before, after = (
        when(datetime.fromisoformat(at)) if at else "–"
        for at in (change["before"], change["after"])
    )
    clock = clock_name(str(change["clock"]))
    return f"{change['case']} {clock}{_(': ')}{before} → {after}"


def approval_answer(approval: Approval) -> str:
    """What became of a request, for whoever asked."""
    by, why = person_name(approval.decided_by), approval.note
    match approval.outcome:
        case _ if approval.refusal is not None:
            told = _("%(person)s agreed, but it was not done: %(why)s",
                     person=by, why=refusal_of(approval))  # fmt: skip
        case ApprovalOutcome.APPROVED if approval.kind in COLLECTED:
            told = _("%(person)s agreed. You can carry it out now.", person=by)
        case ApprovalOutcome.APPROVED if approval.kind is ApprovalKind.ERASE_ALL_DUE:
            told = _("%(person)s agreed. The page “Erasure” shows how far it is.", person=by)
        case ApprovalOutcome.APPROVED:
            told = _("%(person)s agreed, and it is done.", person=by)
        case ApprovalOutcome.DECLINED if approval.kind is ApprovalKind.LETTER:
            told = _("%(person)s has sent it back.", person=by)
        case ApprovalOutcome.DECLINED:
            told = _("%(person)s declined.", person=by)
        case ApprovalOutcome.TAKEN_BACK:
            told = _("%(person)s has taken the request back.", person=by)
        case _:
            told = _("Nobody decided in time. Ask again if it is still wanted.")
    return _("%(told)s Reason: %(why)s", told=told, why=why) if why else told


def refusal_of(approval: Approval) -> str:
    """The rule that forbade what was agreed to, as a sentence."""
    if not approval.refusal or approval.refusal["code"] == Refusal.CHANGED_MEANWHILE:
        # On a page of requests no page of a case stands beside it.
        return _("The case has moved on since. Ask again if it is still wanted.")
    return refusal_sentence(Refused.read(approval.refusal))


def texts_going(shown: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What would be erased, store by store, where that was counted beforehand."""
    counted = shown.get("texts", {}).items()
    return [(_("Erases: %(what)s", what=words(TextStore(each))), str(n)) for each, n in counted]


def _figures_of(name: str, figures: Mapping[str, int | None]) -> Iterator[tuple[str, str]]:
    """The lines of a return as its page has them; any its template has no more by its code."""
    template = read_returns().get(name)
    lines = {line.code: line for line in template.lines} if template else {}
    for code in [*(each for each in lines if each in figures), *(figures.keys() - lines.keys())]:
        if code in lines:
            title = f"{code} {return_line_words(lines[code])}"
            yield title, return_figure_words(lines[code], figures[code])
        else:
            yield code, str(figures[code])


def _facts_of(approval: Approval) -> list[tuple[str, str]]:
    asked, shown = approval.request, approval.request.get(SHOWN, {})
    match approval.kind:
        case ApprovalKind.NEW_TOKEN:
            return [
                (_("System"), asked["system"]),
                (_("For the units"), joined(unit_name(each) for each in asked["units"])),
                (_("By the channels"), joined(words(Channel(each)) for each in asked["channels"])),
                (_("First owner"), person_name(asked["first_owner"])),
                (_("Days it may be used"), str(asked["days"])),
            ]
        case ApprovalKind.APPLY_CALENDAR:
            return [
                (_("Open cases"), str(shown["cases"])),
                (_("Dates that move"), str(shown["moved"])),
            ]
        case ApprovalKind.PUBLISH_POLICY:
            return [
                (_("New version"), asked["version"]),
                (_("In force now"), asked["instead_of"] or _("none")),
            ]
        case ApprovalKind.READ_MANY:
            cases = (_("Cases in it"), str(shown["cases"]))
            if "unit" not in shown:  # asked for before it was shown what it is about
                return [cases]
            return [
                (_("Unit"), unit_name(shown["unit"])),
                (_("Period"), " – ".join(shown["days"])),
                cases,
            ]
        case ApprovalKind.SUBMIT_RETURN:
            return [
                (_("Period"), " – ".join(shown["days"])),
                (_("As known at"), when(datetime.fromisoformat(shown["known_at"]))),
                (_("Submission"), str(asked["number"])),
                *_figures_of(approval.subject.partition("/")[0], asked["figures"]),
            ]
        case ApprovalKind.ERASE_ALL_DUE:
            return [
                (_("Cases"), str(shown["cases"])),
                (_("Due by"), when(datetime.fromisoformat(asked["until"]))),
                *((words(RetentionClass(each)), str(n)) for each, n in shown["classes"].items()),
                *texts_going(shown),
            ]
        case ApprovalKind.RESET:
            return [(_("To the point after"), asked["point"])]
        case _:
            return []
