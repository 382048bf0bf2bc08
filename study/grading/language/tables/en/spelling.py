"""One spelling for British and American English."""

from __future__ import annotations

import re

from study.grading.language.language import word_set

_ISE = re.compile(r"is(e|es|ed|ing|er|ers|ation|ations)$")
_ISE_STAYS = word_set(
    "adv bru chas circumc compr comprom conc cru dem desp dev disgu enterpris exc exerc expert franch improv inc incis "
    "likew merchand mortg nois otherw parad pois prais prec precis prom promis rais rev superv surpr surpris telev"
)
_SPELLINGS = {
    "colour": "color", "behaviour": "behavior", "neighbour": "neighbor", "favour": "favor", "flavour": "flavor",
    "honour": "honor", "labour": "labor", "centre": "center", "metre": "meter", "litre": "liter", "fibre": "fiber",
    "grey": "gray", "analyse": "analyze", "catalogue": "catalog", "dialogue": "dialog", "programme": "program",
    "defence": "defense", "modell": "model", "labell": "label", "travell": "travel", "cancell": "cancel",
    "vapour": "vapor", "mould": "mold", "artefact": "artifact", "sceptic": "skeptic", "aluminium": "aluminum",
}  # fmt: skip
_PLURALS = {f"{letter}pus": f"{letter}pu" for letter in "cgnt"}
"""Processors: to the stemmer, "gpus" ends as "bus" does."""
_SPELLED = {word[:4]: [one for one in _SPELLINGS if one.startswith(word[:4])] for word in _SPELLINGS}


def american(word: str) -> str:
    """One spelling for British and American English, so that "recognise" and "recognize" share a stem."""
    found = _ISE.search(word) if "is" in word else None
    if found and found.start() >= 4 and word[: found.start()] not in _ISE_STAYS:
        word = word[: found.start()] + "iz" + word[found.start() + 2 :]
    if word in _PLURALS:
        return _PLURALS[word]
    for british in _SPELLED.get(word[:4], ()):
        if word.startswith(british):
            return _SPELLINGS[british] + word[len(british) :]
    return word
