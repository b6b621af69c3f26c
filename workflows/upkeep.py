"""The chores that come back by the clock. A Temporal schedule starts one run each time."""

from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from activities.upkeep import UpkeepChores
    from domain.upkeep import Chore

VERIFYING_TIMEOUT = timedelta(minutes=10)
"""A million journal entries are verified well within this (default)."""

SILENCE = timedelta(seconds=20)
"""A worker not heard of for so long is dead, and another one begins anew (default)."""

A_SHORT_CHORE = timedelta(minutes=1)
"""What asks PostgreSQL alone (default)."""

TRIES = RetryPolicy(maximum_attempts=3, initial_interval=timedelta(seconds=5))
"""After that the next run, minutes later, is the better try (default)."""


@workflow.defn(name="Upkeep")
class UpkeepWorkflow:
    """One chore, once."""

    @workflow.run
    async def run(self, chore: Chore) -> str:
        match chore:
            case Chore.VERIFY:
                found = await workflow.execute_activity_method(
                    UpkeepChores.verify,
                    start_to_close_timeout=VERIFYING_TIMEOUT,
                    heartbeat_timeout=SILENCE,
                    retry_policy=TRIES,
                    summary="Compare rows, workflows and journals",
                )
                return f"{found} disagreements"
            case Chore.HEADS:
                return await workflow.execute_activity_method(
                    UpkeepChores.take_heads,
                    start_to_close_timeout=A_SHORT_CHORE,
                    retry_policy=TRIES,
                    summary="Sign the heads of the journals",
                )
            case Chore.CHECKS:
                closing = await self._tell_missed_checks()
                while closing is not None:
                    left = max(closing - workflow.now(), timedelta(seconds=1))
                    await workflow.sleep(left, summary="Close of business")
                    closing = await self._tell_missed_checks()
                return "told"
            case Chore.WARNINGS:
                told = await workflow.execute_activity_method(
                    UpkeepChores.tell_early_warnings,
                    start_to_close_timeout=A_SHORT_CHORE,
                    retry_policy=TRIES,
                    summary="Tell of what has left its usual range",
                )
                return f"{told} warnings"

    async def _tell_missed_checks(self) -> datetime | None:
        return await workflow.execute_activity_method(
            UpkeepChores.tell_missed_checks,
            start_to_close_timeout=A_SHORT_CHORE,
            retry_policy=TRIES,
            summary="Tell of missed daily checks",
        )
