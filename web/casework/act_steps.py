"""Acts that belong to a step of something in the case: an improvement, a proposal, a finding."""

from collections.abc import Mapping

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
