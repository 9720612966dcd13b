"""Runs evaluation cases through the hub's own path with one model, and counts what came of them."""

import io
import json
import math
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import redirect_stderr
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hub.cli.understand import Bench, answer_all
from hub.config import ModelSettings, Settings
from hub.testing.scoring import Verdict, judge

CONFIDENCE = 0.95
_EFFORT = 60  # halvings of an interval: as exact as a float


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """How many cases there were, how many came out exactly, and in how many something wrong was done."""

    cases: int
    exact: int
    wrong: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One case with its home, what the hub replied, and the verdict."""

    case: Mapping[str, Any]
    home: Mapping[str, Any]
    reply: Mapping[str, Any]
    verdict: Verdict


def run_cases(folder: Path, model: Path) -> Trial:
    """Answer every `cases.jsonl` below a folder, each in the `homes/` beside it.

    Args:
        model: a model folder; one that is not there leaves the rules alone.
    """
    counts = Counter(one.verdict for one in judged_cases(folder, model))
    return Trial(cases=counts.total(), exact=counts[Verdict.EXACT], wrong=counts[Verdict.WRONG_ACTION])


def judged_cases(folder: Path, model: Path) -> Iterator[Judged]:
    """Yield every case below a folder, answered and judged; the arguments are those of `run_cases`."""
    for path in sorted(folder.rglob("cases.jsonl")):
        yield from _judged(path, model)


def upper_bound(wrong: int, cases: int) -> float:
    """Return the share that the true one stays below with 95 % confidence (Clopper & Pearson 1934, one-sided)."""
    if wrong >= cases:
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(_EFFORT):
        middle = (low + high) / 2
        low, high = (middle, high) if _at_most(wrong, cases, middle) > 1 - CONFIDENCE else (low, middle)
    return high


def _judged(path: Path, model: Path) -> list[Judged]:
    with redirect_stderr(sys.stderr if model.is_dir() else io.StringIO()):  # where there is none, it is meant
        bench = Bench.build(Settings(model=ModelSettings(path=str(model))), path.parent / "homes")
    text = path.read_text(encoding="utf-8")
    answers = io.StringIO()
    answer_all(bench, io.StringIO(text), answers)
    cases = [json.loads(line) for line in text.splitlines() if line.strip()]
    homes: dict[str, Mapping[str, Any]] = {}
    for case in cases:
        if case["home"] not in homes:
            home = path.parent / "homes" / f"home_{case['home']}.json"
            homes[case["home"]] = json.loads(home.read_text(encoding="utf-8"))
    replies = map(json.loads, answers.getvalue().splitlines())
    return [
        Judged(case=case, home=home, reply=reply, verdict=judge(case, reply, home))
        for case, reply in zip(cases, replies, strict=True)
        for home in (homes[case["home"]],)
    ]


def _at_most(wrong: int, cases: int, share: float) -> float:
    """Return the binomial probability of at most so many, in logarithms: the terms are small."""
    if share <= 0.0:
        return 1.0
    if share >= 1.0:
        return 0.0
    return sum(
        math.exp(
            math.lgamma(cases + 1) - math.lgamma(count + 1) - math.lgamma(cases - count + 1)
            + count * math.log(share) + (cases - count) * math.log1p(-share)
        )
        for count in range(wrong + 1)
    )  # fmt: skip
