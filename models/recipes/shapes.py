"""Pictures of shapes and textures, in any colours, sizes and places: training data that anybody can draw again."""

from __future__ import annotations

import colorsys
import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

KINDS = ("checks", "circle", "dots", "square", "star", "stripes", "triangle", "waves")
_FINE = 3  # drawn so many times larger, then reduced, for smooth edges

Colour = tuple[int, int, int]


def draw(kind: str, side: int, rng: np.random.Generator) -> Image.Image:
    """One picture of this kind, `side` pixels high and about as wide."""
    wide = int(side * rng.uniform(0.85, 1.2))
    ground, ink = _colours(rng)
    image = Image.new("RGB", (wide * _FINE, side * _FINE), ground)
    pen = ImageDraw.Draw(image)
    match kind:
        case "stripes":
            _stripes(pen, image.size, ink, rng)
        case "checks":
            image = _checks(image.size, ground, ink, rng)
        case "dots":
            _dots(pen, image.size, ink, rng)
        case "waves":
            _waves(pen, image.size, ink, rng)
        case "circle" | "square" | "star" | "triangle":
            _shape(pen, kind, image.size, ground, ink, rng)
        case _:
            raise ValueError(f"There is no kind called {kind}; there are {', '.join(KINDS)}.")
    image = image.resize((wide, side), Image.Resampling.BOX)
    if rng.random() < 0.3:
        image = image.filter(ImageFilter.GaussianBlur(float(rng.uniform(0.3, 1.2))))
    grain = rng.normal(0, rng.choice([0, 4, 10]), (side, wide, 1))
    light = rng.normal(0, 18) * np.linspace(-1, 1, wide)[None, :, None]
    return Image.fromarray(np.clip(np.asarray(image) + grain + light, 0, 255).astype(np.uint8))


def many(each: int, side: int, seed: int) -> tuple[list[Image.Image], NDArray[np.int64]]:
    """So many pictures of every kind, in turn, and which kind each is."""
    rng = np.random.default_rng(seed)
    labels = np.tile(np.arange(len(KINDS)), each)
    return [draw(KINDS[label], side, rng) for label in labels], labels.astype(np.int64)


def _colours(rng: np.random.Generator) -> tuple[Colour, Colour]:
    """Two colours that a person can tell apart."""
    while True:
        pair = [_colour(rng), _colour(rng)]
        apart = [abs(sum(c * w for c, w in zip(one, (0.3, 0.59, 0.11), strict=True))) for one in pair]
        if abs(apart[0] - apart[1]) > 60:
            return pair[0], pair[1]


def _colour(rng: np.random.Generator) -> Colour:
    red, green, blue = colorsys.hsv_to_rgb(rng.random(), rng.uniform(0, 1), rng.uniform(0.1, 1))
    return int(red * 255), int(green * 255), int(blue * 255)


def _rotated(points: list[tuple[float, float]], at: tuple[float, float], angle: float) -> list[tuple[float, float]]:
    cos, sin = math.cos(angle), math.sin(angle)
    return [(at[0] + x * cos - y * sin, at[1] + x * sin + y * cos) for x, y in points]


def _shape(
    pen: ImageDraw.ImageDraw,
    kind: str,
    size: tuple[int, int],
    ground: Colour,
    ink: Colour,
    rng: np.random.Generator,
) -> None:
    radius = min(size) * rng.uniform(0.2, 0.42)
    at = tuple(radius + rng.uniform(0.02, 0.98) * (side - 2 * radius) for side in size)
    angle = rng.uniform(0, 2 * math.pi)
    corners: list[tuple[float, float]] = []
    match kind:
        case "circle":
            squeeze = rng.uniform(0.8, 1)
            turns = np.linspace(0, 2 * math.pi, 90)
            corners = [(radius * math.cos(turn), squeeze * radius * math.sin(turn)) for turn in turns]
        case "square":
            half, squeeze = radius * 0.85, rng.uniform(0.75, 1)
            corners = [(x * half, y * half * squeeze) for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
        case "triangle":
            corners = [_on_circle(radius * rng.uniform(0.85, 1), third / 3) for third in range(3)]
        case _:
            points = int(rng.integers(5, 7))
            inner = radius * rng.uniform(0.35, 0.5)
            corners = [_on_circle(inner if at % 2 else radius, at / (2 * points)) for at in range(2 * points)]
    outline = _rotated(corners, (at[0], at[1]), angle)
    pen.polygon(outline, fill=ink)
    if rng.random() < 0.3:
        hollow = [(x * 0.7, y * 0.7) for x, y in corners]
        pen.polygon(_rotated(hollow, (at[0], at[1]), angle), fill=ground)


def _on_circle(radius: float, turn: float) -> tuple[float, float]:
    return radius * math.cos(2 * math.pi * turn), radius * math.sin(2 * math.pi * turn)


def _stripes(pen: ImageDraw.ImageDraw, size: tuple[int, int], ink: Colour, rng: np.random.Generator) -> None:
    reach, step, angle = sum(size), min(size) * rng.uniform(0.1, 0.3), rng.uniform(0, math.pi)
    centre = (size[0] / 2, size[1] / 2)
    width, start = step * rng.uniform(0.35, 0.65), rng.uniform(0, step)
    for at in np.arange(-reach + start, reach, step):
        top, low = float(at), float(at + width)
        band = [(-float(reach), top), (float(reach), top), (float(reach), low), (-float(reach), low)]
        pen.polygon(_rotated(band, centre, angle), fill=ink)


def _waves(pen: ImageDraw.ImageDraw, size: tuple[int, int], ink: Colour, rng: np.random.Generator) -> None:
    reach, step, angle = sum(size), min(size) * rng.uniform(0.16, 0.32), rng.uniform(0, math.pi)
    length, high, width = step * rng.uniform(1.4, 2.6), step * rng.uniform(0.3, 0.5), step * rng.uniform(0.25, 0.45)
    along = np.arange(-reach, reach, max(2.0, length / 16))
    for at in np.arange(-reach, reach, step):
        line = [(float(x), float(at + high * math.sin(2 * math.pi * x / length))) for x in along]
        pen.line(_rotated(line, (size[0] / 2, size[1] / 2), angle), fill=ink, width=max(1, int(width)), joint="curve")


def _dots(pen: ImageDraw.ImageDraw, size: tuple[int, int], ink: Colour, rng: np.random.Generator) -> None:
    step, angle = min(size) * rng.uniform(0.14, 0.3), rng.uniform(0, math.pi / 2)
    radius, reach = step * rng.uniform(0.2, 0.36), sum(size)
    steps = np.arange(-reach, reach, step)
    grid = [(float(x), float(y)) for x in steps for y in steps]
    for x, y in _rotated(grid, (size[0] / 2, size[1] / 2), angle):
        if -radius < x < size[0] + radius and -radius < y < size[1] + radius:
            pen.ellipse([x - radius, y - radius, x + radius, y + radius], fill=ink)


def _checks(size: tuple[int, int], ground: Colour, ink: Colour, rng: np.random.Generator) -> Image.Image:
    step, angle = min(size) * rng.uniform(0.12, 0.3), rng.uniform(0, math.pi / 2)
    y, x = np.mgrid[0 : size[1], 0 : size[0]].astype(float)
    across = (x * math.cos(angle) + y * math.sin(angle)) // step
    down = (y * math.cos(angle) - x * math.sin(angle)) // step
    dark = (across + down) % 2 == 0
    return Image.fromarray(np.where(dark[:, :, None], ink, ground).astype(np.uint8))
