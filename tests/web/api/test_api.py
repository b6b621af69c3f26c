"""Complaints that other systems file: once under a key, refused in sentences, by a token."""

import json
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from desk.cases import CaseDesk
from domain.case import Actor
from domain.classification import Channel
from domain.complaint import BadInput, Complaint
from domain.errors import Refusal, Refused
from domain.instants import ReceiptDates
from rulebook.sign_in import read_sign_in_limits
from rulebook.texts import read_text_limits
from store.cases.journal import standing_of
from store.cases.receipts import Receipt
from store.database import Sessions, close_database, open_database
from store.evidence.audit import Action
from store.people.tokens import Token, create_token, revoke_token
from store.tables import AuditRow, CaseRow, ComplaintRow, JournalRow, TokenRow
from tests.builders import actor
from tests.settings import PERSONAL_KEYS, some_settings
from tests.web.browser import LATELY, THE_DAY_AFTER, Visit, a_filled_form
from web import create_app
from web.application import LARGEST_FORM
from web.kit.problems import TRY_AGAIN_AFTER

Answer = TestResponse
CONCURRENT = 50


class OnlineBank:
    """A system of the bank's that files complaints, as any client of HTTP does."""

    def __init__(self, app: Flask, token: Token, secret: str) -> None:
        self.app = app
        self.token = token
        self.secret = secret

    def files(self, key: object = None, sent: object = None, **how: Any) -> Answer:
        """Send a complaint; under a key of its own when none is given."""
        headers = {"Idempotency-Key": str(key or uuid4()), **how.pop("headers", {})}
        return self._asks("POST", "/api/complaints", headers, json=sent or a_filing(), **how)

    def asks(self, url: str, **headers: str) -> Answer:
        return self._asks("GET", url, headers)

    def _asks(self, method: str, url: str, headers: dict[str, str], **how: Any) -> Answer:
        headers = {"Authorization": f"Bearer {self.secret}", "Accept-Language": "en", **headers}
        if "data" in how or "input_stream" in how:
            how.pop("json", None)
        answer = self.app.test_client().open(url, method=method, headers=headers, **how)
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", ""), "a cookie was looked at"
        if answer.status_code >= 400:
            assert answer.mimetype == "application/problem+json"
            assert body_of(answer)["status"] == answer.status_code
            assert body_of(answer)["detail"].endswith((".", "。"))
        return answer


def a_filing(**over: object) -> dict[str, object]:
    """A complaint as the online bank sends it."""
    return {
        "received_at": f"{LATELY}T09:30:00+08:00",
        "channel": "internet",
        "unit": "harbour-outlet",
        "narrative": "转账失败，款项未退回。",
        **over,
    }


def body_of(answer: Answer) -> dict[str, Any]:
    """The JSON that was answered."""
    body = answer.get_json()
    assert isinstance(body, dict)
    return body


def faults_of(answer: Answer) -> dict[str, str]:
    """What is wrong with which field; each has a sentence."""
    assert answer.status_code == 422, answer.text
    assert all(fault["sentence"] for fault in body_of(answer)["faults"])
    return {fault["field"]: fault["code"] for fault in body_of(answer)["faults"]}


@pytest.fixture
def let_in(app: Flask, sessions: Sessions) -> Callable[..., OnlineBank]:
    """Lets a system in by a token."""

    def make(system: str = "online-bank", **over: Any) -> OnlineBank:
        channels = [Channel.INTERNET, Channel.TRANSFERRED]
        wanted: dict[str, Any] = {
            "units": ["east-branch"],
            "channels": channels,
            "first_owner": "ines",
        }
        with sessions.begin() as session:
            token, secret = create_token(session, system=system, by=actor("ada"), **(wanted | over))
        return OnlineBank(app, token, secret)

    return make


@pytest.fixture
def online_bank(let_in: Callable[..., OnlineBank]) -> OnlineBank:
    return let_in()


def audited(sessions: Sessions, action: Action, subject: str) -> list[str]:
    with sessions() as session:
        rows = select(AuditRow.by).where(AuditRow.action == action, AuditRow.subject == subject)
        return list(session.scalars(rows))


