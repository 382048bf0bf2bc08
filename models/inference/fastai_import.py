"""Bringing fastai in without the warnings its import raises over parts of torch that nobody here uses."""

from __future__ import annotations

import importlib
import warnings
from functools import cache


@cache
def import_fastai() -> None:
    """Import fastai's vision part; to be called before anything is imported from it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        importlib.import_module("fastai.vision.all")
