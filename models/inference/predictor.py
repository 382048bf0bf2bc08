"""A bundle in memory, ready to answer: arrays in, calibrated answers out, with what ought to be said beside them."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from models.bundles.input_spec import InkInput, TableInput
from models.bundles.manifest import Manifest, verify
from models.errors import BundleError
from models.inference import fusing, networks
from models.inference.answers import Answer, probabilities, read_outputs
from models.inference.batch import Batching, Tuning
from models.inference.loading import MAX_PICTURE_BYTES, load
from models.inference.pictures import open_picture
from models.inference.prepare import Array, prepare
from models.inference.rows.prepare import RowReader
from models.inference.zoo_networks import PixelSimilarity

PARITY_EXACT = 1e-4
PARITY_FAST = 0.03


class Predictor:
    """One bundle on one device. Not for several threads at once: the worker that owns it calls it."""

    def __init__(self, folder: Path, *, device: str = "cpu", exact: bool = True) -> None:
        """Raises BundleError where the bundle cannot answer its own golden picture, for whatever reason."""
        self.manifest: Manifest = verify(folder)
        self.folder = folder
        self.device = torch.device(device)
        self.tuning = Tuning(torch.get_num_threads())
        with self._as_bundle_error():
            self._load(exact)

    @contextlib.contextmanager
    def _as_bundle_error(self) -> Iterator[None]:
        """Whatever goes wrong, for architectures raise what they like for what they were not made for."""
        try:
            yield
        except BundleError:
            raise
        except Exception as error:
            reason = " ".join(str(error).split())[:200].rstrip(".") or "no reason given"
            raise BundleError(
                f"{self.manifest.name} {self.manifest.version} cannot be used: {type(error).__name__}: {reason}."
            ) from error

    def warm(self, sizes: Sequence[int]) -> None:
        """Answer the golden picture so many times at once, so that no asker pays for a first time."""
        golden = self.golden_array()
        with self._as_bundle_error():
            for size in sizes:
                self.answer([golden] * min(size, self.most_at_once))

    def _load(self, exact: bool) -> None:
        network, extra, cost = load(self.folder, self.manifest)
        self.most_at_once = max(1, MAX_PICTURE_BYTES // cost.step_bytes)
        self.reader = RowReader(self.manifest.input) if isinstance(self.manifest.input, TableInput) else None
        self.network: nn.Module = network.to(self.device)
        self._answering = self.network
        self._dtype = torch.float32
        self._means = extra.get(networks.FEATURE_MEANS)
        self._scale = extra.get(networks.FEATURE_SCALE)
        self._batch = Batching(self.manifest.input, self.device)
        self.fast = False
        tolerance = PARITY_EXACT if self.device.type == "cpu" else PARITY_FAST
        self._check(self.answer([self.golden_array()])[0], torch.tensor(self.manifest.golden.outputs), tolerance)
        if not exact and self.reader is None:
            self._try_fast()

    # --- speed ---------------------------------------------------------------------------------------------------

    def _try_fast(self) -> None:
        """The network's quick form where it answers alike; explanations keep one with gradients.

        Alike on the golden picture upside down too: a network that remembers its last picture would pass with one.
        """
        exact, golden = self.network, self.golden_array()
        pictures = [golden, golden[::-1]]
        expected = [torch.tensor(answer.outputs) for answer in self.answer(pictures)]
        try:
            self.network = fusing.folded(exact)
            self._dtype, self.fast = self._quick_dtype(), True
            self.network = self.network.to(self._dtype).to(memory_format=torch.channels_last)
            self._answering = fusing.fused(self.network) if self.device.type == "cpu" else self.network
            for answer, outputs in zip(self.answer(pictures), expected, strict=True):
                self._check(answer, outputs, PARITY_FAST)
        except Exception:  # whatever goes wrong, the exact form answers
            self.network = self._answering = exact
            self._dtype, self.fast = torch.float32, False

    def _quick_dtype(self) -> torch.dtype:
        """bfloat16 where this device computes in it, unless the network is tiny or its numbers are the answer."""
        if isinstance(self.manifest.input, InkInput) or self.manifest.kind in {"regression", "segmentation"}:
            return torch.float32
        if self.device.type == "cuda":
            able = torch.cuda.is_bf16_supported(including_emulation=False)
        else:
            able = any(torch.cpu.get_capabilities().get(name) for name in ("amx_bf16", "avx512_bf16", "bf16"))
        return torch.bfloat16 if able else torch.float32

    def golden_array(self) -> Array:
        """The bundle's own picture or row, prepared."""
        golden = self.manifest.golden
        if self.reader is not None:
            return self.reader(golden.row or {})[0]
        assert golden.picture is not None  # as its manifest was checked for
        data = (self.folder / golden.picture).read_bytes()
        return prepare(open_picture(data), self.manifest.pictures)[0]

    def _check(self, answer: Answer, expected: Tensor, tolerance: float) -> None:
        apart = _apart(self.manifest, torch.tensor(answer.outputs), expected)
        if apart > tolerance:
            example = "row" if self.manifest.golden.picture is None else "picture"
            raise BundleError(
                f"{self.manifest.name} {self.manifest.version} does not answer its own golden {example} as it did"
                f" when it was made (difference {apart:.2g}); publish it again."
            )

    # --- answering -----------------------------------------------------------------------------------------------

    def tensor(self, arrays: Sequence[Array]) -> Tensor:
        """The batch as the network takes it."""
        batch = self._batch(arrays)
        if self.fast:
            return batch.to(self._dtype, memory_format=torch.channels_last)
        return batch.contiguous()

    def answer(self, arrays: Sequence[Array], notes: Sequence[Sequence[str]] | None = None) -> list[Answer]:
        """One answer for each prepared array, computed as one batch."""
        with networks.TORCH_LOCK, torch.inference_mode():
            features, outputs = networks.features_and_outputs(self._answering, self.tensor(arrays))
            outputs = outputs.float().cpu()
            ood_score = self._ood_score(features, outputs)
            return read_outputs(self.manifest, outputs, ood_score, notes or [()] * len(arrays))

    def _ood_score(self, features: Tensor | None, outputs: Tensor) -> Tensor | None:
        """How far each picture lies from what the training pictures looked like, 1 being the edge of the usual."""
        edge = self.manifest.calibration.ood_from
        if edge is None:
            return None
        if isinstance(self.network, PixelSimilarity):
            return -outputs.max(dim=1).values / float(self.network.sharpness) / edge
        if features is None or self._means is None or self._scale is None:
            return None
        return feature_distance(features.float().cpu(), self._means, self._scale) / edge


def feature_distance(features: Tensor, means: Tensor, scale: Tensor) -> Tensor:
    """The root mean squared distance to the nearest class's mean feature, each feature in its usual spread."""
    apart = (features.flatten(1)[:, None] - means[None]) / scale
    return apart.square().mean(-1).sqrt().min(dim=1).values


def _apart(manifest: Manifest, found: Tensor, expected: Tensor) -> float:
    if found.shape != expected.shape:
        return math.inf
    if manifest.kind in {"single-label", "multi-label"}:
        found, expected = probabilities(manifest, found), probabilities(manifest, expected)
    else:
        found, expected = found / (1 + expected.abs().max()), expected / (1 + expected.abs().max())
    apart = float((found - expected).abs().max())
    return math.inf if math.isnan(apart) else apart
