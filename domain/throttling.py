"""How tries to get in are slowed down, so that guessing does not pay and strangers lock nobody out.

Wrong tries are counted in buckets that leak. A bucket belongs to a circle: one name from one place,
one name from all strange places, one address, everybody. Somebody who comes from a place known to
be theirs is judged by that place alone, whatever strangers do.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil


class Circle(StrEnum):
    """Whose tries are counted together."""

    PLACE = "place"
    """One name (or one token, or one code), from one browser or address."""
    ACCOUNT = "account"
    """One name, from all places that are not known to be its owner's."""
    ADDRESS = "address"
    EVERYBODY = "everybody"

    @property
    def shuts(self) -> bool:
        """Whether whoever is in it waits until it opens; else each place in it waits once."""
        return self in (Circle.PLACE, Circle.ADDRESS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What a bucket holds before anybody waits."""

    free: int
    leak: timedelta
    """How long it takes until one drop has run out."""
    longest: timedelta
    """The longest wait."""

    def wait(self, level: float) -> timedelta:
        """How long one waits for the next try: nothing, a second, two, four and so on."""
        beyond = level - self.free
        if beyond <= 0:
            return timedelta(0)
        # Above some thirty drops every longest wait is reached, and powers become too large.
        return min(self.longest, timedelta(seconds=2 ** (min(ceil(beyond), 32) - 1)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """So many tries were counted, when last, and when the next one is let."""

    level: float = 0.0
    counted_at: datetime
    opens_at: datetime | None = None
    """None: nobody was told to wait."""

    def level_at(self, now: datetime, allowance: Allowance) -> float:
        """What has not yet run out."""
        leaked = (now - self.counted_at) / allowance.leak
        return max(0.0, self.level - max(0.0, leaked))

    def with_a_drop(self, now: datetime, allowance: Allowance) -> "Bucket":
        """One try more, taken for a wrong one until it proves right."""
        level = self.level_at(now, allowance) + 1
        wait = allowance.wait(level)
        return Bucket(level=level, counted_at=now, opens_at=now + wait if wait else None)

    def without_a_drop(self, now: datetime, allowance: Allowance) -> "Bucket":
        """That try proved right."""
        level = max(0.0, self.level_at(now, allowance) - 1)
        opens_at = self.opens_at if allowance.wait(level) else None
        return Bucket(level=level, counted_at=now, opens_at=opens_at)


Buckets = Mapping[Circle, Bucket]
Allowances = Mapping[Circle, Allowance]


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """Whether a try is looked at; if not, for how long it must wait."""

    buckets: Buckets
    """As they are from now on."""
    wait: timedelta = timedelta(0)

    @property
    def is_let(self) -> bool:
        return not self.wait


def admit(buckets: Buckets, allowances: Allowances, turn: timedelta, now: datetime) -> Admission:
    """Judge one try from a place, whose own bucket must be among these.

    Where a circle that does not shut has run over, the place waits once, and has its turn for some
    time afterwards: so strangers who keep trying keep nobody else out, and each guess of theirs
    costs a wait.
    """
    shut = max(
        (
            bucket.opens_at - now
            for circle, bucket in buckets.items()
            if circle.shuts and bucket.opens_at is not None
        ),
        default=timedelta(0),
    )
    if shut > timedelta(0):
        return Admission(buckets=buckets, wait=shut)
    place = buckets[Circle.PLACE]
    has_waited = place.opens_at is not None and now - place.opens_at <= turn
    once = max(
        (
            allowances[circle].wait(bucket.level_at(now, allowances[circle]) + 1)
            for circle, bucket in buckets.items()
            if not circle.shuts
        ),
        default=timedelta(0),
    )
    if once and not has_waited:
        told = replace(place, opens_at=now + once)
        return Admission(buckets={**buckets, Circle.PLACE: told}, wait=once)
    return Admission(
        buckets={
            circle: bucket.with_a_drop(now, allowances[circle])
            for circle, bucket in buckets.items()
        }
    )


def take_back(buckets: Buckets, allowances: Allowances, now: datetime) -> Buckets:
    """The try was right: it counts nowhere, and its place begins anew."""
    return {
        circle: Bucket(counted_at=now)
        if circle is Circle.PLACE
        else bucket.without_a_drop(now, allowances[circle])
        for circle, bucket in buckets.items()
    }


def too_fast(bucket: Bucket, allowance: Allowance, now: datetime) -> timedelta:
    """How long it takes until one more fits, for something that is never wrong, only too much."""
    over = bucket.level_at(now, allowance) + 1 - allowance.free
    return max(timedelta(0), over * allowance.leak)
