"""An administrator reads why a notice could not be sent, and what to do about it."""

from contextlib import suppress

import pytest
from temporalio.exceptions import ApplicationError

from domain.customers import CustomerField
from store.database import Sessions
from store.tables import NoticeRow
from tests.activities.letters import a_receipt, a_staff_notice, notices_through, row_of
from tests.chat_robots import SECRET, ChatRobot, DingTalkRobot, WeComRobot, listening
from tests.customers import keep_of_customer
from tests.web.browser import Visit


def tried_and_given_up(sessions: Sessions, notice_id: int, url: str) -> str:
    """The case of a notice that was tried once and then given up."""
    notices = notices_through(sessions, url, patience=30)
    with suppress(ApplicationError):
        notices.send(notice_id)
    notices.give_up(notice_id)
    reference = row_of(sessions, notice_id).reference
    assert reference is not None
    return reference


def line_of(visit: Visit, reference: str, language: str) -> str:
    """What the page says of the notice about a case."""
    ada = visit("ada")
    ada.send("/language", language=language)
    page = ada.get("/admin/notices").text
    ada.send("/language", language="en")
    return next(row for row in page.split("<tr>") if f">{reference}</a>" in row)


@pytest.mark.parametrize(
    ("robot", "code", "english", "chinese"),
    [
        (
            WeComRobot(),
            "wecombot 93000",
            "The robot does not exist any more, or its key is wrong.",
            "机器人已不存在，或其密钥有误。",
        ),
        (
            DingTalkRobot(),
            "dingtalk 310000",
            "The safety settings of the robot do not let this through",
            "机器人的安全设置不允许此消息通过",
        ),
    ],
    ids=["gone", "wrong secret"],
)
def test_the_reason_of_a_robot_is_told_in_both_languages_with_its_code(
    visit: Visit, sessions: Sessions, robot: ChatRobot, code: str, english: str, chinese: str
) -> None:
    robot.secret = SECRET if robot.kind == "dingtalk" else ""
    with listening(robot) as url:
        robot.key = "another" if robot.kind == "wecombot" else robot.key
        robot.secret = "another" if robot.secret else ""
        reference = tried_and_given_up(sessions, a_staff_notice(sessions), url)
    assert english in line_of(visit, reference, "en")
    assert chinese in line_of(visit, reference, "zh")
    assert f"<code>{code}</code>" in line_of(visit, reference, "en")


def test_a_fault_of_the_address_is_told_without_the_address(
    visit: Visit, sessions: Sessions
) -> None:
    notice_id = a_receipt(sessions)
    with sessions.begin() as session:
        reference = session.get_one(NoticeRow, notice_id).reference
        assert reference is not None
        keep_of_customer(session, reference, CustomerField.EMAIL, "wang@example.org.")
    tried_and_given_up(sessions, notice_id, "mailto://127.0.0.1:9?from=bank@example.org")
    told = line_of(visit, reference, "en")
    assert "No mail can be written to this address." in told
    assert "wang@" not in told
