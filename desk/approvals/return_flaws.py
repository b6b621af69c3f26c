"""Everything that keeps a return from being submitted, as its page tells it and its desk asks."""

from collections.abc import Iterator
from datetime import datetime

from domain.returns import ReturnFlaw, SchemaBreach, document_of_return, flaws_of_return
from rulebook.returns import breaches_of
from store.reports.returns import FilledReturn


def flaws_of_filled(
    filled: FilledReturn, now: datetime
) -> Iterator[tuple[ReturnFlaw, str | SchemaBreach]]:
    """What its template wants, and what the schema of its file does; each with its place."""
    template = filled.template
    is_over = filled.period.ends_at <= now
    yield from flaws_of_return(template, filled.figures, is_over=is_over)
    if template.schema is not None:
        document = document_of_return(template, filled.period, filled.known_at, filled.figures)
        for breach in breaches_of(template.schema, document):
            yield ReturnFlaw.BREAKS_SCHEMA, breach
