"""The operators there are: every file of `operators` is looked through."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

from study.grading.match import operators
from study.grading.match.operator import KeyedOperator, Operator


def _found() -> Iterator[type[Operator]]:
    for module in sorted(one.name for one in pkgutil.iter_modules(operators.__path__)):
        for value in vars(import_module(f"{operators.__name__}.{module}")).values():
            own = isinstance(value, type) and value.__module__ == f"{operators.__name__}.{module}"
            if own and issubclass(value, Operator):
                yield value


def _joined(name: str) -> dict[str, Any]:
    """One key as all the operators that know it describe it."""
    schemas = [operator.keys[name] for operator in _KEYED if name in operator.keys]
    description = " ".join(str(schema["description"]) for schema in schemas)
    return {**schemas[0], "description": description}


OPERATORS: tuple[type[Operator], ...] = tuple(_found())
_KEYED = tuple(operator for operator in OPERATORS if issubclass(operator, KeyedOperator))
BY_HEAD: Mapping[str, type[KeyedOperator]] = {head: operator for operator in _KEYED for head in operator.heads}
KEYS: Mapping[str, Mapping[str, Any]] = {
    name: _joined(name) for name in dict.fromkeys(name for operator in _KEYED for name in operator.keys)
}
"""JSON Schema of every key that stands in a mapping of an operator."""