def test_a_filed_complaint_is_taken_down_and_its_number_told(
    online_bank: OnlineBank, sessions: Sessions
) -> None:
    taken = online_bank.files(
        sent=a_filing(
            name="王小姐", amount_fen=12_000, marks=["repeat"], person_complained_about="hugo"
        )
    )
    assert taken.status_code == 201, taken.text
    reference = body_of(taken)["reference"]
    received_at = f"{LATELY}T01:30:00+00:00"
    told = {"reference": reference, "received_at": received_at, "earlier": [], "masked": []}
    assert taken.json == told
    assert taken.headers["Location"] == f"/api/complaints/{reference}"
    with sessions() as session:
        case = standing_of(session, reference).case
        assert (case.unit, case.channel, case.amount_fen) == ("harbour-outlet", "internet", 12_000)
        assert case.person_complained_about == "hugo"
        assert case.first_owner == "ines", "a person follows it to its end"
        assert session.get_one(JournalRow, (reference, 1)).by == "system/online-bank"
        assert session.get_one(ComplaintRow, reference).recorded_by == "system/online-bank"


def test_the_pages_name_the_system_that_brought_a_case(
    online_bank: OnlineBank, visit: Visit
) -> None:
    reference = body_of(online_bank.files())["reference"]
    assert "the system online-bank" in visit("han").get(f"/cases/{reference}").text


