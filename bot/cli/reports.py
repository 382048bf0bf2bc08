"""Reports on the rubrics of a course, as Markdown: on its own examples, and on marked answers."""

from __future__ import annotations

from pathlib import Path

from bot.cli.items import grouped, items_of, short


def agreement(course: str) -> str:
    """The report on a course, as Markdown."""
    from study.grading.authoring.evaluation import Marked, replay

    lines = [
        f"# How the rubrics of {course} agree with their own examples",
        "",
        f"Written by `studybot rubric report {course} --write docs/agreement-{course}.md`. An example agrees where",
        "the rubric and its author both accept it, both refuse it, or both put it between.",
        "",
        "| item | points | examples | agree | asked | largest difference |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    all_trials = 0
    agreeing = 0
    for item in items_of(course):
        rubric = item.rubric
        if rubric is None or not rubric.examples:
            continue
        replayed = replay(rubric, [Marked(one.answer, one.score) for one in rubric.examples], item.ask)
        agreed = sum(one.agrees for one in replayed)
        asked = sum(one.grade.verdict == "needs_review" for one in replayed)
        worst = max(abs(one.grade.score - one.marked.score) for one in replayed)
        lines.append(f"| {item.id} | {len(rubric.points)} | {len(replayed)} | {agreed} | {asked} | {worst:.2f} |")
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
