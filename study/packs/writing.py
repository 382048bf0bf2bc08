"""Texts and keys written as YAML that reads back as it was and that a person would have written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

_UNPRINTABLE = re.compile(r"[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]|[\u2028\u2029]")
_SAFE = re.compile(r"(?![^\W\d_]+:$)[^\W\d_](?:[^\n:#]|:(?=\S)|(?<=\S)#)*")
_FLOW_SAFE = re.compile(r"(?!(?:yes|no|true|false|null|on|off|y|n)$)[^\W\d_](?:[\w *-]*[\w*])?", re.IGNORECASE)
_FLOW_SIGN = re.compile(r"[{}\[\],&*?|<>=!%@`\"']")


def scalar(text: str, indent: int, *, key: bool = False) -> str:
    """A text as YAML: plain where it can be, quoted where it must, a block where it has lines."""
    text = _UNPRINTABLE.sub("", text.replace("\t", " "))
    if "\n" in text and not key and not text.startswith((" ", "\n")):
        body = "\n".join(f"{' ' * indent}{line.rstrip()}".rstrip() for line in text.split("\n"))
        return f"|-\n{body}"
    plain = _SAFE.fullmatch(text) and text == text.strip() and not (key and _FLOW_SIGN.search(text))
    return text if plain and len(text) < 1000 else quoted(text)


def quoted(text: str) -> str:
    """A text in double quotes."""
    return json.dumps(_UNPRINTABLE.sub("", text), ensure_ascii=False)


def listed_mapping(data: Mapping[str, Any], indent: int) -> Iterator[str]:
    """The lines of a mapping that is an entry of a list, each value on its key's line."""
    lead = "- "
    for key, value in data.items():
        yield f"{' ' * indent}{lead}{scalar(key, 0, key=True)}: {_flow(value)}"
        lead = "  "


def _flow(value: object) -> str:
    match value:
        case str():
            return value if _FLOW_SAFE.fullmatch(value) else quoted(value)
        case dict():
            return f"{{{', '.join(f'{_flow(name)}: {_flow(each)}' for name, each in value.items())}}}"
        case list():
            return f"[{', '.join(map(_flow, value))}]"
        case _:
            return json.dumps(value)
