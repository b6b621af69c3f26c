"""The least a workflow can be: what making one costs is what the sandbox itself costs."""

from temporalio import workflow


@workflow.defn
class BareWorkflow:
    """Does nothing."""

    @workflow.run
    async def run(self) -> None:
        pass
