"""Figures of coming in, and what stands between the door and the pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from domain.throttling import Allowance, Circle


class Stage(StrEnum):
    """How far somebody has come since they showed a password."""

    CODE = "code"
    """The code of their second factor is awaited."""
    SET_UP = "set_up"
    """Their roles want a second factor, and they have none yet."""
    IN = "in"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInLimits:
    """The figures of `policies/sign_in/limits.yaml`, each in the unit of its name."""

    idle_minutes: int
    stay_hours: int
    code_minutes: int
    known_browser_days: int
    known_address_days: int
    place_free: int
    place_leak_seconds: int
    place_longest_seconds: int
    account_free: int
    account_leak_seconds: int
    account_longest_seconds: int
    address_free: int
    address_leak_seconds: int
    address_longest_seconds: int
    everybody_free: int
    everybody_leak_seconds: int
    everybody_longest_seconds: int
    turn_minutes: int
    token_guess_free: int
    token_guess_leak_seconds: int
    token_guess_longest_seconds: int
    kept_form_hours: int
    password_shortest: int
    password_longest: int
    password_own_characters: int
    recovery_codes: int

    @property
    def allowances(self) -> Mapping[Circle, Allowance]:
        """What is let in each circle."""
        return {circle: self._allowance(circle.value) for circle in Circle}

    @property
    def token_guesses(self) -> Allowance:
        """Unknown tokens from one address."""
        return self._allowance("token_guess")

    @property
    def turn(self) -> timedelta:
        return timedelta(minutes=self.turn_minutes)

    @property
    def idle(self) -> timedelta:
        return timedelta(minutes=self.idle_minutes)

    @property
    def stay(self) -> timedelta:
        return timedelta(hours=self.stay_hours)

    def _allowance(self, name: str) -> Allowance:
        return Allowance(
            free=getattr(self, f"{name}_free"),
            leak=timedelta(seconds=getattr(self, f"{name}_leak_seconds")),
            longest=timedelta(seconds=getattr(self, f"{name}_longest_seconds")),
        )
