"""One notice on its way: tried until it is sent, or given up in sight of a person."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError, FailureError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.notices import Notices
    from workflows.failures import is_final
    from workflows.messages import NoticeStart

GIVING_UP_TIMEOUT = timedelta(seconds=30)
GIVING_UP_RETRIES = RetryPolicy(maximum_interval=timedelta(seconds=30))
"""Without end: a notice that nobody knows to be dead would be lost."""


@workflow.defn(name="Notice")
class NoticeWorkflow:
    """Carries one notice up its ladder of tries. It knows the notice's number and nothing else."""

    @workflow.run
    async def run(self, start: NoticeStart) -> None:
        try:
            wait = await self._tried_at_once(start) if start.revision > 1 else timedelta(0)
            if wait is not None:
                await self._tried_until_sent(start, wait)
        except FailureError as failure:
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

    async def _tried_at_once(self, start: NoticeStart) -> timedelta | None:
        """Try in the same breath, as most need no more (decision 28). None when that settled it,
        else how long to wait before the next try."""
        sending = start.sending
        try:
            await workflow.execute_local_activity_method(
                Notices.send,
                start.notice_id,
                start_to_close_timeout=timedelta(seconds=sending.seconds_for_one_try),
                retry_policy=RetryPolicy(maximum_attempts=1),
                summary="Send",
            )
        except FailureError as failure:
            if is_final(failure) or not sending.further_tries:
                raise
            asked = failure.next_retry_delay if isinstance(failure, ApplicationError) else None
            return asked or timedelta(seconds=sending.seconds_between_tries)
        return None

    async def _tried_until_sent(self, start: NoticeStart, wait: timedelta) -> None:
        """Climb the rest of the ladder in sight of whoever looks at the engine."""
        sending, tries = start.sending, 1 + start.sending.further_tries
        if wait:
            await workflow.sleep(wait, summary="Send again")
            tries -= 1
        await workflow.execute_activity_method(
            Notices.send,
            start.notice_id,
            start_to_close_timeout=timedelta(seconds=sending.seconds_for_one_try),
            retry_policy=RetryPolicy(
                initial_interval=timedelta(seconds=sending.seconds_between_tries),
                backoff_coefficient=1,
                maximum_attempts=tries,
            ),
            summary="Send",
        )
