"""The case workflow with one figure changed, as a careless edit would."""

from dataclasses import replace
from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.case_records import CaseRecords
    from domain.clocks.ledger import Step
    from domain.events import Event
    from domain.journal import Change
    from workflows.case import RECORDING_RETRIES, CaseWorkflow
    from workflows.messages import CaseStart


class Changed(CaseWorkflow):
    """Still the same workflow in the eyes of the engine."""

    @workflow.init
    def __init__(self, start: CaseStart) -> None:
        super().__init__(start)


@workflow.defn(name="Case")
class LaterTimers(Changed):
    """Every deadline a day later."""

    @workflow.run
    async def run(self, start: CaseStart) -> str:
        return await super().run(start)

    async def _wait_for_a_change(self, step: Step | None) -> None:
        later = replace(step, fires_at=step.fires_at + timedelta(days=1)) if step else None
        await super()._wait_for_a_change(later)


@workflow.defn(name="Case")
class OtherLabels(Changed):
    """Every timer for another rule."""

    @workflow.run
    async def run(self, start: CaseStart) -> str:
        return await super().run(start)

    async def _wait_for_a_change(self, step: Step | None) -> None:
        await super()._wait_for_a_change(replace(step, rule="A-00") if step else None)


@workflow.defn(name="Case")
class OtherArguments(Changed):
    """Every entry dated wrongly."""

    @workflow.run
    async def run(self, start: CaseStart) -> str:
        return await super().run(start)

    async def _write(self, writing: Change) -> bool:
        entry = replace(writing.entry, at=writing.entry.at + timedelta(hours=8))
        return await super()._write(replace(writing, entry=entry))


@workflow.defn(name="Case")
class OtherEntries(Changed):
    """Every entry of another kind."""

    @workflow.run
    async def run(self, start: CaseStart) -> str:
        return await super().run(start)

    async def _write(self, writing: Change) -> bool:
        entry = replace(writing.entry, event=Event.NOTED)
        return await super()._write(replace(writing, entry=entry))


@workflow.defn(name="Case")
class ShorterPatience(Changed):
    """A second for what took thirty."""

    @workflow.run
    async def run(self, start: CaseStart) -> str:
        return await super().run(start)

    async def _write(self, writing: Change) -> bool:
        standing = await workflow.execute_activity_method(
            CaseRecords.record,
            writing,
            start_to_close_timeout=timedelta(seconds=1),
            retry_policy=RECORDING_RETRIES,
            summary=writing.entry.event,
        )
        self._adopt(standing)
        return standing.written


@workflow.defn(name="Case")
class NoTimers(Changed):
    """Waits for people alone."""

    @workflow.run
    async def run(self, start: CaseStart) -> str:
        return await super().run(start)

    async def _wait_for_a_change(self, step: Step | None) -> None:
        await super()._wait_for_a_change(None)
