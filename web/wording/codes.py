"""Every enumeration in words. Each has its words whole in the module of its subject.

Refusals and flaws are no words but sentences that hold facts: they stand in modules of their own.
"""

from collections.abc import Mapping
from enum import StrEnum

from web.base.phrases import Words, phrase_of
from web.wording import (
    analysis,
    assessment,
    audit,
    classification,
    events,
    fields,
    names,
    operations,
    policies,
    staffing,
)

SUBJECTS = (
    classification, events, fields, policies, names, operations, audit, staffing,
    assessment, analysis,
)  # fmt: skip

ENUMERATIONS: Mapping[type[StrEnum], Words] = {
    kind: phrases for subject in SUBJECTS for kind, phrases in subject.WORDS.items()
}


def words(code: StrEnum) -> str:
    """The words for a code."""
    return phrase_of(ENUMERATIONS.get(type(code), {}), code)
