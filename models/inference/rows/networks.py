"""fastai's networks for rows, fed as all others are: a batch of prepared rows, codes first, then numbers."""

from __future__ import annotations

from typing import Any, cast

import torch
from torch import Tensor, nn

from models.bundles.input_spec import TableInput
from models.bundles.network_spec import CollaborativeSpec, TabularSpec
from models.errors import BundleError
from models.inference.fastai_import import import_fastai


class RowNetwork(nn.Module):
    """fastai's network behind prepared rows of `codes` codes and then numbers: (N, codes + numbers, 1, 1)."""

    def __init__(self, network: nn.Module, codes: int, *, pairs: bool) -> None:
        super().__init__()
        self.network, self.codes, self.pairs = network, codes, pairs

    def forward(self, rows: Tensor) -> Tensor:
        """One row of outputs for each row."""
        flat = rows.flatten(1)
        codes = flat[:, : self.codes].round().long()
        if self.pairs:
            return cast("Tensor", self.network(codes)).reshape(-1, 1)
        return cast("Tensor", self.network(codes, flat[:, self.codes :]))


def build_tabular(spec: TabularSpec, table: TableInput, outputs: int) -> RowNetwork:
    """fastai's tabular network for this table, with random weights."""
    import_fastai()
    from fastai.tabular.model import TabularModel

    counts = table.code_counts
    if len(spec.embeddings) != len(counts):
        raise BundleError("The network's embeddings are not one for each coded cell of the table.")
    sizes = list(zip(counts, spec.embeddings, strict=True))
    numbers = len(table.numbers)
    model = TabularModel(sizes, numbers, outputs, list(spec.layers), y_range=spec.y_range, bn_cont=bool(numbers))
    return RowNetwork(model, len(counts), pairs=False)


def build_collaborative(spec: CollaborativeSpec, table: TableInput) -> RowNetwork:
    """fastai's network of factors and biases for who rates what, with random weights."""
    import_fastai()
    from fastai.collab import EmbeddingDotBias

    who, what = table.code_counts
    return RowNetwork(EmbeddingDotBias(spec.factors, who, what, y_range=spec.y_range), 2, pairs=True)


def item_weights(network: nn.Module) -> tuple[Tensor, Tensor]:
    """The factors (values + 1, factors) and biases (values + 1) of what is rated, by code."""
    inner = cast("Any", cast("RowNetwork", network).network)
    with torch.no_grad():
        return inner.i_weight.weight.detach().clone(), inner.i_bias.weight.detach().flatten().clone()
