"""The other measure: LitServe serving a bundle's network as its documentation teaches, with batching, JSON and base64.

Runs in an environment of its own, which needs the models' requirements and litserve, and nothing else of the project.
"""

from __future__ import annotations

import base64
import socket
import sys
from pathlib import Path
from typing import Any

import litserve
import torch
from torch import Tensor

from models.inference.pictures import open_picture
from models.inference.predictor import Predictor, probabilities
from models.inference.prepare import prepare


class Answering(litserve.LitAPI):  # type: ignore[misc]
    """The bundle at full precision: opened and prepared like here, stacked, and answered eagerly as one batch."""

    folder: Path

    def setup(self, device: str) -> None:
        """Load the network."""
        self.predictor = Predictor(self.folder, device=device)

    def decode_request(self, request: dict[str, str]) -> Tensor:
        """The picture as the network takes it."""
        picture = open_picture(base64.b64decode(request["image"]))
        return self.predictor.tensor([prepare(picture, self.predictor.manifest.input)[0]])[0]

    def batch(self, inputs: list[Tensor]) -> Tensor:
        """Several pictures as one."""
        return torch.stack(inputs)

    def predict(self, batch: Tensor) -> Tensor:
        """The network's outputs."""
        with torch.inference_mode():
            outputs: Tensor = self.predictor.network(batch)
        return outputs

    def unbatch(self, outputs: Tensor) -> list[Tensor]:
        """An answer for each picture."""
        return list(outputs)

    def encode_response(self, output: Tensor) -> dict[str, Any]:
        """The likeliest label."""
        chances = probabilities(self.predictor.manifest, output)
        return {"label": int(chances.argmax()), "probability": float(chances.max())}


def main(folder: Path, size: int, timeout: float) -> None:
    """Serve on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    api = Answering(max_batch_size=size, batch_timeout=timeout)
    api.folder = folder
    server = litserve.LitServer(api, accelerator="cpu", workers_per_device=1, timeout=60)
    print(f"http://127.0.0.1:{port}", flush=True)
    server.run(host="127.0.0.1", port=port, num_api_servers=1, log_level="warning", generate_client_file=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