def test_the_same_sent_again_gets_the_same_answer(online_bank: OnlineBank) -> None:
    key = uuid4()
    first, again = online_bank.files(key), online_bank.files(key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json == first.json
    assert again.headers["Location"] == first.headers["Location"]
    for written in (str(key).upper(), f'"{key}"'):
        assert online_bank.files(written).json == first.json, "the same key, written otherwise"


def test_a_retry_under_the_token_that_took_the_place_of_another_finds_the_first(
    let_in: Callable[..., OnlineBank],
) -> None:
    key = uuid4()
    assert let_in().files(key).json == let_in(first_owner="sun").files(key).json


def test_two_systems_that_make_the_same_key_file_two_complaints(
    let_in: Callable[..., OnlineBank],
) -> None:
    key = uuid4()
    one, other = let_in("online-bank").files(key), let_in("kiosk").files(key)
    assert (one.status_code, other.status_code) == (201, 201)
    assert body_of(one)["reference"] != body_of(other)["reference"]


def test_fifty_at_once_under_one_key_make_one_case(
    online_bank: OnlineBank, sessions: Sessions
) -> None:
    key, together = uuid4(), Barrier(CONCURRENT)

    def send(_: int) -> Answer:
        together.wait()
        return online_bank.files(key)

    with ThreadPoolExecutor(CONCURRENT) as threads:
        answers = list(threads.map(send, range(CONCURRENT)))
    assert sorted(answer.status_code for answer in answers) == [200] * (CONCURRENT - 1) + [201]
    assert len({answer.text for answer in answers}) == 1
    with sessions() as session:
        kept = select(func.count()).where(ComplaintRow.intake_key.endswith(str(key)))
        assert session.scalar(kept) == 1


class StrictDesk(CaseDesk):
    """A desk that has taken something else down under every key."""

    def receive(
        self,
        complaint: Complaint,
        by: Actor,
        dates: ReceiptDates | None = None,
        *,
        mail: int | None = None,
    ) -> Receipt:
        raise Refused(Refusal.ASKED_OTHERWISE)


def test_a_key_that_stands_for_another_complaint_is_refused_in_a_sentence(
    online_bank: OnlineBank, sessions: Sessions, desk: CaseDesk, tmp_path: Path
) -> None:
    settings = some_settings(REDRESS_VAR_DIR=str(tmp_path))
    strict = StrictDesk(sessions, desk.temporal)
    app = create_app(settings, sessions=sessions, desk=strict)
    refused = OnlineBank(app, online_bank.token, online_bank.secret).files()
    assert refused.status_code == 409
    assert "under a key of its own" in body_of(refused)["detail"]


def test_everything_wrong_is_told_at_once(online_bank: OnlineBank) -> None:
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    refused = online_bank.files(
        key="17",
        sent={
            "received_at": tomorrow,
            "unit": 7,
            "narrative": " ",
            "subject": "x" * 201,
            "email": "not an address",
            "language": "latin",
            "amount_fen": 12.5,
            "marks": ["blue"],
            "demand": 7,
            "sender_due_at": f"{THE_DAY_AFTER}T09:30",
            "person_complained_about": "nobody",
            "colour": "blue",
            "category": None,
        },
    )
    assert faults_of(refused) == {
        "Idempotency-Key": BadInput.NOT_A_KEY,
        "received_at": BadInput.IN_THE_FUTURE,
        "channel": BadInput.EMPTY,
        "unit": BadInput.WRONG_KIND,
        "narrative": BadInput.EMPTY,
        "subject": BadInput.TOO_LONG,
        "email": BadInput.NOT_AN_EMAIL,
        "language": BadInput.NOT_A_CHOICE,
        "amount_fen": BadInput.WRONG_KIND,
        "marks": BadInput.NOT_A_CHOICE,
        "demand": BadInput.WRONG_KIND,
        "sender_due_at": BadInput.NOT_AN_INSTANT,
        "colour": BadInput.NO_SUCH_FIELD,
    }


@pytest.mark.parametrize("email", ["ann@example.invalid.", "<ann@example.com", "ann@exa?mple.com"])
def test_an_address_that_no_mail_can_be_written_to_is_refused(
    online_bank: OnlineBank, email: str
) -> None:
    refused = online_bank.files(sent=a_filing(email=email))
    assert faults_of(refused) == {"email": BadInput.NOT_AN_EMAIL}


def test_what_the_pack_asks_for_is_told_with_what_cannot_be_read(online_bank: OnlineBank) -> None:
    refused = online_bank.files(sent=a_filing(channel="transferred", amount_fen="much"))
    assert faults_of(refused) == {
        "amount_fen": BadInput.WRONG_KIND,
        "sender": BadInput.SENDER_MISSING,
    }


def test_a_fault_is_told_in_the_language_that_was_asked_for(online_bank: OnlineBank) -> None:
    chinese = {"Accept-Language": "zh-CN"}
    refused = online_bank.files(sent=a_filing(narrative=" "), headers=chinese)
    assert body_of(refused)["detail"] == "投诉暂时无法登记。"
    assert body_of(refused)["faults"][0]["sentence"] == "请填写此项。"


MEGABYTE = {"ascii": "a" * 1_000_000, "chinese": "诉" * 333_333, "emoji": "😀" * 250_000}


@pytest.mark.parametrize("script", MEGABYTE)
def test_a_megabyte_is_measured_in_characters_as_on_the_form(
    online_bank: OnlineBank, visit: Visit, script: str
) -> None:
    narrative, limit = MEGABYTE[script], read_text_limits().narrative
    refused = online_bank.files(sent=a_filing(narrative=narrative))
    assert faults_of(refused) == {"narrative": BadInput.TOO_LONG}
    sentence = body_of(refused)["faults"][0]["sentence"]
    assert f"{len(narrative)} characters, and there is room for {limit}" in sentence
    ines = visit("ines")
    assert sentence in ines.send("/register", **a_filled_form(ines, narrative=narrative)).text
    just = a_filing(narrative=narrative[:limit])
    assert online_bank.files(sent=just).status_code == 201


@pytest.mark.parametrize("character", ["\x00", "\ud800", "\x07"])
@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("narrative", BadInput.CONTROL_CHARACTERS),
        ("name", BadInput.CONTROL_CHARACTERS),
        ("sender", BadInput.CONTROL_CHARACTERS),
        ("person_complained_about", BadInput.NOT_A_CHOICE),
        ("channel", BadInput.NOT_A_CHOICE),
        ("received_at", BadInput.NOT_AN_INSTANT),
        ("language", BadInput.NOT_A_CHOICE),
    ],
)
def test_characters_that_belong_to_no_text_get_a_sentence(
    online_bank: OnlineBank, field: str, code: BadInput, character: str
) -> None:
    refused = online_bank.files(sent=a_filing(**{field: f"a{character}b"}))
    assert faults_of(refused)[field] == code


