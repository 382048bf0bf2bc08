"""The rules: packs, grading, the calendar, standings. Pure functions over frozen values.

The root of its errors; the message of each is a sentence, or one a line, for whoever wrote what was read:

    StudyError
    ├── RubricFaults            everything that is wrong with a rubric            study/grading/rubric.py
    ├── PackFaults              everything that is wrong with a course pack       study/packs/loading.py
    ├── NotSpliced              a pack's text cannot be changed in place          study/packs/splicing.py
    ├── NotesError              a file is no notes that can be read               study/notes/encoding.py
    └── UnknownZone             there is no such time zone, or several are meant  study/calendar.py
"""

from __future__ import annotations


class StudyError(ValueError):
    """What was given breaks a rule; the message says which, and what would not."""
