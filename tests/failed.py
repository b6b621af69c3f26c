"""What is on the page of failed cases, for tests that look for one."""

from desk.repair import FailedCases
from domain.failures import Failure, FailureCause


def failures_by(found: FailedCases, cause: FailureCause) -> tuple[Failure, ...]:
    """The failures of this cause, of whichever incident."""
    return tuple(
        each
        for incident in found.incidents
        if incident.cause is cause
        for each in incident.failures
    )
