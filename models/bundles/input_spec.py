"""How a bundle says that its network is fed: one of two ways, each by plain arguments."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0, le=1)]


class InkInput(BaseModel):
    """One sign, dark on light or light on dark, cropped to its ink and centred: one grey channel, 0 to 1."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    method: Literal["ink"] = "ink"
    size: Annotated[int, Field(ge=8, le=256)]
    margin: Annotated[int, Field(ge=0, le=64)] = 1

    @property
    def shape(self) -> tuple[int, int, int]:
        """Rows, columns, channels of the prepared array."""
        return (self.size, self.size, 1)


class PhotoInput(BaseModel):
    """A photo, resized as fastai's `Resize` does in validation; mean and std apply after division by 255."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    method: Literal["photo"] = "photo"
    size: Annotated[int, Field(ge=8, le=1024)]
    resize: Literal["crop", "squish", "pad"] = "crop"
    pad: Literal["zeros", "border", "reflection"] = "reflection"
    mean: tuple[float, float, float] | None = None
    std: tuple[float, float, float] | None = None

    @property
    def shape(self) -> tuple[int, int, int]:
        """Rows, columns, channels of the prepared array."""
        return (self.size, self.size, 3)


Input = Annotated[InkInput | PhotoInput, Field(discriminator="method")]
