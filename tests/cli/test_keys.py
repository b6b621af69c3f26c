"""The keys of customers' data at a terminal: turned, counted, and missed."""

import base64

import pytest
from click.testing import CliRunner, Result

from cli.main import main
from config import Settings
from domain.customers import CustomerField
from store.cases.receipts import receive
from store.database import Sessions
from tests.builders import a_complaint, actor
from tests.customers import known_of_customer

pytestmark = pytest.mark.usefixtures("bank", "terminal")

NEW = f"new:{base64.b64encode(b'another thirty-two bytes, a ring').decode()}"


def said(*words: str) -> Result:
    return CliRunner().invoke(main, ["keys", *words])


def test_the_keys_are_turned_and_turned_back(
    sessions: Sessions, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    (key,) = settings.personal_keys
    old = f"{key.id}:{base64.b64encode(key.key).decode()}"
    with sessions.begin() as session:
        reference = receive(session, a_complaint(phone="13800131234"), actor("ines")).reference
    monkeypatch.setenv("REDRESS_PERSONAL_KEYS", f"{NEW},{old}")
    assert "new: 0 complaints, encrypts" in said("show").output
    turned = said("rotate")
    assert turned.exit_code == 0
    assert "were under another key; none is now." in turned.output
    assert f"{key.id}: 0 complaints, decrypts" in said("show").output
    assert "0 of 1 complaints were under another key" in said("rotate").output

    monkeypatch.setenv("REDRESS_PERSONAL_KEYS", old)
    assert "complaints, MISSING" in said("show").output
    refused = said("rotate")
    assert refused.exit_code == 1
    assert "REDRESS_PERSONAL_KEYS has no key 'new'; bring it back." in refused.output

    monkeypatch.setenv("REDRESS_PERSONAL_KEYS", f"{old},{NEW}")
    assert said("rotate").exit_code == 0
    with sessions() as session:
        assert known_of_customer(session, reference, CustomerField.PHONE) == "13800131234"
