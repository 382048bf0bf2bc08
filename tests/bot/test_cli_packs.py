"""The commands about what is taught, as a person at the keyboard meets them."""

import json
import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest
from typer.testing import CliRunner

from bot.cli.main import app
from bot.packs.library import NoPack, packs_folder
from bot.packs.live import LiveCourses
from bot.settings import read_settings
from study.packs import PackFaults
from tests.shared import needs_shared, note

ROOT = Path(__file__).parents[2]
NOTE = (
    "1. What is a tensor?\n\n> An array of one type.\n\n2. What is rank?\n\n## Recap\n- Loss is minimised by descent\n"
)
PACK = {
    "course.yaml": "id: demo\ntitle: A demo\nlanguage: en\n",
    "week-01.yaml": dedent(
        """
        number: 1
        title: The first week
        items:
          - id: w1-q1
            ask: What is a GPU?
            answer: A graphics card.
            points:
              - a graphics card: [graphics card]
            examples:
              - the graphics card: 1
              - a kind of cake: 0
          - id: w1-q2
            ask: Open a notebook.
            answer: It opens.
            ungraded: Something to do.
        """
    ).lstrip(),
}


@pytest.fixture
def packs(tmp_path, monkeypatch):
    folder = tmp_path / "packs"
    folder.mkdir()
    monkeypatch.setenv("STUDYBOT_PACKS", str(folder))
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.fixture
def demo(packs):
    (packs / "demo").mkdir()
    for name, text in PACK.items():
        (packs / "demo" / name).write_text(text, encoding="utf-8")
    return packs / "demo"


def run(*args, stdin=None):
    return CliRunner().invoke(app, list(map(str, args)), input=stdin)


