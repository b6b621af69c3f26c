"""The names that both sides of Temporal share."""

import hashlib
from collections.abc import Iterable

from temporalio.common import SearchAttributeKey

CASE_WORKFLOW = "Case"
"""What histories and lists call the workflow of a case."""

ALL_CASES = f"WorkflowType = '{CASE_WORKFLOW}'"
RUNNING_CASES = f"{ALL_CASES} AND ExecutionStatus IN ('Running', 'Paused')"
PAUSED_CASES = f"{ALL_CASES} AND ExecutionStatus = 'Paused'"
CLOSED_CASES = f"{ALL_CASES} AND ExecutionStatus NOT IN ('Running', 'Paused')"
"""The workflows of cases, as the engine's lists are asked for them. Whoever operates the engine may
pause one: it can still go on, and nothing may be started in its place."""

TASK_QUEUE = "cases"
"""Where the workers of cases listen."""

NOTICE_QUEUE = "notices"
"""Where notices are delivered: apart, so that a slow gateway never holds up a case."""

UPKEEP_QUEUE = "upkeep"
"""Where the installation looks after itself: apart, so that a long look never holds up a case."""

CASE_STATUS = SearchAttributeKey.for_keyword("CaseStatus")
CASE_UNIT = SearchAttributeKey.for_keyword("CaseUnit")
NEXT_DUE_AT = SearchAttributeKey.for_datetime("NextDueAt")
ESCALATION_LEVEL = SearchAttributeKey.for_int("EscalationLevel")

SEARCH_ATTRIBUTES = {
    "CaseStatus": "Keyword",
    "CaseUnit": "Keyword",
    "NextDueAt": "Datetime",
    "EscalationLevel": "Int",
}
"""What can be asked of many workflows at once: classes and dates, never a person."""


UPKEEP = "upkeep/"


def upkeep_workflow_id(chore: str) -> str:
    """The schedule of a chore; each of its runs has the time of its start behind it."""
    return f"{UPKEEP}{chore}"


def stem_of(workflow_id: str) -> str:
    """What a payload for this workflow is bound to: its id. A schedule gives its payload to many
    runs, so for them without the time that the engine puts behind the schedule's own id."""
    return workflow_id.partition("-")[0] if workflow_id.startswith(UPKEEP) else workflow_id


STANDING = "standing"
"""The query by which a case's workflow says where its case stands."""

_CASE = "case/"


def case_workflow_id(reference: str) -> str:
    """The workflow of the case with this public reference, and of no other."""
    return f"{_CASE}{reference}"


def reference_in(workflow_id: str) -> str | None:
    """The case whose workflow has this id; None for the workflow of something else."""
    return workflow_id.removeprefix(_CASE) if workflow_id.startswith(_CASE) else None


def notice_workflow_id(message: str) -> str:
    """The workflow that goes on trying to send a notice: `notice/12`, or `notice/12/1` when it is
    tried again."""
    return f"notice/{message}"


def batch_workflow_id(messages: Iterable[str]) -> str:
    """The workflow that sends these notices and no others: the same ones asked for twice are one
    batch."""
    return f"notices/{hashlib.sha256(' '.join(messages).encode()).hexdigest()[:24]}"
