"""The quick form of a network answers as the network itself does, whatever stands behind its convolutions."""

import pytest
import torch
from torch import nn

from models.inference.fusing import _Fused, folded, fused
from models.inference.networks import torchvision_arch


class Crossing(nn.Module):
    """What must not be fused: a convolution used twice, one whose result is needed again, one added to itself."""

    def __init__(self):
        super().__init__()
        self.twice, self.kept = nn.Conv2d(4, 4, 3, padding=1), nn.Conv2d(4, 4, 3, padding=1)
        self.doubled, self.same = nn.Conv2d(4, 4, 1), nn.Conv2d(4, 4, 3, padding="same")
        self.mirrored = nn.Conv2d(4, 4, 3, padding=1, padding_mode="reflect")
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x):
        x = self.relu(self.twice(x)) + self.twice(x)
        kept = self.kept(x)
        x = torch.relu(kept) * kept
        x = self.doubled(x)
        x = self.relu(x + x)
        return self.mirrored(self.same(x)).relu().mean((2, 3))


class Adding(nn.Module):
    """A convolution added to what was there before, with and without an activation behind it."""

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Conv2d(4, 4, 3, padding=1, bias=False), nn.Conv2d(4, 4, 3, padding=1)

    def forward(self, x):
        x = torch.relu(x + self.first(x))
        return (self.second(x) + x).mean((2, 3))


def steps(network):
    return [one for one in network.modules() if isinstance(one, _Fused)]


@pytest.mark.parametrize("arch", ["resnet18", "mobilenet_v3_small", "efficientnet_b0", "mobilenet_v2"])
@torch.inference_mode()
def test_a_known_network_answers_alike_with_fewer_steps(arch):
    torch.manual_seed(1)
    network, pictures = torchvision_arch(arch)(num_classes=7).eval(), torch.rand(2, 3, 64, 64)
    quick = fused(folded(network).to(memory_format=torch.channels_last))
    apart = (quick(pictures.to(memory_format=torch.channels_last)) - network(pictures)).abs().max()
    assert apart <= 1e-4 * network(pictures).abs().max()
    assert not any(isinstance(one, nn.Conv2d | nn.BatchNorm2d) for one in quick.modules())
    assert any(one.activation != "none" for one in steps(quick))


@pytest.mark.parametrize("made", [Crossing, Adding])
@torch.inference_mode()
def test_only_what_follows_a_convolution_alone_is_taken_along(made):
    torch.manual_seed(1)
    network, pictures = made().eval(), torch.randn(2, 4, 8, 8).to(memory_format=torch.channels_last)
    expected = network(pictures.clone())
    quick = fused(folded(network))
    assert torch.allclose(quick(pictures.clone()), expected, atol=1e-5)
    assert len(steps(quick)) == 2


def test_gradients_flow_through_the_folded_network_for_explanations():
    network = torchvision_arch("resnet18")(num_classes=3).eval()
    picture = torch.rand(1, 3, 32, 32, requires_grad=True)
    folded(network)(picture).max().backward()
    assert picture.grad.abs().max() > 0


def test_a_network_that_cannot_be_traced_is_used_as_it_is():
    class Choosing(nn.Module):
        def forward(self, x):
            return x if x.sum() > 0 else -x

    network = Choosing()
    assert type(fused(folded(network))) is Choosing
