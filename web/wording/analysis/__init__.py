"""Topics, numbers and stages of an analysis."""

from collections.abc import Mapping
from enum import StrEnum

from domain.analysis import AnalysisRules, Dimension, Measure, StageOfHandling, Topic
from domain.classification import Business, Category, Cause
from rulebook.analysis.reading import read_analysis
from web.base.context import pack_titles
from web.base.phrases import Words, _, _l, bare, language_code, phrase_of
from web.wording import classification
from web.wording.names import unit_name
from web.wording.staffing import subject_name

WORDS: Mapping[type[StrEnum], Words] = {
    Topic: {
        Topic.TRENDS: _l("Trends by month"),
        Topic.UNITS: _l("Hot spots: units"),
        Topic.CATEGORIES: _l("Hot spots: what complaints are about"),
        Topic.BUSINESSES: _l("Hot spots: business of the customer"),
        Topic.CAUSES: _l("Hot spots: causes"),
        Topic.REPEATS: _l("Repeats and groups"),
        Topic.AGEING: _l("How old open complaints are"),
        Topic.TIMELINESS: _l("Timeliness by policy"),
        Topic.SATISFACTION: _l("Satisfaction"),
    },
    Measure: {
        Measure.RECEIVED: _l("Received"),
        Measure.SETTLED: _l("Settled"),
        Measure.IN_TIME: _l("Settled in time"),
        Measure.LATE: _l("Time limit exceeded"),
        Measure.OWN_FAULT: _l("Bank at fault"),
        Measure.REPEATED: _l("Complained about again"),
        Measure.OF_A_GROUP: _l("Of a group"),
        Measure.ASKED: _l("Customers asked"),
        Measure.SATISFIED: _l("Satisfied"),
        Measure.NEUTRAL: _l("Neither"),
        Measure.DISSATISFIED: _l("Dissatisfied"),
        Measure.OPEN: _l("Open complaints"),
        Measure.OVERDUE: _l("Open, time limit exceeded"),
    },
    Dimension: {
        Dimension.MONTH: _l("Month"),
        Dimension.UNIT: _l("Unit"),
        Dimension.CATEGORY: _l("Category"),
        Dimension.BUSINESS: _l("Business it is about"),
        Dimension.CAUSE: _l("Cause"),
        Dimension.PACK: _l("Policy"),
        Dimension.AGE: _l("Days since receipt"),
    },
    StageOfHandling: {
        StageOfHandling.TO_BE_GIVEN: _l("Until it has a handler"),
        StageOfHandling.TO_BE_STARTED: _l("Until it is begun"),
        StageOfHandling.TO_BE_ANSWERED: _l("Until the customer is answered"),
        StageOfHandling.TO_BE_SETTLED: _l("Until it is settled"),
        StageOfHandling.TO_BE_CLOSED: _l("Until it is closed"),
    },
}

ABOUT: Words = {
    Topic.TRENDS: _l("A line for each number over the months. The table beside it says the same."),
    Topic.UNITS: _l(
        "Two bars for each unit, that with most complaints first. The table says the same."
    ),
    Topic.CATEGORIES: _l(
        "Two bars for each category, that with most complaints first. The table says the same."
    ),
    Topic.BUSINESSES: _l(
        "Two bars for each business, that with most complaints first. The table says the same."
    ),
    Topic.CAUSES: _l(
        "Two bars for each cause that was found, the most frequent first. The table says the same."
    ),
    Topic.REPEATS: _l("Two bars for each month. The table beside it says the same."),
    Topic.AGEING: _l("Two bars for each stretch of days. The table beside it says the same."),
    Topic.TIMELINESS: _l("Two bars for each policy. The table beside it says the same."),
    Topic.SATISFACTION: _l("Three bars for each month. The table beside it says the same."),
}

HINTS: Words = {
    Topic.UNITS: _l("By the unit where a complaint lies now."),
    Topic.BUSINESSES: _l(
        "As it was said when a complaint was taken down or sorted. A return counts those of which"
        " nobody says it as another business."
    ),
    Topic.CAUSES: _l("Of complaints that are settled. One may have several causes."),
    Topic.AGEING: _l("All that are open now, whenever they were received."),
    Topic.TIMELINESS: _l("Each complaint against the policy that it was received under."),
    Topic.SATISFACTION: _l(
        "Of customers who were asked afterwards and reached, by what they said last."
    ),
}


def about_words(topic: Topic) -> str:
    """What a person hears who cannot see the chart."""
    return phrase_of(ABOUT, topic)


def hint_words(topic: Topic) -> str:
    """What to know about the numbers of a topic; empty where they say it themselves."""
    return str(HINTS.get(topic, ""))


def key_words(dimension: Dimension, key: str, rules: AnalysisRules) -> str:
    """What a line of numbers is of."""
    match dimension:
        case Dimension.UNIT:
            return unit_name(key)
        case Dimension.CATEGORY | Dimension.CAUSE:
            kind = Category if dimension is Dimension.CATEGORY else Cause
            return phrase_of(classification.WORDS[kind], key) if key else _("not classified")
        case Dimension.BUSINESS:
            return phrase_of(classification.WORDS[Business], key) if key else _("not said")
        case Dimension.AGE:
            return _stretch(int(key) if key.isdecimal() and len(key) < 4 else None, rules)
        case Dimension.PACK:
            return pack_titles().get(key, {}).get(language_code()) or bare(key)
        case Dimension.MONTH:
            return key


def warned_words(key: str, dimension: Dimension) -> str:
    """The unit, the business or the cause that a warning is of."""
    return key_words(dimension, key, read_analysis())


def age_words(stretch: int) -> str:
    """One of the bank's stretches of ages."""
    return _stretch(stretch, read_analysis())


def _stretch(place: int | None, rules: AnalysisRules) -> str:
    """A stretch of days, from the day after the one before; the last has no end."""
    ends = rules.age_days
    if place is None or place >= len(ends):
        return _("%(days)s and more", days=ends[-1])
    first = ends[place - 1] if place else 0
    return f"{first}–{ends[place] - 1}"


def subject_words(subject: str) -> str:
    """What an audit row is about: the number behind which somebody looked, a person or a unit by
    name, anything else as it is called."""
    dimension, _slash, measure = subject.partition("/")
    if dimension in WORDS[Dimension] and measure in WORDS[Measure]:
        by, what = phrase_of(WORDS[Dimension], dimension), phrase_of(WORDS[Measure], measure)
        return f"{by}{_(': ')}{what}"
    return subject_name(subject)
