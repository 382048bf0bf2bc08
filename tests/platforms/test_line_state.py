"""Whether the lines to a platform hold, as whoever runs the bot is told."""

from bot.platforms.discord.client import line_trouble
from bot.platforms.line_state import DOWN_SECONDS, HELD_SECONDS, UPS, LineState


class Hours:
    """A clock that is moved by hand."""

    def __init__(self):
        self.at = 0.0

    def __call__(self):
        return self.at


def test_a_line_may_break_and_be_taken_up_but_not_stay_down():
    clock = Hours()
    line = LineState(now=clock)
    clock.at += DOWN_SECONDS + 1
    assert "cannot be reached, so" in str(line_trouble(line)), "it was never up"
    line.held()
    assert line_trouble(line) is None
    line.broke()
    clock.at += DOWN_SECONDS - 1
    line.broke()  # each attempt that fails is told
    assert line_trouble(line) is None
    clock.at += 2
    assert "goes on by itself" in str(line_trouble(line))
    line.held()
    assert line_trouble(line) is None


def test_one_shard_of_several_that_is_down_is_told_whatever_the_others_do():
    clock = Hours()
    line = LineState((0, 1), clock)
    line.held(0)
    line.held(1)
    line.broke(1)
    clock.at += DOWN_SECONDS + 1
    line.held(0)
    assert "by shard 1," in str(line_trouble(line))


def flap(clock, line, *numbers, seconds=20):
    """Each of these lines is taken up and breaks a moment later, so often that it holds for nobody."""
    for _ in range(UPS):
        for number in numbers or (0,):
            line.held(number)
        clock.at += seconds
        for number in numbers or (0,):
            line.broke(number)


def test_a_line_that_breaks_as_soon_as_it_is_taken_up_holds_for_nobody_until_it_has_held_a_while():
    clock = Hours()
    line = LineState(now=clock)
    flap(clock, line)
    assert "dropped it again" in str(line_trouble(line)) and "DISCORD_TOKEN" in str(line_trouble(line))
    line.held()
    clock.at += HELD_SECONDS - 1
    assert line_trouble(line) is not None
    clock.at += 1
    assert line_trouble(line) is None, "it has held since"
    line.broke()
    line.held()
    assert line_trouble(line) is None, "it broke once more"


def test_a_line_that_is_renewed_now_and_then_holds():
    clock = Hours()
    line = LineState(now=clock)
    flap(clock, line, seconds=HELD_SECONDS * 2)
    assert not line.flapping()


def test_where_one_line_is_enough_all_must_be_down_or_flapping():
    clock = Hours()
    line = LineState((0, 1), clock)
    line.held(1)
    flap(clock, line, 0)
    assert line.flapping() == [0] and not line.none_holds()
    line.broke(1)
    clock.at += DOWN_SECONDS - 1
    assert not line.none_holds(), "a reconnect may still mend it"
    clock.at += 2
    line.held(0)
    assert line.down() == [1] and line.flapping() == [0] and line.none_holds()
    line.seen(1)
    assert not line.none_holds()


def test_hours_of_failed_attempts_leave_no_trouble_behind():
    clock = Hours()
    line = LineState(now=clock)
    line.held()
    for _ in range(200):
        line.broke()
        clock.at += 100
    line.held()
    assert line_trouble(line) is None
