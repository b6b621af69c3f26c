"""Notices on their way: sent in batches, and tried again each by itself."""

import contextlib
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import (
    ApplicationError,
    FailureError,
    WorkflowAlreadyStartedError,
    is_cancelled_exception,
)
from temporalio.workflow import ParentClosePolicy

with workflow.unsafe.imports_passed_through():
    from activities.notices import Notices, Untaken
    from workflows.failures import is_final
    from workflows.messages import NoticeBatch, NoticeStart
    from workflows.names import notice_workflow_id

GIVING_UP_TIMEOUT = timedelta(seconds=30)
GIVING_UP_RETRIES = RetryPolicy(maximum_interval=timedelta(seconds=30))
"""Without end (default): a notice that nobody knows to be dead would be lost."""

SILENCE = timedelta(seconds=20)
"""A worker not heard of for so long is dead, and another one goes on with its batch (default)."""

BATCH_RETRIES = RetryPolicy(maximum_interval=timedelta(seconds=30))
"""Without end (default): what fails is the database, never a gateway."""


@workflow.defn(name="NoticeBatch")
class NoticeBatchWorkflow:
    """Tries each notice of a batch once, which is all that most of them need. What is left over
    goes on in a workflow of its own, so that a hung gateway holds up nothing but its own batch."""

    @workflow.run
    async def run(self, batch: NoticeBatch) -> None:
        seconds = batch.sending.seconds_for_one_try
        untaken = await workflow.execute_activity_method(
            Notices.send_each,
            batch.messages,
            # No try begins after the first of these, and the last one has as long again.
            start_to_close_timeout=timedelta(seconds=2 * seconds),
            heartbeat_timeout=SILENCE,
            retry_policy=BATCH_RETRIES,
            summary=f"Send {len(batch.messages)}",
        )
        for each in untaken:
            await self._go_on_with(each, batch)

    async def _go_on_with(self, left: Untaken, batch: NoticeBatch) -> None:
        # Under way already: it was thought forgotten, or a batch before this one left it too.
        with contextlib.suppress(WorkflowAlreadyStartedError):
            await workflow.start_child_workflow(
                NoticeWorkflow.run,
                NoticeStart(
                    notice_id=left.notice_id,
                    sending=batch.sending,
                    wait_seconds=left.wait_seconds,
                ),
                id=notice_workflow_id(left.message),
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                parent_close_policy=ParentClosePolicy.ABANDON,
            )


@workflow.defn(name="Notice")
class NoticeWorkflow:
    """Carries one notice up its ladder of tries. It knows the notice's number and nothing else."""

    @workflow.run
    async def run(self, start: NoticeStart) -> None:
        wait: timedelta | None = timedelta(seconds=start.wait_seconds)
        try:
            if start.revision > 1:
                wait = await self._tried_at_once(start)
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
        """As runs of before there were batches began. None when that settled it, else how long to
        wait before the next try."""
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
        """Climb the ladder, or what is left of it, in sight of whoever looks at the engine."""
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
