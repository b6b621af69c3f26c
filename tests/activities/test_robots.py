"""A room counts as told when its robot says so; what a robot refuses is kept and seen."""

import logging
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from temporalio.exceptions import ApplicationError

from activities.gateways import NotTaken
from activities.gateways.message import Message
from activities.gateways.robots import LONGEST_ANSWER
from activities.notices import Notices
from domain.notices import Obstacle
from rulebook.robots import read_robots
from store.database import Sessions
from store.tables import CaseRow, NoticeRow, RobotRow, TaskRow
from tests.activities.letters import (
    GENEROUS,
    Anytime,
    a_message,
    a_staff_notice,
    gateways_to,
    notices_through,
    row_of,
)
from tests.chat_robots import (
    ROBOTS,
    SECRET,
    ChatRobot,
    DingTalkRobot,
    FeishuRobot,
    LarkRobot,
    Reply,
    SlackRobot,
    WeComRobot,
    WorkflowsRobot,
    listening,
)
from worker import NOTICE_THREADS

GONE = {
    "wecombot": "wecombot 93000",
    "dingtalk": "dingtalk 300001",
    "feishu": "feishu 19001",
    "lark": "lark 19001",
    "slack": "slack no_service",
    "mattermost": "mattermost web.incoming_webhook.invalid.app_error",
    "rocketchat": "rocketchat HTTP 404",
    "gchat": "gchat NOT_FOUND",
    "workflows": "workflows DirectApiAuthorizationRequired",
}
"""What each robot answers that is no longer there. ServerChan says 40001 for this and for more."""


def told(url: str, message: Message) -> list[str]:
    """Which gateways took a message."""
    return list(gateways_to(url).carry(message, frozenset(), Anytime()))


def sent_through(sessions: Sessions, url: str) -> Notices:
    return notices_through(sessions, url, patience=GENEROUS)


@pytest.fixture(params=ROBOTS, ids=lambda kind: kind.kind)
def robot(request: pytest.FixtureRequest) -> ChatRobot:
    """A robot of each kind."""
    made = request.param()
    assert isinstance(made, ChatRobot)
    return made


@pytest.fixture
def url(robot: ChatRobot) -> Iterator[str]:
    """Where it listens."""
    with listening(robot) as url:
        yield url


def test_a_room_hears_of_a_case_with_the_link_and_the_key(
    sessions: Sessions, robot: ChatRobot, url: str
) -> None:
    notice_id = a_staff_notice(sessions)
    sent_through(sessions, url).send(notice_id)
    row = row_of(sessions, notice_id)
    [heard] = robot.heard
    assert f"https://redress.example.org/cases/{row.reference}" in heard
    assert heard.rstrip().endswith("]")
    assert row.delivery == "sent"


@pytest.mark.parametrize("kind", [each for each in ROBOTS if each.kind in GONE], ids=GONE)
def test_a_robot_that_is_gone_is_final_at_once_and_its_code_is_kept(
    sessions: Sessions, kind: type[ChatRobot]
) -> None:
    robot = kind()
    robot.key = "another"
    notice_id = a_staff_notice(sessions)
    with listening(robot) as url, pytest.raises(ApplicationError) as failure:
        sent_through(sessions, url).send(notice_id)
    row = row_of(sessions, notice_id)
    assert failure.value.non_retryable
    assert (row.obstacle, row.failure_code) == (Obstacle.NO_ROBOT, GONE[kind.kind])
    assert row.delivery == "pending"
    assert robot.heard == []


def test_a_robot_that_has_been_asked_too_often_is_asked_again_later(
    sessions: Sessions, robot: ChatRobot, url: str
) -> None:
    robot.too_often = {}
    notice_id = a_staff_notice(sessions)
    with pytest.raises(ApplicationError) as failure:
        sent_through(sessions, url).send(notice_id)
    assert not failure.value.non_retryable
    seconds = read_robots()[robot.kind].seconds_after_too_often
    assert failure.value.next_retry_delay == timedelta(seconds=seconds)
    assert row_of(sessions, notice_id).obstacle == Obstacle.TOO_OFTEN


