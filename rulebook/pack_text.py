"""Reading a pack's text into its rules, telling everything that is wrong with it at once."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from domain.acts import ACT_KINDS
from domain.case import Milestone
from domain.classification import (
    Category,
    Channel,
    CustomerTier,
    DeadlineClass,
    Disposal,
    Level,
    Mark,
    Role,
    Situation,
)
from domain.errors import NotFit
from domain.penalties import PenaltySchedule
from domain.periodicals import Periodical, WrittenPart
from domain.policy import (
    CaseRules,
    Checklist,
    DateSetBy,
    Gate,
    Limit,
    Nature,
    Pack,
    Replacement,
    Restriction,
    Route,
)
from domain.reporting import RECEIVERS, SENDERS, Cadence, Form
from rulebook.pack_tasks import TaskReader
from rulebook.pack_values import listed

NEVER = "never"
"""What a gate needs that is never opened."""


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


def parse(text: Mapping[str, Any], *, known_letters: Collection[str] = ()) -> Pack:
    """The pack a mapping describes; raises `NotFit` with every fault at once. Letters that it names
    are looked for where they are known: what was published stays, whatever is written no more.

    Faults name the dotted path, such as `limits.reply-general.within`.
    """
    reader = _PackReader()
    pack = reader.pack(text, known_letters)
    if reader.faults:
        raise NotFit(reader.faults)
    return pack


_PACK_KEYS = sorted(
    {
        "pack", "title", "about", "extends", "source", "calendar", "day_of_receipt_counts",
        "limits", "ladders", "conduct", "valid_from", "valid_to", "abstract", "regimes", "gates",
        "duties", "routes", "checklists", "restrictions", "penalties", "periodicals", "replaces",
        "intake", "reading", "tasks", "survey", "causes", "belonging", "findings", "letters",
    }
)  # fmt: skip
_LIMIT_KEYS = frozenset(
    {
        "clock", "rule", "within", "from", "until", "until_any", "when", "warn", "ladder",
        "nature", "pausable", "extendable", "extendable_by", "resumes", "moved_by_commitment",
        "note",
    }
)  # fmt: skip


class _PackReader(TaskReader):
    """Reads a pack part by part and goes on after a fault, so that all are told at once."""

    def pack(self, text: Mapping[str, Any], letters: Collection[str]) -> Pack:
        for key in sorted(set(text).difference(_PACK_KEYS)):
            self.fault(key, "is not a part of a pack; the parts are %(known)s", known=_PACK_KEYS)
        calendar = self.cited(text, "calendar", str, "")
        ladders = self.each(text, "ladders", self.ladder)
        limits = self.limits(text)
        if text.get("abstract"):
            self.fault("abstract", "this pack only carries what others extend; it handles no case")
        if all(limit.within is DateSetBy.PROMISE for limit in limits):
            self.fault("limits", "a pack needs a limit, or no complaint would have a date")
        conduct = self.conduct(text)
        climbed = {f"limits.{limit.name}": limit.ladder for limit in limits}
        climbed |= {"tasks": conduct.tasks.ladder} if conduct.tasks is not None else {}
        for at, ladder in climbed.items():
            if ladder not in ladders:
                self.fault(f"{at}.ladder", "there is no ladder %(name)s", name=repr(ladder))
        clocks = {limit.clock for limit in limits}
        for duty in conduct.duties:
            if duty.keeps_time_of is not None and duty.keeps_time_of not in clocks:
                at = f"duties.{duty.name}.keeps_time_of"
                self.fault(at, "there is no clock %(name)s", name=repr(duty.keeps_time_of))
        return Pack(
            name=self.need(text, "pack", str, ""),
            title=self.both_languages(text, "title"),
            about=self.both_languages(text, "about"),
            source=self.need(text, "source", str, ""),
            calendar=calendar,
            day_of_receipt_counts=self.cited(text, "day_of_receipt_counts", bool, False),
            limits=limits,
            ladders=ladders,
            conduct=conduct,
            rules=self.rules,
            routes=tuple(self.each(text, "routes", self.route).values()),
            checklists=tuple(self.each(text, "checklists", self.checklist).values()),
            periodicals=tuple(self.each(text, "periodicals", self.periodical).values()),
            replaces=self.replacement(text),
            intake_fields=tuple(self.of_part(text, "intake", "fields", list, [])),
            sender_must_set_date=self.of_part(text, "intake", "sender_must_set_date", bool, False),
            waiting_is_read=self.waiting_is_read(text),
            letters_read_by_two=self.letters_read_by_two(text, letters),
            valid_from=self.day(text, "valid_from"),
            valid_to=self.day(text, "valid_to"),
        )

    def waiting_is_read(self, text: Mapping[str, Any]) -> bool:
        if "reading" not in text:
            return True  # Published before packs had a word on it.
        reading = text["reading"]
        self.known_keys(reading, {"waiting"}, "reading")
        return self.cited(reading, "waiting", bool, True, "reading")

    def letters_read_by_two(
        self, text: Mapping[str, Any], known: Collection[str]
    ) -> tuple[str, ...]:
        self.known_keys(self.part(text, "letters"), {"read_by_two"}, "letters")
        named = tuple(map(str, self.of_part(text, "letters", "read_by_two", list, [])))
        for name in sorted(set(named) - set(known)) if known else ():
            at, letters = "letters.read_by_two.value", sorted(known)
            self.fault(at, "there is no letter %(name)s; the letters are %(known)s",
                       name=repr(name), known=letters)  # fmt: skip
        return named

    def limits(self, text: Mapping[str, Any]) -> tuple[Limit, ...]:
        """In the order of the text; what was promised, which all packs watch, comes last."""
        found = self.each(text, "limits", self.limit).values()
        return tuple(sorted(found, key=lambda limit: limit.within is DateSetBy.PROMISE))

    def limit(self, name: str, text: Mapping[str, Any]) -> Limit:
        where = f"limits.{name}"
        for key in sorted(set(text) - _LIMIT_KEYS):
            self.fault(f"{where}.{key}", "is not a part of a limit")
        within = self.within(text, where)
        any_of = "until_any" in text
        return Limit(
            name=name,
            clock=self.need(text, "clock", str, "", where),
            rule=self.rule(text, where),
            within=within,
            starts=self.milestones(text, "from", where),
            stops=self.milestones(text, "until_any" if any_of else "until", where),
            when=self.when(text, where),
            warnings=tuple(
                self.warning(position, warning, f"{where}.warn.{position}")
                for position, warning in enumerate(listed(text.get("warn", [])), start=1)
            ),
            ladder=self.need(text, "ladder", str, "expiry", where, default="expiry"),
            nature=self.choice(text.get("nature", Nature.STATUTORY), Nature, f"{where}.nature"),
            pausable=self.need(text, "pausable", bool, False, where, default=False),
            extendable=self.need(text, "extendable", bool, False, where, default=False),
            extendable_by=self.span_or_none(text, "extendable_by", where),
            stops_at_any=any_of,
            resumes=self.need(text, "resumes", bool, False, where, default=False),
            moved_by_commitment=self.need(
                text, "moved_by_commitment", bool, False, where, default=False
            ),
        )

    def gate(self, name: str, text: Mapping[str, Any]) -> Gate:
        where = f"gates.{name}"
        self.known_keys(text, {"act", "needs", "when", "rule"}, where)
        needs = text.get("needs")
        if text.get("act") not in ACT_KINDS:
            self.fault(f"{where}.act", "there is no act %(name)s", name=repr(text.get("act")))
        return Gate(
            name=name,
            act=self.need(text, "act", str, "", where),
            needs=None if needs == NEVER else self.choice(needs, Milestone, f"{where}.needs"),
            when=self.when(text, where),
            rule=self.rule(text, where),
        )

    def route(self, name: str, text: Mapping[str, Any]) -> Route:
        where = f"routes.{name}"
        self.known_keys(text, {"owner", "when", "in_writing", "about", "rule"}, where)
        return Route(
            name=name,
            owner=self.choice(text.get("owner"), Role, f"{where}.owner"),
            when=self.when(text, where),
            in_writing=self.need(text, "in_writing", bool, False, where, default=False),
            about=self.both_languages(text, "about", where),
            rule=self.rule(text, where),
        )

    def checklist(self, name: str, text: Mapping[str, Any]) -> Checklist:
        where = f"checklists.{name}"
        self.known_keys(text, {"when", "points", "rule"}, where)
        points = [
            self.both_languages({"point": each}, "point", f"{where}.points.{position}")
            for position, each in enumerate(listed(text.get("points", [])))
        ]
        return Checklist(
            name=name,
            when=self.when(text, where),
            points=tuple(points),
            rule=self.rule(text, where),
        )

    def restriction(self, name: str, text: Mapping[str, Any]) -> Restriction:
        where = f"restrictions.{name}"
        self.known_keys(text, {"to", "when", "rule"}, where)
        roles = listed(text.get("to", []))
        return Restriction(
            when=self.when(text, where),
            roles=tuple(self.choice(each, Role, f"{where}.to") for each in roles),
            rule=self.rule(text, where),
        )

    def penalty(self, name: str, text: Mapping[str, Any]) -> PenaltySchedule:
        where = f"penalties.{name}"
        known = {
            "posts", "from_yuan", "to_yuan", "withholds_pay_of", "holds_responsible", "rule",
        }  # fmt: skip
        self.known_keys(text, known, where)
        return PenaltySchedule(
            name=name,
            posts=tuple(map(str, listed(text.get("posts", [])))),
            at_least_fen=self.need(text, "from_yuan", int, 0, where) * 100,
            at_most_fen=self.need(text, "to_yuan", int, 0, where) * 100,
            withholds_pay_of=tuple(map(str, listed(text.get("withholds_pay_of", [])))),
            holds_responsible=tuple(map(str, listed(text.get("holds_responsible", [])))),
            rule=self.rule(text, where),
        )

    def periodical(self, name: str, text: Mapping[str, Any]) -> Periodical:
        where = f"periodicals.{name}"
        known = {"from", "to", "every", "form", "due_working_days", "written", "title", "rule"}
        self.known_keys(text, known, where)
        self.one_of(text, "from", SENDERS, where)
        self.one_of(text, "to", RECEIVERS, where)
        self.choice(text.get("every"), Cadence, f"{where}.every")
        form = self.choice(text.get("form", Form.CLASSIFIED), Form, f"{where}.form")
        if form is Form.CHECK and text.get("every") != Cadence.WORKING_DAY:
            self.fault(f"{where}.every", "a check is owed every working-day: it is due at closing")
        if "due_working_days" in text and text.get("every") == Cadence.WHEN_NEEDED:
            self.fault(f"{where}.due_working_days", "what is written when needed is never due")
        return Periodical(
            name=name,
            senders=self.need(text, "from", str, "", where),
            to=self.need(text, "to", str, "", where),
            cadence=self.need(text, "every", str, "", where),
            rule=self.rule(text, where),
            title=self.both_languages(text, "title", where),
            form=form,
            due_working_days=(
                self.cited(text, "due_working_days", int, 0, where)
                if "due_working_days" in text
                else 0
            ),
            written=tuple(self.each(text, "written", self.written_part(where)).values()),
        )

    def written_part(self, where: str) -> Callable[[str, Any], WrittenPart]:
        """Reads what people write in the report that stands there."""

        def read(name: str, title: Any) -> WrittenPart:
            at = f"{where}.written"
            return WrittenPart(name=name, title=self.both_languages({name: title}, name, at))

        return read

    def replacement(self, text: Mapping[str, Any]) -> Replacement | None:
        found = text.get("replaces")
        if found is None:
            return None
        self.known_keys(found, {"pack", "situations", "rule"}, "replaces")
        self.rule(found, "replaces")
        return Replacement(
            pack=self.need(found, "pack", str, "", "replaces"),
            situations=tuple(
                self.choice(each, Situation, "replaces.situations")
                for each in listed(found.get("situations", []))
            ),
        )

    def conduct(self, pack: Mapping[str, Any]) -> CaseRules:
        text, where = pack.get("conduct", {}), "conduct"
        marks = self.cited(text, "major_marks", list, [], where)
        disposals = self.cited(text, "forbidden_disposals", list, [], where)
        channels = self.optional(text, "counted_channels", list)
        over = self.optional(text, "major_over_yuan", int)
        redress = self.optional(text, "redress_alone_up_to_yuan", int)
        penalty = self.optional(text, "penalty_alone_up_to_yuan", int)
        return CaseRules(
            reply_elements=tuple(
                str(each) for each in self.cited(text, "reply_elements", list, [], where)
            ),
            forbids_person_complained_about=self.cited(
                text, "forbids_person_complained_about", bool, True, where
            ),
            major_over_fen=None if over is None else over * 100,
            major_marks=tuple(self.choice(each, Mark, "conduct.major_marks") for each in marks),
            extensions_at_most=self.cited(text, "extensions_at_most", int, 1, where),
            deadline_classes=self.deadline_classes(text),
            gates=tuple(self.each(pack, "gates", self.gate).values()),
            duties=tuple(self.each(pack, "duties", self.duty).values()),
            tasks=self.task_rules(pack),
            belongs_within=self.belongs_within(pack),
            causes=self.causes(pack),
            causes_required=(
                self.cited(pack["causes"], "required", bool, False, "causes")
                if "causes" in pack
                else False
            ),
            survey=self.survey(pack),
            findings=self.findings(pack),
            restrictions=tuple(self.each(pack, "restrictions", self.restriction).values()),
            penalties=tuple(self.each(pack, "penalties", self.penalty).values()),
            forbidden_disposals=tuple(
                self.choice(each, Disposal, "conduct.forbidden_disposals") for each in disposals
            ),
            intake_may_resolve=self.cited(text, "intake_may_resolve", bool, True, where),
            intake_forwards_to=(
                tuple(
                    self.choice(each, Level, "conduct.intake_forwards_to")
                    for each in self.cited(text, "intake_forwards_to", list, [], where)
                )
                if "intake_forwards_to" in text
                else None
            ),
            appeals_decided_by_others=(
                self.cited(text, "appeals_decided_by_others", bool, False, where)
                if "appeals_decided_by_others" in text
                else False
            ),
            accepts_demands=self.cited(text, "accepts_demands", bool, False, where),
            group_of=self.optional(text, "group_of", int),
            promises_up_to_fen=self.sums(text, "promises_up_to_yuan", Level),
            emergency_cash_fen=self.sums(text, "emergency_cash_yuan", CustomerTier),
            redress_alone_up_to_fen=None if redress is None else redress * 100,
            penalty_alone_up_to_fen=None if penalty is None else penalty * 100,
            counted_channels=(
                None
                if channels is None
                else tuple(
                    self.choice(each, Channel, "conduct.counted_channels") for each in channels
                )
            ),
            within_limit_clock=self.cited(text, "within_limit_clock", str, "reply", where),
        )

    def deadline_classes(self, text: Mapping[str, Any]) -> dict[Category, DeadlineClass]:
        classes: dict[Category, DeadlineClass] = {}
        chosen = text.get("deadline_classes", {})
        for name, categories in dict(chosen).items():
            if name == "rule":
                continue
            at = f"conduct.deadline_classes.{name}"
            kind = self.choice(name, DeadlineClass, at)
            for category in listed(categories):
                classes[self.choice(category, Category, at)] = kind
        self.rule(chosen, "conduct.deadline_classes")
        return classes
