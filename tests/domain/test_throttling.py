"""Tries to get in: what is free, what waits, and whom strangers cannot shut out."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from domain.throttling import (
    Admission,
    Allowance,
    Bucket,
    Circle,
    admit,
    take_back,
    too_fast,
)

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
TURN = timedelta(minutes=10)


def allowing(free: int, *, leak: int = 60, longest: int = 900) -> Allowance:
    return Allowance(free=free, leak=leak * SECOND, longest=longest * SECOND)


ALLOWANCES = {
    Circle.PLACE: allowing(5),
    Circle.ACCOUNT: allowing(20, longest=60),
    Circle.ADDRESS: allowing(30, leak=20),
    Circle.EVERYBODY: allowing(300, leak=1, longest=30),
}


@dataclass
class Door:
    """One door, the buckets behind it, and a clock."""

    now: datetime = NOON
    kept: dict[tuple[Circle, str], Bucket] = field(default_factory=dict)

    def tries(self, name: str, address: str, *, known: bool = False) -> Admission:
        """One wrong try."""
        mine = self._mine(name, address, known)
        buckets = {circle: self._bucket(circle, whose) for circle, whose in mine.items()}
        admission = admit(buckets, ALLOWANCES, TURN, self.now)
        for circle, whose in mine.items():
            self.kept[circle, whose] = admission.buckets[circle]
        return admission

    def comes_in(self, name: str, address: str, *, known: bool = False) -> bool:
        """One right try, if it is looked at."""
        admission = self.tries(name, address, known=known)
        if admission.is_let:
            for circle, bucket in take_back(admission.buckets, ALLOWANCES, self.now).items():
                self.kept[circle, self._mine(name, address, known)[circle]] = bucket
        return admission.is_let

    def after(self, wait: timedelta) -> None:
        self.now += wait

    def _mine(self, name: str, address: str, known: bool) -> dict[Circle, str]:
        place = {Circle.PLACE: f"{name} at {address}"}
        if known:
            return place
        return {
            **place,
            Circle.ACCOUNT: name,
            Circle.ADDRESS: address,
            Circle.EVERYBODY: "",
        }

    def _bucket(self, circle: Circle, whose: str) -> Bucket:
        return self.kept.get((circle, whose), Bucket(counted_at=self.now))


def test_five_wrong_tries_are_free_and_then_the_wait_doubles() -> None:
    door = Door()
    assert all(door.tries("sun", "home").is_let for _ in range(5))
    waits = []
    for _ in range(5):
        assert door.tries("sun", "home").is_let
        shut = door.tries("sun", "home")
        assert not shut.is_let
        waits.append(shut.wait)
        door.after(shut.wait)
    assert waits == [each * SECOND for each in (1, 2, 4, 8, 16)]


def test_no_wait_is_longer_than_the_longest() -> None:
    allowance = ALLOWANCES[Circle.PLACE]
    assert allowance.wait(1_000_000) == allowance.longest


def test_what_was_tried_runs_out_with_time() -> None:
    door = Door()
    for _ in range(6):
        door.tries("sun", "home")
    door.after(timedelta(hours=1))
    assert all(door.tries("sun", "home").is_let for _ in range(5))


def test_a_right_try_lets_its_place_begin_anew() -> None:
    door = Door()
    for _ in range(4):
        door.tries("sun", "home")
    assert door.comes_in("sun", "home")
    assert all(door.tries("sun", "home").is_let for _ in range(5))


def test_strangers_who_never_stop_keep_nobody_out() -> None:
    door = Door()
    for number in range(400):
        door.tries("sun", f"stranger {number % 40}")
    assert door.comes_in("sun", "her own browser", known=True)
    waiting = door.tries("sun", "a new place")
    assert timedelta(0) < waiting.wait <= timedelta(seconds=60)
    for number in range(400):
        door.tries("sun", f"stranger {number % 40}")
    door.after(waiting.wait)
    assert door.comes_in("sun", "a new place")


def test_each_guess_of_many_strangers_at_one_name_costs_a_wait() -> None:
    door = Door()
    looked_at = sum(door.tries("sun", f"stranger {number}").is_let for number in range(1_000))
    assert looked_at == ALLOWANCES[Circle.ACCOUNT].free


def test_one_password_tried_on_many_names_from_one_address_is_stopped() -> None:
    door = Door()
    looked_at = sum(door.tries(f"name {number}", "one address").is_let for number in range(200))
    assert looked_at == ALLOWANCES[Circle.ADDRESS].free + 1
    assert door.comes_in("somebody", "another address")


def test_many_log_ins_at_once_are_no_failures() -> None:
    door = Door()
    assert all(door.comes_in(f"name {number}", "the branch") for number in range(500))


def test_who_has_waited_and_does_not_come_waits_anew() -> None:
    door = Door()
    for number in range(30):
        door.tries("sun", f"stranger {number}")
    waiting = door.tries("sun", "a new place")
    door.after(waiting.wait)
    for number in range(60):  # They go on while nobody comes.
        door.after(TURN / 50)
        door.tries("sun", f"another {number}")
        door.tries("sun", f"a third {number}")
        door.tries("sun", f"a fourth {number}")
    assert not door.tries("sun", "a new place").is_let


def test_what_is_only_too_fast_waits_until_one_more_fits() -> None:
    allowance = allowing(2, leak=1)
    bucket = Bucket(level=2, counted_at=NOON)
    assert too_fast(bucket, allowance, NOON) == SECOND
    assert too_fast(bucket, allowance, NOON + SECOND) == timedelta(0)
