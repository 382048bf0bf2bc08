"""The house stays easy to read: no circles of files, no crowded shelves, no function too long or too tangled."""

from __future__ import annotations

import ast
import builtins
import re
from collections import Counter
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("bot", "cogs", "models", "store", "study")
FILES = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]

MODULES = 16
LINES = 50
COMPLEXITY = 15
BRANCHES = (
    ast.If, ast.IfExp, ast.For, ast.AsyncFor, ast.While, ast.ExceptHandler, ast.comprehension,
    ast.match_case, ast.Assert,
)  # fmt: skip


LONG: dict[str, dict[str, int]] = {}
"""Functions over fifty lines, by the reason why, and how long at most: none."""

TANGLED = {
    "one pass over the words of an answer: each branch reads and moves the same place in it": {
        "study rejected": 27, "study negated_words": 26, "study _whole": 26,
        "study _points_back": 21, "study _salad": 21, "study _doubting": 20,
        "study negated_until": 19, "study exchanged": 18,
    },
    "conditions that stand in an order which is the rule itself": {
        "study changed": 20, "bot _shorter": 16, "bot blocks": 19,
    },
    "a flat list of cases, a line or a sentence each: parted, it would be read in two places": {
        "bot lines_of": 20, "bot _block": 17, "bot _elements": 17, "bot test": 17,
    },
}  # fmt: skip
"""Functions of more than fifteen ways: why, and how many at most."""


PRIVATE = """
told desk kit patiently happenings parcel scene speak locker seal doorkeeper likeness
lexicon turned torn unsaid asides taken_back denials both_ways trials yardstick tries mend wish shelf unusual sure heat
liveness alive wire
"""
"""Words of this house alone that the field has better ones for: see the glossary."""


def functions(tree, within=""):
    """Every function with its name as it is reached, methods and nested ones too."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield f"{within}{node.name}", node
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield from functions(node, f"{within}{node.name}.")
        else:
            yield from functions(node, within)


def own(node):
    """The parts of a function that are not another function's."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            yield child
            yield from own(child)


def complexity(node):
    """The ways through a function: one, one more for each branch, one more for each further operand of and, or."""
    return 1 + sum(
        len(part.values) - 1 if isinstance(part, ast.BoolOp) else isinstance(part, BRANCHES) for part in own(node)
    )


def measured():
    """Each function by its room and name, with its lines and its ways."""
    for path in FILES:
        for name, node in functions(ast.parse(path.read_text(encoding="utf-8"))):
            yield f"{path.relative_to(ROOT).parts[0]} {name}", node.end_lineno - node.lineno + 1, complexity(node)


