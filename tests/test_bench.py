"""`make bench` runs to its end also where a script has not what it needs: it says so."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("name", ["grading_fit", "semantic"])
def test_a_figure_that_needs_answers_of_others_is_left_out_with_the_reason(name):
    done = subprocess.run([sys.executable, "-m", "bench", name], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert "left out: it needs a FOLDER of answers with teachers' grades" in done.stdout


def test_every_script_can_say_what_it_shows():
    done = subprocess.run([sys.executable, "-m", "bench", "--list"], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert all(line.partition("): ")[2] for line in done.stdout.splitlines() if not line.startswith("  "))
