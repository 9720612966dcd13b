"""Every variant of a trained network: what is changed before the export, and by which method it is quantised."""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import chain

import torch
from tokenizers import Tokenizer
from torch import nn

from training import vocabulary
from training.corpus.generate import intents
from training.dataset import encode
from training.distil import distil
from training.encoder import WIDTH, RequestModel
from training.export import Network
from training.fake import Grain, quantise_weights, settle_weights
from training.methods import METHODS

_QAT_BITS, _QAT_STEPS, _QAT_RATE = 4, 300, 5e-5
_LITE_LAYERS = (1, 3, 5)  # of six; what the last one sees is what the heads were trained on
_LITE_ROWS = 12_000  # of the vocabulary: 10.7 MB in all
_LITE_STEPS, _LITE_RATE = 1_500, 3e-4


def _same(network: Network, steps: int | None) -> Network:
    return network


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """How to make one model folder of a trained network.

    Attributes:
        method: of `methods`.
        change: from the trained network (and a number of steps instead of the usual one) to the one that is quantised.
        has_own_heads: its embeddings are no copy of the float network's, so its heads are fitted anew.
    """

    method: str
    change: Callable[[Network, int | None], Network] = _same
    has_own_heads: bool = False


def retrained(network: Network, steps: int | None = None) -> Network:
    """Return the network after a short training with rounded weights, drawn to what it said before."""
    student = copy.deepcopy(network.model)
    rows = encode(network.samples, Tokenizer.from_str(network.tokenizer_json), intents())
    quantise_weights(student, _QAT_BITS, Grain.GROUP)
    distil(student, network.model, rows, steps=steps or _QAT_STEPS, learning_rate=_QAT_RATE)
    settle_weights(student, keep_rounded=True)
    return replace(network, model=student)


def lite(network: Network, steps: int | None = None) -> Network:
    """Return three layers with a smaller vocabulary, taught by the six."""
    rows = encode(network.samples, Tokenizer.from_str(network.tokenizer_json), intents())
    used = set(chain.from_iterable(row.ids for row in rows))
    text, kept = vocabulary.trim(network.tokenizer_json, used, _LITE_ROWS)
    student = _every_second(network.model, kept)
    lookup = torch.zeros(network.model.encoder.words.num_embeddings, dtype=torch.int64)
    lookup[torch.tensor(kept)] = torch.arange(len(kept))
    distil(
        student, network.model, rows,
        steps=steps or _LITE_STEPS, learning_rate=_LITE_RATE, student_rows=lookup,
    )  # fmt: skip
    return replace(network, model=student, tokenizer_json=text)


def randomised(network: Network, steps: int | None = None) -> Network:
    """Return the network with each encoder weight drawn anew, equally wide: what the heads can do without it."""
    model = copy.deepcopy(network.model)
    generator = torch.Generator().manual_seed(0)
    for parameter in model.encoder.parameters():
        if parameter.dim() > 1:
            nn.init.normal_(parameter, std=float(parameter.detach().std()), generator=generator)
    return replace(network, model=model)


VARIANTS: Mapping[str, Variant] = {
    **{name: Variant(method=name) for name in METHODS},
    "qat-int4": Variant(method="weights-int4", change=retrained),
    "lite": Variant(method="dynamic-int8", change=lite, has_own_heads=True),
    "randomised": Variant(method="dynamic-int8", change=randomised, has_own_heads=True),
}


def _every_second(model: RequestModel, kept: list[int]) -> RequestModel:
    student = copy.deepcopy(model)
    student.encoder.layers = nn.ModuleList(copy.deepcopy(model.encoder.layers[index]) for index in _LITE_LAYERS)
    words = model.encoder.words.weight.detach()[kept]
    student.encoder.words = nn.Embedding(len(kept), WIDTH, _weight=words)
    return student