@pytest.mark.parametrize(
    ("kind", "header"), [(SlackRobot, "Retry-After"), (FeishuRobot, "x-ogw-ratelimit-reset")]
)
def test_a_robot_is_left_alone_for_as_long_as_it_asks(
    sessions: Sessions, kind: type[ChatRobot], header: str
) -> None:
    robot = kind()
    robot.too_often = {header: "1234"}
    first, second = a_staff_notice(sessions), a_staff_notice(sessions)
    with listening(robot) as url:
        notices = sent_through(sessions, url)
        with pytest.raises(ApplicationError) as failure:
            notices.send(first)
        assert failure.value.next_retry_delay == timedelta(seconds=1234)
        robot.too_often = None
        for notice_id in (first, second):
            with pytest.raises(ApplicationError, match="queue") as failure:
                notices.send(notice_id)
            assert failure.value.next_retry_delay is not None
            assert timedelta(minutes=20) < failure.value.next_retry_delay
    assert (robot.asked, robot.heard) == (1, [])
    assert row_of(sessions, first).attempts == 1, "waiting for a turn is no try"
    assert row_of(sessions, first).failure_code == f"{kind.kind} {_code_of(kind)}"


def _code_of(kind: type[ChatRobot]) -> str:
    return "rate_limited" if kind is SlackRobot else "11232"


def test_nobody_waits_longer_than_the_whole_ladder_of_tries(sessions: Sessions) -> None:
    robot = SlackRobot()
    robot.too_often = {"Retry-After": "999999999"}
    with listening(robot) as url, pytest.raises(ApplicationError) as failure:
        sent_through(sessions, url).send(a_staff_notice(sessions))
    assert failure.value.next_retry_delay == timedelta(hours=4)
    with sessions() as session:
        rests_until = session.scalars(select(func.max(RobotRow.rests_until))).one()
        assert rests_until is not None
        assert rests_until <= session.scalars(select(func.now())).one() + timedelta(hours=4)


@pytest.mark.parametrize("said", ["soon", "-5", "9" * 30, ""])
def test_a_wait_that_makes_no_sense_is_that_of_its_kind(sessions: Sessions, said: str) -> None:
    robot = SlackRobot()
    robot.too_often = {"Retry-After": said}
    with listening(robot) as url, pytest.raises(ApplicationError) as failure:
        sent_through(sessions, url).send(a_staff_notice(sessions))
    assert failure.value.next_retry_delay == timedelta(seconds=30)


@pytest.mark.parametrize("kind", [DingTalkRobot, FeishuRobot, LarkRobot])
def test_a_signed_message_is_taken_each_time(kind: type[ChatRobot]) -> None:
    robot = kind()
    robot.secret = SECRET
    with listening(robot) as url:
        gateways = gateways_to(url)
        for number in range(15):
            message = a_message(key=f"{number}")
            assert list(gateways.carry(message, frozenset(), Anytime()))
    assert len(robot.heard) == 15


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (DingTalkRobot, "dingtalk 310000"),
        (FeishuRobot, "feishu 19021"),
        (LarkRobot, "lark 19021"),
    ],
)
def test_a_wrong_secret_is_final(kind: type[ChatRobot], code: str) -> None:
    robot = kind()
    robot.secret = SECRET
    with listening(robot) as url:
        robot.secret = "another"
        with pytest.raises(NotTaken) as refused:
            told(url, a_message())
    assert (refused.value.obstacle, refused.value.code) == (Obstacle.SAFETY, code)
    assert refused.value.obstacle.is_final


@pytest.mark.parametrize("kind", [DingTalkRobot, FeishuRobot])
def test_a_missing_key_word_is_final(kind: type[ChatRobot]) -> None:
    robot = kind()
    robot.key_word = "监控"
    with listening(robot) as url, pytest.raises(NotTaken) as refused:
        told(url, a_message())
    assert refused.value.obstacle is Obstacle.SAFETY


@pytest.mark.parametrize("letters", ["投诉办理", "due ", "<&>"])
def test_a_long_text_is_cut_where_the_robot_counts_and_keeps_link_and_key(
    robot: ChatRobot, url: str, letters: str
) -> None:
    message = a_message(text=f"{letters * 12_000}\n{a_message().link}\n")
    assert told(url, message)
    [heard] = robot.heard
    assert heard.endswith(f"…\n{message.link}\n[{message.key}]".replace("\n", _break(robot)))
    assert heard.count(message.key) == heard.count(message.link) == 1


def _break(robot: ChatRobot) -> str:
    return "\n\n" if isinstance(robot, WorkflowsRobot) else "\n"


def test_a_text_is_cut_no_shorter_than_it_must_be() -> None:
    robot = WeComRobot()
    with listening(robot) as url:
        told(url, a_message(text="客" * 2000))
    assert 2048 - 3 < len(robot.heard[0].encode()) <= 2048


