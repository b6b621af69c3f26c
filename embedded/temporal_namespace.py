"""The namespace our workflows live in: made ready at every start, on any Temporal server."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import TypeVar

from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.operatorservice.v1 import (
    AddSearchAttributesRequest,
    ListSearchAttributesRequest,
)
from temporalio.api.workflowservice.v1 import (
    CountWorkflowExecutionsRequest,
    GetSystemInfoRequest,
    RegisterNamespaceRequest,
    UpdateNamespaceRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode, TLSConfig

from embedded.problems import SetupProblem

OLDEST_SERVER = (1, 32)
"""The first whose workflows can be moved in time, which tests and rehearsals rest on."""

SHORTEST_RETENTION_DAYS = 30
"""Days a finished workflow stays readable (default): for a month people look at closed cases."""

Answer = TypeVar("Answer")

_KNOWN_WITHIN = 60.0
_ANSWERS_WITHIN = 30.0
"""Seconds a server may take to learn something, and to answer at all (default)."""


async def prepare_namespace(
    address: str,
    namespace: str,
    search_attributes: Mapping[str, str],
    *,
    tls: TLSConfig | None = None,
    retention_days: int = SHORTEST_RETENTION_DAYS,
) -> None:
    """Make `namespace` ready for use; doing it again changes nothing.

    Back only when starts may use the search attributes: for some seconds after they were added
    the server refuses such starts.

    :param search_attributes: name to type, the type as Temporal calls it ("Keyword", "Datetime")
    :raises SetupProblem: no server answers at `address`, or one that is too old
    """
    assert retention_days >= SHORTEST_RETENTION_DAYS, "a shorter retention loses evidence"
    client = await _connect(address, namespace, tls)
    await _refuse_old_server(client, address)
    await _ensure_namespace(client, namespace, retention_days)
    await _ensure_search_attributes(client, namespace, search_attributes)
    await _wait_until_known(client, namespace, search_attributes)


async def _connect(address: str, namespace: str, tls: TLSConfig | None) -> Client:
    """A client, also of a server that has only just begun to listen."""

    async def connects() -> Client | None:
        try:
            return await Client.connect(address, namespace=namespace, tls=tls or False)
        except RuntimeError:  # the SDK's way to say that nobody answered
            return None

    client = await _until(connects, _ANSWERS_WITHIN)
    if client is None:
        raise SetupProblem(
            f"No Temporal server answers at {address}: start it, or unset TEMPORAL_ADDRESS to use"
            " the embedded one."
        )
    return client


async def _refuse_old_server(client: Client, address: str) -> None:
    facts = await client.workflow_service.get_system_info(GetSystemInfoRequest())
    version = tuple(int(part) for part in facts.server_version.split(".")[:2])
    if version < OLDEST_SERVER:
        raise SetupProblem(
            f"The Temporal server at {address} is {facts.server_version}: Redress needs"
            f" {'.'.join(map(str, OLDEST_SERVER))} or newer."
        )


async def _ensure_namespace(client: Client, namespace: str, retention_days: int) -> None:
    retention = Duration()
    retention.FromTimedelta(timedelta(days=retention_days))
    register = RegisterNamespaceRequest(
        namespace=namespace,
        description="Complaints against the bank, one workflow each",
        workflow_execution_retention_period=retention,
    )
    update = UpdateNamespaceRequest(
        namespace=namespace,
        config=NamespaceConfig(workflow_execution_retention_ttl=retention),
    )

    async def is_there() -> bool | None:
        try:
            await client.workflow_service.register_namespace(register)
        except RPCError as error:
            if error.status is RPCStatusCode.ALREADY_EXISTS:
                await client.workflow_service.update_namespace(update)
            elif error.status in _NOT_YET:
                return None
            else:
                raise
        return True

    if await _until(is_there, _ANSWERS_WITHIN) is None:
        raise SetupProblem("The Temporal server listens but does not answer: look at its log.")


async def _ensure_search_attributes(
    client: Client, namespace: str, search_attributes: Mapping[str, str]
) -> None:
    async def has_them() -> bool | None:
        try:
            known = await client.operator_service.list_search_attributes(
                ListSearchAttributesRequest(namespace=namespace)
            )
            _refuse_other_types(namespace, search_attributes, known.custom_attributes)
            if missing := search_attributes.keys() - known.custom_attributes.keys():
                await client.operator_service.add_search_attributes(
                    AddSearchAttributesRequest(
                        namespace=namespace,
                        search_attributes={
                            name: _type_of(search_attributes[name]) for name in sorted(missing)
                        },
                    )
                )
        except RPCError as error:
            # A namespace made a moment ago is not known to every part of the server yet.
            if error.status in {*_NOT_YET, RPCStatusCode.NOT_FOUND, RPCStatusCode.ALREADY_EXISTS}:
                return None
            raise
        return True

    if await _until(has_them, _KNOWN_WITHIN) is None:
        raise SetupProblem(f"The search attributes of namespace {namespace} could not be added.")


def _refuse_other_types(
    namespace: str, wanted: Mapping[str, str], known: Mapping[str, IndexedValueType.ValueType]
) -> None:
    """A label of another type takes no value of ours, and no type can be changed afterwards."""
    for name in sorted(wanted.keys() & known.keys()):
        if known[name] != _type_of(wanted[name]):
            there = IndexedValueType.Name(known[name]).removeprefix("INDEXED_VALUE_TYPE_").title()
            raise SetupProblem(
                f"Namespace {namespace} has the search attribute {name} as {there}, and Redress"
                f" needs it as {wanted[name]}: use another namespace."
            )


async def _wait_until_known(
    client: Client, namespace: str, search_attributes: Mapping[str, str]
) -> None:
    """Ask with every attribute at once until the server understands the question."""
    question = " AND ".join(f"{name} IS NOT NULL" for name in sorted(search_attributes))

    async def understands() -> bool | None:
        try:
            await client.workflow_service.count_workflow_executions(
                CountWorkflowExecutionsRequest(namespace=namespace, query=question)
            )
        except RPCError as error:
            if error.status in {
                *_NOT_YET,
                RPCStatusCode.NOT_FOUND,
                RPCStatusCode.INVALID_ARGUMENT,
            }:
                return None
            raise
        return True

    if await _until(understands, _KNOWN_WITHIN) is None:
        raise SetupProblem(f"Namespace {namespace} does not learn its search attributes.")


_NOT_YET = {RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED}


def _type_of(name: str) -> IndexedValueType.ValueType:
    return IndexedValueType.Value(f"INDEXED_VALUE_TYPE_{name.upper()}")


async def _until(
    ask: Callable[[], Awaitable[Answer | None]], within: float, every: float = 0.1
) -> Answer | None:
    """The first answer that is not None, or None after `within` seconds."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + within
    while (answer := await ask()) is None and loop.time() < deadline:
        await asyncio.sleep(every)
    return answer
