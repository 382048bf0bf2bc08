"""A million hostile words, in every place of a reply and of a form, on every platform: they stay words.

`python -m bench.hostile [WORDS] [SEED]`. See tests/hostile/checks.py for what must hold on each platform.
"""

from __future__ import annotations

import random
import sys
import time

from tests.hostile import checks
from tests.hostile.words import WORDS, form, reply, words


def main(total: int = 1_000_000, seed: int = 1) -> int:
    """Draw them all; 1 if any broke a promise."""
    chance = random.Random(seed)  # noqa: S311 - a seed makes the run repeatable
    harmless = checks.Skeleton(checks.entries(reply(lambda: "x"), form(lambda: "x"), "x")).found
    begun = time.perf_counter()
    broken = drawn = 0
    while drawn < total:
        made, asked = reply(lambda: words(chance) or "x"), form(lambda: words(chance) or "x")
        word = words(chance) or "x"
        drawn += WORDS + 1
        for check, given in (
            (checks.discord_says_only_words, (made, asked)),
            (checks.slack_says_only_words, (made, asked)),
            (checks.browser_shows_only_words, (made, asked, word, harmless)),
            (checks.terminal_says_only_words, (made, asked)),
        ):
            try:
                check(*given)
            except Exception as error:
                broken += 1
                told = str(error)[:300]
                print(f"{check.__name__} after {drawn:,} words: {type(error).__name__}: {told}", flush=True)
                if broken == 20:
                    return 1
    spent = time.perf_counter() - begun
    print(f"{drawn:,} hostile words, seed {seed}, on four platforms: {broken} broke out, {spent:.0f} s")
    return int(broken > 0)


if __name__ == "__main__":
    raise SystemExit(main(*map(int, sys.argv[1:])))