def mend(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


# --- check ----------------------------------------------------------------------------------------------------------


def test_a_sound_pack_is_told_so(demo):
    done = run("check")
    assert (done.exit_code, done.stdout) == (0, "demo: 1 week, 1 graded item, 2 examples: all well.\n")


def test_every_fault_of_every_pack_is_told(demo, packs):
    other = packs / "other"
    other.mkdir()
    (other / "course.yaml").write_text("id: other\ntitle: Other\n", encoding="utf-8")
    mend(demo / "week-01.yaml", "ask: What", "aks: What")
    done = run("check")
    assert done.exit_code == 1
    assert "packs/demo/week-01.yaml:4: “ask” is missing." in done.stdout
    assert "packs/demo/week-01.yaml:5: There is no key “aks” here. Did you mean “ask”?" in done.stdout
    assert "packs/other/course.yaml:1: “language” is missing." in done.stdout
    assert "Traceback" not in done.output


def test_a_rubric_that_takes_the_answers_to_other_questions_is_a_fault(demo):
    week = demo / "week-01.yaml"
    other = "  - {id: demo-q%s, ask: Which is %s?, answer: %s., points: [{it: [%s]}]}\n"
    more = [
        ("2", "red", "A warm tomato", "tomato"),
        ("3", "blue", "A warm sky", "sky"),
        ("4", "hot", "Tea", "warm, tea"),
    ]
    week.write_text(week.read_text(encoding="utf-8") + "".join(other % each for each in more), encoding="utf-8")
    done = run("check", "demo")
    assert done.exit_code == 1
    assert "demo-q4: The reference answers of demo-q2 (by “warm”), demo-q3 (by “warm”) would be accepted" in done.stdout
    mend(week, "A warm sky", "A bright sky")
    assert run("check", "demo").exit_code == 0
    done = run("check", "demo", "--others")
    assert done.exit_code == 0 and "demo-q4: The reference answer of demo-q2 (by “warm”) would be" in done.stdout


def test_an_example_that_is_not_earned_is_a_fault_on_its_line(demo):
    mend(demo / "week-01.yaml", "a kind of cake: 0", "a kind of cake: 1")
    done = run("check", "demo", "--json")
    assert done.exit_code == 1
    (fault,) = map(json.loads, done.stdout.splitlines())
    lines = (demo / "week-01.yaml").read_text(encoding="utf-8").splitlines()
    assert "a kind of cake" in lines[fault["line"] - 1]
    assert set(fault) == {"file", "line", "what", "fix"}


def test_a_pack_that_is_not_there_is_one_sentence(packs):
    done = run("check", "nowhere")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("studybot: There is no course pack “nowhere”")


def test_a_pack_that_is_not_text_is_one_fault(demo):
    (demo / "week-02.yaml").write_bytes(b"number: 2\ntitle: \xff\xfe\n")
    done = run("check")
    assert done.exit_code == 1
    assert "week-02.yaml:2: This is not UTF-8 text. Save the file as UTF-8." in done.stdout


# --- the library ----------------------------------------------------------------------------------------------------


def test_courses_are_read_by_their_ids(demo, packs):
    assert list(LiveCourses(packs)) == ["demo"]


def test_two_packs_of_one_id_are_a_fault(demo, packs):
    (packs / "again").mkdir()
    for name, text in PACK.items():
        (packs / "again" / name).write_text(text, encoding="utf-8")
    with pytest.raises(PackFaults, match="is called demo too"):
        LiveCourses(packs)


def test_a_missing_folder_is_one_sentence(tmp_path):
    with pytest.raises(NoPack, match="There is no folder of course packs at"):
        LiveCourses(tmp_path / "none")


@pytest.mark.parametrize("given", ["", "from the environment", "from .env"])
def test_the_folder_is_the_one_the_settings_name(given, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("STUDYBOT_PACKS", raising=False)
    if given == "from .env":
        (tmp_path / ".env").write_text("STUDYBOT_PACKS=elsewhere\n", encoding="utf-8")
    elif given:
        monkeypatch.setenv("STUDYBOT_PACKS", str(tmp_path / "given"))
    assert packs_folder() == read_settings().packs


# --- grade ----------------------------------------------------------------------------------------------------------


def graded(*lines, course="demo"):
    done = run("grade", "--course", course, stdin="".join(f"{line}\n" for line in lines))
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_an_answer_to_an_item_is_graded(demo):
    right, wrong = graded('{"item": "w1-q1", "answer": "a graphics card"}', '{"item": "w1-q1", "answer": "cake"}')
    assert (right["score"], right["points"], right["possible"]) == (1, 1, 1)
    assert right["item"] == "w1-q1" and right["results"][0]["words"] == ["graphics", "card"]
    assert wrong["score"] == 0 and "10 of 10 points are still missing." in wrong["feedback"]
    assert not any("graphics" in sentence for sentence in wrong["feedback"])


def test_feedback_with_the_key_is_asked_for(demo):
    told = run("grade", "--course", "demo", "--full", stdin='{"item": "w1-q1", "answer": "cake"}\n').stdout
    assert any("a graphics card" in sentence for sentence in json.loads(told)["feedback"])


def test_an_answer_to_any_question_is_graded_by_a_draft(demo):
    request = {"question": "What is rank?", "reference": "The number of axes of a tensor.", "answer": "how many axes"}
    right, wrong = graded(json.dumps(request), json.dumps(request | {"answer": "bananas"}))
    assert right["score"] > wrong["score"] == 0


def test_a_line_may_name_its_language(demo):
    made = {"question": "Wie viele Finger?", "reference": "10", "answer": "10.000"}
    german, english, unknown = graded(
        *(json.dumps(made | one) for one in ({"language": "de"}, {}, {"language": "deutsch!"}))
    )
    assert (german["verdict"], english["verdict"]) == ("refuse", "accept")
    assert unknown == {"error": "“deutsch!” is no language tag; write en, de or pt-BR, for example."}


def test_answers_are_graded_with_marks(demo, tmp_path):
    marks = tmp_path / "marks.jsonl"
    made = {"question": "What floats?", "reference": "Wood does, since it is lighter than water."}
    lines = [{"item": "w1-q1", "answer": "a thing of silicon", "score": 1}, made | {"answer": "planks", "score": 1}]
    marks.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    asked = [{"item": "w1-q1", "answer": "A thing of silicon!"}, made | {"answer": "planks"}, made | {"answer": "lead"}]
    done = run(
        "grade", "--course", "demo", "--marks", str(marks), stdin="".join(json.dumps(one) + "\n" for one in asked)
    )
    silicon, planks, lead = map(json.loads, done.stdout.splitlines())
    assert silicon["score"] == planks["score"] == 1 and silicon["likened"] == {"mark": 1, "nearness": 1, "same": True}
    assert "likened" not in lead and lead["score"] < 1


def test_every_bad_line_of_a_file_of_marks_is_told_and_nothing_graded(demo, tmp_path):
    marks = tmp_path / "marks.jsonl"
    marks.write_text(
        '{"item": "w1-q1", "answer": "x"}\nnot JSON\n{"item": "w1-q1", "answer": "x", "score": 2}\n', "utf-8"
    )
    asked = '{"item": "w1-q1", "answer": "x"}\n'
    done = run("grade", "--course", "demo", "--marks", str(marks), stdin=asked)
    assert (done.exit_code, done.stdout) == (1, "")
    told = done.stderr.splitlines()
    assert told[0] == f"studybot: {marks}, line 1: an answer and a score from 0 to 1 are needed."
    assert told[1].startswith(f"{marks}, line 2: this is not JSON: ")
    assert told[2] == f"{marks}, line 3: the score 2 is not from 0 to 1."
    marks.write_text('{"item": "w9-q9", "answer": "x", "score": 1}', "utf-8")
    done = run("grade", "--course", "demo", "--marks", str(marks), stdin=asked)
    assert done.stderr == f"studybot: {marks}, line 1: there is no item “w9-q9” in the course.\n"


def test_a_line_that_cannot_be_graded_is_answered_and_the_next_goes_on(demo):
    told = graded(
        "not JSON",
        "[1, 2]",
        '{"item": "w1-q1"}',
        '{"item": "w1-q1", "answer": 5}',
        '{"answer": "a graphics card"}',
        '{"item": "w1-q9", "answer": "x"}',
        '{"item": "w1-q2", "answer": "x"}',
        "[" * 100_000,
        "",
        '{"item": "w1-q1", "answer": ""}',
        '{"item": "w1-q1", "answer": "\\ud800 graphics card"}',
    )
    assert [set(line) == {"error"} for line in told] == [True] * 8 + [False] * 2
    assert (
        told[5]["error"] == "There is no item “w1-q9” in the course. Did you mean w1-q2?" or "w1-q1" in told[5]["error"]
    )
    assert told[6]["error"] == "w1-q2 is not graded: Something to do."
    assert (told[8]["score"], told[9]["score"]) == (0, 1)


def test_answers_come_line_by_line_and_soon(demo):
    with subprocess.Popen(
        [sys.executable, "-c", "from bot.cli.main import main; main()", "grade", "--course", "demo"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    ) as process:
        for answer, score in (("a graphics card", 1), ("cake", 0)):
            process.stdin.write(json.dumps({"item": "w1-q1", "answer": answer}).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["score"] == score
        process.stdin.close()
        assert process.wait(timeout=20) == 0


def studybot(*arguments):
    return subprocess.run(
        [sys.executable, "-c", "from bot.cli.main import main; main()", *arguments],
        input=b"",
        capture_output=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        timeout=60,
        check=False,
    )


def test_grading_loads_nothing_heavy():
    code = (
        "import sys; sys.argv = ['studybot', 'grade']\n"
        "from bot.cli.main import main\n"
        "main()\n"
        "heavy = {'torch', 'sqlalchemy', 'aiohttp', 'discord', 'slack_bolt', 'pydantic', 'markdown_it'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    env = {key: value for key, value in os.environ.items() if key != "STUDYBOT_PACKS"} | {"PYTHONPATH": str(ROOT)}
    request = '{"item": "ch01-q21", "answer": "20% at random"}\n'
    done = subprocess.run(
        [sys.executable, "-c", code], input=request, capture_output=True, text=True, env=env, timeout=60, check=False
    )
    answered, heavy = done.stdout.splitlines()
    assert json.loads(answered)["score"] > 0
    assert heavy == "[]"


@pytest.mark.parametrize("arguments", [("grade", "--course", "nowhere"), ("grade", "--course=nowhere")])
def test_a_course_that_is_not_there_is_one_sentence(demo, arguments):
    done = studybot(*arguments)
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode().startswith("studybot: There is no course pack “nowhere”")
    assert len(done.stderr.decode().splitlines()) == 1


def test_help_is_still_help():
    assert b"one JSON object a line in" in studybot("grade", "--help").stdout


# --- import ---------------------------------------------------------------------------------------------------------


def test_notes_become_a_week_that_loads(packs, tmp_path):
    note = tmp_path / "Notes of week 1.md"
    note.write_text(NOTE, encoding="utf-8")
    done = run("import", note, "--course", "mine", "--week", 3)
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("packs/mine/week-03.yaml: 1 graded item, 1 recap idea, 1 prompt.\n")
    assert "Question 2 stands among the prompts" in done.stdout
    assert "draft: " in (packs / "mine" / "week-03.yaml").read_text(encoding="utf-8")
    week = LiveCourses(packs)["mine"].week(3)
    assert [(item.id, item.ask, item.answer) for item in week.items] == [
        ("w03-q01", "What is a tensor?", "An array of one type.")
    ]
    assert week.prompts == ("What is rank?",)
    assert week.recap.answer == "Loss is minimised by descent"
    done = run("check")
    assert done.exit_code == 0, done.output


def test_a_week_is_never_written_over_unasked(packs, tmp_path):
    note = tmp_path / "note.md"
    note.write_text(NOTE, encoding="utf-8")
    assert run("import", note, "--course", "mine", "--week", 1).exit_code == 0
    path = packs / "mine" / "week-01.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("An array", "My own words: an array"), encoding="utf-8")
    before = path.read_bytes()
    again = run("import", note, "--course", "mine", "--week", 1)
    assert again.exit_code == 1
    assert again.stderr.endswith(
        "packs/mine/week-01.yaml exists; --week 2 adds a new week, --force replaces the old one.\n"
    )
    assert path.read_bytes() == before
    assert run("import", note, "--course", "mine", "--week", 1, "--force").exit_code == 0
    assert path.read_bytes() != before


def test_without_a_week_the_next_one_is_written(packs, tmp_path):
    note = tmp_path / "note.md"
    note.write_text(NOTE, encoding="utf-8")
    for expected in ("week-01.yaml", "week-02.yaml"):
        assert expected in run("import", note, "--course", "mine").stdout


def test_a_bank_has_no_marks_to_count(packs, tmp_path):
    bank = tmp_path / "bank.gift"
    bank.write_text("Where? {=here ~there}\n\nWhen? {=now ~then}\n", encoding="utf-8")
    done = run("import", bank, "--json")
    assert f"{bank}: 2 questions read, 2 of them with an answer." in done.stderr and "plainly" not in done.stderr


PORTUGUESE = "1. O que é um tensor?\n\n> É uma matriz de números que não são todos iguais, com muitas dimensões.\n"


def test_notes_are_graded_in_their_own_language(packs, tmp_path):
    note = tmp_path / "notas.md"
    note.write_text(PORTUGUESE, encoding="utf-8")
    done = run("import", note, "--course", "meu")
    assert done.exit_code == 0 and "graded in" not in done.stdout, done.output
    assert LiveCourses(packs)["meu"].language == "pt"


def test_the_language_of_a_course_that_is_there_wins(packs, tmp_path):
    note = tmp_path / "notas.md"
    note.write_text(PORTUGUESE, encoding="utf-8")
    (packs / "mine").mkdir()
    head = "id: mine\ntitle: Mine\nlanguage: de\n"
    (packs / "mine" / "course.yaml").write_text(head, encoding="utf-8")
    done = run("import", note, "--course", "mine")
    assert done.stdout.endswith("look Portuguese; they are graded in German, as the course is.\n"), done.output
    course = LiveCourses(packs)["mine"]
    assert (course.language, course.weeks[0].items[0].rubric.language) == ("de", "de")
    assert (packs / "mine" / "course.yaml").read_text(encoding="utf-8") == head


def test_json_is_one_object_a_line_and_writes_nothing(packs, tmp_path):
    note = tmp_path / "note.md"
    note.write_text(NOTE, encoding="utf-8")
    done = run("import", note, "--json")
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {"kind": "question", "number": 1, "question": "What is a tensor?", "answer": "An array of one type."},
        {"kind": "question", "number": 2, "question": "What is rank?", "answer": ""},
        {"kind": "recap", "number": 1, "question": "Loss is minimised by descent", "answer": ""},
    ]
    assert list(packs.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty; docs/importing.md shows the forms that are read."),
        (b"\n \n", "is empty; docs/importing.md shows the forms that are read."),
        (b"Only a sentence.", "holds no question, recap line or prompt that can be made out"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "It is not a text file; export the notes as Markdown"),
        (b"1. What?\n" * 700_000, "It is larger than 5 MB"),
        (None, "cannot be read (No such file or directory)."),
    ],
)
@pytest.mark.parametrize("options", [(), ("--json",)])
def test_a_file_that_is_no_note_is_one_sentence(content, sentence, options, packs, tmp_path):
    note = tmp_path / "note.md"
    if content is not None:
        note.write_bytes(content)
    done = run("import", note, *options)
    assert (done.exit_code, done.stdout) == (1, "")
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1 or "Only" in str(content)
    assert list(packs.iterdir()) == []


def test_what_was_left_out_is_told_with_its_line(packs, tmp_path):
    note = tmp_path / "note.md"
    note.write_text("Hello all\n\n1. What is rank?\n\n> Axes. ![](a.png)\n", encoding="utf-8")
    done = run("import", note, "--json")
    assert f"{note}:1: “Hello all” belongs to no question; it was left out." in done.stderr
    assert f"{note}:5: a picture (a.png) was left out." in done.stderr


def test_a_name_that_cannot_be_a_course_is_refused(packs, tmp_path):
    note = tmp_path / "note.md"
    note.write_text(NOTE, encoding="utf-8")
    done = run("import", note, "--course", "../My Course")
    assert done.exit_code == 1
    assert "cannot name a course; write --course my-course, for example." in done.stderr


def test_a_folder_that_cannot_be_written_is_one_sentence(packs, tmp_path):
    note = tmp_path / "note.md"
    note.write_text(NOTE, encoding="utf-8")
    (packs / "mine").write_text("a file where a folder should be", encoding="utf-8")
    done = run("import", note, "--course", "mine")
    assert done.exit_code == 1
    assert "packs/mine cannot be written" in done.stderr


# --- the three notes that the project began from ----------------------------------------------------------------------


def seed(number):
    path = note(number)
    done = run("import", "--json", path)
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()], path


@needs_shared
def test_the_questionnaire_and_its_prompts():
    entries, path = seed("000")
    questions = [entry for entry in entries if entry["kind"] == "question"]
    assert [entry["number"] for entry in questions] == list(range(1, 34))
    assert [entry["number"] for entry in questions if not entry["answer"]] == [13]
    bullets = [
        line for line in path.read_text(encoding="utf-8").partition("## Summary")[2].splitlines() if line[:1] == "-"
    ]
    prompts = [entry for entry in entries if entry["kind"] == "prompt"]
    assert [entry["question"] for entry in prompts] == [line[2:].strip() for line in bullets]
    assert len(entries) == 33 + len(bullets)
    assert len(questions[3]["answer"].splitlines()) == 8


@needs_shared
def test_the_recap():
    entries, _ = seed("001")
    assert {entry["kind"] for entry in entries} == {"recap"}
    assert len(entries) == 14
    assert [len(entry["answer"].splitlines()) for entry in entries if entry["answer"]] == [2]


@needs_shared
def test_the_ten_pairs():
    entries, path = seed("002")
    assert [entry["kind"] for entry in entries] == ["question"] * 10
    asked = [line[2:].strip() for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("Q.")]
    assert [entry["question"] for entry in entries] == asked
    assert [entry["answer"] == "" for entry in entries] == [False] * 9 + [True]
    assert not any("Lesley" in entry["answer"] for entry in entries)


@needs_shared
@pytest.mark.parametrize("number", ["000", "001", "002"])
def test_each_becomes_a_week_that_passes_the_check(number, packs):
    _, path = seed(number)
    assert run("import", path, "--course", "seed").exit_code == 0
    done = run("check")
    assert done.exit_code == 0, done.output


def state_of(name):
    """How far a course's questions are proved, as the listing of packs tells it."""
    listed = (json.loads(line) for line in run("packs", "--json").output.splitlines())
    return next(one for one in listed if one["id"] == name)


def test_a_rubric_is_proven_by_answers_its_author_never_saw_until_it_is_changed(demo, tmp_path):
    week = demo / "week-01.yaml"
    more = "      - the graphics card: 1\n      - graphics cards: 1\n      - a processor: 0\n"
    mend(week, "      - the graphics card: 1\n", more)
    assert (state_of("demo")["tested"], state_of("demo")["proven"]) == (1, 0)
    right, wrong = ["graphics card", "a card for graphics, a graphics card"] * 3, ["a cake", "memory", "a disk", "no"]
    batch = tmp_path / "unseen.jsonl"
    lines = [{"item": "w1-q1", "answer": f"{said} {n}", "score": 1} for n, said in enumerate(right)]
    lines += [{"item": "w1-q1", "answer": said, "score": 0} for said in wrong]
    batch.write_text("\n".join(map(json.dumps, lines[1:])))
    done = run("rubric", "prove", batch, "--course", "demo")
    assert done.exit_code == 0 and "w1-q1: 9 of 9 as marked" in done.output
    assert state_of("demo")["proven"] == 0  # nine are too few
    batch.write_text("\n".join(map(json.dumps, lines)))
    assert "w1-q1: 10 of 10 as marked" in run("rubric", "prove", batch, "--course", "demo").output
    assert (state_of("demo")["tested"], state_of("demo")["proven"]) == (0, 1)
    assert "| w1-q1 | proven |" in run("rubric", "report", "demo").output
    mend(week, "[graphics card]", "[graphics card, gpu chip]")
    assert (state_of("demo")["tested"], state_of("demo")["proven"]) == (1, 0)


@pytest.mark.parametrize(
    ("course", "line", "sentence"),
    [
        ("nowhere", {"item": "w1-q1", "answer": "a", "score": 1}, "nowhere"),
        ("demo", {"item": "w9-q9", "answer": "a", "score": 1}, "w9-q9"),
        ("demo", {"item": "w1-q1", "answer": "a", "score": "much"}, "line 1"),
    ],
)
def test_what_proves_nothing_is_one_sentence_and_keeps_no_proof(course, line, sentence, demo, tmp_path):
    batch = tmp_path / "unseen.jsonl"
    batch.write_text(json.dumps(line))
    done = run("rubric", "prove", batch, "--course", course)
    assert done.exit_code != 0 and sentence in done.output and "Traceback" not in done.output
    assert not (demo / "proof.yaml").exists()


def test_the_packs_are_listed_with_how_far_they_are_proved():
    (listed,) = [json.loads(line) for line in run("packs", "--json").output.splitlines()][:1]
    assert listed["id"] == "fastbook" and listed["weeks"] > 1 and listed["licence"] == "Apache-2.0"
    assert f"{listed['tested']} tested" in run("packs").output
