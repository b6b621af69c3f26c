"""What keeps the file of a report from being what its schema wants, in words."""

from collections.abc import Mapping

from domain.returns import ReturnFlaw, SchemaBreach
from web import wording
from web.base.phrases import LazyString, _, _l

RULES: Mapping[str, LazyString] = {
    "required": _l("it is missing"),
    "minLength": _l("it takes at least %(limit)s characters"),
    "maxLength": _l("it may have at most %(limit)s characters"),
    "minimum": _l("it must be %(limit)s or more"),
    "maximum": _l("it must be %(limit)s or less"),
    "pattern": _l("it is not written in the form %(limit)s"),
    "const": _l("it must be “%(limit)s”"),
    "type": _l("it must be of the kind “%(limit)s”"),
    "additionalProperties": _l("there is something in it that the schema does not know"),
}
"""By the words of JSON Schema; another one is told as it is written there."""


def breach_words(breach: SchemaBreach, labels: Mapping[str, str]) -> str:
    """One thing that its schema does not allow.

    :param labels: what the page calls the parts of the file
    """
    where = labels.get(breach.at.rpartition("/")[2], breach.at or "/")
    rule, limit = RULES.get(breach.rule), {"limit": breach.limit}
    says = str(rule) % limit if rule else f"{breach.rule} {breach.limit}".strip()
    colon = _(": ")
    return f"{wording.words(ReturnFlaw.BREAKS_SCHEMA)}{colon}{where}{colon}{says}"
