"""Simulated quantisation in torch: values rounded to few bits, gradients straight through (Bengio et al. 2013)."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from training.encoder import RequestModel
from training.methods import GROUP


class Grain(StrEnum):
    """How many values share a scale."""

    TENSOR = "tensor"
    ROW = "row"  # an output channel of weights, a token of activations
    GROUP = "group"  # GROUP neighbours within a row


def symmetric(values: Tensor, bits: int, grain: Grain) -> Tensor:
    """Round as onnxruntime does for weights: the value furthest from zero becomes the lowest code."""
    rows = _rows(values, grain)
    low, high = rows.amin(-1, keepdim=True), rows.amax(-1, keepdim=True)
    half = 2 ** (bits - 1)
    scale = torch.where(high.abs() > low.abs(), high, low) / -half
    codes = (rows / torch.where(scale == 0, 1.0, scale)).round().clamp(-half, half - 1)
    return _straight_through(values, codes * scale)


def affine(values: Tensor, bits: int, grain: Grain) -> Tensor:
    """Round as onnxruntime does for activations: lowest to highest value, zero among the codes."""
    rows = _rows(values, grain)
    low, high = rows.amin(-1, keepdim=True).clamp(max=0.0), rows.amax(-1, keepdim=True).clamp(min=0.0)
    top = 2**bits - 1
    scale = ((high - low) / top).clamp(min=1e-12)
    zero = (-low / scale).round()
    codes = ((rows / scale).round() + zero).clamp(0, top)
    return _straight_through(values, (codes - zero) * scale)


def quantise_weights(model: RequestModel, bits: int, grain: Grain) -> None:
    """Round the encoder's linear and word weights whenever they are used; training goes on underneath."""
    for module in _quantised(model):
        parametrize.register_parametrization(module, "weight", _Rounded(bits, grain))


def settle_weights(model: RequestModel, *, keep_rounded: bool) -> None:
    """End what `quantise_weights` began, with the rounded weights or with those underneath."""
    for module in _quantised(model):
        parametrize.remove_parametrizations(module, "weight", leave_parametrized=keep_rounded)


@contextmanager
def quantised_activations(model: RequestModel, bits: int, grain: Grain) -> Iterator[None]:
    """Round what goes into each linear layer of the encoder."""

    def rounded(_: nn.Module, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
        return (affine(inputs[0], bits, grain),)

    layers = [module for module in model.encoder.modules() if isinstance(module, nn.Linear)]
    hooks = [layer.register_forward_pre_hook(rounded) for layer in layers]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


class _Rounded(nn.Module):
    def __init__(self, bits: int, grain: Grain) -> None:
        super().__init__()
        self.bits, self.grain = bits, grain

    def forward(self, weight: Tensor) -> Tensor:
        return symmetric(weight, self.bits, self.grain)


def _quantised(model: RequestModel) -> list[nn.Module]:
    linear = [module for module in model.encoder.modules() if isinstance(module, nn.Linear)]
    return [*linear, model.encoder.words]


def _rows(values: Tensor, grain: Grain) -> Tensor:
    size = {Grain.TENSOR: values.numel(), Grain.ROW: values.shape[-1], Grain.GROUP: GROUP}[grain]
    return values.reshape(-1, size)


def _straight_through(values: Tensor, rounded: Tensor) -> Tensor:
    return values + (rounded.reshape(values.shape) - values).detach()
