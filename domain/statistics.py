"""Whether a case goes into the statistics, and as what (D-12, D-19, K-15). A view and never a
deletion: the record of a case that is not counted exists all the same.
"""

from domain.case import BREACH, Case, Milestone
from domain.classification import Channel, Counting, Level, Mark, Validity
from domain.policy import CaseRules


def counting_of(case: Case, conduct: CaseRules) -> Counting:
    """Counted where the pack counts all; else by who solved it, how it came in, and when. The same
    letter again is not counted (default).

    Under pack D: through the head office or a channel outside, repeated, past a level, or late is
    counted; solved in time after it had left the outlet is a consultation; solved by the outlet
    itself is not counted.
    """
    if case.duplicate_of is not None:
        return Counting.NOT_COUNTED
    if case.disposition is not None and case.disposition.validity is Validity.DEMAND:
        return Counting.CONSULTATION
    if conduct.counted_channels is None:
        return Counting.COUNTED
    late = any(
        each.step == BREACH and each.clock.partition(".")[0] == conduct.within_limit_clock
        for each in case.fired
    )
    outside = case.channel in conduct.counted_channels
    again = {Mark.REPEAT, Mark.SKIP_LEVEL}.intersection(case.marks)
    if late or outside or again:
        return Counting.COUNTED
    left_the_outlet = case.level is not Level.OUTLET or case.channel is Channel.PHONE
    beyond = case.reached(Milestone.BEYOND_AUTHORITY) is not None
    return Counting.CONSULTATION if left_the_outlet or beyond else Counting.NOT_COUNTED
