"""One complaint, one workflow: the only writer of its case from receipt to the end."""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.common import Priority, RetryPolicy, SearchAttributeUpdate
from temporalio.exceptions import ApplicationError, FailureError

with workflow.unsafe.imports_passed_through():
    from activities.case_records import CaseRecords
    from crashpoints import crashpoint
    from domain.acts import ActContext, carried_out
    from domain.case import Case
    from domain.clocks.ledger import Clock, Step
    from domain.clocks.steps import next_due, next_step
    from domain.errors import Refused
    from domain.escalation import due_now
    from domain.journal import CaseState, Change
    from domain.labels import OPENING
    from domain.policy import CaseRules, Nature
    from workflows.failures import is_final
    from workflows.messages import ASK_AGAIN, REFUSED, Answer, CaseStart, Command
    from workflows.names import (
        CASE_STATUS,
        CASE_UNIT,
        CASE_WORKFLOW,
        ESCALATION_LEVEL,
        NEXT_DUE_AT,
    )

RECORDING_TIMEOUT = timedelta(seconds=10)
"""A hundred times what a record takes (default). When a worker dies with one under way, the case
waits so long before another tries it, which changes nothing if the first one was written."""
RECORDING_RETRIES = RetryPolicy(
    initial_interval=timedelta(milliseconds=200), maximum_interval=timedelta(seconds=30)
)
"""Without end (default): a database that is down is no reason to fail a case."""

AT_ONCE = RetryPolicy(initial_interval=timedelta(milliseconds=200), maximum_attempts=3)
"""Of a local activity (default): it holds a workflow task as long as it lasts, and the engine shows
it to nobody. What these tries do not bring about becomes an ordinary activity, which is shown."""

A_PERSON_WAITS = Priority(priority_key=1)
BY_LAW = Priority(priority_key=2)
BY_CHOICE = Priority(priority_key=3)
"""Who is written down first when many wait: after an outage a thousand steps may be due at once."""


Asked = TypeVar("Asked")
Told = TypeVar("Told")


