"""One notice on its way: tried until it is sent, or given up in sight of a person."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.notices import Notices
    from workflows.messages import NoticeStart

GIVING_UP_TIMEOUT = timedelta(seconds=30)
GIVING_UP_RETRIES = RetryPolicy(maximum_interval=timedelta(seconds=30))
"""Without end: a notice that nobody knows to be dead would be lost."""


@workflow.defn(name="Notice")
class NoticeWorkflow:
    """Carries one notice up its ladder of tries. It knows the notice's number and nothing else."""

    @workflow.run
    async def run(self, start: NoticeStart) -> None:
        sending = start.sending
        try:
            await workflow.execute_activity_method(
                Notices.send,
                start.notice_id,
                start_to_close_timeout=timedelta(seconds=sending.seconds_for_one_try),
                retry_policy=RetryPolicy(
                    initial_interval=timedelta(seconds=sending.seconds_between_tries),
                    backoff_coefficient=1,
                    maximum_attempts=1 + sending.further_tries,
                ),
                summary="Send",
            )
        except ActivityError as failure:
            # Ended by an operator, it stays pending, and the look for forgotten ones begins anew.
            if is_cancelled_exception(failure):
                raise
            await workflow.execute_activity_method(
                Notices.give_up,
                start.notice_id,
                start_to_close_timeout=GIVING_UP_TIMEOUT,
                retry_policy=GIVING_UP_RETRIES,
                summary="Give up",
            )
