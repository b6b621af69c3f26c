"""Second factors: who must have one, what opens once, and who takes one away."""

import re
import time
from collections.abc import Callable, Iterator

import pyotp
import pytest
from flask import Flask
from sqlalchemy import delete, select

from desk.cases import CaseDesk
from desk.people import AT_THE_CONSOLE, PeopleDesk, Wish
from domain.classification import Role
from domain.complaint import Language
from domain.staffing import PersonRecord
from store.database import Sessions
from store.evidence.audit import Action
from store.people.passwords import set_password
from store.people.records import read_ids
from store.tables import AuditRow, RecoveryCodeRow, SecondFactorRow, ThrottleRow
from tests.settings import some_settings
from tests.web.browser import PASSWORD, Browser
from web import create_app

SECRET = re.compile(r'<code class="secret">([A-Z2-7 ]+)</code>')
CODE = re.compile(r"<li><code>([a-z0-9-]+)</code></li>")


@pytest.fixture(scope="module")
def strict(sessions: Sessions, desk: CaseDesk) -> Flask:
    """The pages of a bank that wants second factors of those who decide for others."""
    return create_app(some_settings(REDRESS_SECOND_FACTOR="required"), sessions=sessions, desk=desk)


@pytest.fixture
def browse(strict: Flask, sessions: Sessions) -> Iterator[Callable[[], Browser]]:
    """Browsers of people of whom nobody has a second factor yet."""
    yield lambda: Browser(strict.test_client())
    with sessions.begin() as session:
        for rows in (RecoveryCodeRow, SecondFactorRow, ThrottleRow):
            session.execute(delete(rows))


def typed_password(browser: Browser, login: str, next: str = "") -> str:
    answer = browser.send("/login", login=login, password=PASSWORD, next=next)
    assert answer.status_code == 302
    return str(answer.location)


def set_up(browser: Browser, login: str = "sun") -> tuple[str, list[str]]:
    """The secret that is shared from now on, and the codes to recover by."""
    leads_to = typed_password(browser, login, next="/supervision")
    assert leads_to == "/login/second-factor?next=/supervision"
    found = SECRET.search(browser.get(leads_to).text)
    assert found is not None
    secret = found[1].replace(" ", "")
    shown = browser.send("/login/second-factor", code=code_of(secret), next="/supervision")
    assert 'href="/supervision"' in shown.text
    return secret, CODE.findall(shown.text)


def code_of(secret: str, half_minutes: int = 0) -> str:
    return pyotp.TOTP(secret).at(int(time.time()) + 30 * half_minutes)


def test_a_supervisor_sets_one_up_before_any_page_and_comes_to_the_page_they_wanted(
    browse: Callable[[], Browser],
) -> None:
    sun = browse()
    assert typed_password(sun, "sun").startswith("/login/second-factor")
    assert sun.get("/").location.startswith("/login"), "the password alone opens nothing"
    sun.get("/login/second-factor")
    wrong = sun.send("/login/second-factor", code="000000")
    assert wrong.status_code == 422
    assert "验证码不相符" in wrong.text or "does not fit" in wrong.text
    secret, codes = set_up(browse())
    assert len(codes) == len(set(codes)) == 10
    elsewhere = browse()
    leads_to = typed_password(elsewhere, "sun", next="/supervision")
    assert leads_to == "/login/code?next=/supervision"
    let_in = elsewhere.send("/login/code", code=code_of(secret, 1), next="/supervision")
    assert let_in.location == "/supervision"
    assert elsewhere.get("/supervision").status_code == 200


def test_who_has_set_one_up_meanwhile_in_another_browser_is_asked_for_its_code(
    browse: Callable[[], Browser],
) -> None:
    here = browse()
    leads_to = typed_password(here, "sun")
    found = SECRET.search(here.get(leads_to).text)
    assert found is not None
    other = found[1].replace(" ", "")
    secret, _ = set_up(browse())
    refused = here.send("/login/second-factor", code=code_of(other))
    assert refused.status_code == 422
    assert 'id="code_so_far-error"' in refused.text, "what is wanted besides is said"
    both = {"code": code_of(other), "code_so_far": code_of(secret, 1)}
    assert len(CODE.findall(here.send("/login/second-factor", **both).text)) == 10


def test_a_handler_comes_in_by_the_password_alone(browse: Callable[[], Browser]) -> None:
    assert typed_password(browse(), "han") == "/"


def test_a_code_opens_once_and_so_does_a_recovery_code(
    browse: Callable[[], Browser], sessions: Sessions
) -> None:
    secret, codes = set_up(browse())
    for code, again in ((code_of(secret, 1), 422), (codes[0].upper().replace("-", " "), 422)):
        first, second = browse(), browse()
        typed_password(first, "sun")
        assert first.send("/login/code", code=code).status_code == 302
        typed_password(second, "sun")
        assert second.send("/login/code", code=code).status_code == again
    with sessions() as session:
        noted = session.scalars(
            select(AuditRow.action).where(AuditRow.by == "sun").order_by(AuditRow.id.desc())
        ).all()
        assert Action.RECOVERY_CODE_USED in noted
        kept = session.scalars(select(SecondFactorRow.sealed)).one()
        assert secret.encode() not in kept, "the shared secret is encrypted"
        hashes = session.scalars(select(RecoveryCodeRow.code_hash)).all()
        assert not {code.replace("-", "") for code in codes} & set(hashes)


