"""How lists are called, and the parts of reports."""

from collections.abc import Mapping
from enum import StrEnum

from domain.report_tables import Figure, Part
from domain.reporting import CheckStanding
from store.reads.queues import QueueView
from web.base.phrases import Words, _l

WORDS: Mapping[type[StrEnum], Words] = {
    QueueView: {
        QueueView.MINE: _l("My cases"),
        QueueView.UNASSIGNED: _l("Not assigned"),
        QueueView.RECEIVED_BY_ME: _l("Received by me"),
        QueueView.ALL: _l("All open cases"),
        QueueView.BREACHED: _l("Late"),
        QueueView.ESCALATED: _l("Escalated cases"),
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
    Part: {
        Part.FIGURES: _l("Figures"),
        Part.COUNTING: _l("How they count"),
        Part.CATEGORIES: _l("By category"),
        Part.PROCESS_CAUSES: _l("Causes that lie with the process, not with a person"),
        Part.UNITS: _l("By unit"),
        Part.REGISTER: _l("Complaints, one by one"),
        Part.APPRAISAL: _l("Justified complaints about a person, for the appraisal"),
    },
}
