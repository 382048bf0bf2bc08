"""The card of a shipped model: what it is for, what it saw, how often it was right on pictures it never saw."""

from __future__ import annotations

from torch import Tensor

from models.bundles.manifest import Calibration
from models.bundles.network_spec import PixelSimilaritySpec, SmallCNNSpec
from models.recipes import shapes
from models.training.calibrate import expected_calibration_error, wilson


def handwriting_card(
    name: str,
    labels: list[str],
    spec: SmallCNNSpec | PixelSimilaritySpec,
    found: dict[str, Tensor],
    classes: Tensor,
    calibration: Calibration,
    facts: dict[str, int],
) -> str:
    """The card as Markdown. `found` holds the probabilities on the held-out pictures, by the way they were rendered."""
    lines = [
        f"# {name}",
        "",
        "**Made from** the handwriting bundled with scikit-learn (`load_digits`: the test part of the UCI set *Optical",
        "Recognition of Handwritten Digits*, E. Alpaydin and C. Kaynak, 1998, CC BY 4.0), 8 by 8 counts from 0 to 16.",
        f"The last fifth of the set, in its own order, was never trained on: {len(classes)} pictures here.",
        f"{facts['pictures_learned_from']} other pictures were learned from, the rest set temperature and thresholds.",
        "",
        f"**How.** {_how(spec, facts)} Every picture is first reduced to its ink: ground and light removed, cropped,"
        " centred.",
        "",
        "## Right on the held-out pictures",
        "",
        "| as | right | accuracy | 95% interval | calibration error |",
        "| --- | --- | --- | --- | --- |",
        *(_row(way, probabilities, classes) for way, probabilities in found.items()),
        "",
        "## Label by label (as people send them)",
        "",
        *_by_label(list(found.values())[-1].argmax(1), classes, labels),
        "",
        *_certainty(calibration),
        "",
        "**Not for** several digits in one picture, print in unusual faces, or anything that is not a digit: a picture",
        "unlike the handwriting is told so, but that mark is a hint and no proof.",
        "",
    ]
    return "\n".join(lines)


def shapes_card(found: Tensor, classes: Tensor, each: int, calibration: Calibration) -> str:
    """The card of the model of shapes and textures."""
    chosen = found.argmax(1)
    right = chosen == classes
    low, high = wilson(int(right.sum()), len(classes))
    lines = [
        "# shapes",
        "",
        f"**Made from** {each} pictures of each of {len(shapes.KINDS)} kinds, drawn by `models/recipes/shapes.py` in",
        "random colours, sizes, places, light and grain: nobody's pictures, and anybody can draw them again.",
        "",
        "**How.** A convolutional network of three widths (16, 32, 64) on 48 by 48 pixels, trained with fastai.",
        "",
        f"**Right on {len(classes)} pictures drawn with another seed:** {float(right.float().mean()):.1%}"
        f" (95% interval {low:.1%} to {high:.1%}).",
        "",
        *_by_label(chosen, classes, list(shapes.KINDS)),
        "",
        *_certainty(calibration),
        "",
        "**Not for** photographs: it has seen flat drawings only.",
        "",
    ]
    return "\n".join(lines)


def _how(spec: SmallCNNSpec | PixelSimilaritySpec, facts: dict[str, int]) -> str:
    if isinstance(spec, SmallCNNSpec):
        return (
            "A convolutional network of three widths (16, 32, 64), trained with fastai's one-cycle policy"
            f" for {facts['epochs']} epochs; each picture was drawn {facts['ways_each']} ways"
            " (size, pen, slant, paper, light)."
        )
    return (
        "No network is trained: the mean 3 and the mean 7 are kept, and a picture is called after the nearer one"
        f" ({spec.distance.upper()} distance). Probabilities are the softmax of the negative distances."
    )


def _row(way: str, probabilities: Tensor, classes: Tensor) -> str:
    top, chosen = probabilities.max(1)
    right = chosen == classes
    low, high = wilson(int(right.sum()), len(classes))
    return (
        f"| {way} | {int(right.sum())} of {len(classes)} | {float(right.float().mean()):.1%} |"
        f" {low:.1%} to {high:.1%} | {expected_calibration_error(top, right):.3f} |"
    )


def _certainty(calibration: Calibration) -> list[str]:
    return [
        f"Probabilities are taken at temperature {calibration.temperature};"
        f" under {calibration.confident_from:.0%} the model says that it is not sure."
    ]


def _by_label(chosen: Tensor, classes: Tensor, labels: list[str]) -> list[str]:
    lines = ["| label | pictures | found | right when said |", "| --- | --- | --- | --- |"]
    for at, label in enumerate(labels):
        is_it, called = classes == at, chosen == at
        pictures, times, hit = int(is_it.sum()), int(called.sum()), int((is_it & called).sum())
        lines.append(f"| {label} | {pictures} | {hit / max(1, pictures):.1%} | {hit / max(1, times):.1%} |")
    return lines
