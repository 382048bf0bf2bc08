import asyncio

from bot.schedule.ticker import Ticker


async def test_it_ticks_at_once_and_again_when_poked_but_never_twice_at_a_time():
    running, most, ticks = 0, 0, 0

    async def tick():
        nonlocal running, most, ticks
        running += 1
        most = max(most, running)
        ticks += 1
        await asyncio.sleep(0.01)
        running -= 1

    ticker = Ticker(tick, 3600)
    ticker.start()
    for _ in range(50):
        ticker.poke()
    await asyncio.sleep(0.1)
    assert most == 1
    assert 1 <= ticks <= 3
    ticker.poke()
    await asyncio.sleep(0.05)
    assert ticks >= 2
    await ticker.stop()


async def test_a_failing_tick_does_not_end_the_ticking(caplog):
    ticks = 0

    async def tick():
        nonlocal ticks
        ticks += 1
        raise RuntimeError("once")

    ticker = Ticker(tick, 0.02)
    ticker.start()
    await asyncio.sleep(0.2)
    await ticker.stop()
    assert ticks > 3
    assert "a tick failed" in caplog.text


async def test_a_tick_longer_than_the_interval_is_not_lost_and_stopping_lets_it_finish():
    finished = 0

    async def tick():
        nonlocal finished
        await asyncio.sleep(0.1)
        finished += 1

    ticker = Ticker(tick, 0.01)
    ticker.start()
    await asyncio.sleep(0.05)
    await ticker.stop()
    assert finished == 1
    ticker.poke()
    await asyncio.sleep(0.15)
    assert finished == 1
