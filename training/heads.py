"""Fits the linear heads over the frozen encoder and calibrates them on held-out sentences."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from training.corpus.generate import Sample
from training.encoder import LOGIT_SCALE, RequestModel
from training.runtime import Floats, energy

_RIDGE = 2e-6  # on the weights of the logistic refit
_IN_SCOPE_LOST = 0.015  # share of held-out in-scope sentences that the energy threshold may reject


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedHeads:
    """The arrays of heads.npz."""

    intent_weight: Floats
    intent_bias: Floats
    polarity_weight: Floats
    polarity_bias: Floats


def refit(
    model: RequestModel, embeddings: Floats, said: Sequence[tuple[str, bool]], intents: Sequence[str]
) -> FittedHeads:
    """Return heads fitted by logistic regression on the exported encoder's embeddings, from the trained ones on.

    Args:
        said: (intent, is negated) for each embedding.
    """
    inputs = torch.from_numpy(embeddings)
    index = {intent: number for number, intent in enumerate(intents)}
    labels = torch.tensor([index[intent] for intent, _ in said])
    negated = torch.tensor([float(is_negated) for _, is_negated in said])
    weight = (model.intent_head.weight.detach().T * LOGIT_SCALE).contiguous()
    bias = model.intent_head.bias.detach() * LOGIT_SCALE
    intent = _minimise(weight, bias, lambda w, b: functional.cross_entropy(inputs @ w + b, labels))
    weight = (model.polarity_head.weight.detach()[0] * LOGIT_SCALE).contiguous()
    bias = (model.polarity_head.bias.detach() * LOGIT_SCALE).squeeze()
    polarity = _minimise(
        weight, bias, lambda w, b: functional.binary_cross_entropy_with_logits(inputs @ w + b, negated)
    )
    arrays = [tensor.detach().numpy().astype(np.float32) for tensor in (*intent, *polarity)]
    return FittedHeads(
        intent_weight=arrays[0], intent_bias=arrays[1], polarity_weight=arrays[2], polarity_bias=arrays[3]
    )


def calibrate(logits: Floats, samples: Sequence[Sample], intents: Sequence[str]) -> tuple[float, float]:
    """Return (temperature, energy_min) from held-out logits: the first minimises the loss, the second keeps scope."""
    index = {intent: number for number, intent in enumerate(intents)}
    labels = torch.tensor([index[sample.intent] for sample in samples])
    values = torch.from_numpy(logits)
    grid = np.linspace(0.5, 5.0, 91)
    losses = [functional.cross_entropy(values / float(at), labels).item() for at in grid]
    in_scope = np.array([sample.intent != "none" for sample in samples])
    return float(grid[int(np.argmin(losses))]), float(np.quantile(energy(logits)[in_scope], _IN_SCOPE_LOST))


def _minimise(weight: Tensor, bias: Tensor, loss_of: "object") -> tuple[Tensor, Tensor]:
    assert callable(loss_of)
    weight, bias = weight.clone().requires_grad_(), bias.clone().requires_grad_()
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=60, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss: Tensor = loss_of(weight, bias) + _RIDGE * (weight**2).sum()
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimizer.step(closure)  # type: ignore[no-untyped-call]
    return weight, bias
