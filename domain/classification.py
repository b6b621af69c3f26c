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
    """A circumstance that changes how a case is handled. The pack says which make it major (K-16),
    which open a task for somebody, and which close the file to ordinary eyes.
    """

    WELL_KNOWN_PERSON = "well_known_person"
    HOT_TOPIC = "hot_topic"
    REPUTATION = "reputation"
    GRAVE = "grave"
    """Found hard or major by somebody who may say so (B-09, C-21, D-13)."""
    MEDIA = "media"
    """Local media have asked, or somebody threatens to go to them (A-48, B-14, D-34)."""
    MEDIA_HIGH = "media_high"
    """Provincial or central media, exposure or a sign of it (A-49)."""
    REPEAT = "repeat"
    """Complained about again after an answer (A-51, D-14)."""
    SKIP_LEVEL = "skip_level"
    """Taken straight to a higher level of the bank (D-14)."""
    GROUP = "group"
    """As many persons with the same issue as the pack calls a group (D-14)."""
    CRIME = "crime"
    """A report of financial crime (A-43)."""
    DISCIPLINE = "discipline"
    """Content for the discipline inspection office (C-10)."""
    LEGAL = "legal"
    """A dispute that is heading for court (A-50)."""
    CLAIM = "claim"
    """The customer asks for money (D-30)."""
    OVERSEAS = "overseas"
    """About an office abroad (A-24)."""
    LEFT_ANGRY = "left_angry"
    """The customer left in anger, or threatened to go to the press; anybody reports it (D-34)."""
    CROWD_OR_VIOLENCE = "crowd_or_violence"
    """A crowd has gathered, or force is used (D-31)."""
    BEYOND_AUTHORITY = "beyond_authority"
    """The unit cannot or may not settle it (A-41, C-15, D-13)."""
    SYSTEMIC = "systemic"
    """The same root problem lies behind several cases (H-04)."""


class Situation(StrEnum):
    """The fifteen situations of the go-live plan (D-21..D-35). The first follows normal rules."""

    ORDINARY = "ordinary"
    CAUSED_BY_GO_LIVE = "caused_by_go_live"
    LOSS_REPORT = "loss_report"
    URGENT_CASH = "urgent_cash"
    CASH_MACHINE = "cash_machine"
    DATA_ABNORMAL = "data_abnormal"
    SETTLEMENT_ABNORMAL = "settlement_abnormal"
    LONG_WAIT = "long_wait"
    REPEAT_OR_GROUP = "repeat_or_group"
    CLAIM = "claim"
    VIOLENT_OR_DRUNK = "violent_or_drunk"
    ILL_OR_UNREASONABLE = "ill_or_unreasonable"
    CROSS_PROVINCE = "cross_province"
    MEDIA = "media"
    OTHER_EMERGENCY = "other_emergency"


class Business(StrEnum):
    """Which business of the customer a complaint is about, as JR/T 0169-2018 tells them apart."""

    SAVINGS = "savings"
    LOANS = "loans"
    CARDS = "cards"
    PAYMENT = "payment"
    CASH = "cash"
    """The currency itself: damaged, counterfeit or small notes (人民币管理)."""
    INFORMATION = "information"
    """Personal financial information, as in a credit report."""
    OTHER = "other"


class Counting(StrEnum):
    """Whether a case goes into the statistics, and as what (D-19). The record exists in any case
    (K-15).
    """

    NOT_COUNTED = "not_counted"
    CONSULTATION = "consultation"
    COUNTED = "counted"


class AnonymousKind(StrEnum):
    """What moves somebody who gives no name (A-44, A-45)."""

    WELL_MEANT = "well_meant"
    MALICIOUS = "malicious"


class DemandKind(StrEnum):
    """A wish that is no complaint (F-03, F-04)."""

    HELP = "help"
    CONSULTATION = "consultation"
    OTHER = "other"
    """An improper demand, or a matter of somebody else."""


class Disposal(StrEnum):
    """What was done about it. A pack may forbid one (B-15)."""

    EXPLAINED = "explained"
    APOLOGISED = "apologised"
    CORRECTED = "corrected"
    COMPENSATED = "compensated"
    REFERRED_TO_SUPERIOR = "referred_to_superior"


class CustomerTier(StrEnum):
    """How large an emergency payment a customer may have (D-24). It changes no right (K-34)."""

    ORDINARY = "ordinary"
    VIP = "vip"


class MediaReach(StrEnum):
    """How far the media carry that have asked or may ask (A-48, A-49)."""

    LOCAL = "local"
    PROVINCIAL = "provincial"
    CENTRAL = "central"


class Cause(StrEnum):
    """Why there was a complaint: the six causes of the analysis (S-12), and what a second source
    names beside them (S-16). Which of them a pack offers, and from which source, it says.
    """

    BUSINESS_ERROR = "business_error"
    INCONSISTENT_STATEMENTS = "inconsistent_statements"
    LONG_WAIT_SIMPLE = "long_wait_simple"
    LONG_WAIT_DURING = "long_wait_during"
    NOT_CALLED = "not_called"
    WINDOWS_CLOSED = "windows_closed"
    ATTITUDE = "attitude"
    SLOW_PROCESSING = "slow_processing"
    INFLEXIBLE = "inflexible"


class Validity(StrEnum):
    """Whether the facts bear the complaint out (C-13, C-14)."""

    VALID = "valid"
    SPECIAL = "special"
    DEMAND = "demand"
    """A wish or a question and no complaint (F-03)."""


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


class Rating(StrEnum):
    """How a customer found one side of the service, in the five steps that surveys use (S-09)."""

    VERY_SATISFIED = "very_satisfied"
    SATISFIED = "satisfied"
    NEUTRAL = "neutral"
    DISSATISFIED = "dissatisfied"
    VERY_DISSATISFIED = "very_dissatisfied"


class WithdrawalKind(StrEnum):
    """Whether the customer withdrew freely or was pressed to (A-52)."""

    VOLUNTARY = "voluntary"
    COERCED = "coerced"


class Level(StrEnum):
    """Where in the bank a unit stands; pack C's limits hang on it (C-18, C-19, C-22)."""

    OUTLET = "outlet"
    TIER_2 = "tier_2"
    TIER_1 = "tier_1"
    HEAD_OFFICE = "head_office"

    @property
    def rank(self) -> int:
        """How high the level stands; an outlet is 0."""
        return list(Level).index(self)


class Role(StrEnum):
    """What a person may do (rules.md 1.J.6)."""

    INTAKE = "intake"
    HANDLER = "handler"
    SUPERVISOR = "supervisor"
    HR = "hr"
    REGULATOR_LIAISON = "regulator_liaison"
    ADMINISTRATOR = "administrator"
    UNION = "union"
    """The union office: visits, letters, appeals (A-14, C-30)."""
    LEADING_GROUP = "leading_group"
    """Screens and steers major complaints (C-06, D-03)."""
    MEDIA_OFFICE = "media_office"
    """The one contact for the press (A-17, A-48, D-34)."""
    DISCIPLINE = "discipline"
    """The supervision or discipline inspection office (A-19, C-10)."""
    LEGAL = "legal"
    SECURITY = "security"
    LEADER = "leader"
    """The leader in charge: president, first responsible person (A-11, B-05)."""
    BUSINESS_LINE = "business_line"
    """A functional department, such as product, channel or customer management (A-16, A-20)."""
