"""Tokens of other systems: shown once, kept as a digest, refused as soon as they may be no more."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from domain.classification import Channel
from domain.complaint import BadInput
from domain.errors import NotFit
from store.database import close_database, open_database
from store.evidence.audit import Action
from store.people.tokens import (
    LASTS_AT_MOST,
    Token,
    create_token,
    may_file,
    read_tokens,
    revoke_token,
    use_token,
)
from store.tables import AuditRow, TokenRow, UnitRow
from tests.builders import a_bank, actor
from tests.settings import PERSONAL_KEYS


@pytest.fixture(scope="module")
def bank(new_database: Callable[[], str]) -> Iterator[Session]:
    """A database with a bank in it, seen from one session."""
    sessions = open_database(new_database(), personal_keys=PERSONAL_KEYS)
    with sessions() as session:
        a_bank(session)
        yield session
    close_database(sessions)


def a_token(session: Session, system: str = "online-bank", **over: object) -> tuple[Token, str]:
    wanted = {
        "units": ["east-branch"],
        "channels": [Channel.INTERNET],
        "first_owner": "ines",
        "by": actor("ada"),
    }
    return create_token(session, system=system, **(wanted | over))  # type: ignore[arg-type]


def noted(session: Session, action: Action, subject: str) -> list[str]:
    rows = select(AuditRow.by).where(AuditRow.action == action, AuditRow.subject == subject)
    return list(session.scalars(rows))


def test_a_secret_is_found_again_and_kept_nowhere(bank: Session) -> None:
    token, secret = a_token(bank)
    assert use_token(bank, secret) == token
    row = bank.get_one(TokenRow, token.id)
    kept = " ".join(str(getattr(row, column.key)) for column in TokenRow.__table__.columns)
    assert secret not in kept
    assert secret not in repr(token)
    assert noted(bank, Action.TOKEN_CREATED, token.id) == ["ada"]


def test_no_two_secrets_are_alike_and_each_has_256_bits(bank: Session) -> None:
    secrets = {a_token(bank)[1] for _ in range(3)}
    assert len(secrets) == 3
    assert all(len(secret.removeprefix("redress_")) >= 43 for secret in secrets)


def test_a_token_that_has_run_out_opens_nothing(bank: Session) -> None:
    token, secret = a_token(bank)
    assert token.expires_at - token.created_at == LASTS_AT_MOST
    bank.execute(update(TokenRow).where(TokenRow.id == token.id).values(expires_at=func.now()))
    assert use_token(bank, secret) is None
    assert noted(bank, Action.TOKEN_REFUSED, token.id) == ["system/online-bank"]


def test_a_token_is_revoked_once_and_at_once(bank: Session) -> None:
    token, secret = a_token(bank)
    assert revoke_token(bank, token.id, actor("ada"))
    assert not revoke_token(bank, token.id, actor("alma"))
    assert use_token(bank, secret) is None
    assert noted(bank, Action.TOKEN_REVOKED, token.id) == ["ada"]
    assert noted(bank, Action.TOKEN_REFUSED, token.id) == ["system/online-bank"]


@pytest.mark.parametrize("secret", ["", "redress_", "redress_guess", "\x00", "\udcff"])
def test_what_is_no_secret_opens_nothing_and_is_noted(bank: Session, secret: str) -> None:
    before = len(noted(bank, Action.TOKEN_REFUSED, ""))
    assert use_token(bank, secret) is None
    assert len(noted(bank, Action.TOKEN_REFUSED, "")) == before + 1


def test_the_last_use_is_kept_to_the_minute(bank: Session) -> None:
    token, secret = a_token(bank)
    earlier = func.now() - timedelta(minutes=2)

    def last_use() -> object:
        rows = select(TokenRow.last_used_at).where(TokenRow.id == token.id)
        return bank.scalar(rows)

    assert last_use() is None
    use_token(bank, secret)
    first = last_use()
    assert first is not None
    bank.execute(update(TokenRow).where(TokenRow.id == token.id).values(last_used_at=earlier))
    use_token(bank, secret)
    assert last_use() == first, "written anew, by the clock of the same transaction"


def test_a_token_is_for_its_channels_its_units_and_all_below_them(bank: Session) -> None:
    token, _ = a_token(bank)
    assert may_file(bank, token, Channel.INTERNET, "east-branch")
    assert may_file(bank, token, Channel.INTERNET, "harbour-outlet")
    for channel, unit in ((Channel.PHONE, "east-branch"), (Channel.INTERNET, "head-office")):
        assert not may_file(bank, token, channel, unit)
        assert noted(bank, Action.BEYOND_TOKEN, unit) == ["system/online-bank"]


def test_everything_wrong_with_a_token_is_told_at_once(bank: Session) -> None:
    close = update(UnitRow).where(UnitRow.id == "harbour-outlet")
    bank.execute(close.values(is_closed=True))
    with pytest.raises(NotFit) as refused:
        a_token(bank, "Online Bank", units=["atlantis", "harbour-outlet", "east-branch"])
    bank.execute(close.values(is_closed=False))
    assert [(fault.where, fault.says) for fault in refused.value.faults] == [
        ("atlantis", BadInput.NO_SUCH_UNIT),
        ("harbour-outlet", BadInput.UNIT_CLOSED),
        ("system", BadInput.NOT_A_NAME),
    ]


def test_a_system_may_hold_an_old_and_a_new_token_at_once(bank: Session) -> None:
    (old, _), (new, _) = a_token(bank, "branch-desk"), a_token(bank, "branch-desk")
    both = {each.id for each in read_tokens(bank) if each.system == "branch-desk"}
    assert both == {old.id, new.id}
    assert old.actor == new.actor
