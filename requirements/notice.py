"""Writes NOTICE: whose software the images carry, and under which licences, as the installed packages themselves say.

python requirements/notice.py            writes it (needs both sides installed: make setup)
python requirements/notice.py --check    exits 1 where it is out of step with the locks or with what is installed

What is locked for the images (Linux, Python 3.11) and not installed here keeps the line that it has.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
NOTICE = ROOT / "NOTICE"
IMAGES = {"studybot": "chat", "studybot-models": "models", "studybot-models with Ray, besides": "ray"}
IMAGE = {
    "sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "platform_machine": "x86_64",
    "python_version": "3.11", "python_full_version": "3.11.0", "implementation_name": "cpython",
    "platform_python_implementation": "CPython",
}  # fmt: skip
HEAD = """studybot
Copyright the studybot authors

Licensed under the Apache License, Version 2.0 (see LICENSE).

The container images carry the software of others. Each package has its licence beside it, in
site-packages/NAME.dist-info; what the base image brings from Debian has it in /usr/share/doc/NAME/copyright.
"""
CLASSIFIER = "License :: OSI Approved :: "
UNSAID = "see its folder"


def locked(lock: str) -> list[str]:
    """The packages of a lock that an image installs."""
    lines = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8").splitlines()
    wanted = [Requirement(line.rstrip("\\ ")) for line in lines if re.match(r"[a-z0-9]", line)]
    return sorted(one.name for one in wanted if one.marker is None or one.marker.evaluate(IMAGE))


def licence(told: PackageMetadata) -> str:
    """What a package says of its licence, in a line: the expression, else classifiers, else its own words."""
    if expression := told.get("License-Expression"):
        return str(expression)
    classified = [c.removeprefix(CLASSIFIER) for c in told.get_all("Classifier") or () if c.startswith(CLASSIFIER)]
    if classified:
        return " / ".join(classified)
    words = str(told.get("License") or "").strip()
    return words if words and len(words) <= 80 and "\n" not in words else UNSAID


def known() -> dict[str, str]:
    """The lines that NOTICE has now, by package."""
    found = re.findall(r"^  (\S+): (.+)$", NOTICE.read_text(encoding="utf-8"), re.M)
    return dict(found)


def written() -> str:
    """What NOTICE should say. Raises SystemExit where a package is neither installed nor in NOTICE."""
    before, parts = known(), [HEAD]
    for image, lock in IMAGES.items():
        parts.append(f"\n{image}:\n\n")
        for name in locked(lock):
            if lock == "ray" and name in locked("models"):
                continue
            try:
                line = licence(metadata(name))
            except PackageNotFoundError:
                if name not in before:
                    raise SystemExit(f"{name} is locked and not installed here: make setup, then try again.") from None
                line = before[name]
            parts.append(f"  {name}: {line}\n")
    return "".join(parts)


def main() -> None:
    """Write NOTICE, or check it."""
    text = written()
    if "--check" in sys.argv[1:]:
        if text != NOTICE.read_text(encoding="utf-8"):
            raise SystemExit("NOTICE is out of step: python requirements/notice.py")
        return
    NOTICE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
