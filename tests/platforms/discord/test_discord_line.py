"""Whether the line to Discord holds, as whoever runs the bot is told."""

from bot.platforms.discord.client import DOWN_SECONDS, UPS, LineState


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
    assert "cannot be reached, so" in str(line.trouble()), "it was never up"
    line.held()
    assert line.trouble() is None
    line.broke()
    clock.at += DOWN_SECONDS - 1
    line.broke()  # each attempt that fails is told
    assert line.trouble() is None
    clock.at += 2
    assert "goes on by itself" in str(line.trouble())
    line.held()
    assert line.trouble() is None


def test_one_shard_of_several_that_is_down_is_told_whatever_the_others_do():
    clock = Hours()
    line = LineState((0, 1), clock)
    line.held(0)
    line.held(1)
    line.broke(1)
    clock.at += DOWN_SECONDS + 1
    line.held(0)
    assert "by shard 1," in str(line.trouble())


def test_a_line_that_breaks_as_soon_as_it_is_taken_up_holds_for_nobody():
    clock = Hours()
    line = LineState(now=clock)
    for _ in range(UPS):
        assert line.trouble() is None
        line.held()
        clock.at += 20
        line.broke()
    assert "dropped it again" in str(line.trouble()) and "DISCORD_TOKEN" in str(line.trouble())
    line.held()
    clock.at += 700
    assert line.trouble() is None, "it has held since"


def test_hours_of_failed_attempts_leave_no_trouble_behind():
    clock = Hours()
    line = LineState(now=clock)
    line.held()
    for _ in range(200):
        line.broke()
        clock.at += 100
    line.held()
    assert line.trouble() is None