def test_a_field_that_no_text_could_name_gets_a_sentence(online_bank: OnlineBank) -> None:
    refused = online_bank.files(sent=a_filing(**{"a\ud800b": 1, "a\x00b": 1}))
    assert set(faults_of(refused).values()) == {BadInput.NO_SUCH_FIELD}


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b'"text"', b"[]", b"null", b"\xff\xfe\xfd", b"[" * 100_000, b"1" * 5_000],
    ids=["nothing", "half", "text", "list", "null", "no text", "deep", "long number"],
)
def test_what_is_no_json_object_is_said_to_be_none(online_bank: OnlineBank, body: bytes) -> None:
    refused = online_bank.files(data=body, content_type="application/json")
    assert refused.status_code == 400
    assert body_of(refused)["detail"] == "This is no JSON object."


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({f"f{number:06}": 1 for number in range(500_000)}, 20),
        ({"x" * 1_000_000: 1}, 1),
        ({"marks": ["no mark"] * 500_000}, 1),
    ],
    ids=["half a million fields", "one with a long name", "half a million marks"],
)
def test_however_much_is_wrong_the_answer_is_short(
    online_bank: OnlineBank, sent: dict[str, object], told: int
) -> None:
    """Who sends eight megabytes gets no more back than a page, and keeps nobody waiting (S-21)."""
    refused = online_bank.files(sent=a_filing(**sent))
    assert refused.status_code == 422
    assert len(faults_of(refused)) == told
    assert len(refused.data) < 10_000


def test_a_field_that_is_there_twice_is_told_and_neither_is_taken(online_bank: OnlineBank) -> None:
    body = json.dumps(a_filing())[:-1] + ', "narrative": "An internal remark."}'
    refused = online_bank.files(data=body, content_type="application/json")
    assert faults_of(refused) == {"narrative": BadInput.NAME_TWICE}


