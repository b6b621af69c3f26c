"""By whose tokens mail servers let us in: what will not do is refused at the start, in words."""

import json
from pathlib import Path

import pytest
from joserfc.jwk import ECKey, RSAKey

from config import ClientCredentials, ServiceAccount, Settings, SettingsRefused
from tests.activities.letters import gateways_to
from tests.settings import COMPLETE
from worker import gateways_of

CLIENT = {
    "REDRESS_MAIL_OAUTH_TOKEN_ENDPOINT": "https://login.bank.example/tenant/oauth2/v2.0/token",
    "REDRESS_MAIL_OAUTH_CLIENT_ID": "7d1c",
    "REDRESS_MAIL_OAUTH_CLIENT_SECRET": "hunter2~hunter2",
    "REDRESS_MAIL_OAUTH_SCOPE": "https://outlook.office365.com/.default",
}
MAILBOX = "imaps://complaints%40bank.example@outlook.office365.com"
MAIL = "mailtos://complaints%40bank.example@smtp.office365.com:587"
BY_PASSWORD = MAIL.replace("example@", "example:hunter2@")
KEY = RSAKey.generate_key(2048).as_pem(private=True).decode()
GIVEN = {
    "type": "service_account",
    "private_key_id": "one",
    "private_key": KEY,
    "client_email": "redress@project.iam.gserviceaccount.com",
    "token_uri": "https://oauth2.googleapis.com/token",
}


def refusal_of(**named: str) -> str:
    with pytest.raises(SettingsRefused) as refused:
        gateways_of(Settings.from_env({**COMPLETE, **named}))
    said = str(refused.value)
    assert "hunter2" not in said
    assert "PRIVATE KEY" not in said
    return said


def test_a_client_with_a_secret_is_read_and_its_secret_shown_nowhere() -> None:
    named = {**CLIENT, "REDRESS_MAILBOX_URL": MAILBOX, "REDRESS_MAIL_URL": MAIL}
    settings = Settings.from_env({**COMPLETE, **named})
    client = settings.mail_oauth
    assert isinstance(client, ClientCredentials)
    assert client.client_secret == "hunter2~hunter2"
    assert settings.mailbox is not None
    assert settings.mailbox.user == "complaints@bank.example"
    assert "hunter2" not in repr(settings) + repr(settings.mailbox) + repr(client)
    assert not gateways_of(settings).has_room
    assert Settings.from_env(COMPLETE).mail_oauth is None


def test_a_service_account_is_read_from_the_file_that_google_gives(tmp_path: Path) -> None:
    file = tmp_path / "account.json"
    file.write_text(json.dumps(GIVEN))
    scope = "https://mail.google.com/"
    named = {
        "REDRESS_MAIL_OAUTH_SERVICE_ACCOUNT": str(file),
        "REDRESS_MAIL_OAUTH_SCOPE": scope,
        "REDRESS_MAILBOX_URL": MAILBOX,
    }
    settings = Settings.from_env({**COMPLETE, **named})
    account = settings.mail_oauth
    assert isinstance(account, ServiceAccount)
    assert (account.name, account.key_id, account.scope) == (GIVEN["client_email"], "one", scope)
    assert account.token_endpoint == "https://oauth2.googleapis.com/token"
    assert "PRIVATE KEY" not in repr(settings) + repr(account)


@pytest.mark.parametrize("missing", CLIENT)
def test_what_is_missing_is_named(missing: str) -> None:
    said = refusal_of(**{**CLIENT, missing: " "})
    assert said == f"{missing} is not set, and the others of its kind are."


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://login.bank.example/token",
        "login.bank.example/token",
        "https:///token",
        "https://name:hunter2@login.bank.example/token",
        "https://login.bank.example:many/token",
    ],
)
def test_a_secret_is_sent_to_no_address_without_tls(endpoint: str) -> None:
    said = refusal_of(**{**CLIENT, "REDRESS_MAIL_OAUTH_TOKEN_ENDPOINT": endpoint})
    assert said.startswith(
        "REDRESS_MAIL_OAUTH_TOKEN_ENDPOINT must name a token endpoint that begin"
    )


