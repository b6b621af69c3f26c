"""The embedded Temporal server: its namespace, its clock, its way back after a crash."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes

from embedded.problems import SetupProblem
from embedded.temporal_build import server_version
from embedded.temporal_namespace import SHORTEST_RETENTION_DAYS, prepare_namespace
from embedded.temporal_server import TemporalServer
from workflows.names import SEARCH_ATTRIBUTES


@pytest.fixture
async def client(temporal_address: str, temporal_namespace: str) -> Client:
    return await Client.connect(temporal_address, namespace=temporal_namespace)


@pytest.fixture
def server(engine_folder: Path, request: pytest.FixtureRequest) -> Iterator[TemporalServer]:
    with TemporalServer(engine_folder / request.node.name) as server:
        yield server


async def test_it_is_the_version_that_is_pinned(client: Client) -> None:
    from temporalio.api.workflowservice.v1 import GetSystemInfoRequest

    facts = await client.workflow_service.get_system_info(GetSystemInfoRequest())
    assert facts.server_version == server_version()


async def test_finished_workflows_stay_for_a_month(client: Client, temporal_namespace: str) -> None:
    facts = await client.workflow_service.describe_namespace(
        DescribeNamespaceRequest(namespace=temporal_namespace)
    )
    retention = facts.config.workflow_execution_retention_ttl.ToTimedelta()
    assert retention >= timedelta(days=SHORTEST_RETENTION_DAYS)


async def test_preparing_a_namespace_again_changes_nothing(
    client: Client, temporal_address: str, temporal_namespace: str
) -> None:
    async def attributes() -> dict[str, int]:
        known = await client.operator_service.list_search_attributes(
            ListSearchAttributesRequest(namespace=temporal_namespace)
        )
        return dict(known.custom_attributes)

    before = await attributes()
    await prepare_namespace(temporal_address, temporal_namespace, SEARCH_ATTRIBUTES)
    assert await attributes() == before
    assert before.keys() == SEARCH_ATTRIBUTES.keys()


async def test_a_prepared_namespace_takes_search_attributes_at_once(server: TemporalServer) -> None:
    await prepare_namespace(server.address, "redress", SEARCH_ATTRIBUTES)
    client = await Client.connect(server.address, namespace="redress")
    received = SearchAttributePair(SearchAttributeKey.for_keyword("CaseStatus"), "received")
    await client.start_workflow(
        "CaseWorkflow",
        id="case/C-1",
        task_queue="nobody-listens",
        search_attributes=TypedSearchAttributes([received]),
    )


async def test_it_comes_back_after_kill_9_with_what_it_knew(server: TemporalServer) -> None:
    await prepare_namespace(server.address, "redress", SEARCH_ATTRIBUTES)
    client = await Client.connect(server.address, namespace="redress")
    await client.start_workflow("CaseWorkflow", id="case/C-2", task_queue="nobody-listens")
    assert server.process is not None
    server.process.kill()
    server.process.wait()
    address = server.address
    server.start()
    assert server.address == address
    await prepare_namespace(server.address, "redress", SEARCH_ATTRIBUTES)
    facts = await client.get_workflow_handle("case/C-2").describe()
    assert facts.workflow_type == "CaseWorkflow"


def test_a_server_left_behind_by_a_killed_supervisor_is_ended_first(
    server: TemporalServer,
) -> None:
    left_behind = server.process
    assert left_behind is not None
    with TemporalServer(server.folder) as again:
        assert left_behind.poll() is not None
        assert again.process is not None
        assert again.process.poll() is None


async def test_an_address_where_nobody_answers_is_one_clear_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("embedded.temporal_namespace._ANSWERS_WITHIN", 0.5)
    with pytest.raises(SetupProblem, match=r"No Temporal server answers at 127\.0\.0\.1:1"):
        await prepare_namespace("127.0.0.1:1", "redress", SEARCH_ATTRIBUTES)


async def test_a_namespace_whose_labels_have_other_types_is_refused(temporal_address: str) -> None:
    others = SEARCH_ATTRIBUTES | {"CaseUnit": "Text"}
    await prepare_namespace(temporal_address, "redress-other-types", others)
    with pytest.raises(SetupProblem, match="CaseUnit as Text, and Redress needs it as Keyword"):
        await prepare_namespace(temporal_address, "redress-other-types", SEARCH_ATTRIBUTES)
