"""The words by which a complaint is sorted; every list comes from a rule of the source packs."""

from enum import StrEnum


class Channel(StrEnum):
    """The seven ways a complaint comes in (A-22..A-32)."""

    PHONE = "phone"
    OPINION_BOOK = "opinion_book"
    INTERNET = "internet"
    VISIT = "visit"
    LETTER = "letter"
    MEDIA = "media"
    TRANSFERRED = "transferred"
    """Handed down by a superior bank, a government body or a regulator (A-31, A-32, B-13)."""


class Category(StrEnum):
    """What the complaint is about: the eight classes of pack A (A-40..A-45)."""

    WORK_ERROR = "work_error"
    SERVICE_ATTITUDE = "service_attitude"
    INTERNAL_MANAGEMENT = "internal_management"
    SERVICE_PRODUCT = "service_product"
    SERVICE_CHANNEL = "service_channel"
    ILLEGAL_OPERATION = "illegal_operation"
    FINANCIAL_CRIME = "financial_crime"
    ANONYMOUS = "anonymous"


class DeadlineClass(StrEnum):
    """How long an answer may take (A-34, A-35); a pack says which category falls in which."""

    GENERAL = "general"
    COMPLEX = "complex"


class Severity(StrEnum):
    """Whether one of the four triggers of a major complaint is met (A-23)."""

    ORDINARY = "ordinary"
    MAJOR = "major"


class Mark(StrEnum):
    """A circumstance that changes how a case is handled; the first three make it major (A-23)."""

    WELL_KNOWN_PERSON = "well_known_person"
    HOT_TOPIC = "hot_topic"
    REPUTATION = "reputation"


class Validity(StrEnum):
    """Whether the facts bear the complaint out (C-13, C-14)."""

    VALID = "valid"
    SPECIAL = "special"


class Responsibility(StrEnum):
    """Whose fault it was (D-20)."""

    BANK = "bank"
    NOT_BANK = "not_bank"
    BOTH = "both"


class Satisfaction(StrEnum):
    """What the customer says of the result: the fourth element of a reply (A-53)."""

    SATISFIED = "satisfied"
    NEUTRAL = "neutral"
    DISSATISFIED = "dissatisfied"
    NOT_REACHED = "not_reached"


class WithdrawalKind(StrEnum):
    """Whether the customer withdrew freely or was pressed to (A-52)."""

    VOLUNTARY = "voluntary"
    COERCED = "coerced"


class Level(StrEnum):
    """Where in the bank a unit stands; pack C's limits hang on it (C-18, C-19, C-22)."""

    OUTLET = "outlet"
    TIER_1 = "tier_1"
    HEAD_OFFICE = "head_office"


class Role(StrEnum):
    """What a person may do (rules.md 1.J.6)."""

    INTAKE = "intake"
    HANDLER = "handler"
    SUPERVISOR = "supervisor"
    HR = "hr"
    REGULATOR_LIAISON = "regulator_liaison"
    ADMINISTRATOR = "administrator"
