"""Temporal as the tests speak to it."""

from uuid import uuid4

from temporalio.api.workflowservice.v1 import (
    PauseWorkflowExecutionRequest,
    UnpauseWorkflowExecutionRequest,
)
from temporalio.client import Client

from config import PayloadKey
from workflows.names import case_workflow_id

TEST_NAMESPACE = "redress-test"
"""Where time can be skipped."""

KEYS = (PayloadKey(id="test", key=bytes(range(32))),)


async def a_client(
    address: str, namespace: str = TEST_NAMESPACE, identity: str | None = None
) -> Client:
    """A client of a real server, encrypting as in production."""
    from engine.payloads import encrypted_converter

    converter = encrypted_converter(KEYS)
    return await Client.connect(
        address, namespace=namespace, identity=identity, data_converter=converter
    )


async def pause(client: Client, reference: str, *, by: str) -> None:
    """As an operator does with the engine's own tools."""
    await client.workflow_service.pause_workflow_execution(
        PauseWorkflowExecutionRequest(
            namespace=client.namespace,
            workflow_id=case_workflow_id(reference),
            identity=by,
            reason="to have a look",
            request_id=str(uuid4()),
        )
    )


async def unpause(client: Client, reference: str, *, by: str) -> None:
    """Let it go on, with the same tools."""
    await client.workflow_service.unpause_workflow_execution(
        UnpauseWorkflowExecutionRequest(
            namespace=client.namespace,
            workflow_id=case_workflow_id(reference),
            identity=by,
            reason="seen",
            request_id=str(uuid4()),
        )
    )
