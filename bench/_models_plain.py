"""The measure to beat: a plain aiohttp app that calls fastai's `learn.predict` on the same network."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

from aiohttp import web

from models.bundles.input_spec import PhotoInput
from models.bundles.manifest import verify
from models.inference.fastai_import import import_fastai
from models.inference.loading import load


def learner(folder: Path) -> Any:  # noqa: ANN401 - fastai's learner has no types
    """The bundle's network inside a fastai learner, with the same resize and normalisation."""
    import_fastai()
    from fastai.vision import all as fv

    manifest = verify(folder)
    spec = manifest.input
    assert isinstance(spec, PhotoInput) and spec.mean and spec.std
    network, _, _ = load(folder, manifest)
    files = [folder / "golden.png"] * 4
    norm = fv.Normalize.from_stats(list(spec.mean), list(spec.std), cuda=False)
    loaders = fv.ImageDataLoaders.from_lists(
        folder,
        files,
        [manifest.labels[0], manifest.labels[1]] * 2,
        valid_pct=0.5,
        y_block=fv.CategoryBlock(vocab=list(manifest.labels), sort=False),
        item_tfms=fv.Resize(spec.size),
        batch_tfms=norm,
        bs=1,
        num_workers=0,
        device="cpu",
    )
    return fv.Learner(loaders, network, loss_func=fv.CrossEntropyLossFlat())


async def main(folder: Path) -> None:
    """Serve on a free port."""
    learn = learner(folder)
    from fastai.vision.core import PILImage

    async def predict(request: web.Request) -> web.Response:
        data = await request.read()
        with learn.no_bar(), learn.no_logging():
            _, at, chances = learn.predict(PILImage.create(data))
        return web.json_response({"label": int(at), "probability": float(chances.max())})

    app = web.Application(client_max_size=32 << 20)
    app.router.add_post("/predict", predict)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
