"""Buckets of tries, kept where every process that serves pages finds them."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.throttling import (
    Admission,
    Allowance,
    Allowances,
    Bucket,
    Buckets,
    Circle,
    admit,
    take_back,
    too_fast,
)
from store.tables import ThrottleRow

FORGOTTEN_AFTER = timedelta(days=2)
"""Longer than any bucket takes to run dry (default)."""

Whose = Mapping[Circle, str]
"""For each circle of a try, the key of its bucket."""


def bucket_key(secret: str, *names: str) -> str:
    """The key of somebody's bucket. A login may be a password that was typed in the wrong field,
    so it is never kept as it came.
    """
    return hmac.new(secret.encode(), "\x1f".join(names).encode(), hashlib.sha256).hexdigest()


def admit_try(session: Session, whose: Whose, allowances: Allowances, turn: timedelta) -> Admission:
    """Judge a try and count it as a wrong one, until `forgive_try`. Counted before it is looked at,
    so that no number of tries at once is looked at for nothing.
    """
    now, buckets = _hold(session, whose)
    admission = admit(buckets, allowances, turn, now)
    _keep(session, whose, admission.buckets)
    return admission


def forgive_try(session: Session, whose: Whose, allowances: Allowances) -> None:
    """The try was right."""
    now, buckets = _hold(session, whose)
    _keep(session, whose, take_back(buckets, allowances, now))
    session.execute(delete(ThrottleRow).where(ThrottleRow.counted_at < now - FORGOTTEN_AFTER))


def count_use(session: Session, key: str, allowance: Allowance) -> timedelta:
    """Count one use of what may be used so often; how long to wait instead, when it is too much."""
    now, buckets = _hold(session, {Circle.PLACE: key})
    bucket = buckets[Circle.PLACE]
    wait = too_fast(bucket, allowance, now)
    if not wait:
        _keep(session, {Circle.PLACE: key}, {Circle.PLACE: bucket.with_a_drop(now, allowance)})
    return wait


def _hold(session: Session, whose: Whose) -> tuple[datetime, Buckets]:
    """The buckets, held until the commit; always in one order, so that two never wait for each
    other.
    """
    keys = sorted(set(whose.values()))
    session.execute(
        insert(ThrottleRow).values([{"key": key} for key in keys]).on_conflict_do_nothing()
    )
    rows = session.execute(
        select(
            ThrottleRow.key,
            ThrottleRow.level,
            ThrottleRow.counted_at,
            ThrottleRow.opens_at,
            func.clock_timestamp().label("now"),
        )
        .where(ThrottleRow.key.in_(keys))
        .order_by(ThrottleRow.key)
        .with_for_update()
    ).all()
    by_key = {row.key: row for row in rows}
    buckets = {
        circle: Bucket(
            level=by_key[key].level,
            counted_at=by_key[key].counted_at,
            opens_at=by_key[key].opens_at,
        )
        for circle, key in whose.items()
    }
    return max(row.now for row in rows), buckets


def _keep(session: Session, whose: Whose, buckets: Buckets) -> None:
    for circle, bucket in buckets.items():
        session.execute(
            update(ThrottleRow)
            .where(ThrottleRow.key == whose[circle])
            .values(level=bucket.level, counted_at=bucket.counted_at, opens_at=bucket.opens_at)
        )
