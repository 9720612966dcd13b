"""Measures each variant on the machine where it runs: `aios model report`. Needs no torch.

Size of the folder; resident memory of a fresh process that is ready to answer; encoder and heads, one text on one
thread; intents and slots on held-out sentences of the grammar; whole requests on cases, through the hub's own path.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from training.corpus.generate import Sample
from training.evaluate import held_out, score
from training.places import CASES, ROOT, RUNS, SHIPPED, VARIANTS
from training.runtime import Heads, OnnxModel
from training.trial import run_cases, upper_bound

RULES, RANDOMISED = "rules alone", "randomised"
REPORT = RUNS / "report.json"
_TIMED = 500  # sentences
EXAMPLES = """examples:
  aios model report
  aios model report --variants ./variants --cases ./cases --count 500
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What was measured of one variant; None where there is nothing to measure.

    Attributes:
        is_control: shows what the model is worth, and is never chosen.
        exact_pct: of the cases, done or answered as wanted, no more and no less.
        wrong_pct: of the cases, something was done that nobody asked for.
        wrong_bound_pct: what the true rate stays below, with 95 % confidence.
    """

    variant: str
    is_control: bool
    size_mb: float
    memory_mb: float
    p50_ms: float | None
    p99_ms: float | None
    intent_pct: float | None
    slot_f1_pct: float | None
    cases: int
    exact_pct: float | None
    wrong: int
    wrong_pct: float | None
    wrong_bound_pct: float | None


def main() -> None:
    """Measure, print the table, and write it as JSON for `choose`."""
    parser = argparse.ArgumentParser(
        prog="aios model report",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--variants", type=Path, default=VARIANTS, metavar="FOLDER", help="written by quantize")
    parser.add_argument("--cases", type=Path, default=CASES, metavar="FOLDER", help="with cases.jsonl and homes/")
    parser.add_argument("--count", type=int, default=2_000, help="held-out sentences")
    parser.add_argument("--json", type=Path, default=REPORT, metavar="FILE", help=f"default: {REPORT}")
    arguments = parser.parse_args()
    samples = held_out(arguments.count)
    folders = {"shipped": SHIPPED, **{path.parent.name: path.parent for path in _manifests(arguments.variants)}}
    lines = []
    for name, folder in [*folders.items(), (RULES, arguments.variants / "no model")]:
        print(f"measuring {name}", file=sys.stderr, flush=True)
        lines.append(measure(name, folder, samples, arguments.cases))
    print(table(lines))
    arguments.json.parent.mkdir(parents=True, exist_ok=True)
    report = {
        "machine": _machine(),
        "variants": str(arguments.variants.resolve()),
        "lines": [asdict(line) for line in lines],
    }
    arguments.json.write_text(json.dumps(report, indent=1), encoding="utf-8")


def measure(name: str, folder: Path, samples: Sequence[Sample], cases: Path) -> Line:
    """Return everything about one model folder; one that is not there is measured as rules alone."""
    used = _footprint(folder, [sample.text for sample in samples[:_TIMED]])
    intent, slots = _grammar(folder, samples) if folder.is_dir() else (None, None)
    trial = run_cases(cases, folder)
    return Line(
        variant=name,
        is_control=name in (RULES, RANDOMISED),
        size_mb=sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6,
        memory_mb=used["memory_mb"],
        p50_ms=used.get("p50_ms"),
        p99_ms=used.get("p99_ms"),
        intent_pct=intent,
        slot_f1_pct=slots,
        cases=trial.cases,
        exact_pct=100 * trial.exact / trial.cases if trial.cases else None,
        wrong=trial.wrong,
        wrong_pct=100 * trial.wrong / trial.cases if trial.cases else None,
        wrong_bound_pct=100 * upper_bound(trial.wrong, trial.cases) if trial.cases else None,
    )


def table(lines: Sequence[Line]) -> str:
    """Return the lines as a Markdown table."""
    head = ("variant", "MB", "memory, MB", "p50, ms", "p99, ms", "intent, %", "slot F1, %", "frames exact, %")
    rows = [" | ".join([*head, "wrong actions", "wrong, %", "wrong below, % (95 %)"]), "|".join(["---", *["--:"] * 10])]
    for line in lines:
        cells = [
            line.variant, f"{line.size_mb:.1f}", f"{line.memory_mb:.0f}", _shown(line.p50_ms, 2),
            _shown(line.p99_ms, 2), _shown(line.intent_pct), _shown(line.slot_f1_pct), _shown(line.exact_pct),
            f"{line.wrong} of {line.cases}", _shown(line.wrong_pct, 2), _shown(line.wrong_bound_pct, 2),
        ]  # fmt: skip
        rows.append(" | ".join(cells))
    return "\n".join(f"| {row} |" if "---" not in row else f"|{row}|" for row in rows)


def _manifests(variants: Path) -> list[Path]:
    found = sorted(variants.glob("*/manifest.json"))
    if not found:
        raise SystemExit(f"There are no variants in {variants}. Run `aios model quantize`.")
    return found


def _footprint(folder: Path, texts: list[str]) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "training.footprint", str(folder.resolve())],
        input=json.dumps(texts), capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    if done.returncode != 0:
        raise SystemExit(f"{folder} cannot be measured:\n{done.stderr}")
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _grammar(folder: Path, samples: Sequence[Sample]) -> tuple[float, float]:
    model, heads = OnnxModel(folder, threads=1), Heads(folder)
    outputs = model.run([sample.text for sample in samples], size=1)  # as the hub does: ranges depend on the batch
    scores = score(samples, outputs, heads.logits, heads.manifest["intents"])
    return 100 * scores.intent, 100 * scores.tags_f1


def _machine() -> dict[str, object]:
    return {"system": platform.platform(), "processor": platform.machine(), "cores": os.cpu_count()}


def _shown(value: float | None, digits: int = 1) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


if __name__ == "__main__":
    main()