@pytest.mark.parametrize("instant", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_an_instant_beyond_all_years_gets_a_sentence(online_bank: OnlineBank, instant: str) -> None:
    refused = online_bank.files(sent=a_filing(received_at=instant))
    assert faults_of(refused) == {"received_at": BadInput.NOT_AN_INSTANT}


def test_another_media_type_is_refused(online_bank: OnlineBank) -> None:
    for kind in ("application/x-www-form-urlencoded", "text/plain"):
        assert online_bank.files(data=json.dumps(a_filing()), content_type=kind).status_code == 415


def test_what_is_too_large_is_refused_however_it_is_sent(online_bank: OnlineBank) -> None:
    too_large = json.dumps(a_filing(narrative="x" * LARGEST_FORM)).encode()
    assert online_bank.files(data=too_large, content_type="application/json").status_code == 413
    in_pieces = {"wsgi.input_terminated": True}  # as gunicorn hands on what comes without a length
    refused = online_bank.files(
        input_stream=BytesIO(too_large),
        content_type="application/json",
        environ_overrides=in_pieces,
    )
    assert refused.status_code == 413


def test_whoever_shows_no_token_in_force_is_refused(app: Flask, online_bank: OnlineBank) -> None:
    for shown in ("", "Bearer", "Bearer guess", "Basic aW5lczp4", "Bearer \xff"):
        refused = online_bank.files(headers={"Authorization": shown})
        assert refused.status_code == 401
        assert refused.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_token_that_runs_out_or_is_revoked_opens_nothing_from_that_moment(
    let_in: Callable[..., OnlineBank], sessions: Sessions
) -> None:
    run_out, revoked = let_in(), let_in()
    assert run_out.files().status_code == revoked.files().status_code == 201
    with sessions.begin() as session:
        revoke_token(session, revoked.token.id, actor("ada"))
        expired = update(TokenRow).where(TokenRow.id == run_out.token.id)
        session.execute(expired.values(expires_at=func.now()))
    for each in (run_out, revoked):
        assert each.files().status_code == 401
        assert each.asks("/api/complaints/C-2026-000001").status_code == 401
        refusals = audited(sessions, Action.TOKEN_REFUSED, each.token.id)
        assert refusals == ["system/online-bank"] * 2


def test_a_token_of_another_scope_files_nothing_and_that_is_noted(
    let_in: Callable[..., OnlineBank], sessions: Sessions
) -> None:
    kiosk = let_in("kiosk", units=["hotline"])
    assert kiosk.files().status_code == 403
    assert kiosk.files(sent=a_filing(unit="hotline", channel="phone")).status_code == 403
    assert kiosk.files(sent=a_filing(unit="hotline")).status_code == 201
    assert audited(sessions, Action.BEYOND_TOKEN, "harbour-outlet") == ["system/kiosk"]
    assert audited(sessions, Action.BEYOND_TOKEN, "hotline") == ["system/kiosk"]


def test_a_unit_that_is_not_there_and_one_that_is_not_theirs_are_one_answer(
    let_in: Callable[..., OnlineBank], sessions: Sessions
) -> None:
    kiosk = let_in("kiosk", units=["hotline"])
    for unit in ("harbour-outlet", "atlantis", "a\x00b"):
        answers = [
            kiosk.files(sent=a_filing(unit=unit)),
            kiosk.files(key="17", sent={"unit": unit}),
        ]
        assert [each.status_code for each in answers] == [403, 403], unit
    assert audited(sessions, Action.BEYOND_TOKEN, "atlantis") == ["system/kiosk"] * 2


def test_who_works_here_is_told_only_to_who_files_a_complaint_about_them(
    let_in: Callable[..., OnlineBank],
) -> None:
    """Else a token without a key would find every login there is (S-21)."""
    kiosk = let_in("kiosk", units=["harbour-outlet"])
    for login in ("hugo", "nobody", "hong"):
        asked = kiosk.files(key="17", sent=a_filing(person_complained_about=login))
        assert faults_of(asked) == {"Idempotency-Key": BadInput.NOT_A_KEY}, login
    for login in ("nobody", "hong"):
        filed = kiosk.files(sent=a_filing(person_complained_about=login))
        assert faults_of(filed) == {"person_complained_about": BadInput.NOT_A_CHOICE}, login
    assert kiosk.files(sent=a_filing(person_complained_about="hugo")).status_code == 201


def test_a_system_learns_how_its_own_complaint_stands_and_nothing_personal(
    online_bank: OnlineBank, let_in: Callable[..., OnlineBank], sessions: Sessions
) -> None:
    taken = online_bank.files(sent=a_filing(name="王小姐", phone="555-0100"))
    told = online_bank.asks(taken.headers["Location"])
    assert set(body_of(told)) == {"reference", "status", "received_at", "recorded_at", "closed_at"}
    assert (body_of(told)["status"], body_of(told)["closed_at"]) == ("received", None)
    assert told.headers["Cache-Control"] == "no-store"
    reference = body_of(taken)["reference"]
    assert let_in("kiosk").asks(f"/api/complaints/{reference}").status_code == 404
    assert audited(sessions, Action.BEYOND_TOKEN, reference) == ["system/kiosk"]


def test_a_token_for_another_unit_learns_nothing_of_what_the_first_one_filed(
    let_in: Callable[..., OnlineBank], sessions: Sessions
) -> None:
    """Also when it is the same system's (S-21)."""
    first, other = let_in("branches"), let_in("branches", units=["hotline"])
    filed = first.files()
    reference = body_of(filed)["reference"]
    assert first.asks(filed.headers["Location"]).status_code == 200
    assert other.asks(filed.headers["Location"]).status_code == 404
    assert audited(sessions, Action.BEYOND_TOKEN, reference) == ["system/branches"]
    newer = let_in("branches", units=["harbour-outlet"])
    assert newer.asks(filed.headers["Location"]).status_code == 200, "it took the first one's place"


@pytest.mark.parametrize("reference", ["C-1999-000001", "a%00b", "%ED%A0%80"])
def test_a_complaint_that_is_not_there_is_said_not_to_be(
    online_bank: OnlineBank, reference: str
) -> None:
    assert online_bank.asks(f"/api/complaints/{reference}").status_code == 404


def test_an_address_that_is_not_there_is_told_as_a_problem(online_bank: OnlineBank) -> None:
    assert online_bank.asks("/api/nowhere").status_code == 404
    refused = online_bank.asks("/api/complaints")
    assert refused.status_code == 405
    assert "POST" in refused.headers["Allow"]


@pytest.fixture
def without_database(
    desk: CaseDesk, online_bank: OnlineBank, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OnlineBank]:
    """The same system before an application whose PostgreSQL does not answer."""
    away = open_database(
        "postgresql+psycopg2://nobody@127.0.0.1:1/nothing", personal_keys=PERSONAL_KEYS
    )
    settings = some_settings(REDRESS_VAR_DIR=str(tmp_path_factory.mktemp("var")))
    app = create_app(settings, sessions=away, desk=desk)
    yield OnlineBank(app, online_bank.token, online_bank.secret)
    close_database(away)


def test_while_the_database_is_away_a_system_is_told_to_send_it_again_under_the_same_key(
    without_database: OnlineBank,
) -> None:
    refused = without_database.files()
    assert refused.status_code == 503
    assert refused.headers["Retry-After"] == str(TRY_AGAIN_AFTER.seconds)
    assert "may have been taken down all the same" in body_of(refused)["detail"]
    assert "same Idempotency-Key" in body_of(refused)["detail"]


def test_nothing_of_a_token_is_logged(
    let_in: Callable[..., OnlineBank],
    without_database: OnlineBank,
    sessions: Sessions,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    online_bank = let_in()
    online_bank.files()
    online_bank.files(sent={})
    online_bank.files(sent=a_filing(unit="head-office"))
    without_database.files()
    with sessions.begin() as session:
        revoke_token(session, online_bank.token.id, actor("ada"))
    online_bank.files()
    assert "did not answer" in caplog.text, "what there was to log has been logged"
    for secret in (online_bank.secret, without_database.secret):
        assert secret.removeprefix("redress_")[:12] not in caplog.text


def test_the_description_names_every_address_every_field_and_the_limits_in_force(
    app: Flask, online_bank: OnlineBank
) -> None:
    described = body_of(app.test_client().get("/api/openapi.json"))
    assert described["openapi"] == "3.1.0"
    served = {
        (rule.rule.replace("<", "{").replace(">", "}"), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert served == {(path, each) for path, ways in described["paths"].items() for each in ways}
    schemas = described["components"]["schemas"]
    complaint = schemas["Complaint"]
    assert complaint["required"] == ["received_at", "channel", "unit", "narrative"]
    assert complaint["properties"]["narrative"]["maxLength"] == read_text_limits().narrative
    assert {
        name.rpartition("/")[2]
        for name in json.dumps(described).split('"')
        if name.startswith("#/components/schemas/")
    } <= set(schemas)
    taken = online_bank.files()
    assert set(body_of(taken)) == set(schemas["Receipt"]["required"])
    assert set(body_of(online_bank.asks(taken.headers["Location"]))) == set(
        schemas["Standing"]["required"]
    )


def test_an_administrator_sees_the_systems_and_revokes_a_token_after_a_second_click(
    visit: Visit, let_in: Callable[..., OnlineBank], sessions: Sessions
) -> None:
    kiosk, ada = let_in("kiosk"), visit("ada")
    kiosk.files()
    page = ada.get("/admin/people").text
    assert kiosk.token.id in page
    assert "Revoke for good" in page
    assert kiosk.secret not in page
    assert visit("han").send(f"/admin/tokens/{kiosk.token.id}/revoke").status_code == 403
    assert kiosk.files().status_code == 201
    ada.send(f"/admin/tokens/{kiosk.token.id}/revoke")
    assert kiosk.files().status_code == 401
    assert audited(sessions, Action.TOKEN_REVOKED, kiosk.token.id) == ["ada"]


def test_a_complaint_of_a_system_is_a_case_like_any_other(
    online_bank: OnlineBank, sessions: Sessions
) -> None:
    reference = body_of(online_bank.files())["reference"]
    with sessions() as session:
        assert session.get_one(CaseRow, reference).version == 1
        standing = standing_of(session, reference)
    assert "reply" in {clock.key for clock in standing.clocks}


LONG_AGO = (datetime.now(UTC) - timedelta(days=800)).isoformat()


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"received_at": "0202-11-28T09:30:00Z"}, "too_long_ago"),
        ({"received_at": LONG_AGO}, "long_ago"),
        ({"sender_due_at": "9999-12-31T00:00:00Z"},
         "too_far_ahead"),
        ({"sender_due_at": "0202-11-28T09:30:00Z"},
         "before_receipt"),
    ],
)  # fmt: skip
def test_a_year_that_cannot_be_meant_is_a_fault_of_its_field(
    online_bank: OnlineBank, fields: dict[str, str], code: str
) -> None:
    refused = online_bank.files(sent=a_filing(**fields))
    assert refused.status_code == 422
    assert refused.json is not None
    assert [each["code"] for each in refused.json["faults"]] == [code]


