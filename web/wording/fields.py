"""Names of what is typed in or written down, of lists, and of the parts of reports."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.acts import ACT_KINDS, ACTS, INTERNAL, SubmitCaseReport, WordCaseReport
from domain.asked_reports import AskedFlaw
from domain.case_report_templates import CaseReportFlaw
from domain.customers import CustomerField
from domain.heat import DueIn, Heat
from domain.letters import LetterPart
from domain.report_tables import Figure, Part, Rate
from domain.reporting import CheckStanding, Form
from domain.returns import Count, ReturnFlaw
from domain.statuses import AskedReportStatus, ReportStatus
from rulebook.returns import read_case_report
from store.reads.queues import QueueView
from store.reports.regulator import ReportList
from web.base.phrases import LazyString, Words, _l, language_code, phrase_of

FIELDS: Mapping[str, LazyString] = {
    "weighs": _l("For or against"),
    "cases": _l("Cases"),
    "also": _l("Further cases that show the same"),
    "problem": _l("What should become better"),
    "analysis": _l("Causes, and the greatest among them"),
    "consolidated": _l("What is the rule from now on"),
    "leftovers": _l("What is left over"),
    "result": _l("Result"),
    "improvement": _l("Improvement"),
    "stage": _l("Step"),
    "overall": _l("All in all"),
    "reliability": _l("Reliability"),
    "tangibles": _l("Premises and material"),
    "responsiveness": _l("Responsiveness"),
    "empathy": _l("Empathy"),
    "professionalism": _l("Professional skill"),
    "agreement": _l("Agreed to as"),
    "allegation": _l("What the person is held responsible for (they read this)"),
    "involvement": _l("Part in the event"),
    "outcome": _l("Decision"),
    "fine_fen": _l("Fine (yuan), where the rule gives a sum"),
    "penalty": _l("Penalty"),
    "measure": _l("Measure"),
    "posts": _l("Posts"),
    "hand_over": _l("To be handed over to HR"),
    "items": _l("What was decided"),
    "reply": _l("Reply of the person"),
    "amount_fen": _l("Amount at stake (yuan)"),
    "anonymous": _l("What moves the sender"),
    "answer": _l("The customer's answer"),
    "approved_by": _l("Agreed to by"),
    "assisting_unit": _l("Assisting unit"),
    "begins": _l("From day"),
    "calendar": _l("Calendar"),
    "case": _l("Case"),
    "business": _l("Business it is about"),
    "business_unsaid": _l("Business it is about"),
    "category": _l("Category"),
    "cause": _l("Cause"),
    "causes": _l("Causes"),
    "channel": _l("Channel"),
    "clock": _l("Time limit"),
    "clock+step": _l("Escalation"),
    "counting": _l("Counting"),
    "deadline_class": _l("Deadline class"),
    "demand": _l("What the customer wants"),
    "greeting": _l("Greeting"),
    "opening": _l("How it begins"),
    "promised_date": _l("The date promised"),
    "remedies": _l("What the customer can do who does not agree"),
    "invitation": _l("Invitation"),
    "closing": _l("How it ends"),
    "way": _l("How it is sent"),
    "sent_at": _l("When it was posted or handed over"),
    "enclosed": _l("Letter, by its SHA-256"),
    "letter_template": _l("Which letter"),
    "demand_kind": _l("Kind of request"),
    "digest": _l("SHA-256"),
    "opinion": _l("Opinion"),
    "told": _l("Who was told, when and how"),
    "wording": _l("Wording to be used"),
    "tasks_done": _l("Tasks done"),
    "tasks_given": _l("Tasks given"),
    "asked_for": _l("What ends it"),
    "charged": _l("Charged"),
    "number_in_file": _l("Number of the row"),
    "encoding": _l("Encoding of the text"),
    "separator": _l("Separator of the cells"),
    "sheet": _l("Sheet of the workbook"),
    "time_zone": _l("Time zone"),
    "disposal": _l("What was done about it"),
    "due_at": _l("Due at"),
    "email": _l("E-mail"),
    "ends": _l("To day"),
    "evidence": _l("What the customer wrote or said (a file of the case)"),
    "figure": _l("Figure"),
    "rate": _l("Rate"),
    "of": _l("Of"),
    "per_mille": _l("Percent"),
    "file": _l("File"),
    "file_name": _l("Name of the file"),
    "findings": _l("What was found"),
    "handled_at": _l("When it was handled"),
    "handler": _l("Handler"),
    "handler_name": _l("Name of the person who handled it"),
    "handler_phone": _l("Telephone of the person who handled it"),
    "has_sender": _l("Handed over by somebody"),
    "host_unit": _l("Host unit"),
    "instead_of": _l("Instead of"),
    "language": _l("Language of the customer"),
    "lessons": _l("Lessons and improvements"),
    "letter": _l("Text of the reply"),
    "level": _l("Level"),
    "done_at": _l("Was done at"),
    "undoes": _l("Entry that is taken back"),
    "undone": _l("What is taken back"),
    "word_to": _l("Who had been told"),
    "login": _l("Login name"),
    "mark": _l("Circumstance"),
    "marks": _l("Circumstances"),
    "measures": _l("What was done"),
    "name": _l("Name of the customer"),
    "mail": _l("Mail"),
    "mail_number": _l("Number of the mail"),
    "joined_by": _l("Joined by"),
    "narrative": _l("What happened, in the customer's words"),
    "needs": _l("What comes first"),
    "note": _l("Note"),
    "number": _l("Number"),
    "overrun": _l("Time limit that was not kept"),
    "overtaken_by": _l("Not sent, overtaken by"),
    "password": _l("Password"),
    "periodical": _l("Report"),
    "person": _l("Person"),
    "person_complained_about": _l("Person complained about"),
    "persons": _l("Persons responsible and how they were dealt with"),
    "phone": _l("Telephone"),
    "plan": _l("Steps of the work"),
    "address": _l("Postal address"),
    "account": _l("Account or card number"),
    "planned_at": _l("Planned for"),
    "points_at_most": _l("Points at most"),
    "corrected": _l("Corrected"),
    "removed": _l("Wrong, and nothing better is known"),
    "policy": _l("Policy"),
    "post": _l("Post"),
    "question": _l("Question to the customer"),
    "summary": _l("What happened"),
    "investigation": _l("What was found"),
    "impact": _l("Effects and risk"),
    "standpoint": _l("Standpoint of the bank"),
    "further_steps": _l("Further steps and dates"),
    "contact": _l("Whom to ask at the bank"),
    "receipt": _l("Receipt number"),
    "acknowledged_at": _l("When the receipt came (Beijing time)"),
    "drafted_at": _l("Drafted at"),
    "template": _l("Template"),
    "says": _l("What it says of the case"),
    "reach": _l("How far the media carry"),
    "reason": _l("Reason"),
    "received_at": _l("Received at (Beijing time)"),
    "receiver": _l("Told to"),
    "redress_fen": _l("Made good (yuan)"),
    "reference": _l("Reference of the other case"),
    "report": _l("Report"),
    "responsibility": _l("Whose fault"),
    "rule": _l("Rule"),
    "satisfaction": _l("How satisfied the customer is"),
    "schedule": _l("Kind of fault"),
    "sender": _l("Handed over by"),
    "sender_due_at": _l("The sender wants an answer by (Beijing time)"),
    "severity": _l("Severity"),
    "situation": _l("Situation"),
    "size": _l("Size"),
    "statement": _l("What was said"),
    "status": _l("Status"),
    "step": _l("Step"),
    "subject": _l("Subject"),
    "task": _l("Task"),
    "taken_out": _l("Taken out"),
    "tells": _l("Also told"),
    "tier": _l("Customer"),
    "unit": _l("Unit"),
    "until_at": _l("New date (Beijing time)"),
    "upheld": _l("The appeal is upheld"),
    "validity": _l("Validity"),
    "withdrawal": _l("How the complaint was withdrawn"),
}


OF_AN_ACT: Mapping[tuple[str, str], LazyString] = {
    ("propose_finding", "note"): _l("Note for those who decide (the person does not read this)"),
    ("decide_finding", "reason"): _l("Reason (the person reads this)"),
    ("decide_finding_appeal", "reason"): _l("Reason (the person reads this)"),
    ("decide_finding_appeal", "validity"): _l("Validity of the complaint, if it changes"),
    ("decide_finding_appeal", "responsibility"): _l("Whose fault, if that changes"),
    ("reverse_finding", "reason"): _l("Reason (the person reads this)"),
    ("reverse_finding", "validity"): _l("Validity of the complaint, if it changes"),
    ("reverse_finding", "responsibility"): _l("Whose fault, if that changes"),
    ("impose_penalty", "reason"): _l("Reason (the person reads this)"),
    ("undo_penalty", "reason"): _l("Reason (the person reads this)"),
    ("hand_over", "number"): _l("Number of the file"),
    ("receive_hand_over", "number"): _l("Number of the file"),
    ("submit_case_report", "number"): _l("Submission"),
    ("note_report_receipt", "number"): _l("Submission"),
    ("propose_penalty", "amount_fen"): _l("Fine (yuan)"),
    ("propose_penalty", "post"): _l("Part in the event"),
    ("finish_task", "note"): _l("What was done about it"),
    ("plan_improvement", "until_at"): _l("To be done by (Beijing time)"),
}
"""Texts that an act asks for in words of its own."""


WORDS: Mapping[type[StrEnum], Words] = {
    CustomerField: {field: FIELDS[field] for field in CustomerField},
    QueueView: {
        QueueView.MINE: _l("My cases"),
        QueueView.UNASSIGNED: _l("Unassigned cases"),
        QueueView.RECEIVED_BY_ME: _l("Received by me"),
        QueueView.ALL: _l("All open cases"),
        QueueView.BREACHED: _l("Late cases"),
        QueueView.ESCALATED: _l("Escalated cases"),
    },
    DueIn: {
        DueIn.PAST: _l("past"),
        DueIn.SOON: _l("within a day"),
        DueIn.LATER: _l("later"),
        DueIn.NONE: _l("none running"),
    },
    Heat: {
        Heat.CALM: _l("calm"),
        Heat.WARM: _l("warm"),
        Heat.HOT: _l("hot"),
        Heat.BURNING: _l("burning"),
    },
    CheckStanding: {
        CheckStanding.OPEN: _l("open"),
        CheckStanding.CONFIRMED: _l("confirmed in time"),
        CheckStanding.MISSED: _l("missed"),
        CheckStanding.CONFIRMED_LATE: _l("confirmed late"),
    },
    Figure: {
        Figure.RECEIVED: _l("Complaints received"),
        Figure.SETTLED: _l("Settled so far"),
        Figure.LATE: _l("With a time limit exceeded"),
        Figure.OWN_FAULT: _l("The bank at fault, alone or with the customer"),
        Figure.STAFF_ERRORS: _l("Errors of staff"),
    },
    Count: {
        Count.OPENING: _l("Open at the beginning"),
        Count.RECEIVED: _l("Received meanwhile"),
        Count.REOPENED: _l("Reopened meanwhile"),
        Count.CLOSED: _l("Closed meanwhile"),
        Count.CLOSING: _l("Open at the end"),
        Count.CLOSED_IN_TIME: _l("Closed within all time limits"),
        Count.OWN_FAULT: _l("Closed with the bank at fault"),
    },
    LetterPart: {part: FIELDS[part] for part in LetterPart},
    ReturnFlaw: {
        ReturnFlaw.NOT_OVER: _l("its days are not over yet"),
        ReturnFlaw.CHECK_FAILS: _l("these do not come to the same"),
        ReturnFlaw.BREAKS_SCHEMA: _l("the file would not be what its schema wants"),
        ReturnFlaw.CODE_MISSING: _l("the bank has not entered the code of a class"),
    },
    ReportStatus: {
        ReportStatus.DRAFT: _l("draft"),
        ReportStatus.SUBMITTED: _l("submitted, receipt awaited"),
        ReportStatus.ACKNOWLEDGED: _l("submitted and acknowledged"),
    },
    ReportList: {
        ReportList.OPEN: _l("To be submitted"),
        ReportList.LATE: _l("Late"),
        ReportList.SUBMITTED: _l("Submitted already"),
        ReportList.EVERY: _l("All"),
    },
    CaseReportFlaw: {
        CaseReportFlaw.FACT_MISSING: _l("the case does not say yet"),
        CaseReportFlaw.TEXT_MISSING: _l("nothing is written yet"),
    },
    Form: {
        Form.CLASSIFIED: _l("Statistics"),
        Form.REGISTER: _l("Register of complaints"),
        Form.APPRAISAL: _l("Items for the appraisal of people"),
        Form.CHECK: _l("Daily check"),
    },
    AskedFlaw: {
        AskedFlaw.NO_UNIT: _l("Choose a unit that you answer for."),
        AskedFlaw.DAYS_MISSING: _l("Give the first and the last day, from the year 2000 on."),
        AskedFlaw.ENDS_BEFORE_IT_BEGINS: _l("The last day comes before the first."),
        AskedFlaw.NOT_OVER: _l("The last day is still to come: choose today or earlier."),
        AskedFlaw.TOO_LONG: _l("That is more than ten years: ask for less at once."),
    },
    AskedReportStatus: {
        AskedReportStatus.ASKED: _l("waits for the worker"),
        AskedReportStatus.BEING_MADE: _l("being made"),
        AskedReportStatus.MADE: _l("made"),
        AskedReportStatus.FAILED: _l("could not be made"),
    },
    Rate: {
        Rate.TIMELY: _l("Settled within the time limits"),
        Rate.OWN_FAULT_SHARE: _l("The bank at fault, alone or with the customer"),
        Rate.SATISFIED_SHARE: _l("Satisfied, of those who were asked and answered"),
    },
    Part: {
        Part.FIGURES: _l("Figures"),
        Part.RATES: _l("Rates"),
        Part.COUNTING: _l("How they count"),
        Part.CATEGORIES: _l("By category"),
        Part.BUSINESSES: _l("By business"),
        Part.PROCESS_CAUSES: _l("Causes that lie with the process, not with a person"),
        Part.UNITS: _l("By unit"),
        Part.REGISTER: _l("Complaints, one by one"),
        Part.APPRAISAL: _l("Justified complaints about a person, for the appraisal"),
    },
}


def label_in(act: str, field: str) -> str:
    """How a field is called on the form of an act, and wherever else that is asked for."""
    if (act, field) in OF_AN_ACT:
        return str(OF_AN_ACT[act, field])
    is_of_a_report = ACT_KINDS.get(act) in WITH_CASE_REPORTS
    return label_in_case_report(field) if is_of_a_report else label(field)


WITH_CASE_REPORTS = (WordCaseReport, SubmitCaseReport)
"""Acts whose texts are those of a report to the regulator on a case."""


def label_in_case_report(name: str) -> str:
    """What a report on a case calls a fact or a text, on every page that shows it: as its template
    does."""
    rows = (row for row in read_case_report().rows if row.name == name)
    return next((row.label[language_code()] for row in rows), label(name))


@dataclass(frozen=True, slots=True, kw_only=True)
class TextsApart:
    """What was written with an act, by whom it is for: what each text is called, and the text."""

    customer: Sequence[tuple[str, str]]
    """What the customer got, word for word."""
    file: Sequence[tuple[str, str]]
    internal: Sequence[tuple[str, str]]
    """What stays in the bank."""


def texts_apart(words: Mapping[str, str], event: str) -> TextsApart:
    """The texts of an entry of the journal, set apart."""
    for_customer = FOR_CUSTOMER.get(event, frozenset())
    is_of_a_report = event in {act.event for act in WITH_CASE_REPORTS}
    called = label_in_case_report if is_of_a_report else label
    # PostgreSQL gives them by the length of their names.
    in_order = sorted(words, key=lambda name: IN_ORDER.get(name, len(IN_ORDER)))

    def of(names: Collection[str]) -> list[tuple[str, str]]:
        return [(called(name), words[name]) for name in in_order if name in names]

    return TextsApart(
        customer=of(for_customer),
        file=of(words.keys() - for_customer - INTERNAL),
        internal=of(INTERNAL),
    )


IN_ORDER: Mapping[str, int] = {
    name: number
    for number, name in enumerate(
        dict.fromkeys([*LetterPart, *(name for act in ACTS for name in act.words)])
    )
}
"""Texts as one reads them: as a letter has them, then as the form of their act does."""


FOR_CUSTOMER: Mapping[str, frozenset[str]] = {act.event: act.for_customer for act in ACTS}


def label(field: str) -> str:
    """How a field is called."""
    return phrase_of(FIELDS, field)
