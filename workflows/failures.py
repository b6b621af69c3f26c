"""Whether the failure of a local activity is the end of the matter."""

from temporalio.exceptions import ApplicationError, FailureError, is_cancelled_exception


def is_final(failure: FailureError) -> bool:
    """Whether another try would change nothing: the failure says so, or the run is cancelled.

    A time-out of a local activity arrives wrapped in an activity error, but without it on replay:
    a workflow that told the two apart would decide otherwise when it is replayed.
    """
    says_so = isinstance(failure, ApplicationError) and failure.non_retryable
    return says_so or is_cancelled_exception(failure)