def test_a_system_says_that_a_complaint_came_long_ago(online_bank: OnlineBank) -> None:
    sent = a_filing(received_at=LONG_AGO)
    assert online_bank.files(sent=sent).status_code == 422
    assert online_bank.files(sent=sent | {"came_long_ago": True}).status_code == 201


def test_a_token_that_is_used_too_fast_is_told_when_to_send_again_and_others_are_not_kept_waiting(
    let_in: Callable[..., OnlineBank], sessions: Sessions, desk: CaseDesk
) -> None:
    slow = create_app(
        some_settings(REDRESS_TOKEN_REQUESTS_A_MINUTE="3"), sessions=sessions, desk=desk
    )
    hasty, other = let_in("hasty"), let_in("patient")
    hasty.app = other.app = slow
    key = uuid4()
    assert [hasty.files(key).status_code for _ in range(3)] == [201, 200, 200]
    refused = hasty.files()
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 20
    assert "Nothing was taken down" in body_of(refused)["detail"]
    assert other.files().status_code == 201
    with sessions() as session:
        theirs = ComplaintRow.recorded_by == hasty.token.actor.person
        assert session.scalar(select(func.count()).where(theirs)) == 1


def test_who_guesses_tokens_is_told_to_wait_and_fills_no_audit_while_others_file(
    online_bank: OnlineBank, sessions: Sessions
) -> None:
    def guesses(secret: str) -> Answer:
        shown = {"Authorization": f"Bearer {secret}", "Accept-Language": "zh"}
        place = {"REMOTE_ADDR": "198.51.100.77"}
        return online_bank.app.test_client().get(
            "/api/complaints/C-1", headers=shown, environ_overrides=place
        )

    def refusals() -> int:
        with sessions() as session:
            noted = AuditRow.action == Action.TOKEN_REFUSED
            return session.scalar(select(func.count()).where(noted)) or 0

    before, free = refusals(), read_sign_in_limits().token_guess_free
    answers = [guesses(f"redress_{number}") for number in range(free + 10)]
    assert [each.status_code for each in answers[:free]] == [401] * free
    assert answers[-1].status_code == 429
    assert "请求过多" in body_of(answers[-1])["detail"]
    assert int(answers[-1].headers["Retry-After"]) >= 1
    assert free <= refusals() - before < free + 10
    beside = online_bank.app.test_client().get(
        "/api/complaints/C-1",
        headers={"Authorization": f"Bearer {online_bank.secret}"},
        environ_overrides={"REMOTE_ADDR": "198.51.100.77"},
    )
    assert beside.status_code == 404, "a token in force is looked at, whoever guesses beside it"
