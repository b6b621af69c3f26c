"""The bank's choices about notices, read from `policies/notices/`: how hard, and in which words."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Template

from domain.events import Event
from domain.failures import FailureCause
from domain.notices import NoticeAudience, Sending
from domain.sensitive import sensitive_passages
from rulebook import marked_yaml
from rulebook.marked_yaml import FileProblems, read_figures

FOLDER = Path(__file__).parent.parent / "policies" / "notices"

LANGUAGES = ("en", "zh")

FILLINGS = frozenset(
    {
        "bank",
        "reference",
        "link",
        "date",
        "clock",
        "limit",
        "task",
        "cause",
        "question",
        "reason",
        "letter",
        "survey",
        "unit",
    }
)
"""What a text may speak of; a name that is not here is refused when the file is read."""


class NoticeWords:
    """Subject and text for each audience and event, in each language."""

    def __init__(
        self,
        texts: Mapping[tuple[NoticeAudience, Event, str], tuple[Template, Template]],
        clocks: Mapping[str, Mapping[str, str]],
        causes: Mapping[str, Mapping[str, str]],
        limits: Mapping[str, Mapping[str, str]],
    ) -> None:
        self._texts = texts
        self.clocks = clocks
        self._limits = limits
        self._causes = causes

    def clock(self, key: str, language: str) -> str:
        """What a clock is called; started a second time it carries its number."""
        name, _mark, number = key.partition(".")
        called = self.clocks.get(name, {}).get(language, name)
        return f"{called} ({number})" if number else called

    def limit(self, is_running: bool, has_date: bool, language: str) -> Template:
        """The sentence that names a time limit, to be filled in with its clock and date."""
        kind = "none" if not is_running else "running" if has_date else "still"
        return Template(self._limits[kind][language])

    def cause(self, code: str, language: str) -> str:
        """What holds cases up, in words."""
        return self._causes.get(code, {}).get(language, code)

    def covers(self, audience: NoticeAudience, about: Event) -> bool:
        """Whether there are words for this in every language."""
        return all((audience, about, language) in self._texts for language in LANGUAGES)

    def of(
        self, audience: NoticeAudience, about: Event, language: str
    ) -> tuple[Template, Template]:
        """Subject and text, to be filled in."""
        return self._texts[audience, about, language]


@cache
def read_sending(folder: Path = FOLDER) -> Sending:
    """How hard a notice is tried; raises `FileProblems` with everything wrong at once."""
    return read_figures(folder / "sending.yaml", Sending, may_be_zero=frozenset({"further_tries"}))


@cache
def read_words(folder: Path = FOLDER) -> NoticeWords:
    """The texts of all notices; raises `FileProblems` with everything wrong at once."""
    page = marked_yaml.read(folder / "words.yaml", name="notices/words.yaml")
    texts: dict[tuple[NoticeAudience, Event, str], tuple[Template, Template]] = {}
    clocks, causes, limits = (page.data.pop(each, {}) for each in ("clocks", "causes", "limits"))
    for place, said, wanted in (
        ("clocks", clocks, clocks),
        ("limits", limits, ("running", "still", "none")),
        ("causes", causes, FailureCause),
    ):
        for name in wanted:
            if not all(said.get(name, {}).get(language) for language in LANGUAGES):
                page.wrong(f"say {name} in every language", place)
    for audience, events in page.data.items():
        for about, languages in events.items():
            if audience not in set(NoticeAudience) or about not in set(Event):
                page.wrong(f"nobody is ever told {audience}: {about}", audience, about)
                continue
            for language in LANGUAGES:
                text = languages.get(language) or {}
                subject, body = Template(text.get("subject", "")), Template(text.get("text", ""))
                unknown = {*subject.get_identifiers(), *body.get_identifiers()} - FILLINGS
                if not subject.template or not body.template:
                    page.wrong(f"subject and text are wanted in {language}", audience, about)
                if unknown or not (subject.is_valid() and body.is_valid()):
                    wrong = ", ".join(sorted(unknown)) or "a single $"
                    page.wrong(f"{language}: cannot fill in {wrong}", audience, about, language)
                for each in sensitive_passages(f"{subject.template}\n{body.template}"):
                    page.wrong(
                        f"{language}: {each.masked} looks like a {each.kind.replace('_', ' ')}",
                        audience,
                        about,
                        language,
                    )
                texts[NoticeAudience(audience), Event(about), language] = (subject, body)
    if page.problems:
        raise FileProblems(page.problems)
    return NoticeWords(texts, clocks, causes, limits)
