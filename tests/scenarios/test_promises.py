"""What is promised to a customer is watched: reminded of, missed, promised anew, kept."""

from domain.acts import Acknowledge, Assign, Commit, ExplainOverrun, Extend, Reply
from domain.classification import Level, Satisfaction
from tests.scenarios.story import REPLY_WORDS, Story, Tell, november

TO_HAN = Assign(handler="han", handler_unit="harbour-outlet", handler_level=Level.OUTLET)
REPLY = Reply(satisfaction=Satisfaction.SATISFIED, handled_at=november(9))


async def promises(story: Story, *until: int, by: str = "han") -> None:
    await story.does(Commit(until_at=november(*until)), by, "reason")


async def test_a_promise_before_the_limits_own_date_is_reminded_of_and_missed(tell: Tell) -> None:
    story = await tell("head-office")
    await story.does(TO_HAN, "sun")
    await promises(story, 11, 15)
    assert story.due_at("promise") == november(11, 15)
    assert story.due_at("reply") == november(12, 17), "the limit of the answer stays where it was"
    await story.until(november(10, 14, 59))
    assert story.steps() == []
    await story.until(november(10, 15))
    assert story.steps() == [("promise", "warning-1")]
    await story.until(november(11, 13))
    assert story.steps()[1:] == [("promise", "warning-2")]
    reminded = story.heard.count(("han", "warned"))
    assert reminded == 2
    await story.until(november(11, 14, 59))
    assert story.breaches() == {}
    await story.until(november(11, 15))
    assert story.breaches() == {"promise": november(11, 15)}
    assert ("han", "breached") in story.heard
    assert ("sun", "escalated") in story.heard
    await story.does(Acknowledge(clock="promise", step="supervisor"), "sun")
    await story.until(november(16))
    own = [step for clock, step in story.steps() if clock == "promise"]
    assert own == ["warning-1", "warning-2", "breach", "supervisor"], "and nobody further up"


async def test_a_promise_for_the_same_day_is_reminded_of_two_hours_before(tell: Tell) -> None:
    story = await tell("head-office")
    await story.does(TO_HAN, "sun")
    await promises(story, 9, 16)
    await story.until(november(9, 14))
    assert story.steps() == [("promise", "warning-2")]


async def test_a_promise_that_is_kept_is_missed_by_nobody(tell: Tell) -> None:
    story = await tell("head-office")
    await story.does(TO_HAN, "sun")
    await promises(story, 11, 15)
    await story.until(november(11, 14))
    await story.does(REPLY, "han", *REPLY_WORDS)
    await story.until(november(13))
    assert story.breaches() == {}
    assert not story.clock("promise").is_running


async def test_a_new_promise_takes_the_place_of_the_last(tell: Tell) -> None:
    story = await tell("head-office")
    await story.does(TO_HAN, "sun")
    await promises(story, 10, 15)
    await story.until(november(10, 14))
    await promises(story, 12, 12)
    await story.until(november(12, 11, 59))
    assert story.breaches() == {}
    await story.until(november(12, 12))
    assert story.breaches() == {"promise.2": november(12, 12)}
    assert story.due_at("promise") == november(10, 15), "what was promised first is still known"


async def test_after_the_supervisor_has_heard_a_new_promise_is_watched_anew(tell: Tell) -> None:
    story = await tell("head-office")
    await story.does(TO_HAN, "sun")
    await promises(story, 10, 15)
    await story.until(november(10, 16))
    await promises(story, 11, 16)
    await story.until(november(11, 16))
    assert story.breaches() == {"promise": november(10, 15), "promise.2": november(11, 16)}
    assert story.heard.count(("sun", "escalated")) == 2


async def test_a_date_to_which_a_limit_has_moved_is_told_of_once(tell: Tell) -> None:
    """C-22."""
    story = await tell("trial-three-hotlines", unit="head-office", by="hong")
    await promises(story, 17, 12, by="hong")
    assert story.due_at("reply") == november(17, 12)
    assert "promise" not in {each.key for each in story.clocks}
    await story.until(november(17, 12))
    late = story.breaches()
    assert (late["reply"], set(late)) == (november(17, 12), {"reply", "start"})
    reminded = [step for clock, step in story.steps() if step.startswith("warning")]
    assert reminded == ["warning-1"]


async def test_a_promise_earlier_than_a_limit_that_moves_is_watched_beside_it(tell: Tell) -> None:
    story = await tell("trial-three-hotlines", unit="head-office", by="hong")
    await promises(story, 11, 12, by="hong")
    assert story.due_at("reply") == november(12, 17)
    await story.until(november(11, 12))
    assert story.breaches()["promise"] == november(11, 12)


async def test_a_later_date_that_was_granted_does_not_move_what_was_promised(tell: Tell) -> None:
    story = await tell("head-office")
    await story.does(TO_HAN, "sun")
    await promises(story, 11, 15)
    await story.does(ExplainOverrun(overrun="reply"), "han", "reason", "letter")
    await story.agree(Extend(clock="reply", until_at=november(20, 17)), "han", "sun", "reason")
    assert story.due_at("reply") == november(20, 17)
    await story.until(november(11, 15))
    assert story.breaches() == {"promise": november(11, 15)}
