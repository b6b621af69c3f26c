"""A missing or weak setting is a refusal to start that names the variable."""

import base64
from pathlib import Path

import pytest

from cli.up.first_secrets import ensure_secrets
from config import Encryption, Settings, SettingsRefused, environment
from tests.settings import COMPLETE, KEY, OLDER_KEY, PASSWORD, PERSONAL_KEY


@pytest.mark.parametrize("variable", COMPLETE)
@pytest.mark.parametrize("value", ["", "   "])
def test_a_missing_setting_is_named(variable: str, value: str) -> None:
    with pytest.raises(SettingsRefused, match=f"^{variable} is not set"):
        Settings.from_env({**COMPLETE, variable: value})


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("REDRESS_SECRET_KEY", "short"),
        ("REDRESS_SECRET_KEY", "a" * 64),
        ("REDRESS_SECRET_KEY", "please-change-me-before-you-go-to-production"),
        ("REDRESS_PAYLOAD_KEYS", KEY),
        ("REDRESS_PAYLOAD_KEYS", "new:not-base64!"),
        ("REDRESS_PAYLOAD_KEYS", f"new:{base64.b64encode(b'too short').decode()}"),
        ("REDRESS_PAYLOAD_KEYS", f"new:{base64.b64encode(bytes(32)).decode()}"),
        ("REDRESS_PAYLOAD_KEYS", f"same:{KEY},same:{OLDER_KEY}"),
        ("REDRESS_PAYLOAD_KEYS", f"new:{KEY},old:{KEY}"),
        ("REDRESS_PERSONAL_KEYS", ""),
        ("REDRESS_PERSONAL_KEYS", PERSONAL_KEY),
        ("REDRESS_PERSONAL_KEYS", f"first:{PERSONAL_KEY}:bound"),
        ("REDRESS_PERSONAL_KEYS", f"one:{PERSONAL_KEY},two:{PERSONAL_KEY}"),
        ("DATABASE_URL", "mysql://redress@db/redress"),
        ("DATABASE_URL", "postgresql://redress:hunter2@db/redress"),
        ("DATABASE_URL", "postgresql://redress:correct-password-horse@db/redress"),
        ("DATABASE_URL", "postgresql://redress@db/redress?password=hunter2"),
        ("REDRESS_PORT", "eighty"),
        ("REDRESS_PORT", "70000"),
        ("REDRESS_LANGUAGE", "fr"),
        ("REDRESS_TRIAL", "perhaps"),
        ("REDRESS_MAIL_FROM", "The Bank <bank@example.com>"),
        ("REDRESS_MAIL_FROM", "bank@example.com."),
        ("REDRESS_MAILBOX_URL", "complaints@bank.example"),
        ("REDRESS_MAILBOX_URL", "pop3://name:hunter2@imap.bank.example"),
        ("REDRESS_MAILBOX_URL", "imaps://imap.bank.example"),
        ("REDRESS_MAILBOX_URL", "imaps://name:hunter2@imap.bank.example:many"),
        ("REDRESS_MAILBOX_URL", "imaps://name:hunter2@imap.bank.example/INBOX?taken=INBOX"),
        ("REDRESS_MAILBOX_URL", "imaps://name:hunter2@imap.bank.example?idle=yes"),
        ("REDRESS_MAILBOX_URL", "imap://name:hunter2@imap.bank.example"),
    ],
)
def test_a_weak_or_wrong_setting_is_named(variable: str, value: str) -> None:
    with pytest.raises(SettingsRefused, match=f"^{variable} ") as refused:
        Settings.from_env({**COMPLETE, variable: value})
    assert "hunter2" not in str(refused.value)


