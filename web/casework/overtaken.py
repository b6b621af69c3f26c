"""Who has changed a case since somebody looked at it: told with the refusal that comes of it."""

from store.reads.overtaken import overtaken
from store.scope import open_case
from web import wording
from web.base.context import reading
from web.base.phrases import _
from web.kit.access import reader
from web.wording.names import person_name


def changed_since(reference: str, seen_version: int | None) -> str:
    """What was done first since the version that was seen, by whom and when; nothing where that is
    not known, or the case is not this person's any more."""
    opened = open_case(reading(), reader(), reference)
    if opened is None or seen_version is None:
        return ""
    first = overtaken(reading(), opened, seen_version)
    if first is None:
        return ""
    return _(
        "Since then: %(what)s, by %(person)s, %(when)s.",
        what=wording.words(first.event),
        person=person_name(first.by),
        when=wording.when(first.at),
    )
