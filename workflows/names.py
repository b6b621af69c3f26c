"""The names that both sides of Temporal share."""

TASK_QUEUE = "cases"
"""Where the workers of cases listen."""

NOTICE_QUEUE = "notices"
"""Where notices are delivered: apart, so that a slow gateway never holds up a case."""

SEARCH_ATTRIBUTES = {
    "CaseStatus": "Keyword",
    "CaseUnit": "Keyword",
    "CaseChannel": "Keyword",
    "PolicyVersion": "Keyword",
    "NextDueAt": "Datetime",
    "EscalationLevel": "Int",
}
"""What can be asked of many workflows at once: classes and dates, never a person."""


def case_workflow_id(reference: str) -> str:
    """The workflow of the case with this public reference, and of no other."""
    return f"case/{reference}"