def test_codes_are_not_guessed_and_the_password_alone_stays_outside(
    browse: Callable[[], Browser],
) -> None:
    set_up(browse())
    guesser = browse()
    typed_password(guesser, "sun")
    answers = [guesser.send("/login/code", code=f"{n:06}").status_code for n in range(8)]
    assert answers[:5] == [422] * 5
    assert 429 in answers
    assert guesser.get("/").location.startswith("/login")


def test_an_administrator_takes_a_lost_one_away_but_not_their_own(
    browse: Callable[[], Browser], sessions: Sessions
) -> None:
    sun, ada = browse(), browse()
    set_up(sun)
    set_up(ada, "ada")
    ada.send("/language", language="en")
    assert sun.get("/").status_code == 200
    ada.send("/admin/people/ada/second-factor")
    assert "Another administrator takes yours away" in ada.get("/admin/people/ada").text
    ada.send("/admin/people/sun/second-factor")
    assert "The second factor is taken away" in ada.get("/admin/people/sun").text
    assert sun.get("/").location.startswith("/login"), "every session has ended"
    assert typed_password(browse(), "sun").startswith("/login/second-factor")
    assert sun.send("/admin/people/ada/second-factor").location.startswith("/login")
    with sessions() as session:
        reset = select(AuditRow.by, AuditRow.subject).where(
            AuditRow.action == Action.SECOND_FACTOR_RESET
        )
        assert [tuple(each) for each in session.execute(reset)] == [("ada", "sun")]


def test_who_need_not_have_one_sets_it_up_changes_it_and_does_without_it_again(
    browse: Callable[[], Browser], sessions: Sessions
) -> None:
    han = browse()
    typed_password(han, "han")
    found = SECRET.search(han.get("/you/second-factor").text)
    assert found is not None
    first = found[1].replace(" ", "")
    shown = han.send("/you/second-factor", code=code_of(first))
    assert len(CODE.findall(shown.text)) == 10
    assert "10 recovery codes are left" in han.get("/you").text
    renewed = SECRET.search(han.get("/you/second-factor").text)
    assert renewed is not None
    second = renewed[1].replace(" ", "")
    assert second != first
    wrong = han.send("/you/second-factor", code=code_of(second), code_so_far="123456")
    assert wrong.status_code == 422
    shown = han.send("/you/second-factor", code=code_of(second), code_so_far=code_of(first, 1))
    codes = CODE.findall(shown.text)
    han.send("/you/second-factor/end", code=codes[0])
    assert "You come in by your password alone" in han.get("/you").text
    assert typed_password(browse(), "han") == "/"


def test_whose_roles_want_one_cannot_do_without(browse: Callable[[], Browser]) -> None:
    sun = browse()
    secret, _ = set_up(sun)
    sun.send("/you/second-factor/end", code=code_of(secret, 1))
    assert "Your roles want a second factor" in sun.get("/you").text


def test_a_key_that_was_changed_still_opens_what_was_sealed_before(
    browse: Callable[[], Browser], strict: Flask, sessions: Sessions, desk: CaseDesk
) -> None:
    secret, _ = set_up(browse())
    renewed = create_app(
        some_settings(
            REDRESS_SECOND_FACTOR="required",
            REDRESS_SECRET_KEY="a newer key for the tests, as long as it must be",
            REDRESS_SECRET_KEY_BEFORE=strict.config["SECRET_KEY"],
        ),
        sessions=sessions,
        desk=desk,
    )
    sun = Browser(renewed.test_client())
    typed_password(sun, "sun")
    assert sun.send("/login/code", code=code_of(secret, 1)).status_code == 302


def test_whose_authenticator_was_sealed_by_a_key_that_is_gone_comes_in_by_a_recovery_code(
    browse: Callable[[], Browser], sessions: Sessions, desk: CaseDesk
) -> None:
    secret, codes = set_up(browse())
    renewed = create_app(
        some_settings(
            REDRESS_SECOND_FACTOR="required",
            REDRESS_SECRET_KEY="a newer key for the tests, as long as it must be",
        ),
        sessions=sessions,
        desk=desk,
    )
    sun = Browser(renewed.test_client())
    typed_password(sun, "sun")
    assert sun.send("/login/code", code=code_of(secret, 1)).status_code == 422
    assert sun.send("/login/code", code=codes[0]).status_code == 302


def test_who_is_to_decide_for_others_from_now_on_comes_in_anew_and_sets_one_up(
    browse: Callable[[], Browser], sessions: Sessions
) -> None:
    def be(*roles: Role, is_disabled: bool = False) -> None:
        record = PersonRecord(
            login="rising", name="Rising", unit="harbour-outlet", roles=roles,
            language=Language.EN, is_disabled=is_disabled,
        )  # fmt: skip
        PeopleDesk(sessions).change(lambda _: Wish(people=[record]), AT_THE_CONSOLE)

    be(Role.HANDLER)
    with sessions.begin() as session:
        set_password(session, read_ids(session)["rising"], PASSWORD)
    rising = browse()
    assert typed_password(rising, "rising") == "/"
    be(Role.HANDLER, Role.INTAKE)
    assert rising.get("/").status_code == 200
    be(Role.HANDLER, Role.SUPERVISOR)
    assert rising.get("/").location.startswith("/login")
    assert typed_password(rising, "rising").startswith("/login/second-factor")
    be(Role.HANDLER, Role.SUPERVISOR, is_disabled=True)
