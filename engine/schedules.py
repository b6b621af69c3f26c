"""Temporal schedules: what comes back by the clock. Made again at every start of a worker."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
)

from domain.upkeep import Chore, Upkeep
from workflows.names import UPKEEP_QUEUE, upkeep_workflow_id
from workflows.upkeep import UpkeepWorkflow

CATCH_UP = timedelta(days=1)
"""A run missed for longer is not made good (default): the next one looks at everything anyway."""


async def ensure_schedules(client: Client, upkeep: Upkeep) -> None:
    """One schedule a chore, as the policy wants them; doing it again changes nothing."""
    for chore, every in upkeep.every.items():
        wanted = _schedule(chore, every)
        try:
            await client.create_schedule(upkeep_workflow_id(chore), wanted)
        except ScheduleAlreadyRunningError:
            await client.get_schedule_handle(upkeep_workflow_id(chore)).update(_becomes(wanted))


def _becomes(wanted: Schedule) -> Callable[[ScheduleUpdateInput], ScheduleUpdate]:
    """Whether somebody has paused it is left as it is."""

    def update(found: ScheduleUpdateInput) -> ScheduleUpdate:
        state = found.description.schedule.state
        return ScheduleUpdate(schedule=replace(wanted, state=state))

    return update


def _schedule(chore: Chore, every: timedelta) -> Schedule:
    return Schedule(
        action=ScheduleActionStartWorkflow(
            UpkeepWorkflow.run, chore, id=upkeep_workflow_id(chore), task_queue=UPKEEP_QUEUE
        ),
        spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=every)]),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=CATCH_UP),
    )
