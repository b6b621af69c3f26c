"""What is to be thought of a local activity that failed."""

from temporalio.exceptions import ApplicationError, FailureError, is_cancelled_exception


def is_final(failure: FailureError) -> bool:
    """Whether another try would change nothing: it is said to be final, or the run is ended.

    What a local activity raises comes as it is. A time-out comes wrapped, but bare when it is
    replayed: whoever tells the two apart decides otherwise then.
    """
    is_said = isinstance(failure, ApplicationError) and failure.non_retryable
    return is_said or is_cancelled_exception(failure)