def test_a_mailbox_is_read_from_its_address_and_its_password_shown_nowhere() -> None:
    url = "imaps://complaints%40bank.example:hunter%2F2@imap.bank.example/Post?taken=Done"
    settings = Settings.from_env({**COMPLETE, "REDRESS_MAILBOX_URL": url})
    mailbox = settings.mailbox
    assert mailbox is not None
    assert (mailbox.user, mailbox.password) == ("complaints@bank.example", "hunter/2")
    at_once = Encryption.FROM_THE_BEGINNING
    assert (mailbox.host, mailbox.port, mailbox.encryption) == ("imap.bank.example", 993, at_once)
    assert (mailbox.folder, mailbox.taken) == ("Post", "Done")
    assert "hunter" not in repr(mailbox) + repr(settings) + mailbox.name
    assert Settings.from_env(COMPLETE).mailbox is None
    url = "imap+starttls://name:hunter2@imap.bank.example"
    later = Settings.from_env({**COMPLETE, "REDRESS_MAILBOX_URL": url}).mailbox
    assert later is not None
    assert (later.port, later.encryption) == (143, Encryption.STARTTLS)


def test_everything_that_is_wrong_is_named_at_once() -> None:
    wrong = {"REDRESS_SECRET_KEY": "hunter2", "REDRESS_JOURNAL_KEY": "", "REDRESS_PORT": "eighty"}
    with pytest.raises(SettingsRefused) as refused:
        Settings.from_env({**COMPLETE, **wrong})
    assert [sentence.partition(" ")[0] for sentence in str(refused.value).split(". ")] == [
        "REDRESS_SECRET_KEY",
        "REDRESS_JOURNAL_KEY",
        "REDRESS_PORT",
    ]
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    ("again", "value"),
    [
        ("REDRESS_JOURNAL_KEY", COMPLETE["REDRESS_SECRET_KEY"]),
        ("REDRESS_SECRET_KEY", KEY),
        ("REDRESS_PERSONAL_KEYS", f"first:{KEY}"),
        ("REDRESS_JOURNAL_KEY", PASSWORD),
    ],
)
def test_one_secret_does_not_guard_two_things(again: str, value: str) -> None:
    with pytest.raises(SettingsRefused, match="holds the secret of") as refused:
        Settings.from_env({**COMPLETE, again: value})
    assert again in str(refused.value)
    assert value not in str(refused.value)


def test_a_trial_on_this_machine_may_have_any_password() -> None:
    trial = {"DATABASE_URL": "postgresql://redress:x@db/redress", "REDRESS_TRIAL": "yes"}
    Settings.from_env({**COMPLETE, **trial})


def test_the_first_key_of_the_ring_encrypts_and_the_others_still_decrypt() -> None:
    settings = Settings.from_env(COMPLETE)
    assert [key.id for key in settings.payload_keys] == ["new", "old"]


def test_settings_can_be_logged_without_their_secrets() -> None:
    shown = repr(Settings.from_env(COMPLETE))
    assert KEY not in shown
    assert COMPLETE["REDRESS_SECRET_KEY"] not in shown
    assert COMPLETE["DATABASE_URL"] not in shown


def test_a_plain_postgresql_address_gets_our_driver() -> None:
    settings = Settings.from_env({**COMPLETE, "DATABASE_URL": "postgresql://redress@db/redress"})
    assert settings.database_url == "postgresql+psycopg2://redress@db/redress"


def test_the_first_start_makes_secrets_that_are_good_enough(tmp_path: Path) -> None:
    Settings.from_env({**COMPLETE, **ensure_secrets(tmp_path)})


def test_the_second_start_keeps_the_secrets_of_the_first(tmp_path: Path) -> None:
    assert ensure_secrets(tmp_path) == ensure_secrets(tmp_path)


def test_nobody_else_reads_the_secrets(tmp_path: Path) -> None:
    ensure_secrets(tmp_path)
    assert (tmp_path / "secrets.env").stat().st_mode & 0o077 == 0


def test_the_environment_comes_before_what_was_noted(tmp_path: Path) -> None:
    ensure_secrets(tmp_path)
    named = {"REDRESS_VAR_DIR": str(tmp_path), "REDRESS_SECRET_KEY": "mine"}
    assert environment(named)["REDRESS_SECRET_KEY"] == "mine"
    assert "REDRESS_PAYLOAD_KEYS" in environment(named)
