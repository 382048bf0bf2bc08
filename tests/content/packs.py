"""The shipped courses, read once by each process of the tests."""

from functools import cache
from pathlib import Path

from study.course import Course
from study.packs import load_course

CONTENT = Path(__file__).parents[2] / "content"


@cache
def courses() -> dict[str, Course]:
    """Every course below `content/` by its id, also the example of the guide."""
    folders = sorted(path.parent for path in CONTENT.rglob("course.yaml"))
    read = [load_course({path.name: path.read_text("utf-8") for path in folder.glob("*.yaml")}) for folder in folders]
    return {course.id: course for course in read}
