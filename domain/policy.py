"""Policy packs: a bank's rules as data. Each figure cites its rule or says `default`."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from domain.case import Milestone
from domain.classification import Category, DeadlineClass, Role
from domain.errors import Fault, NotFit

DEFAULT = "default"
"""The source of a figure that no document states."""

LOST = "lost"
"""A figure the source document once had and no copy preserves: the bank must set it."""


class Unit(StrEnum):
    """What a span is counted in."""

    WORKING_DAY = "working day"
    WORKING_HOUR = "working hour"
    CALENDAR_DAY = "calendar day"
    CLOCK_HOUR = "clock hour"
    SECOND = "second"
    """For rehearsals, where a ladder of days is watched in a minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A length of time as a rule writes it: `3 working days`."""

    amount: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}{'' if self.amount == 1 else 's'}"


class Nature(StrEnum):
    """Whether a clock binds by law, or by the bank's own choice."""

    STATUTORY = "statutory"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Warn:
    """A reminder to the handler: so long after the clock started, or so long before it is due."""

    name: str
    rule: str
    after: Span | None = None
    before: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One time limit: what starts it, how long it runs, what stops it, what it is for."""

    name: str
    clock: str
    """What runs on the case. Limits for different conditions may drive the same clock."""
    rule: str
    within: Span | None
    """None when the date comes from outside: the sender's own (B-13)."""
    starts: tuple[Milestone, ...]
    stops: tuple[Milestone, ...]
    """The clock stops when all of these have been reached."""
    when: Mapping[str, tuple[str, ...]]
    """Facts of the case that must hold, such as `deadline_class: [general]`."""
    warnings: tuple[Warn, ...] = ()
    ladder: str = "expiry"
    nature: Nature = Nature.STATUTORY
    pausable: bool = False
    extendable: bool = False

    def applies_to(self, facts: Mapping[str, frozenset[str]]) -> bool:
        """Whether every condition is met by at least one of the case's facts of that name."""
        return all(
            facts.get(name, frozenset()).intersection(wanted) for name, wanted in self.when.items()
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One step of a ladder: who hears, how long they have to say so, and then to act."""

    name: str
    role: Role
    rule: str
    acknowledge_within: Span
    resolve_within: Span
    """After the acknowledgement, before the next rung hears all the same."""
    drafts_report: bool = False
    """Whether a draft report to the regulator is prepared for this rung's receiver."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conduct:
    """The part of a pack that the acts of people are judged by; it travels with the workflow."""

    reply_elements: tuple[str, ...] = ()
    forbids_person_complained_about: bool = True
    major_over_fen: int = 0
    extensions_at_most: int = 1
    deadline_classes: Mapping[Category, DeadlineClass]

    def deadline_class_of(self, category: Category | None) -> DeadlineClass:
        """The class of a category; unclassified complaints run on the shorter, general limit."""
        if category is None:
            return DeadlineClass.GENERAL
        return self.deadline_classes.get(category, DeadlineClass.GENERAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A bank's rules, whole and checked. Published versions never change."""

    name: str
    title: Mapping[str, str]
    about: Mapping[str, str]
    source: str
    calendar: str
    day_of_receipt_counts: bool
    limits: tuple[Limit, ...]
    ladders: Mapping[str, tuple[Rung, ...]]
    conduct: Conduct
    rules: Mapping[str, str]
    """The source of each single choice above: dotted path to rule id."""
    valid_from: date | None = None
    valid_to: date | None = None

    def is_in_force(self, on: date) -> bool:
        """Whether complaints received on this day may be handled under the pack."""
        begun = self.valid_from is None or self.valid_from <= on
        return begun and (self.valid_to is None or on <= self.valid_to)


def overlay(parent: Mapping[str, Any], child: Mapping[str, Any]) -> dict[str, Any]:
    """The child pack's text laid over its parent's (A-26): mappings merge, null takes away."""
    merged: dict[str, Any] = dict(parent)
    for key, value in child.items():
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, Mapping) and isinstance(merged.get(key), Mapping):
            merged[key] = overlay(merged[key], value)
        else:
            merged[key] = value
    return merged


def parse(text: Mapping[str, Any], *, known_calendars: Iterable[str] = ()) -> Pack:
    """The pack a mapping describes; raises `NotFit` with every fault at once.

    Faults name the dotted path, such as `limits.reply-general.within`.
    """
    reader = _Reader()
    pack = reader.pack(text, frozenset(known_calendars))
    if reader.faults:
        raise NotFit(reader.faults)
    return pack


_SPAN = re.compile(r"^\s*(\d+)\s+(working day|working hour|calendar day|clock hour|second)s?\s*$")
_RULE = re.compile(r"^([A-H]|T-[A-H]|S|K|JR|CBIRC)-?[0-9A-Za-z.-]+$")
_CONDITIONS = frozenset(
    {"channel", "deadline_class", "severity", "level", "category", "mark", "has_sender"}
)
_PACK_KEYS = frozenset(
    {
        "pack", "title", "about", "extends", "source", "calendar", "day_of_receipt_counts",
        "limits", "ladders", "conduct", "valid_from", "valid_to", "abstract",
    }
)  # fmt: skip
_LIMIT_KEYS = frozenset(
    {
        "clock", "rule", "within", "from", "until", "when", "warn", "ladder", "nature",
        "pausable", "extendable", "note",
    }
)  # fmt: skip

Value = TypeVar("Value")
Choice = TypeVar("Choice", bound=StrEnum)


class _Reader:
    """Reads a pack part by part and goes on after a fault, so that all are told at once."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.rules: dict[str, str] = {}

    def pack(self, text: Mapping[str, Any], calendars: frozenset[str]) -> Pack:
        for key in sorted(set(text) - _PACK_KEYS):
            self.fault(
                key, f"is not a part of a pack; the parts are {', '.join(sorted(_PACK_KEYS))}"
            )
        calendar = self.cited(text, "calendar", str, "")
        if calendar and calendars and calendar not in calendars:
            self.fault("calendar", f"there is no calendar {calendar!r}; build it first")
        ladders = self.each(text, "ladders", self.ladder)
        limits = tuple(self.each(text, "limits", self.limit).values())
        if text.get("abstract"):
            self.fault("abstract", "this pack only carries what others extend; it handles no case")
        if not limits:
            self.fault("limits", "a pack needs a limit, or no complaint would have a date")
        for limit in limits:
            if limit.ladder not in ladders:
                self.fault(f"limits.{limit.name}.ladder", f"there is no ladder {limit.ladder!r}")
        return Pack(
            name=self.need(text, "pack", str, ""),
            title=self.both_languages(text, "title"),
            about=self.both_languages(text, "about"),
            source=self.need(text, "source", str, ""),
            calendar=calendar,
            day_of_receipt_counts=self.cited(text, "day_of_receipt_counts", bool, False),
            limits=limits,
            ladders=ladders,
            conduct=self.conduct(text.get("conduct", {})),
            rules=self.rules,
            valid_from=self.day(text, "valid_from"),
            valid_to=self.day(text, "valid_to"),
        )

    def limit(self, name: str, text: Mapping[str, Any]) -> Limit:
        where = f"limits.{name}"
        for key in sorted(set(text) - _LIMIT_KEYS):
            self.fault(f"{where}.{key}", "is not a part of a limit")
        when: dict[str, tuple[str, ...]] = {}
        for fact, wanted in dict(text.get("when", {})).items():
            if fact not in _CONDITIONS:
                known = ", ".join(sorted(_CONDITIONS))
                self.fault(f"{where}.when.{fact}", f"is no fact of a case; the facts are {known}")
            when[fact] = tuple(str(each) for each in _listed(wanted))
        return Limit(
            name=name,
            clock=self.need(text, "clock", str, "", where),
            rule=self.rule(text, where),
            within=self.within(text, where),
            starts=self.milestones(text, "from", where),
            stops=self.milestones(text, "until", where),
            when=when,
            warnings=tuple(
                self.warning(position, warning, f"{where}.warn.{position}")
                for position, warning in enumerate(_listed(text.get("warn", [])), start=1)
            ),
            ladder=self.need(text, "ladder", str, "expiry", where, default="expiry"),
            nature=self.choice(text.get("nature", Nature.STATUTORY), Nature, f"{where}.nature"),
            pausable=self.need(text, "pausable", bool, False, where, default=False),
            extendable=self.need(text, "extendable", bool, False, where, default=False),
        )

    def within(self, text: Mapping[str, Any], where: str) -> Span | None:
        if text.get("within") == "sender's date":
            return None
        return self.span(text, "within", where)

    def warning(self, position: int, text: Any, where: str) -> Warn:
        if not isinstance(text, Mapping) or ("after" in text) == ("before" in text):
            self.fault(where, "write either `after: 7 working days` or `before: 1 working day`")
            return Warn(name="", rule="", after=_NO_SPAN)
        return Warn(
            name=f"warning-{position}",
            rule=self.rule(text, where),
            after=self.span(text, "after", where) if "after" in text else None,
            before=self.span(text, "before", where) if "before" in text else None,
        )

    def ladder(self, name: str, text: Any) -> tuple[Rung, ...]:
        where = f"ladders.{name}"
        rungs = []
        for position, rung in enumerate(_listed(text)):
            at = f"{where}.{position}"
            if not isinstance(rung, Mapping):
                self.fault(at, "a rung is a mapping with rung, role and rule")
                continue
            rungs.append(
                Rung(
                    name=self.need(rung, "rung", str, "", at),
                    role=self.choice(rung.get("role"), Role, f"{at}.role"),
                    rule=self.rule(rung, at),
                    acknowledge_within=self.span(rung, "acknowledge_within", at),
                    resolve_within=self.span(rung, "resolve_within", at),
                    drafts_report=self.need(rung, "drafts_report", bool, False, at, default=False),
                )
            )
        if not rungs:
            self.fault(where, "a ladder needs at least one rung, or a breach would reach nobody")
        return tuple(rungs)

    def conduct(self, text: Mapping[str, Any]) -> Conduct:
        classes: dict[Category, DeadlineClass] = {}
        chosen = text.get("deadline_classes", {})
        for name, categories in dict(chosen).items():
            if name == "rule":
                continue
            kind = self.choice(name, DeadlineClass, f"conduct.deadline_classes.{name}")
            for category in _listed(categories):
                at = f"conduct.deadline_classes.{name}"
                classes[self.choice(category, Category, at)] = kind
        self.rule(chosen, "conduct.deadline_classes")
        where = "conduct"
        elements = self.cited(text, "reply_elements", list, [], where)
        return Conduct(
            reply_elements=tuple(str(each) for each in elements),
            forbids_person_complained_about=self.cited(
                text, "forbids_person_complained_about", bool, True, where
            ),
            major_over_fen=self.cited(text, "major_over_yuan", int, 0, where) * 100,
            extensions_at_most=self.cited(text, "extensions_at_most", int, 1, where),
            deadline_classes=classes,
        )

    def cited(
        self, text: Mapping[str, Any], key: str, kind: type[Value], empty: Value, where: str = ""
    ) -> Value:
        """A single choice, written `{value: ..., rule: ...}`."""
        at = f"{where}.{key}" if where else key
        found = text.get(key)
        if not isinstance(found, Mapping) or "value" not in found:
            self.fault(at, "write it as `{value: ..., rule: ...}`, so that its source is known")
            return empty
        self.rule(found, at)
        if found["value"] == LOST:
            self.lost(at)
            return empty
        return self.need(found, "value", kind, empty, at)

    def rule(self, text: Mapping[str, Any], where: str) -> str:
        """The source of a figure: a rule id, `default`, or `bank` for the bank's own choice."""
        rule = text.get("rule") if isinstance(text, Mapping) else None
        if not isinstance(rule, str) or not (rule in {DEFAULT, "bank"} or _RULE.match(rule)):
            self.fault(
                f"{where}.rule",
                "each figure cites its rule (such as A-34), or says `default` or `bank`",
            )
            return ""
        self.rules[where] = rule
        return rule

    def span(self, text: Mapping[str, Any], key: str, where: str) -> Span:
        found = text.get(key)
        if found == LOST:
            self.lost(f"{where}.{key}")
            return _NO_SPAN
        matched = _SPAN.match(found) if isinstance(found, str) else None
        if matched is None:
            self.fault(f"{where}.{key}", f"{found!r} is no span; write `3 working days`")
            return _NO_SPAN
        return Span(amount=int(matched[1]), unit=Unit(matched[2]))

    def lost(self, where: str) -> None:
        self.fault(
            where,
            "this figure is lost in the source document; the bank must set it in a pack of its own "
            "that extends this one",
        )

    def milestones(self, text: Mapping[str, Any], key: str, where: str) -> tuple[Milestone, ...]:
        found = _listed(text.get(key, []))
        if not found:
            self.fault(f"{where}.{key}", "name at least one milestone")
        return tuple(self.choice(each, Milestone, f"{where}.{key}") for each in found)

    def choice(self, value: object, kind: type[Choice], where: str) -> Choice:
        try:
            return kind(str(value))
        except ValueError:
            self.fault(where, f"{value!r} is not one of {', '.join(kind)}")
            return next(iter(kind))

    def need(
        self,
        text: Mapping[str, Any],
        key: str,
        kind: type[Value],
        empty: Value,
        where: str = "",
        *,
        default: Value | None = None,
    ) -> Value:
        at = f"{where}.{key}" if where else key
        found = text.get(key, default)
        # A bool is an int to Python, but `true` is no number to the author of a pack.
        if isinstance(found, kind) and not (kind is int and isinstance(found, bool)):
            return found
        self.fault(at, f"should be {_KINDS[kind]}, and is {found!r}")
        return empty

    def day(self, text: Mapping[str, Any], key: str) -> date | None:
        found = text.get(key)
        if found is not None and not isinstance(found, date):
            self.fault(key, f"should be a date such as 2026-11-22, and is {found!r}")
            return None
        return found

    def both_languages(self, text: Mapping[str, Any], key: str) -> dict[str, str]:
        found = text.get(key)
        if not isinstance(found, Mapping) or set(found) != {"en", "zh"}:
            self.fault(key, "write it in both languages: `{en: ..., zh: ...}`")
            return {}
        return {language: str(words) for language, words in found.items()}

    def each(
        self, text: Mapping[str, Any], key: str, read: Callable[[str, Any], Value]
    ) -> dict[str, Value]:
        parts = text.get(key, {})
        if not isinstance(parts, Mapping):
            self.fault(key, "should be a mapping from names to parts")
            return {}
        return {str(name): read(str(name), part) for name, part in parts.items()}

    def fault(self, where: str, says: str) -> None:
        self.faults.append(Fault(where=where, says=says))


_NO_SPAN = Span(amount=0, unit=Unit.SECOND)
_KINDS: dict[type, str] = {
    str: "text",
    int: "a whole number",
    bool: "true or false",
    list: "a list",
}


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]
