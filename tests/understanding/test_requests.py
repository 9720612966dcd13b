"""Requests as people speak, written from a description of a home alone: the model that ships may not fall behind."""

import json
from collections import Counter
from pathlib import Path

import pytest

from hub.cli.understand import Bench, answer
from hub.config import load_settings
from hub.testing.scoring import Verdict, judge

FOLDER = Path(__file__).parent / "requests"
OPEN = Path(__file__).parents[3] / "shared" / "eval"  # a public test of the field, where the checkout has it beside it
FLOORS: dict[str, dict[str, dict[str, float]]] = json.loads((FOLDER / "floors.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(FLOORS["ours"]))
def test_no_set_falls_below_its_floor(name: str) -> None:
    hold(score(FOLDER / name / "cases.jsonl", FOLDER / name / "homes"), FLOORS["ours"][name])


@pytest.mark.parametrize("name", sorted(FLOORS["open"]))
def test_no_open_set_falls_below_its_floor(name: str) -> None:
    if not OPEN.is_dir():
        pytest.skip("left out: the open sets are not beside this checkout")
    hold(score(OPEN / "cases" / "dev" / f"cases_{name}.jsonl", OPEN / "homes"), FLOORS["open"][name])


def hold(verdicts: Counter[Verdict], floor: dict[str, float]) -> None:
    count = sum(verdicts.values())
    exact, wrong = (100 * verdicts[one] / count for one in (Verdict.EXACT, Verdict.WRONG_ACTION))
    assert exact >= floor["exact"] - 1.0, dict(verdicts)
    assert wrong <= floor["wrong_action"] + 0.3, dict(verdicts)


def test_there_are_requests_in_both_languages() -> None:
    cases = [json.loads(line) for name in FLOORS["ours"] for line in lines(FOLDER / name / "cases.jsonl")]
    spoken = Counter(case["lang"][:2] for case in cases)
    assert min(spoken["en"], spoken["zh"]) >= 300
    assert len({case["id"] for case in cases}) == len(cases)


def score(cases: Path, folder: Path) -> Counter[Verdict]:
    """Return how many of the cases came to what in the homes of the folder."""
    bench = Bench.build(load_settings(None), folder)
    homes = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("home_*.json")}
    verdicts: Counter[Verdict] = Counter()
    for line in lines(cases):
        case = json.loads(line)
        said = json.dumps({key: value for key, value in case.items() if key not in ("expect", "category")})
        verdicts[judge(case, answer(bench, said), homes[f"home_{case['home']}"])] += 1
    return verdicts


def lines(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
