"""Measures a model folder on held-out sentences through onnxruntime: `python -m training.evaluate`."""

import argparse
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.corpus.generate import COMPOUND, UNTAUGHT, Generator, Sample
from training.labels import IGNORE, TAGS, roles_of, token_at
from training.places import SHIPPED
from training.runtime import Floats, Heads, OnnxModel, Output, energy

PROBE = Path(__file__).parent / "probe.tsv"
_SEED = 9_001
Span = tuple[int, int, str]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Shares of one: intents of single in-scope commands that are right; F1 of whole tagged spans."""

    intent: float
    tags_f1: float


def main() -> None:
    """Print every figure of the model card."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=SHIPPED)
    parser.add_argument("--count", type=int, default=3_000)
    parser.add_argument("--errors", type=int, default=0, help="how many wrong intents to show")
    arguments = parser.parse_args()
    model, heads = OnnxModel(arguments.model), Heads(arguments.model)
    for lang in ("en", "zh"):
        for families, has_new_homes in (("seen", False), ("seen", True), ("held_out", True)):
            generator = Generator(_SEED, families=families, has_held_out_homes=has_new_homes)
            samples = list(generator.samples(arguments.count, lang=lang))
            homes = "new homes" if has_new_homes else "same homes"
            _report(f"{lang}, {families} phrases, {homes}", samples, model, heads, arguments.errors)
    _report_probe(model, heads)
    print(f"latency, one thread, one text: p50 {_latency_ms(arguments.model):.2f} ms")


def held_out(count: int) -> list[Sample]:
    """Return sentences of both languages, of phrase families and homes that training never drew."""
    return list(Generator(_SEED, families="held_out", has_held_out_homes=True).samples(count))


def score(
    samples: Sequence[Sample], outputs: Sequence[Output], logits_of: Callable[[Floats], Floats], intents: Sequence[str]
) -> Scores:
    """Return the two figures by which variants are compared.

    Args:
        logits_of: embeddings [n, width] to intent logits [n, intents].
    """
    counted = [number for number, sample in enumerate(samples) if sample.intent not in (COMPOUND, "none")]
    logits = logits_of(np.stack([outputs[number].embedding for number in counted]))
    said = [intents[int(best)] for best in logits.argmax(-1)]
    right = sum(intent == samples[number].intent for intent, number in zip(said, counted, strict=True))
    return Scores(intent=right / len(counted), tags_f1=span_f1(samples, outputs))


def spans_of(output: Output) -> list[Span]:
    """Return the (start, end, tag) character spans of the network's best tags."""
    found: list[Span] = []
    open_tag = ""
    for number, label in enumerate(output.tags.argmax(-1)):
        start, end = output.encoding.offsets[number]
        part, _, tag = TAGS[int(label)].partition("-")
        if part == "O" or end == start:
            open_tag = ""
        elif part == "B" or tag != open_tag:
            found.append((start, end, tag))
            open_tag = tag
        else:
            found[-1] = (found[-1][0], end, tag)
    return found


def span_f1(samples: Sequence[Sample], outputs: Sequence[Output]) -> float:
    """Return F1 over whole spans: start, end and tag right."""
    hits = found_count = meant_count = 0
    for sample, output in zip(samples, outputs, strict=True):
        if any(tag == UNTAUGHT for _, _, tag in sample.spans):
            continue
        found, meant = Counter(spans_of(output)), Counter(sample.spans)
        hits += (found & meant).total()
        found_count += found.total()
        meant_count += meant.total()
    return 2 * hits / max(1, found_count + meant_count)


def _report(name: str, samples: Sequence[Sample], model: OnnxModel, heads: Heads, errors: int) -> None:
    outputs = model.run([sample.text for sample in samples])
    singles = [number for number, sample in enumerate(samples) if sample.intent != COMPOUND]
    embeddings = np.stack([outputs[number].embedding for number in singles])
    logits = heads.logits(embeddings)
    intents = heads.manifest["intents"]
    said = [intents[int(best)] for best in logits.argmax(-1)]
    meant = [samples[number].intent for number in singles]
    is_rejected = (energy(logits) < heads.manifest["energy_min"]) | (np.array(said) == "none")
    in_scope = np.array([intent != "none" for intent in meant])
    right = np.array([a == b for a, b in zip(said, meant, strict=True)])
    negated = np.array([samples[number].is_negated for number in singles])
    is_negated = heads.polarity(embeddings) > 0
    print(
        f"{name}: intent {_share(right[in_scope])}, out of scope rejected {_share(is_rejected[~in_scope])}, "
        f"in scope rejected {_share(is_rejected[in_scope])}, polarity {_share(is_negated == negated)}, "
        f"tags F1 {span_f1(samples, outputs):.1%}, segments {_share(_segments_right(samples, outputs))}, "
        f"roles {_share(_roles_right(samples, outputs))} "
        f"({len(singles)} single, {len(samples) - len(singles)} compound)",
        flush=True,
    )
    wrong = Counter(f"{meant[row]} -> {said[row]}: {samples[singles[row]].text}" for row in np.flatnonzero(~right))
    for line, _ in wrong.most_common(errors):
        print(f"    {line}")


def _report_probe(model: OnnxModel, heads: Heads) -> None:
    """Print the share of right answers on sentences that were written by hand, blind of the grammar."""
    rows = [line.split("\t") for line in PROBE.read_text(encoding="utf-8").splitlines()]
    logits = heads.logits(np.stack([output.embedding for output in model.run([text for _, text in rows])]))
    said = [heads.manifest["intents"][int(best)] for best in logits.argmax(-1)]
    scores = energy(logits)
    right = 0
    for (meant, text), intent, score in zip(rows, said, scores, strict=True):
        answer = "none" if score < heads.manifest["energy_min"] else intent
        right += answer == meant
        if answer != meant:
            print(f"    {meant} -> {intent} (energy {score:.1f}): {text}")
    print(f"hand-written sentences: {right} of {len(rows)}")


def _segments_right(samples: Sequence[Sample], outputs: Sequence[Output]) -> Flags:
    results = []
    for sample, output in zip(samples, outputs, strict=True):
        if sample.intent == COMPOUND and sample.segments:
            last = len(output.segments) - 1
            found = {int(number) for number in np.flatnonzero(output.segments > 0) if 1 < number < last}
            results.append(found == {token_at(output.encoding, start) for start in sample.segments[1:]})
    return np.array(results, dtype=np.bool_)


def _roles_right(samples: Sequence[Sample], outputs: Sequence[Output]) -> Flags:
    """Tell of each sentence that something turns round whether every word of it got its role."""
    results = []
    for sample, output in zip(samples, outputs, strict=True):
        if len({role for _, role in sample.roles} - {"command", "remark"}):
            meant = np.array(roles_of(sample, output.encoding)[: len(output.roles)])
            counted = meant != IGNORE
            results.append(bool((output.roles.argmax(-1)[counted] == meant[counted]).all()))
    return np.array(results, dtype=np.bool_)


def _latency_ms(folder: Path) -> float:
    model = OnnxModel(folder, threads=1)
    texts = [sample.text for sample in Generator(_SEED).samples(300, compounds=0.0)]
    times = []
    for text in texts:
        started = time.perf_counter()
        model.run([text])
        times.append(time.perf_counter() - started)
    return float(np.median(times) * 1000)


def _share(values: Flags) -> str:
    return f"{values.mean():.1%}" if values.size else "-"


if __name__ == "__main__":
    main()
