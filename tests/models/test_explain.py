"""Where a model looked: the textbook's map, shown so that it can be seen on any picture, at the cost of a look."""

import io

import numpy as np
import pytest
import torch
from PIL import Image

from models.bundles.input_spec import PhotoInput
from models.bundles.network_spec import VisionSpec
from models.inference.explain import SHOWN, grad_cam, saliency_picture
from models.inference.networks import build_vision
from models.inference.predictor import Predictor
from models.recipes import shapes
from models.training.bundle_writer import write_bundle


def textbook(network, layer, batch, label):
    """Grad-CAM as the paper writes it, by full backward through everything."""
    kept = []
    handle = layer.register_forward_hook(lambda _module, _given, grid: (grid.retain_grad(), kept.append(grid))[1])
    outputs = network(batch.clone().requires_grad_(True))
    outputs[0, label].backward()
    handle.remove()
    weights = kept[0].grad.mean((2, 3), keepdim=True)
    return torch.relu((weights * kept[0]).sum(1))[0].detach().numpy()


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    torch.manual_seed(3)
    network = build_vision(VisionSpec(family="fastai-vision", arch="resnet18"), 4)
    for module in network.modules():  # as after a training: every channel differs
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(module.weight, 0.5, 1.5)
            torch.nn.init.normal_(module.bias, 0, 0.2)
    folder = tmp_path_factory.mktemp("bundle") / "plain" / "1"
    write_bundle(
        folder,
        network,
        shapes.draw("star", 160, np.random.default_rng(1)),
        "# plain",
        network_spec=VisionSpec(family="fastai-vision", arch="resnet18"),
        name="plain",
        version="1",
        labels=["a", "b", "c", "d"],
        input=PhotoInput(size=128, mean=(0.5,) * 3, std=(0.25,) * 3),
    )
    return folder


@pytest.mark.parametrize("exact", [True, False])
def test_the_map_is_the_textbook_s(bundle, exact):
    plain, asked = Predictor(bundle), Predictor(bundle, exact=exact)
    assert asked.fast is not exact
    for kind in ("star", "stripes", "circle"):
        array = np.asarray(shapes.draw(kind, 160, np.random.default_rng(5)).resize((128, 128)))
        label = "abcd".index(asked.answer([array])[0].predictions[0].label)
        expected = textbook(plain.network, plain.network[0][7], plain.tensor([array]), label)
        found = grad_cam(asked, array)
        assert found.shape == expected.shape == (4, 4)
        assert np.corrcoef(found.ravel(), expected.ravel())[0, 1] >= 0.98, kind


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (255, 140, 0), (150, 100, 60), (68, 1, 84)])
def test_the_map_can_be_seen_on_any_picture_with_its_scale_beside_it(colour):
    array = np.full((64, 64, 3), colour, np.uint8)
    saliency = np.zeros((8, 8), np.float32)
    saliency[2:4, 2:4] = 1
    shown = np.asarray(Image.open(io.BytesIO(saliency_picture(array, saliency)))).astype(int)
    assert shown.shape == (SHOWN, 2 * SHOWN + 32, 3)
    assert np.abs(shown[:, :SHOWN] - np.array(colour)).max() <= 1
    looked, elsewhere = shown[96, SHOWN + 8 + 96], shown[220, SHOWN + 8 + 220]
    assert np.abs(looked - elsewhere).sum() > 150
    assert np.abs(shown[0, -1] - (253, 231, 37)).max() <= 1 and np.abs(shown[-1, -1] - (68, 1, 84)).max() <= 1
