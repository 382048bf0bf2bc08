"""What a bundle may say about its network: six families, each by plain arguments. Nothing else can be built."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Width = Annotated[int, Field(ge=1, le=8192)]


class _Spec(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class SmallCNNSpec(_Spec):
    """A small convolutional network of this project."""

    family: Literal["small-cnn"] = "small-cnn"
    channels: Literal[1, 3]
    widths: Annotated[list[Width], Field(min_length=1, max_length=8)]


class PixelSimilaritySpec(_Spec):
    """Distances to the mean picture of each class."""

    family: Literal["pixel-similarity"] = "pixel-similarity"
    distance: Literal["l1", "l2"]


class VisionSpec(_Spec):
    """What fastai's `vision_learner` builds: a torchvision or timm body, fastai's head, and the head's arguments."""

    family: Literal["fastai-vision", "fastai-timm"]
    arch: Annotated[str, Field(pattern=r"^[a-z0-9_.]{1,100}$")]
    n_in: Literal[1, 3] = 3
    cut: int | None = None
    lin_ftrs: list[Width] | None = None
    concat_pool: bool = True
    first_bn: bool = True
    bn_final: bool = False
    lin_first: bool = False
    ps: Annotated[float, Field(ge=0, lt=1)] = 0.5
    y_range: tuple[float, float] | None = None


class UnetSpec(_Spec):
    """What fastai's `unet_learner` builds on a torchvision body, for segmentation."""

    family: Literal["fastai-unet"] = "fastai-unet"
    arch: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,100}$")]


class TabularSpec(_Spec):
    """What fastai's `tabular_learner` builds: an embedding for each coded cell, then linear layers."""

    family: Literal["fastai-tabular"] = "fastai-tabular"
    embeddings: Annotated[list[Annotated[int, Field(ge=1, le=600)]], Field(max_length=1000)]
    layers: Annotated[list[Width], Field(min_length=1, max_length=8)]
    y_range: tuple[float, float] | None = None


class CollaborativeSpec(_Spec):
    """What fastai's `collab_learner` builds for who (the first category) rates what (the second)."""

    family: Literal["fastai-collaborative"] = "fastai-collaborative"
    factors: Annotated[int, Field(ge=1, le=500)]
    y_range: tuple[float, float] | None = None


RowNetwork = TabularSpec | CollaborativeSpec
Network = Annotated[
    SmallCNNSpec | PixelSimilaritySpec | VisionSpec | UnetSpec | TabularSpec | CollaborativeSpec,
    Field(discriminator="family"),
]