def test_a_password_and_a_token_for_one_mailbox_are_refused() -> None:
    by_password = MAILBOX.replace("example@", "example:hunter2@")
    said = refusal_of(**CLIENT, REDRESS_MAILBOX_URL=by_password)
    assert said.startswith("REDRESS_MAILBOX_URL will not do: it names a password, and REDRESS_MAIL")
    said = refusal_of(**CLIENT, REDRESS_MAIL_URL=f"jsons://hooks.bank.example {BY_PASSWORD}")
    assert "REDRESS_MAIL_URL will not do: gateway 2 of the list names a password, and" in said
    assert "leave the password out, or those" in said


def test_neither_a_password_nor_a_token_is_refused() -> None:
    assert "host, name or password is missing" in refusal_of(REDRESS_MAILBOX_URL=MAILBOX)
    said = refusal_of(REDRESS_MAIL_URL=MAIL)
    assert "gateway 1 of the list names a mailbox without its password" in said


def test_a_token_is_for_a_mailbox_by_its_address() -> None:
    nameless = {"REDRESS_MAILBOX_URL": "imaps://complaints@outlook.office365.com"}
    assert "its name is a mail address" in refusal_of(**CLIENT, **nameless)
    nameless = {"REDRESS_MAIL_URL": "mailtos://complaints@mail.bank.example"}
    assert "its name is a mail address" in refusal_of(**CLIENT, **nameless)


def test_no_token_is_told_in_the_clear() -> None:
    in_the_clear = MAIL.replace("mailtos", "mailto").replace("smtp.office365.com:587", "mail.bank")
    assert "begin it with mailtos://" in refusal_of(**CLIENT, REDRESS_MAIL_URL=in_the_clear)


def test_a_mail_server_that_asks_for_nothing_needs_neither() -> None:
    settings = Settings.from_env(
        {**COMPLETE, **CLIENT, "REDRESS_MAIL_URL": "mailto://10.0.0.9:25?from=a@bank.example"}
    )
    gateways_of(settings)
    gateways_to("mailto://10.0.0.9:25?from=a@bank.example")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "names a file that cannot be read: No such file or directory"),
        ("hunter2", "names a file that is no key of a service account"),
        ("[]", "names a file that is no key of a service account"),
        (json.dumps({**GIVEN, "private_key": "hunter2"}), "is no key of a service account"),
        (json.dumps({**GIVEN, "private_key": None}), "is no key of a service account"),
        (
            json.dumps(
                {**GIVEN, "private_key": ECKey.generate_key().as_pem(private=True).decode()}
            ),
            "is no key of a service account",
        ),
        (json.dumps({"private_key": KEY}), "is no key of a service account"),
        (json.dumps({**GIVEN, "token_uri": "http://oauth2.googleapis.com/token"}), "with https://"),
    ],
    ids=["none", "no JSON", "a list", "no key", "null", "of another kind", "nameless", "no TLS"],
)
def test_a_file_that_is_no_key_is_refused(content: str | None, said: str, tmp_path: Path) -> None:
    file = tmp_path / "account.json"
    if content is not None:
        file.write_text(content)
    named = {"REDRESS_MAIL_OAUTH_SERVICE_ACCOUNT": str(file), "REDRESS_MAIL_OAUTH_SCOPE": "a"}
    sentence = refusal_of(**named)
    assert sentence.startswith("REDRESS_MAIL_OAUTH_SERVICE_ACCOUNT ")
    assert said in sentence


def test_a_key_and_a_secret_are_refused() -> None:
    said = refusal_of(**CLIENT, REDRESS_MAIL_OAUTH_SERVICE_ACCOUNT="account.json")
    assert said.startswith("REDRESS_MAIL_OAUTH_SERVICE_ACCOUNT is set, and so is REDRESS_MAIL_OAUT")
