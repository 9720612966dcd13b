"""How often the model in use does or says something wrong, against the budgets in the config: `aios model bounds`.

The rate of each budget is a share of all requests, with the bound that it stays below with 95 % confidence: the bound
that was reached, and how many requests without an error the budget itself would take.
"""

import argparse
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hub.config import ModelSettings, load_settings
from hub.testing.scoring import Verdict
from training.places import CASES, SHIPPED
from training.trial import CONFIDENCE, Judged, judged_cases, upper_bound

EXAMPLES = """examples:
  aios model bounds
  aios model bounds --cases ./requests-written-blind
"""
_DOORS = frozenset({"lock", "alarm_control_panel"})
_BARRIERS = frozenset({"garage", "garage_door", "gate", "door"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Realised:
    """One budget and what became of it.

    Attributes:
    """

    budget: str
    lang: str
    requests: int
    wrong: int
    allowed: float

    @property
    def bound(self) -> float:
        """Return the share that the true one stays below with 95 % confidence."""
        return upper_bound(self.wrong, self.requests)

    @property
    def needed(self) -> int:
        """Return how many requests without one error it takes to say that the budget is kept."""
        return math.ceil(math.log(1 - CONFIDENCE) / math.log1p(-self.allowed)) if self.allowed > 0 else 0


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(
        prog="aios model bounds",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--cases", type=Path, default=CASES, metavar="FOLDER", help="with cases.jsonl and homes/")
    parser.add_argument("--model", type=Path, default=SHIPPED, metavar="FOLDER")
    arguments = parser.parse_args()
    found = list(judged_cases(arguments.cases, arguments.model))
    if not found:
        raise SystemExit(f"There is no cases.jsonl below {arguments.cases}.")
    print(table(list(realised(found, load_settings().model))))


def realised(found: Sequence[Judged], settings: ModelSettings) -> Iterator[Realised]:
    """Yield each budget in each language."""
    budgets = (
        ("answers", settings.wrong_questions, _is_wrong_answer),
        ("everyday actions", settings.wrong_actions, _is_wrong_action),
        ("doors", settings.wrong_at_doors, _is_wrong_door),
    )
    for lang in sorted({one.case["lang"][:2] for one in found}):
        said = [one for one in found if one.case["lang"].startswith(lang)]
        for name, allowed, is_wrong in budgets:
            wrong = sum(is_wrong(one) for one in said)
            yield Realised(budget=name, lang=lang, requests=len(said), wrong=wrong, allowed=allowed)


def table(lines: Sequence[Realised]) -> str:
    """Return the lines as a Markdown table."""
    rows = [
        "| budget | language | requests | wrong | share, % | below, % (95 %) | budget, % | requests that it takes |",
        "|---|---|--:|--:|--:|--:|--:|--:|",
    ]
    rows += [
        f"| {line.budget} | {line.lang} | {line.requests} | {line.wrong} | {100 * line.wrong / line.requests:.2f} "
        f"| {100 * line.bound:.2f} | {100 * line.allowed:.2f} | {line.needed:,} |"
        for line in lines
    ]
    return "\n".join(rows)


def _is_wrong_answer(one: Judged) -> bool:
    return one.verdict is Verdict.WRONG_ANSWER


def _is_wrong_action(one: Judged) -> bool:
    return one.verdict is Verdict.WRONG_ACTION and one.reply.get("outcome") != "ask"


def _is_wrong_door(one: Judged) -> bool:
    """Tell whether a door, gate or alarm was moved in a request that went wrong; a question first is not a move."""
    return _is_wrong_action(one) and any(_is_door(effect, one.home) for effect in one.reply["effects"])


def _is_door(effect: Mapping[str, Any], home: Mapping[str, Any]) -> bool:
    device = next((one for one in home["devices"] if one["id"] == effect["device"]), None)
    if device is None or effect["command"] == "query":
        return False
    return device["domain"] in _DOORS or (device["domain"] == "cover" and device.get("device_class") in _BARRIERS)


if __name__ == "__main__":
    main()
