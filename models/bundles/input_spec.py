"""How a bundle says what its network is fed: a picture in one of two ways, or a row of a table; by plain arguments."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Share = Annotated[float, Field(ge=0, le=1)]


class InkInput(BaseModel):
    """One sign, dark on light or light on dark, cropped to its ink and centred: one grey channel, 0 to 1."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    method: Literal["ink"] = "ink"
    size: Annotated[int, Field(ge=8, le=256)]
    margin: Annotated[int, Field(ge=0, le=64)] = 1

    @property
    def shape(self) -> tuple[int, int, int]:
        """Rows, columns, channels as the network is fed them."""
        return (self.size, self.size, 1)


class PhotoInput(BaseModel):
    """A photo, resized as fastai's `Resize` does in validation; mean and std apply after division by 255.

    `extra`: it is squished to so many pixels a side more, and the middle is taken, as `RandomResizedCrop` does.
    `presize`: it is brought to this side first, and batches of them to `size`, as `aug_transforms(size=…)` does.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    method: Literal["photo"] = "photo"
    size: Annotated[int, Field(ge=8, le=1024)]
    resize: Literal["crop", "squish", "pad"] = "crop"
    pad: Literal["zeros", "border", "reflection"] = "reflection"
    mean: tuple[float, float, float] | None = None
    std: tuple[float, float, float] | None = None
    extra: Annotated[int, Field(ge=0, le=1024)] = 0
    presize: Annotated[int, Field(ge=8, le=1024)] | None = None

    @model_validator(mode="after")
    def _agrees(self) -> PhotoInput:
        if self.extra and self.resize != "squish":
            raise ValueError("only a squished photo has its middle taken")
        return self

    @property
    def side(self) -> int:
        """Of a prepared photo, before batches are brought to `size`."""
        return self.presize or self.size

    @property
    def shape(self) -> tuple[int, int, int]:
        """Rows, columns, channels as the network is fed them."""
        return (self.size, self.size, 3)


PictureInput = InkInput | PhotoInput
LONGEST_CELL: Final = 100
MOST_COLUMNS: Final = 500
Cell = Annotated[str, Field(min_length=1, max_length=LONGEST_CELL)]
Finite = Annotated[float, Field(allow_inf_nan=False)]


class CategoryColumn(BaseModel):
    """A column that holds one of some words; a word's code is its place from 1, and 0 is none of them.

    `usual` is the commonest, taken for a cell that is not given, unless the model has `learned_gaps` here.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: Cell
    values: Annotated[list[Cell], Field(min_length=1, max_length=100_000)]
    usual: Cell
    learned_gaps: bool = False


class NumberColumn(BaseModel):
    """A column of numbers, taken as (number - mean) / std; `least` and `most` are what was learned from.

    `usual` is the median, taken for a cell that is not given. Where the model has `learned_gaps`, it is told of the gap
    by a code of its own, 2 where there is one and 1 where there is none.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: Cell
    mean: Finite
    std: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    least: Finite
    most: Finite
    usual: Finite
    learned_gaps: bool = False


class TableInput(BaseModel):
    """A row of a table. `important` names the columns, those that decide most first."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    method: Literal["table"] = "table"
    categories: Annotated[list[CategoryColumn], Field(max_length=MOST_COLUMNS)] = []
    numbers: Annotated[list[NumberColumn], Field(max_length=MOST_COLUMNS)] = []
    important: list[Cell] = []

    @model_validator(mode="after")
    def _agrees(self) -> TableInput:
        names = self.names
        if not names or len({name.casefold() for name in names}) != len(names):
            raise ValueError("a table needs columns, each with a name of its own")
        if sorted(self.important) not in ([], sorted(names)):
            raise ValueError("the columns by importance are not the columns")
        for column in self.categories:
            if len(set(column.values)) != len(column.values) or column.usual not in column.values:
                raise ValueError(f"the values of {column.name} do not agree")
        return self

    @property
    def names(self) -> list[str]:
        """The columns' names."""
        return [column.name for column in self.columns]

    @property
    def columns(self) -> list[CategoryColumn | NumberColumn]:
        """The columns, those of words first."""
        return [*self.categories, *self.numbers]

    @property
    def code_counts(self) -> list[int]:
        """How many codes there are for each coded cell: the categories, then the gaps of the numbers that mark them."""
        return [len(column.values) + 1 for column in self.categories] + [3 for one in self.numbers if one.learned_gaps]

    @property
    def shape(self) -> tuple[int, int, int]:
        """A prepared row, laid out as a picture of one pixel: its codes and numbers are the channels."""
        return (1, 1, len(self.code_counts) + len(self.numbers))


Input = Annotated[InkInput | PhotoInput | TableInput, Field(discriminator="method")]
