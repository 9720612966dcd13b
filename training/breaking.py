"""Finds where quantisation breaks: weights or activations alone, rounded to ever fewer bits; draws the plot in docs/.

Run `python -m training.breaking` after a training. The rounding is simulated in torch, so every grain can be tried,
also those for which no run time has a kernel.
"""

import argparse
import copy
import json
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

import torch
from tokenizers import Tokenizer

from training.corpus.generate import Sample, intents
from training.encoder import LOGIT_SCALE, RequestModel, pooled
from training.evaluate import Scores, held_out, score
from training.fake import Grain, quantise_weights, quantised_activations
from training.labels import MAX_TOKENS
from training.places import PLOT, RUNS
from training.plot import Curve, Panel, draw
from training.quantize import load
from training.runtime import Floats, Output

BITS = (8, 6, 4, 3, 2)
_BATCH = 64
_NAMES = {
    "weights": {Grain.TENSOR: "per tensor", Grain.ROW: "per channel", Grain.GROUP: "groups of 32"},
    "activations": {Grain.TENSOR: "per tensor", Grain.ROW: "per token", Grain.GROUP: "groups of 32"},
}


def main() -> None:
    """Measure, print a table, and write the plot."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, default=RUNS, metavar="FOLDER", help="of the finished training run")
    parser.add_argument("--count", type=int, default=1_500, help="held-out sentences")
    parser.add_argument("--plot", type=Path, default=PLOT, metavar="FILE")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures")
    arguments = parser.parse_args()
    network = load(arguments.work, count=1)
    tokenizer, samples = Tokenizer.from_str(network.tokenizer_json), held_out(arguments.count)
    plain = measure(network.model, tokenizer, samples)
    print("| part | scale | bits | intent % | slot F1 % |\n|---|---|--:|--:|--:|")
    print(f"| none | | 32 | {plain.intent:.1%} | {plain.tags_f1:.1%} |", flush=True)
    found: dict[str, dict[str, list[Scores]]] = {}
    for part, grains in _NAMES.items():
        found[part] = {name: [] for name in grains.values()}
        for grain, name in grains.items():
            for bits in BITS:
                scores = _rounded(network.model, tokenizer, samples, part, bits, grain)
                found[part][name].append(scores)
                print(f"| {part} | {name} | {bits} | {scores.intent:.1%} | {scores.tags_f1:.1%} |", flush=True)
    arguments.plot.write_text(_plot(found, plain), encoding="utf-8")
    if arguments.json is not None:
        table = {
            part: {name: [[s.intent, s.tags_f1] for s in row] for name, row in rows.items()}
            for part, rows in found.items()
        }
        arguments.json.write_text(json.dumps({"bits": BITS, **table}, indent=1), encoding="utf-8")


@torch.no_grad()
def measure(model: RequestModel, tokenizer: Tokenizer, samples: Sequence[Sample]) -> Scores:
    """Score the torch network with the intent head that it was trained with."""
    model.eval()
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.enable_padding()
    order = sorted(range(len(samples)), key=lambda number: len(samples[number].text))
    outputs: dict[int, Output] = {}
    for start in range(0, len(order), _BATCH):
        numbers = order[start : start + _BATCH]
        encodings = tokenizer.encode_batch([samples[number].text for number in numbers])
        ids = torch.tensor([encoding.ids for encoding in encodings])
        mask = torch.tensor([encoding.attention_mask for encoding in encodings])
        hidden, *parts = model(ids, mask)
        embeddings = pooled(hidden, mask)
        for row, (number, encoding) in enumerate(zip(numbers, encodings, strict=True)):
            count = int(mask[row].sum())
            outputs[number] = Output(encoding, embeddings[row].numpy(), *(part[row, :count].numpy() for part in parts))

    def logits_of(embeddings: Floats) -> Floats:
        logits: Floats = (model.intent_head(torch.from_numpy(embeddings)) * LOGIT_SCALE).numpy()
        return logits

    return score(samples, [outputs[number] for number in range(len(samples))], logits_of, intents())


def _rounded(
    model: RequestModel, tokenizer: Tokenizer, samples: Sequence[Sample], part: str, bits: int, grain: Grain
) -> Scores:
    changed = copy.deepcopy(model)
    if part == "weights":
        quantise_weights(changed, bits, grain)
    with quantised_activations(changed, bits, grain) if part == "activations" else nullcontext():
        return measure(changed, tokenizer, samples)


def _plot(found: dict[str, dict[str, list[Scores]]], plain: Scores) -> str:
    panels = [
        Panel(
            title=f"{part}: slot F1, %",
            curves=tuple(
                Curve(name=name, values=tuple(100 * scores.tags_f1 for scores in row)) for name, row in rows.items()
            ),
        )
        for part, rows in found.items()
    ]
    return draw(panels, labels=[str(bits) for bits in BITS], axis="bits", level=100 * plain.tags_f1, named="float")


if __name__ == "__main__":
    main()
