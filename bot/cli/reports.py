"""Reports on the rubrics of a course, as Markdown: on its own examples, and on marked answers."""

from __future__ import annotations

from pathlib import Path

from bot.cli.items import course_of, grouped, short

STATES = {"proven": "proven", "tested": "tested", "looked_at": "looked at", "drafts": "drafts", "tasks": "to do"}
"""How far questions are proved, as a listing of packs counts it, and the words for it, the best first."""


def agreement(course: str) -> str:
    """The report on a course, as Markdown."""
    from study.grading.authoring.evaluation import Marked, replay
    from study.packs.maturity import maturities

    lines = [
        f"# How the rubrics of {course} agree with their own examples",
        "",
        f"Written by `studybot rubric report {course} --write docs/agreement-{course}.md`. An example agrees where",
        "the rubric and its author both accept it, both refuse it, or both put it between. What the states mean:",
        "[authoring.md](authoring.md#how-far-a-question-is-proved).",
        "",
        "| item | state | points | examples | agree | asked | largest difference |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    all_trials = 0
    agreeing = 0
    found = course_of(course)
    states = maturities(found)
    for item in found.items():
        rubric = item.rubric
        if rubric is None or not rubric.examples:
            continue
        replayed = replay(rubric, [Marked(one.answer, one.score) for one in rubric.examples], item.ask)
        agreed = sum(one.agrees for one in replayed)
        asked = sum(one.grade.verdict == "needs_review" for one in replayed)
        worst = max(abs(one.grade.score - one.marked.score) for one in replayed)
        told = (item.id, states[item.id], len(rubric.points), len(replayed), agreed, asked, f"{worst:.2f}")
        lines.append(f"| {' | '.join(map(str, told))} |")
        all_trials += len(replayed)
        agreeing += agreed
    lines += ["", f"Together: {agreeing} of {all_trials} agree.", ""]
    return "\n".join(lines)


def answered(course: str, answers: Path) -> str:
    """The report on marked answers to a course, as Markdown: item analysis, question by question."""
    from statistics import StatisticsError, correlation, fmean

    from cogs.analysis import told_agreement
    from study.analysis import Judgement, agreement, commonly_missed, commonly_mistaken
    from study.grading.authoring.evaluation import replay

    lines = [
        f"# How the rubrics of {course} fare on marked answers",
        "",
        "Mean: of the marks / of the scores; r: their correlation. They agree where both accept, refuse or hesitate.",
        "",
        "| item | answers | mean | r | agreement | missed most | mistaken most |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    judged = []
    for name, rubric, question, marked in grouped(answers, course, ""):
        replayed = replay(rubric, marked, question)
        here = [Judgement(name, one.grade.score, one.marked.score) for one in replayed]
        judged += here
        marks, scores = [one.marked.score for one in replayed], [one.grade.score for one in replayed]
        try:
            r = f"{correlation(marks, scores):.2f}"
        except StatisticsError:
            r = "\u2013"
        common = [find([one.grade for one in replayed]) for find in (commonly_missed, commonly_mistaken)]
        tallies = [f"{short(one[0])} ({one[1]})".replace("|", "/") if one else "\u2013" for one in common]
        mean = f"{fmean(marks):.2f} / {fmean(scores):.2f}"
        lines.append(
            f"| {name} | {len(replayed)} | {mean} | {r} | {told_agreement(agreement(here))} | {' | '.join(tallies)} |"
        )
    lines += ["", f"Together: grader and marks {told_agreement(agreement(judged))}.", ""]
    return "\n".join(lines)


def gallery(packs: Path) -> str:
    """The packs of a folder, as Markdown: what each holds, how far it is proved, and how it may be shared."""
    from bot.packs.checking import listing
    from bot.packs.library import read_packs
    from study.grading.authoring.evaluation import Marked, replay
    from study.texts import language_name

    lines = [
        "# The courses that come along",
        "",
        "`studybot packs` lists those of your own installation. A course of your own begins with `studybot pack new`,",
        "with notes ([importing.md](importing.md)) or at the bench ([authoring.md](authoring.md)); one from elsewhere",
        "comes with `studybot pack add`. The states: [authoring.md](authoring.md#how-far-a-question-is-proved).",
    ]
    for folder, course in read_packs(packs).items():
        held = listing(course)
        graded = [item for item in course.items() if item.rubric is not None]
        trials = [
            one
            for item in graded
            if item.rubric is not None
            for one in replay(item.rubric, [Marked(each.answer, each.score) for each in item.rubric.examples], item.ask)
        ]
        states = ", ".join(f"{held[key]} {word}" for key, word in STATES.items() if held[key])
        recaps = sum(week.recap is not None for week in course.weeks)
        rows = {
            "id": f"`{course.id}`, in `{folder.name}/`",
            "language": language_name(course.language),
            "weeks": f"{len(course.weeks)}, {recaps} of them with a recap",
            "questions": f"{len(graded)} graded, and {held['tasks']} to do",
            "states": states,
            "examples": f"{sum(one.agrees for one in trials)} of {len(trials)} graded as their author marked them",
            "licence": course.licence or "none is named",
            "source": course.source or "none is named",
        }
        lines += ["", f"## {course.title}", "", "| | |", "| --- | --- |"]
        lines += [f"| {name} | {told} |" for name, told in rows.items()]
        lines += ["", " · ".join(week.title for week in course.weeks)]
    return "\n".join(lines) + "\n"
