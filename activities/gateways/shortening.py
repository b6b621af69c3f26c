"""A text too long for a robot is cut by us: the robot would cut off what it is known again by."""

from bisect import bisect_right
from collections.abc import Callable

from activities.gateways.message import Message, NotTaken
from domain.notices import Obstacle


def text_for(message: Message, longest: int, size: Callable[[str], int]) -> str:
    """Subject, text and key, no longer than a robot takes as it counts; cut, the words end early
    and the link and the key stay whole. Raises `NotTaken` when even those have no room."""
    words = f"{message.subject}\n{message.text}".rstrip()
    whole = f"{words}\n[{message.key}]"
    if size(whole) <= longest:
        return whole
    tail = f"…\n{message.link}\n[{message.key}]"
    room = longest - size(tail)
    if room < 0:
        raise NotTaken(Obstacle.TOO_LONG, "longest")
    words = words.replace(message.link, "").rstrip()
    fitting = bisect_right(range(1, len(words) + 1), room, key=lambda end: size(words[:end]))
    return words[:fitting].rstrip() + tail


def in_bytes(text: str) -> int:
    """As the robots of WeCom, DingTalk and Feishu count: a Chinese character is three."""
    return len(text.encode())
