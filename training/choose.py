"""Picks the variant to ship from a report: the fastest that keeps the budget of wrong actions: `aios model choose`."""

import argparse
import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from hub.config import load_settings
from training.places import SHIPPED
from training.report import REPORT, Line

_IN_USE = "shipped"
EXAMPLES = """examples:
  aios model choose
  aios model choose --budget-pct 1 --most-lost 2
  aios model choose --install
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The variant that was picked, or none, and the reason in a sentence."""

    variant: str | None
    reason: str


def main() -> None:
    """Say which variant is best and why; exit status 1 when none may ship."""
    parser = argparse.ArgumentParser(
        prog="aios model choose",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--report", type=Path, default=REPORT, metavar="FILE", help="written by report")
    parser.add_argument(
        "--budget-pct", type=float, help="most wrong actions, %% of requests (default: wrong_actions of the config)"
    )
    parser.add_argument("--most-lost", type=float, default=1.0, help="most exact frames below the best, points (1)")
    parser.add_argument("--install", action="store_true", help=f"copy it to {SHIPPED}")
    arguments = parser.parse_args()
    try:
        report = json.loads(arguments.report.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SystemExit(f"There is no report at {arguments.report}. Run `aios model report`.") from error
    budget_pct = arguments.budget_pct
    if budget_pct is None:
        budget_pct = 100 * load_settings().model.wrong_actions
    lines = [Line(**line) for line in report["lines"]]
    choice = choose(lines, budget_pct=budget_pct, most_lost=arguments.most_lost)
    print(choice.reason)
    if choice.variant is None:
        raise SystemExit(1)
    if arguments.install and choice.variant != _IN_USE:
        install(Path(report["variants"]) / choice.variant, SHIPPED)
        print(f"Installed {choice.variant} in {SHIPPED}.")


def choose(lines: Sequence[Line], *, budget_pct: float, most_lost: float) -> Choice:
    """Return the fastest variant whose wrong actions stay within the budget and that is nearly as good as the best.

    Args:
        most_lost: points of exact frames that it may be below the best one within the budget. Without this bound a
            model that always refuses would be chosen: it does nothing wrong.
    """
    rated = list(_rated(lines))
    if not rated:
        return Choice(variant=None, reason="The report has no variant with cases: there is nothing to choose by.")
    kept = [one for one in rated if one.wrong_pct <= budget_pct]
    if not kept:
        near = min(rated, key=lambda one: (one.wrong_pct, -one.exact_pct))
        return Choice(
            variant=None,
            reason=f"No variant keeps the budget of {budget_pct:.2f} % wrong actions; the nearest is "
            f"{near.line.variant} with {near.wrong_pct:.2f} % ({near.line.wrong} of {near.line.cases}). "
            "--budget-pct sets another budget.",
        )
    best = max(one.exact_pct for one in kept)
    good = [one for one in kept if one.exact_pct >= best - most_lost]
    fastest = min(good, key=lambda one: one.ms)
    line = fastest.line
    return Choice(
        variant=line.variant,
        reason=f"{line.variant}: of {len(rated)} variants {len(kept)} keep the budget of {budget_pct:.2f} % wrong "
        f"actions, {len(good)} of them are within {most_lost:.1f} points of the best ({best:.1f} % exact), and this is "
        f"the fastest: {fastest.ms:.2f} ms, {fastest.exact_pct:.1f} % exact, {fastest.wrong_pct:.2f} % wrong "
        f"({line.wrong} of {line.cases}; the true rate is below {line.wrong_bound_pct:.2f} % with 95 % confidence).",
    )


def install(source: Path, target: Path) -> None:
    """Replace a model folder by another, so that at no time half a model is there."""
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        fresh, old = Path(folder) / "new", Path(folder) / "old"
        shutil.copytree(source, fresh)
        if target.exists():
            target.rename(old)
        fresh.rename(target)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rated:
    line: Line
    ms: float
    exact_pct: float
    wrong_pct: float


def _rated(lines: Sequence[Line]) -> Iterator[_Rated]:
    for line in lines:
        if line.is_control or line.p50_ms is None or line.exact_pct is None or line.wrong_pct is None:
            continue
        yield _Rated(line=line, ms=line.p50_ms, exact_pct=line.exact_pct, wrong_pct=line.wrong_pct)


if __name__ == "__main__":
    main()
