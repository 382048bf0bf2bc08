"""Two weeks of a group on Discord and on Slack, lived through with outages, kills and lost channels.

The long form is `python -m bench.year discord`.
"""

from __future__ import annotations

import random
import shutil
from datetime import timedelta

import pytest

from tests.platforms.years import on_discord, on_slack
from tests.platforms.years.year import Trouble, Year, drawn


@pytest.mark.parametrize("platform", [on_discord, on_slack], ids=["discord", "slack"])
async def test_nothing_is_lost_doubled_or_falsely_told_and_every_mend_works(platform, migrated_sqlite, tmp_path):
    database = tmp_path / "studybot.sqlite3"
    shutil.copy(migrated_sqlite, database)
    chance = random.Random(11)
    weeks = [
        # What may or may not have been posted is in a channel that is gone before anybody can look.
        [Trouble("unclear", 3000, 7200), Trouble("deleted", 4000, 900)],
        [Trouble("killed", 3600, 60), Trouble("renamed", 3700, 60), *drawn(chance, platform.Scene.kinds, 1, most=1)],
    ]
    async with Year(platform.Scene(1), tmp_path, database, fine=timedelta(minutes=30)) as year:
        for week in weeks:
            await year.week(week)
    assert year.found.faults == []
    assert year.found.mends >= 1
    assert year.rows("select count(*) > 6 from deliveries where state = 'sent'") == [(1,)]
