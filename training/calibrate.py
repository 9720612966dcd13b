"""Fits how sure a request has to be for its risk: conformal risk control on held-out phrases in held-out homes.

Angelopoulos et al. 2022 (arXiv:2208.02814): with n cases and a loss of at most 1, the threshold that keeps
(losses + 1) / (n + 1) within the budget keeps the expected loss within it, for requests drawn like the cases. The loss
of a case is 1 where it would be acted on and was misread. `python -m training.calibrate` writes the curve of every
risk class (threshold, bound) into the manifest; the hub picks the threshold for the budgets in its config.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from hub.contracts.capability import Risk
from hub.understanding.gate import OUT_OF_SCOPE
from hub.understanding.intents import confidence, stand_together
from skills.home.intents import MANIFEST
from training.corpus.generate import Generator, Sample
from training.runtime import Heads, OnnxModel, energy

_SEED = 8_001
_GRID = tuple(round(0.30 + 0.01 * step, 2) for step in range(70))
_RISKY = ("home.unlock", "home.open", "home.lock", "home.close")
Case = tuple[Risk, float, bool]  # risk class of what was read, its confidence, misread


def main() -> None:
    """Fit and write; prints each class with its cases and the bounds that were reached."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, default=Path("hub/understanding/model"))
    parser.add_argument("--count", type=int, default=12_000, help="cases; half as many again are about doors and gates")
    arguments = parser.parse_args()
    write_gates(arguments.model, arguments.count)


def write_gates(folder: Path, count: int) -> None:
    """Put the curves into the manifest of a folder that is complete but for them."""
    cases = list(read(folder, list(samples(count))))
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["gates"] = {risk.value: curve([case for case in cases if case[0] is risk]) for risk in Risk}
    path.write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    for risk, fitted in manifest["gates"].items():
        reached = ", ".join(f"{at:.2f}: {bound:.3%}" for at, bound in fitted["curve"][::10])
        print(f"{risk}: {fitted['cases']} cases, bound by threshold {reached}", flush=True)


def samples(count: int) -> Iterator[Sample]:
    """Yield held-out sentences in both languages, more of them about what guards the house."""
    held_out = Generator(_SEED, families="held_out", has_held_out_homes=True)
    yield from held_out.samples(count, compounds=0.0)
    every = Generator(_SEED + 1, families="all", has_held_out_homes=True)
    for number in range(count // 2):
        if number % 40 == 0:
            every.home = every.new_home()
        yield every.single(("en", "zh")[number % 2], _RISKY[number % len(_RISKY)])


def read(folder: Path, said: Sequence[Sample]) -> Iterator[Case]:
    """Yield the case of every sentence that the model would act on or answer at some threshold."""
    heads = Heads(folder)
    intents, least = heads.manifest["intents"], heads.manifest["energy_min"]
    risks = {spec.name: spec.risk for spec in MANIFEST.intents}
    outputs = OnnxModel(folder).run([sample.text for sample in said])
    logits = heads.logits(np.stack([output.embedding for output in outputs]))
    scaled = logits / heads.manifest["temperature"]
    values = np.exp(scaled - scaled.max(-1, keepdims=True))
    values /= values.sum(-1, keepdims=True)
    for sample, row, power in zip(said, values, energy(logits), strict=True):
        best = intents[int(row.argmax())]
        if best == OUT_OF_SCOPE or power < least or best not in risks:
            continue
        probabilities = dict(zip(intents, map(float, row), strict=True))
        is_misread = best != sample.intent and not stand_together(best, sample.intent)
        yield risks[best], confidence(best, best, probabilities), is_misread


def curve(cases: Sequence[Case]) -> dict[str, object]:
    """Return the bound on the rate of misread and acted on, for each threshold."""
    wrong = np.array([probability for _, probability, is_misread in cases if is_misread])
    bounds = [(at, (int((wrong >= at).sum()) + 1) / (len(cases) + 1)) for at in _GRID]
    return {"cases": len(cases), "curve": [[at, round(bound, 6)] for at, bound in bounds]}


if __name__ == "__main__":
    main()
