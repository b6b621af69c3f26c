"""Several persons with the same issue: their cases know of one another (D-14)."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from domain.acts import Link
from domain.classification import Mark
from domain.errors import Refusal, Refused
from engine.delivery import deliver
from store.cases.commands import read_command, store_command
from store.database import Sessions
from store.tables import CommandRow
from tests.builders import actor
from tests.workflows.casework import Begin, Casework

pytestmark = pytest.mark.usefixtures("working")

GO_LIVE = {"policy": "go-live", "name": "somebody", "phone": "1", "subject": "a", "demand": "b"}


async def link(sessions: Sessions, one: Casework, other: Casework) -> None:
    """Ines links a case to another; the relay tells every case that must hear of it."""
    command_id = str(uuid4())
    with sessions.begin() as session:
        store_command(
            session,
            command_id=command_id,
            reference=one.reference,
            act=Link(reference=other.reference),
            words={},
            by=actor("ines"),
            seen_version=None,
        )
    with sessions() as session:
        stored = select(CommandRow.id).where(CommandRow.id.startswith(command_id))
        asked = [read_command(session, each) for each in session.scalars(stored)]
    for each in asked:
        assert (await deliver(one.client, each)).refusal is None


async def test_54_when_a_group_is_full_each_of_its_cases_is_marked_and_knows_the_others(
    begin: Begin, sessions: Sessions
) -> None:
    first, second, third = [await begin(**GO_LIVE) for _ in range(3)]
    await link(sessions, second, first)
    assert not any(Mark.GROUP in each.case.marks for each in (first, second))
    await link(sessions, third, second)
    everybody = {each.reference for each in (first, second, third)}
    for each in (first, second, third):
        assert {*each.case.linked, each.reference} == everybody
        assert Mark.GROUP in each.case.marks
        assert "provincial-group" in {task.name for task in each.case.tasks}


async def test_a_case_is_not_linked_to_one_that_is_not_there(
    begin: Begin, sessions: Sessions
) -> None:
    work = await begin()
    with pytest.raises(Refused) as refused:
        await work.asked(Link(reference="C-1999-000001"), "ines")
    assert refused.value.code is Refusal.UNKNOWN_REFERENCE