@workflow.defn(name=CASE_WORKFLOW)
class CaseWorkflow:
    """Waits for what people do, at most until the next step of a clock, then asks again."""

    @workflow.init
    def __init__(self, start: CaseStart) -> None:
        self._reference = start.reference
        self._is_local = start.revision > 1
        self._standing: CaseState | None = None
        self._conduct: CaseRules | None = None
        self._turn = asyncio.Lock()
        self._is_leaving = False
        self._shown: list[SearchAttributeUpdate[Any]] = []

    @workflow.run
    async def run(self, start: CaseStart) -> str:
        await self._open()
        while not await self._is_over():
            step = next_step(self._clocks)
            if step is not None and step.fires_at <= workflow.now():
                await self._carry_out_what_is_due()
            elif workflow.info().is_continue_as_new_suggested():
                self._is_leaving = True
                await workflow.wait_condition(workflow.all_handlers_finished)
                crashpoint("case.continues")
                workflow.continue_as_new(start)
            else:
                await self._wait_for_a_change(step)
        return self._case.status

    @workflow.update
    async def act(self, command: Command) -> Answer:
        """Do what a person asks, or refuse with the rule that forbids it."""
        await workflow.wait_condition(lambda: self._conduct is not None)
        async with self._turn:
            written = False
            while not written:
                written = await self._write(self._decided(command))
            return Answer(version=self._case.version, status=self._case.status)

    @act.validator
    def _may_act(self, command: Command) -> None:
        """What is refused here leaves no event in the history; the row of the command keeps it."""
        if self._is_leaving:
            # Nothing more may begin here: as long as something is under way this run cannot end.
            raise ApplicationError(ASK_AGAIN, type=ASK_AGAIN, non_retryable=True)
        if self._conduct is not None and not self._turn.locked():
            self._decided(command)

    @workflow.signal
    def look_again(self) -> None:
        """Changes nothing: it makes a parked case try again at once, for an administrator."""

    @workflow.query
    def standing(self) -> CaseState | None:
        """Where the case stands in the eyes of its workflow, to be held against the rows."""
        return self._standing

    async def _open(self) -> None:
        opened = await self._in_the_record(CaseRecords.open_case, self._reference, OPENING)
        self._adopt(opened.standing)
        self._conduct = opened.conduct

    async def _is_over(self) -> bool:
        """Closed, with no step of a clock to come and no command under way."""
        if not self._is_settled:
            return False
        await workflow.wait_condition(workflow.all_handlers_finished)
        # A command that was under way may have reopened it, or begun an appeal with its own clock.
        return self._is_settled

    async def _wait_for_a_change(self, step: Step | None) -> None:
        version = self._case.version
        # When time runs out the loop asks the rules afresh; it never assumes which timer it was.
        with contextlib.suppress(TimeoutError):
            await workflow.wait_condition(
                lambda: self._case.version != version,
                timeout=step.fires_at - workflow.now() if step else None,
                timeout_summary=step.label if step else None,
            )

    async def _carry_out_what_is_due(self) -> None:
        async with self._turn:
            # Asked again: somebody may have stopped the clock while we waited for our turn.
            assert self._standing is not None
            assert self._conduct is not None
            writing = due_now(self._standing, workflow.now(), self._conduct)
            if writing is not None:
                await self._write(writing)

    def _decided(self, command: Command) -> Change:
        """The change a command makes to the case as it is now; raises the refusal it meets."""
        assert self._conduct is not None
        given = ActContext(
            by=command.by,
            at=command.at,
            words=frozenset(command.words),
            conduct=self._conduct,
            clocks=self._clocks,
        )
        try:
            return carried_out(
                command.act,
                self._case,
                given,
                key=command.id,
                seen_version=command.seen_version,
            )
        except Refused as refused:
            raise ApplicationError(
                refused.code, refused.code, dict(refused.facts), type=REFUSED, non_retryable=True
            ) from refused

    async def _write(self, writing: Change) -> bool:
        """Write a change and go on from what the record says; False when it had moved on."""
        standing = await self._in_the_record(
            CaseRecords.record, writing, writing.entry.event, self._urgency(writing.step)
        )
        self._adopt(standing)
        due = next_step(self._clocks)
        # Else the case would ask for the same step again and again, without end.
        assert not standing.written or due is None or due.key != writing.entry.key, (
            f"{writing.entry.key} is still due after it was written"
        )
        return standing.written

    async def _in_the_record(
        self,
        step: Callable[[CaseRecords, Asked], Told],
        asked: Asked,
        summary: str,
        priority: Priority = Priority.default,
    ) -> Told:
        """Read or write the record of the case, for as long as it takes."""
        if self._is_local:
            try:
                return await workflow.execute_local_activity_method(
                    step,
                    asked,
                    schedule_to_close_timeout=RECORDING_TIMEOUT,
                    retry_policy=AT_ONCE,
                    summary=summary,
                )
            except FailureError as failure:
                if is_final(failure):
                    raise
        return await workflow.execute_activity_method(
            step,
            asked,
            start_to_close_timeout=RECORDING_TIMEOUT,
            retry_policy=RECORDING_RETRIES,
            summary=summary,
            priority=priority,
        )

    def _urgency(self, step: Step | None) -> Priority:
        if step is None:
            return A_PERSON_WAITS
        natures = {clock.key: clock.nature for clock in self._clocks}
        return BY_LAW if natures[step.clock] is Nature.STATUTORY else BY_CHOICE

    def _adopt(self, standing: CaseState) -> None:
        self._standing = standing
        due_at = next_due(standing.clocks)
        updates: list[SearchAttributeUpdate[Any]] = [
            CASE_STATUS.value_set(standing.case.status),
            CASE_UNIT.value_set(standing.case.unit),
        ]
        if not self._is_local:
            # Each change of these costs the engine as much as a timer; PostgreSQL has them.
            updates += [
                ESCALATION_LEVEL.value_set(len(standing.case.fired)),
                NEXT_DUE_AT.value_set(due_at) if due_at else NEXT_DUE_AT.value_unset(),
            ]
        if updates != self._shown:
            self._shown = updates
            workflow.upsert_search_attributes(updates)

    @property
    def _is_settled(self) -> bool:
        return self._case.is_closed and next_step(self._clocks) is None

    @property
    def _case(self) -> Case:
        assert self._standing is not None
        return self._standing.case

    @property
    def _clocks(self) -> tuple[Clock, ...]:
        assert self._standing is not None
        return self._standing.clocks