def named(tree):
    """Every name that a file gives and others may read: of functions, classes, parameters and attributes."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr
    for scope in (node for node in ast.walk(tree) if isinstance(node, (ast.Module, ast.ClassDef))):
        for line in scope.body:
            targets = line.targets if isinstance(line, ast.Assign) else [getattr(line, "target", None)]
            yield from (target.id for target in targets if isinstance(target, ast.Name))


def test_names_are_those_of_the_field():
    private = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in FILES
        for name in [path.stem, *named(ast.parse(path.read_text(encoding="utf-8")))]
        if name.strip("_").lower() in PRIVATE.split()
    }
    assert private == set()


def errors(room):
    """Every exception class that a room defines, with the names of what it derives from."""
    bases = {
        node.name: {base.id if isinstance(base, ast.Name) else base.attr for base in node.bases}
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and not any(isinstance(base, ast.Subscript) for base in node.bases)
    }
    builtin = {name for name, one in vars(builtins).items() if isinstance(one, type) and issubclass(one, BaseException)}

    def is_error(name):
        return name in builtin or any(map(is_error, bases.get(name, ())))

    here = {
        node.name
        for path in FILES
        if path.relative_to(ROOT).parts[0] == room
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    }
    return {name: bases[name] & builtin for name in here if not name.startswith("_") and is_error(name)}


@pytest.mark.parametrize("room", ROOMS)
def test_errors_have_one_root_in_each_room_and_are_drawn_as_a_tree(room):
    found = errors(room)
    assert [name for name, builtin in found.items() if builtin] == [f"{room.capitalize()}Error"]
    homes = [path for one in ROOMS for path in (ROOT / one / "errors.py", ROOT / one / "__init__.py") if path.exists()]
    tree = " ".join(ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "" for path in homes)
    assert {name for name in found if name not in re.findall(r"\w+", tree)} == set()


@pytest.fixture(scope="module")
def imports():
    """Which file imports which, also within functions and for types alone."""
    graph = grimp.build_graph(*ROOMS, cache_dir=None)
    return {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}


def test_no_files_import_each_other_in_a_circle(imports):
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as circle:
        pytest.fail(" imports ".join(reversed(circle.args[1])))


def test_nothing_that_a_folder_defines_has_the_name_of_a_file_in_it():
    """Once the file is imported it stands in the place of what was defined."""
    hidden = [
        f"{path.parent.relative_to(ROOT)}: {name}"
        for path in FILES
        if path.name == "__init__.py"
        for name, _ in functions(ast.parse(path.read_text()))
        if (path.parent / f"{name}.py").exists() or (path.parent / name).is_dir()
    ]
    assert hidden == []


def test_no_shelf_is_crowded():
    shelves = Counter(path.parent for path in FILES if path.name != "__init__.py")
    del shelves[ROOT / "cogs"]  # one file a feature
    counts = {str(shelf.relative_to(ROOT)): count for shelf, count in shelves.items()}
    crowded = {shelf: count for shelf, count in counts.items() if count > MODULES}
    assert not crowded, "part it by meaning into shelves"


@pytest.mark.parametrize(("limit", "at", "allowed"), [(LINES, 1, LONG), (COMPLEXITY, 2, TANGLED)])
def test_no_function_is_longer_or_more_tangled_than_its_reason_allows(limit, at, allowed):
    allowed = {name: most for names in allowed.values() for name, most in names.items()}
    over = {each[0]: each[at] for each in measured() if each[at] > limit}
    assert {name: count for name, count in over.items() if count > allowed.get(name, limit)} == {}
    assert allowed.keys() - over.keys() == set(), "no reason is needed any more"


def matches(tree):
    """Every `match` over classes, with the statement after it."""
    for node in ast.walk(tree):
        for body in (getattr(node, "body", ()), getattr(node, "orelse", ())):
            for at, line in enumerate(body if isinstance(body, list) else ()):
                if isinstance(line, ast.Match) and any(isinstance(one.pattern, ast.MatchClass) for one in line.cases):
                    yield line, ast.unparse(body[at + 1]) if at + 1 < len(body) else ""


def test_every_closed_union_ends_in_what_mypy_refuses_once_it_grows():
    open_ends = [
        f"{path.relative_to(ROOT)}:{match.lineno}"
        for path in FILES
        for match, then in matches(ast.parse(path.read_text(encoding="utf-8")))
        if ast.unparse(match.cases[-1].pattern) != "_" and not then.startswith("assert_never(")
    ]
    assert open_ends == [], "end it with assert_never"


def test_what_the_project_may_not_publish_is_reached_through_one_setting():
    """A checkout alone, as the public one is, skips what needs it; only `tests/shared.py` says where it lies."""
    reaching = [path.name for path in sorted((ROOT / "tests").rglob("*.py")) if "STUDYBOT_SHARED" in path.read_text()]
    assert reaching == ["shared.py", "test_house.py"]


def test_a_branch_and_a_further_operand_each_count_once():
    def count(text):
        return complexity(next(functions(ast.parse(text)))[1])

    assert count("def f(a, b):\n  return a") == 1
    assert count("def f(a, b):\n  if a and b:\n    return a\n  return [c for c in b if c]") == 4
    assert count("def f(a):\n  def g(b):\n    return b or a\n  return g") == 1
