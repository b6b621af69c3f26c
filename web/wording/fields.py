"""Names of what is typed in or written down, the same wherever it appears."""

from collections.abc import Mapping
from enum import StrEnum

from domain.customers import CustomerField
from web.base.phrases import LazyString, Words, _l, phrase_of

FIELDS: Mapping[str, LazyString] = {
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
    "amount_fen": _l("Amount at stake (yuan)"),
    "anonymous": _l("What moves the sender"),
    "answer": _l("The customer's answer"),
    "approved_by": _l("Agreed to by"),
    "assisting_unit": _l("Assisting unit"),
    "begins": _l("From day"),
    "calendar": _l("Calendar"),
    "case": _l("Case"),
    "category": _l("Category"),
    "cause": _l("Cause"),
    "causes": _l("Causes"),
    "channel": _l("Channel"),
    "clock": _l("Time limit"),
    "clock+step": _l("Escalation"),
    "counting": _l("Counting"),
    "deadline_class": _l("Deadline class"),
    "demand": _l("What the customer wants"),
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
    "separator": _l("Between the cells stands"),
    "sheet": _l("Sheet of the workbook"),
    "time_zone": _l("Time zone"),
    "disposal": _l("What was done about it"),
    "due_at": _l("Due at"),
    "email": _l("E-mail"),
    "ends": _l("To day"),
    "evidence": _l("What the customer wrote or said (a file of the case)"),
    "figure": _l("Figure"),
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
    "login": _l("Login name"),
    "mark": _l("Circumstance"),
    "marks": _l("Circumstances"),
    "measures": _l("What was done"),
    "name": _l("Name of the customer"),
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
    "policy": _l("Policy"),
    "post": _l("Post"),
    "question": _l("Question to the customer"),
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
    "tells": _l("Also told"),
    "tier": _l("Customer"),
    "unit": _l("Unit"),
    "until_at": _l("New date (Beijing time)"),
    "upheld": _l("The appeal is upheld"),
    "validity": _l("Validity"),
    "withdrawal": _l("How the complaint was withdrawn"),
}


OF_AN_ACT: Mapping[tuple[str, str], LazyString] = {
    ("finish_task", "note"): _l("What was done about it"),
}
"""Texts that an act asks for in words of its own."""


WORDS: Mapping[type[StrEnum], Words] = {
    CustomerField: {field: FIELDS[field] for field in CustomerField},
}


def label_in(act: str, field: str) -> str:
    """How a field is called on the form of an act."""
    return str(OF_AN_ACT[act, field]) if (act, field) in OF_AN_ACT else label(field)


def label(field: str) -> str:
    """How a field is called."""
    return phrase_of(FIELDS, field)
