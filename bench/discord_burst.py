"""A hundred answers within one second through the shipped program on Discord: how soon is each acknowledged?

With `--classify 10` ten people send a picture to `/classify` at the same time.

Fails where the 99th percentile of the acknowledgements is 500 ms or more, or where an answer is lost or doubled.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from tests.counterparts.discord.people import Place, Sheet
from tests.counterparts.discord.server import counterpart
from tests.platforms.discord.served import Served, model_service, until
from tests.platforms.discord.test_discord_served import picture

PEOPLE = 100
LIMIT_MS = 500.0


def percentile(values: list[float], share: float) -> float:
    """The value below which that share of the values lie."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


async def measure(folder: Path, pictures: int = 0) -> int:
    """Run the burst, with so many pictures at once beside it; 1 if it was too slow or lost anything."""
    async with counterpart(checked=False) as discord, model_service() as models:
        hall = Place(discord)
        served = Served(discord, folder / "data", models)
        await served.start()
        try:
            await hall.owner.ask("/group setup", course="fastbook", zone="UTC", times="Mon 18:00")
            await hall.owner.ask("/group now")
            question = await until(lambda: next((p for p in hall.posts() if "Answer" in p.buttons), None))
            people = [hall.person(f"Person {n}") for n in range(PEOPLE)]
            forms = []
            for person in people:
                person.patience = 60
                forms.append(await person.click(question, "Answer"))
            opened = [form.interaction.acknowledged - form.interaction.created for form in forms]

            async def answer(number: int) -> float:
                await asyncio.sleep(number / PEOPLE)
                form = forms[number]
                assert isinstance(form, Sheet)
                verdict = await people[number].submit(form, answer=f"Words of person {number}")
                found = verdict.interaction
                assert found is not None and found.acknowledged is not None
                answered.append(discord.world.clock() - found.created)
                return found.acknowledged - found.created

            async def classify(number: int) -> float:
                said = await lookers[number].ask("/classify", image=picture(), model="digits")
                found = said.interaction
                assert "91" in said.text and found is not None and found.acknowledged is not None
                return found.acknowledged - found.created

            answered: list[float] = []
            lookers = [hall.person(f"Looker {n}") for n in range(pictures)]
            for looker in lookers:
                looker.patience = 60
            times = await asyncio.gather(*map(answer, range(PEOPLE)), *map(classify, range(pictures)))
            waited, looked = times[:PEOPLE], times[PEOPLE:]
            kept = served.rows("select count(*), count(distinct text) from answers")[0]
        finally:
            await served.stop()
    worst = percentile(times, 0.99) * 1000
    print(f"{PEOPLE} answers in one second, {kept[0]} kept, {kept[1]} different")
    lines = (("form opened", opened), ("acknowledged", waited), ("verdict shown", answered), ("/classify", looked))
    for what, taken in lines:
        if taken:
            p50, p99 = percentile(taken, 0.5) * 1000, percentile(taken, 0.99) * 1000
            print(f"{what:>14}: median {p50:6.0f} ms, 99% within {p99:6.0f} ms, all within {max(taken) * 1000:6.0f} ms")
    return int(worst >= LIMIT_MS or kept != (PEOPLE, PEOPLE))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--classify", type=int, default=0, help="so many send a picture at the same time")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        sys.exit(asyncio.run(measure(Path(made), wanted.classify)))
