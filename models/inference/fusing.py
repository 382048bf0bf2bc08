"""A network's quick form: fewer steps for the same answer, without the half minute a compiler takes at every start.

Batch normalisation is folded into the convolution before it. On a CPU, oneDNN then takes the addition and the
activation behind a convolution along with it, through the operators that PyTorch's own compiler uses, on weights laid
out for it once. A network that cannot be traced is used as it is.
"""

from __future__ import annotations

import copy
import operator
from collections import Counter
from typing import Any, cast

import torch
from torch import Tensor, fx, nn
from torch.nn import functional

from models.inference.networks import TORCH_LOCK

_ADDITIONS = {operator.add, operator.iadd, torch.add, "add", "add_"}
_RELU_CALLS = {functional.relu, torch.relu, torch.relu_, "relu", "relu_"}
_Activation = tuple[str, tuple[float, ...]]  # as oneDNN calls it, with its limits
_NONE: _Activation = ("none", ())
_RELU: _Activation = ("relu", ())
_ACTIVATIONS: dict[type[nn.Module], _Activation] = {
    nn.ReLU: _RELU,
    nn.ReLU6: ("hardtanh", (0.0, 6.0)),
    nn.SiLU: ("swish", ()),
    nn.Hardswish: ("hardswish", ()),
}


def folded(network: nn.Module) -> nn.Module:
    """A copy with each batch normalisation folded into the convolution before it; gradients still flow through it."""
    from torch.fx.experimental.optimization import fuse

    try:
        with TORCH_LOCK:
            return fuse(network.eval())
    except Exception:  # tracing raises whatever the network's own code does when it is given no real picture
        return copy.deepcopy(network)


def fused(network: nn.Module) -> nn.Module:
    """What answers in place of a folded network on a CPU: the same numbers up to rounding, and no gradients.

    The network itself is given back where nothing can be fused.
    """
    if not (isinstance(network, fx.GraphModule) and torch.backends.mkldnn.enabled):
        return network
    graph_module = copy.deepcopy(network)
    calls = Counter(node.target for node in graph_module.graph.nodes if node.op == "call_module")
    for node in list(graph_module.graph.nodes):
        if node.op == "call_module" and calls[node.target] == 1 and _fits(graph_module.get_submodule(node.target)):
            _fuse_from(graph_module, node)
    graph_module.graph.lint()
    graph_module.recompile()
    return graph_module


class _Fused(nn.Module):
    """A convolution together with the addition and the activation behind it."""

    def __init__(self, convolution: nn.Conv2d, activation: _Activation) -> None:
        super().__init__()
        place = (convolution.padding, convolution.stride, convolution.dilation, convolution.groups)
        self.place = tuple(list(one) if isinstance(one, tuple) else one for one in place)
        self.weight = torch.ops.mkldnn._reorder_convolution_weight(convolution.weight.detach(), *self.place)
        self.bias = None if convolution.bias is None else convolution.bias.detach()
        self.activation, self.limits = activation[0], list(activation[1])

    def forward(self, picture: Tensor, other: Tensor | None = None) -> Tensor:
        """The convolved picture, plus `other` where there is one, through the activation."""
        step = torch.ops.mkldnn._convolution_pointwise
        placed: tuple[Any, ...] = (self.weight, self.bias, *self.place)
        result: Tensor
        if other is None:
            result = step(picture, *placed, self.activation, self.limits, None)
        elif self.activation == "none":
            result = step.binary(picture, other, *placed, "add", 1.0, None, [], None)
        else:
            result = step.binary(picture, other, *placed, "add", 1.0, self.activation, self.limits, None)
        return result


def _fits(module: nn.Module) -> bool:
    return type(module) is nn.Conv2d and module.padding_mode == "zeros" and not isinstance(module.padding, str)


def _fuse_from(graph_module: fx.GraphModule, node: fx.Node) -> None:
    """Put one step in place of this convolution and what directly follows it."""
    steps, given = [node], [*node.args]
    follows = _only_user(node)
    if follows is not None and follows.target in _ADDITIONS and not follows.kwargs:
        others = [one for one in follows.args if one is not node]
        if len(others) == 1 and isinstance(others[0], fx.Node):
            steps, given = [*steps, follows], [*given, others[0]]
            follows = _only_user(follows)
    activation = _NONE if follows is None else _activation(graph_module, follows)
    if follows is not None and activation is not _NONE:
        steps.append(follows)
    name = str(node.target)
    graph_module.set_submodule(name, _Fused(cast("nn.Conv2d", graph_module.get_submodule(name)), activation))
    with graph_module.graph.inserting_before(steps[-1]):
        steps[-1].replace_all_uses_with(graph_module.graph.call_module(name, tuple(given)))
    for step in reversed(steps):
        graph_module.graph.erase_node(step)


def _only_user(node: fx.Node) -> fx.Node | None:
    return next(iter(node.users)) if len(node.users) == 1 else None


def _activation(graph_module: fx.GraphModule, node: fx.Node) -> _Activation:
    if node.op == "call_module":
        return _ACTIVATIONS.get(type(graph_module.get_submodule(str(node.target))), _NONE)
    return _RELU if node.target in _RELU_CALLS else _NONE
