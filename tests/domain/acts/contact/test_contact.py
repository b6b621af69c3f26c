"""A contact is corrected by who handles or took the complaint in, whatever became of the case."""

import pytest

from domain.acts import CorrectContact
from domain.case import Status
from domain.customers import CustomerField
from domain.errors import Refusal, Refused
from tests.builders import a_case, taken

RIGHT = {CustomerField.EMAIL: "wang@example.org", CustomerField.PHONE: ""}


def test_it_says_which_fields_and_never_what_stands_in_them() -> None:
    act = CorrectContact.of(RIGHT)
    assert act.corrected == (CustomerField.EMAIL,)
    assert act.removed == (CustomerField.PHONE,)
    assert "wang" not in repr(act)


@pytest.mark.parametrize("status", list(Status))
def test_it_changes_nothing_in_the_case_but_its_version(status: Status) -> None:
    case = a_case(status=status)
    after = taken(case, CorrectContact.of(RIGHT), "sun", words=("reason",))
    assert (after.status, after.milestones) == (case.status, case.milestones)
    assert after.version == case.version + 1


def test_without_a_reason_it_is_not_done() -> None:
    with pytest.raises(Refused) as refused:
        taken(a_case(), CorrectContact.of(RIGHT), "ines")
    assert refused.value.code is Refusal.WORDS_MISSING


@pytest.mark.parametrize("person", ["hong", "ada"])
def test_others_are_refused_by_the_table_of_rights(person: str) -> None:
    with pytest.raises(Refused) as refused:
        taken(a_case(), CorrectContact.of(RIGHT), person, words=("reason",))
    assert refused.value.code is Refusal.NOT_YOUR_ROLE


def test_who_corrects_on_what_another_has_changed_since_is_told() -> None:
    case = a_case()
    first = taken(case, CorrectContact.of(RIGHT), "sun", words=("reason",))
    with pytest.raises(Refused) as refused:
        taken(first, CorrectContact.of(RIGHT), "ines", words=("reason",),
              seen_version=case.version)  # fmt: skip
    assert refused.value.code is Refusal.CHANGED_MEANWHILE