def test_a_text_that_fits_is_left_as_it_is() -> None:
    robot = WeComRobot()
    with listening(robot) as url:
        told(url, a_message())
    assert robot.heard == [
        "C-2026-000001 is due soon\n"
        "C-2026-000001: due 2026-11-20.\n"
        "https://redress.example.org/cases/C-2026-000001\n"
        f"[{'k' * 32}]"
    ]


class Portal(ChatRobot):
    """What stands between us and the robot says 200 to everything, with a page of its own."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def answer(self, path: str, query: dict[str, list[str]], body: bytes) -> Reply:
        return 200, {"Content-Type": "text/html"}, "<html>Please log in to the network</html>"


@pytest.mark.parametrize("kind", [each.kind for each in ROBOTS])
def test_an_answer_that_does_not_say_so_counts_as_not_taken(kind: str) -> None:
    with listening(Portal(kind)) as url, pytest.raises(NotTaken) as refused:
        told(url, a_message())
    assert refused.value.obstacle is Obstacle.UNCLEAR
    assert refused.value.code == f"{kind} HTTP 200"


class Silent(WeComRobot):
    """It begins an answer and leaves it at that."""

    def answer(self, path: str, query: dict[str, list[str]], body: bytes) -> Reply:
        return 200, {"Content-Length": "100"}, "{"


def test_an_answer_that_breaks_off_counts_as_not_taken_and_is_asked_for_again() -> None:
    with listening(Silent()) as url, pytest.raises(NotTaken) as refused:
        told(url, a_message())
    assert refused.value.obstacle is Obstacle.AWAY
    assert not refused.value.obstacle.is_final


class Talkative(ChatRobot):
    """Its answer has no end that anybody waits for."""

    kind = "slack"

    def answer(self, path: str, query: dict[str, list[str]], body: bytes) -> Reply:
        return 200, {}, "ok" * 1_000_000


def test_of_an_answer_without_end_the_beginning_is_read() -> None:
    with listening(Talkative()) as url, pytest.raises(NotTaken) as refused:
        told(url, a_message())
    assert refused.value.obstacle is Obstacle.UNCLEAR
    assert len(refused.value.says) == LONGEST_ANSWER


def test_a_robot_that_is_away_costs_its_key_no_word(
    sessions: Sessions, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    notice_id = a_staff_notice(sessions)
    url = f"wecombot+http://127.0.0.1:{port}/cgi-bin/webhook/send?key=very-secret"
    with caplog.at_level(logging.DEBUG), pytest.raises(ApplicationError) as failure:
        sent_through(sessions, url).send(notice_id)
    row = row_of(sessions, notice_id)
    assert not failure.value.non_retryable
    assert row.obstacle == Obstacle.AWAY
    told_anywhere = f"{failure.value} {row.last_error} {row.failure_code}"
    assert "very-secret" not in told_anywhere
    ours = "\n".join(each.getMessage() for each in caplog.records if each.name[:4] != "urll")
    assert "very-secret" not in ours


def of_a_case(sessions: Sessions, notice_id: int, **over: object) -> None:
    """Something about its case that no room may know."""
    with sessions.begin() as session:
        row = session.get_one(CaseRow, row_of(sessions, notice_id).reference)
        row.state = {**row.state, **over}


@pytest.mark.parametrize(
    "secret",
    [
        {"restricted_to": ["security"]},
        {"person_complained_about": "han"},
        {"in_conflict": ["sun"]},
    ],
)
def test_of_a_restricted_case_and_of_one_about_a_colleague_no_room_hears(
    sessions: Sessions, secret: dict[str, object]
) -> None:
    robot = WeComRobot()
    notice_id = a_staff_notice(sessions)
    of_a_case(sessions, notice_id, **secret)
    with listening(robot) as url:
        sent_through(sessions, url).send(notice_id)
    assert robot.asked == 0
    assert row_of(sessions, notice_id).delivery == "inbox"


def test_a_case_restricted_between_two_tries_is_not_told_either(sessions: Sessions) -> None:
    robot = SlackRobot()
    robot.too_often = {}
    notice_id = a_staff_notice(sessions)
    with listening(robot) as url:
        notices = sent_through(sessions, url)
        with pytest.raises(ApplicationError):
            notices.send(notice_id)
        robot.too_often = None
        of_a_case(sessions, notice_id, restricted_to=["security"])
        notices.send(notice_id)
    assert (robot.asked, robot.heard) == (1, [])
    assert row_of(sessions, notice_id).delivery == "inbox"


@pytest.mark.parametrize(
    ("room_of", "unit", "hears"),
    [
        ("harbour-outlet", "harbour-outlet", True),
        ("east-branch", "harbour-outlet", True),
        ("harbour-outlet", "hotline", False),
        ("hotline", "harbour-outlet", False),
    ],
)
def test_the_room_of_a_unit_hears_of_its_own_cases_and_of_those_below(
    sessions: Sessions, room_of: str, unit: str, hears: bool
) -> None:
    of_the_unit, of_the_bank = WeComRobot(), SlackRobot()
    notice_id = a_staff_notice(sessions, unit=unit)
    with listening(of_the_unit) as one, listening(of_the_bank) as other:
        notices_through(sessions, f"{room_of}={one}", other, patience=GENEROUS).send(notice_id)
    assert len(of_the_unit.heard) == hears
    assert len(of_the_bank.heard) == 1


def test_a_room_named_twice_is_told_once(sessions: Sessions) -> None:
    robot = WeComRobot()
    notice_id = a_staff_notice(sessions)
    with listening(robot) as url:
        notices_through(
            sessions, f"east-branch={url}", f"harbour-outlet={url}", patience=GENEROUS
        ).send(notice_id)
    assert len(robot.heard) == 1


def put_off(notices: Notices, notice_id: int) -> timedelta:
    """How long a notice is told to wait; nothing when it went."""
    try:
        notices.send(notice_id)
    except ApplicationError as failure:
        if not failure.message.endswith("queue"):
            raise
        return failure.next_retry_delay or timedelta(0)
    return timedelta(0)


def test_a_rush_stays_within_what_the_robot_takes_in_a_minute_whoever_sends(
    sessions: Sessions,
) -> None:
    robot = WeComRobot()
    rush = [a_staff_notice(sessions) for _ in range(45)]
    with listening(robot) as url, ExitStack() as stack:
        workers = [sent_through(sessions, url) for _ in range(2)]
        threads = stack.enter_context(ThreadPoolExecutor(NOTICE_THREADS))
        waits = sorted(
            threads.map(lambda job: put_off(workers[job[0] % 2], job[1]), enumerate(rush))
        )
    assert len(robot.heard) == robot.asked == 20
    assert waits[:20] == [timedelta(0)] * 20
    assert all(timedelta(seconds=60) < wait <= timedelta(seconds=67) for wait in waits[20:40])
    assert all(timedelta(seconds=120) < wait <= timedelta(seconds=135) for wait in waits[40:])
    with sessions() as session:
        rows = session.scalars(select(NoticeRow).where(NoticeRow.id.in_(rush))).all()
    assert sorted({(row.delivery, row.attempts) for row in rows}) == [("pending", 0), ("sent", 1)]


def test_a_case_with_much_to_tell_does_not_keep_the_others_waiting(sessions: Sessions) -> None:
    robot = WeComRobot()
    loud = a_staff_notice(sessions)
    much = [loud, *(_another_of(sessions, loud) for _ in range(30))]
    quiet = a_staff_notice(sessions)
    with listening(robot) as url:
        notices = sent_through(sessions, url)
        waits = [put_off(notices, each) for each in much]
        assert sum(not wait for wait in waits) == 5
        assert put_off(notices, quiet) == timedelta(0)
    assert len(robot.heard) == 6


def _another_of(sessions: Sessions, notice_id: int) -> int:
    with sessions.begin() as session:
        first = session.get_one(NoticeRow, notice_id)
        number = len(session.scalars(select(NoticeRow.id)).all())
        another = NoticeRow(
            dedupe_key=f"{first.dedupe_key}/{number}",
            reference=first.reference,
            version=first.version,
            recipient=first.recipient,
            about=first.about,
            delivery="pending",
        )
        session.add(another)
        session.flush()
        return another.id


def test_a_dead_robot_is_the_administrators_task(sessions: Sessions) -> None:
    robot = WeComRobot()
    robot.key = "another"
    notice_id = a_staff_notice(sessions)
    with listening(robot) as url:
        notices = sent_through(sessions, url)
        with pytest.raises(ApplicationError):
            notices.send(notice_id)
        notices.give_up(notice_id)
    with sessions() as session:
        reference = row_of(sessions, notice_id).reference
        [task] = session.scalars(select(TaskRow).where(TaskRow.reference == reference))
    assert (task.kind, task.facts["notice"]) == ("dead_notice", notice_id)
