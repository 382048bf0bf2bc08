"""The main road: how fast `studybot grade` starts, how fast an answer is graded, how long a cohort takes."""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

from bot.packs.library import packs_folder
from bot.packs.live import LiveCourses
from bot.simulate import Plan, simulate
from study.grading import grade

STUDYBOT = Path(sys.executable).parent / "studybot"


def start_up(times: int = 7) -> float:
    """Median seconds from starting `studybot grade` to its first line, answer included."""
    line = json.dumps({"item": "ch01-q12", "answer": "parameters"})
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        subprocess.run([STUDYBOT, "grade"], input=line, text=True, capture_output=True, check=True)  # noqa: S603
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def grading() -> tuple[float, float]:
    """Median microseconds over the examples of every pack, and milliseconds of the slowest 4,000 characters."""
    items = [item for course in LiveCourses(packs_folder()).values() for item in course.items() if item.rubric]
    answers = [(item, example.answer) for item in items if item.rubric for example in item.rubric.examples]
    taken, slowest = [], 0.0
    for item, answer in answers * 3:
        begun = time.perf_counter()
        grade(item.rubric, answer, question=item.ask)
        taken.append(time.perf_counter() - begun)
    for item in items:
        long = (" ".join([item.answer, *(e.answer for e in item.rubric.examples)]) + " ") * 100
        begun = time.perf_counter()
        grade(item.rubric, long[:4000], question=item.ask)
        slowest = max(slowest, time.perf_counter() - begun)
    return statistics.median(taken) * 1e6, slowest * 1e3


def main() -> None:
    """Print the figures with their goals."""
    print(f"studybot grade, one line, whole process: {start_up():.2f} s (goal 0.7)")
    median, slowest = grading()
    print(f"grading an answer: median {median:.0f} µs (goal 150), slowest 4,000 characters {slowest:.1f} ms (goal 20)")
    begun = time.perf_counter()
    tally = asyncio.run(simulate(Plan(12, 40, 1)))
    seconds = time.perf_counter() - begun
    print(f"simulated cohort of 12 weeks and 40 people: {seconds:.1f} s (goal 20), {tally.answers} answers")


if __name__ == "__main__":
    main()
