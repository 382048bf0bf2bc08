"""The sentence encoder: words cut as BERT cuts them, vectors of length one, and a clear word where it is missing."""

import importlib.util

import numpy as np
import pytest
from safetensors.numpy import save_file

from bot.opinions.encoder import LAYERS, Encoder, nearness
from bot.settings import SettingsError

WORDS = ["[CLS]", "[SEP]", "[UNK]", "cats", "pur", "##r", ",", "dogs", "bark"]


@pytest.fixture
def small_model(tmp_path):
    """A model of random numbers with 24 in place of 384."""
    rng, shapes = np.random.default_rng(1), {"embeddings.word_embeddings.weight": (len(WORDS), 24)}
    shapes |= {"embeddings.position_embeddings.weight": (128, 24), "embeddings.token_type_embeddings.weight": (2, 24)}
    dense = {"attention.self.query": (24, 24), "attention.self.key": (24, 24), "attention.self.value": (24, 24)}
    dense |= {"attention.output.dense": (24, 24), "intermediate.dense": (96, 24), "output.dense": (24, 96)}
    for layer in range(LAYERS):
        for name, shape in dense.items():
            shapes[f"encoder.layer.{layer}.{name}.weight"] = shape
            shapes[f"encoder.layer.{layer}.{name}.bias"] = shape[:1]
    norms = ["embeddings", *(f"encoder.layer.{n}.{part}output" for n in range(LAYERS) for part in ("attention.", ""))]
    shapes |= {f"{norm}.LayerNorm.{part}": (24,) for norm in norms for part in ("weight", "bias")}
    made = {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
    save_file(made, tmp_path / "model.safetensors")
    (tmp_path / "vocab.txt").write_text("\n".join(WORDS), encoding="utf-8")
    return tmp_path


def test_words_are_cut_into_the_pieces_the_model_knows(small_model):
    assert [WORDS[n] for n in Encoder(small_model).tokens("Cáts purr, quickly")] == [
        *("[CLS]", "cats", "pur", "##r", ",", "[UNK]", "[SEP]")
    ]


def test_a_word_that_no_language_has_is_not_cut_at_all(small_model):
    class Counting(dict):
        looked = 0

        def get(self, key):
            self.looked += 1
            return super().get(key)

    encoder = Encoder(small_model)
    encoder.vocabulary = Counting(encoder.vocabulary)
    assert [WORDS[n] for n in encoder.tokens("x" * 4000 + " cats")] == ["[CLS]", "[UNK]", "cats", "[SEP]"]
    assert encoder.vocabulary.looked == 1


def test_a_text_becomes_a_vector_of_length_one_that_depends_on_the_order(small_model):
    encoder = Encoder(small_model)
    one, two = encoder.encode("cats purr"), encoder.encode("purr cats")
    assert np.linalg.norm(one) == pytest.approx(1, abs=1e-5)
    assert one @ encoder.encode("Cats purr") == pytest.approx(1, abs=1e-5)
    assert not np.allclose(one, two, atol=1e-4)
    assert len(encoder.tokens("cats " * 1000)) == 128


def test_switched_on_without_its_package_it_says_how_to_install_it(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SettingsError, match=r"requirements/semantic\.txt"):
        nearness()
