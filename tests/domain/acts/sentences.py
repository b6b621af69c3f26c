"""What a table of acts is held to, and the rules that hold for every act in it."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from domain.acts import ACTS, AnyAct, FinishTask, Need
from domain.case import Case, CaseTask, Milestone, Status
from domain.classification import Role
from domain.errors import Refusal, Refused
from domain.permissions import ONCE_GRANTED, holders
from domain.policy import Gate, OfficeTask
from tests.builders import MONDAY
from tests.domain.acts.doing import LATER, Doing


class Sentences:
    """The acts of one module: what is done, what is refused, and all that every act obeys."""

    about: ModuleType
    done: tuple[Any, ...]
    refused: tuple[Any, ...]

    @classmethod
    def one_of_each(cls) -> dict[type[AnyAct], Doing]:
        """Each act once, where it is legal."""
        doings: list[Doing] = [each.values[0] for each in reversed(cls.done)]
        return {type(doing.act): doing for doing in doings}

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """A test asks for the lines of a table by the names of its arguments."""
        legal = self.one_of_each()
        tables: dict[tuple[str, ...], list[Any]] = {
            ("doing", "holds"): [*self.done],
            ("doing", "code"): [*self.refused],
            ("legal",): [pytest.param(each, id=each.act.kind) for each in legal.values()],
        }
        for names, table in tables.items():
            if set(names) <= set(metafunc.fixturenames):
                metafunc.parametrize(names, table)

    def test_it_is_done(self, doing: Doing, holds: Callable[[Case], bool]) -> None:
        case = doing.done()
        assert case.version == doing.case.version + 1
        assert holds(case)

    def test_it_is_refused(self, doing: Doing, code: Refusal) -> None:
        assert doing.refusal() is code

    @pytest.mark.parametrize("role", Role)
    def test_who_holds_none_of_its_roles_may_not(self, legal: Doing, role: Role) -> None:
        case = replace(legal.case, restricted_to=())
        by = replace(legal.by, roles=(role,))
        refused = replace(legal, case=case, by=by).refusal() is Refusal.NOT_YOUR_ROLE
        if legal.act.is_of_whom_it_is_about:
            assert not refused, "being the one whom it is about is the right"
            return
        offices = {task.role for task in case.tasks} if isinstance(legal.act, FinishTask) else None
        once = ONCE_GRANTED.get(legal.act.permission, frozenset())
        may = offices | {Role.SUPERVISOR} if offices else {*holders(legal.act.permission), *once}
        assert refused == (role not in may)

    @pytest.mark.parametrize("status", Status)
    def test_it_has_its_place_in_the_handling(self, legal: Doing, status: Status) -> None:
        met = replace(legal, case=replace(legal.case, status=status)).refusal()
        assert (met is Refusal.NOT_IN_THIS_STATUS) == (status not in legal.act.statuses)

    def test_it_comes_with_its_words(self, legal: Doing) -> None:
        """Each that is required is missed by its name; none of the others is missed."""
        for word, need in legal.act.words.items():
            if need is Need.REQUIRED:
                with pytest.raises(Refused) as met:
                    replace(legal, without=(word,)).done()
                assert (met.value.code, met.value.facts) == (
                    Refusal.WORDS_MISSING,
                    {"missing": word},
                )
            else:
                assert replace(legal, without=(word,)).refusal() is not Refusal.WORDS_MISSING

    def test_from_a_page_that_others_have_overtaken_only_what_disturbs_nobody(
        self, legal: Doing
    ) -> None:
        overtaken = replace(legal, case=replace(legal.case, version=8, last_act_version=8))
        met = replace(overtaken, seen_version=7).refusal()
        assert (met is Refusal.CHANGED_MEANWHILE) == (not legal.act.is_free_of_version)
        assert replace(overtaken, seen_version=8).refusal() is None

    def test_what_a_clock_did_meanwhile_stands_in_nobodys_way(self, legal: Doing) -> None:
        fired_since = replace(legal.case, version=8, last_act_version=7)
        assert replace(legal, case=fired_since, seen_version=7).refusal() is None

    def test_nobody_judges_a_complaint_about_themselves(self, legal: Doing) -> None:
        about = replace(legal.case, person_complained_about=legal.by.person)
        is_own = legal.act.is_of_whom_it_is_about
        judges = None if is_own else Refusal.PERSON_COMPLAINED_ABOUT
        assert replace(legal, case=about).refusal() is judges

    def test_what_was_handed_to_one_office_is_closed_to_all_others(self, legal: Doing) -> None:
        """But not to upkeep, which looks at nothing in it, nor to what its customer says, nor to
        what somebody says of what is found of them."""
        handed = replace(legal.case, restricted_to=(Role.SECURITY,))
        is_open = legal.act.is_upkeep or legal.act.done_by is not None
        is_open = is_open or legal.act.is_of_whom_it_is_about
        closed = None if is_open else Refusal.RESTRICTED
        assert replace(legal, case=handed).refusal() is closed

    def test_nothing_is_done_in_a_case_whose_texts_were_erased(self, legal: Doing) -> None:
        assert replace(legal, case=replace(legal.case, erased_at=MONDAY)).refusal() is (
            Refusal.ERASED
        )

    def test_the_pack_may_want_something_done_first_or_never(self, legal: Doing) -> None:
        first = Gate(name="g", act=legal.act.kind, needs=Milestone.APPEALED, when={}, rule="A-00")
        never = replace(first, needs=None)
        before = replace(legal.case, milestones=legal.case.milestones[:1])
        for gate, code in ((first, Refusal.GATE_CLOSED), (never, Refusal.FORBIDDEN_HERE)):
            gated = replace(legal, case=before, conduct=replace(legal.conduct, gates=(gate,)))
            with pytest.raises(Refused) as met:
                gated.done()
            assert (met.value.code, met.value.facts["rule"]) == (code, "A-00")

    def test_the_pack_may_want_a_task_done_first(self, legal: Doing) -> None:
        duty = OfficeTask(
            name="first",
            role=Role.LEADER,
            level=None,
            when={"reached": ("reopened",)},
            title={},
            rule="A-00",
            holds_up=(legal.act.kind,),
        )
        waiting = CaseTask(
            name="first", role=Role.LEADER, level=None, rule="A-00", opened_at=MONDAY
        )
        tasks = (*legal.case.tasks, waiting)
        held_up = replace(
            legal,
            case=replace(legal.case, tasks=tasks),
            conduct=replace(legal.conduct, duties=(duty,)),
        )
        with pytest.raises(Refused) as met:
            held_up.done()
        assert (met.value.code, met.value.facts) == (
            Refusal.TASK_FIRST,
            {"task": "first", "rule": "A-00"},
        )

    def test_a_gate_is_passed_by_what_it_wants_and_shut_again_by_a_reopening(
        self, legal: Doing
    ) -> None:
        gate = Gate(name="g", act=legal.act.kind, needs=Milestone.FOLLOWED_UP, when={}, rule="A-00")
        gated = replace(legal, conduct=replace(legal.conduct, gates=(gate,)))
        passed = legal.case.reach(Milestone.FOLLOWED_UP, at=MONDAY)
        assert replace(gated, case=passed).refusal() is None
        reopened = passed.reach(Milestone.REOPENED, at=LATER)
        assert replace(gated, case=reopened).refusal() is Refusal.GATE_CLOSED

    def test_every_act_of_the_module_is_told_of(self) -> None:
        of_the_module = {act for act in ACTS if act.__module__ == self.about.__name__}
        assert of_the_module == set(self.one_of_each())

    def test_every_refusal_of_the_module_is_told_of(self) -> None:
        code = Path(str(self.about.__file__)).read_text(encoding="utf-8")
        of_the_module = set(re.findall(r"Refusal\.([A-Z_]+)", code))
        assert of_the_module - {each.values[1].name for each in self.refused} == set()
