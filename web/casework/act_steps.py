"""Acts that belong to a step of something in the case, and the one that comes next for somebody."""

from collections.abc import Collection, Mapping

from domain.acts import (
    AcceptBelonging,
    Act,
    DecideFinding,
    DecideFindingAppeal,
    DismissBelonging,
    DraftCaseReport,
    ImprovementAct,
    ReverseFinding,
)
from domain.acts.belonging import open_spotting
from domain.case import Case
from domain.classification import Severity
from domain.findings import FindingStage

FINDING_STAGES: Mapping[type[Act], frozenset[FindingStage]] = {
    DecideFinding: frozenset({FindingStage.PROPOSED}),
    DecideFindingAppeal: frozenset({FindingStage.APPEALED}),
    ReverseFinding: frozenset({FindingStage.RESPONSIBLE, FindingStage.CONFIRMED}),
}
"""Where a finding must stand for each of these to be thought of at all."""


def is_at_its_step(act: type[Act], case: Case) -> bool:
    """Whether an act belongs to the step that the improvement of the case waits for, or to a
    proposal or a finding that does; any other act belongs to none."""
    if act in FINDING_STAGES:
        return any(each.stage in FINDING_STAGES[act] for each in case.findings)
    if act in {AcceptBelonging, DismissBelonging}:
        return open_spotting(case) is not None
    if act is DraftCaseReport:
        return case.severity is Severity.MAJOR
    if not issubclass(act, ImprovementAct):
        return True
    return bool(case.improvements) and case.improvements[-1].stage is act.at_stage


DECIDED = ("acknowledge", "approve_extension", "refuse_extension")
HANDLED = ("take_answer", "start", "reply_to_sender", "reply", "dispose", "close")
"""What whoever has the case in hand does, in this order."""


def next_kind(kinds: Collection[str], case: Case, *, is_anothers: bool) -> str | None:
    """Which of the acts that somebody may do usually comes next; what is for the handler to do is
    next for nobody else while the handler is there."""
    usual = (
        *(("classify",) if case.category is None else ()),
        *(("assign",) if case.handler is None else ()),
        *DECIDED,
        *(() if is_anothers else HANDLED),
        "draft_case_report",
    )
    return next((kind for kind in usual if kind in kinds), None)
