"""The case workflow as a bad deployment would bring it: right until it has opened the case."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from workflows.case import CaseWorkflow
    from workflows.messages import CaseStart


@workflow.defn(name="Case")
class BrokenCaseWorkflow(CaseWorkflow):
    """Fails as soon as it knows how its case stands."""

    @workflow.init
    def __init__(self, start: CaseStart) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: CaseStart) -> str:
        await self._open()
        raise RuntimeError("a mistake in the code")


@workflow.defn(name="Case")
class OtherwiseBrokenCaseWorkflow(CaseWorkflow):
    """Fails by another mistake, which is another incident."""

    @workflow.init
    def __init__(self, start: CaseStart) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: CaseStart) -> str:
        await self._open()
        raise LookupError("another mistake in the code")


@workflow.defn(name="Case")
class ThirdlyBrokenCaseWorkflow(CaseWorkflow):
    """Fails by a third one."""

    @workflow.init
    def __init__(self, start: CaseStart) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: CaseStart) -> str:
        await self._open()
        raise ArithmeticError("a third mistake in the code")


@workflow.defn(name="Case")
class FourthlyBrokenCaseWorkflow(CaseWorkflow):
    """Fails by a fourth one."""

    @workflow.init
    def __init__(self, start: CaseStart) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: CaseStart) -> str:
        await self._open()
        raise FloatingPointError("a fourth mistake in the code")
