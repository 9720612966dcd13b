"""Whole requests on cases: counted by what came of them, with a model or with the rules alone."""

import json
from pathlib import Path

from hub.config import ModelSettings
from hub.understanding.encoder import MODEL_FOLDER
from training.bounds import Realised, realised, table
from training.trial import Trial, judged_cases, run_cases

HOME = {
    "floors": [],
    "areas": [{"id": "barn", "name": "Barn", "floor": None, "aliases": []}],
    "devices": [
        {"id": f"light.{name}", "name": f"{name} lamp", "aliases": [], "area": "barn", "domain": "light",
         "device_class": None, "state": "off", "attributes": {}}
        for name in ("elm", "oak")
    ],
}  # fmt: skip


def write(folder: Path, *rows: tuple[str, str]) -> None:
    (folder / "homes").mkdir(parents=True)
    (folder / "homes" / "home_barn.json").write_text(json.dumps(HOME))
    cases = [
        {"id": text, "lang": "en", "home": "barn", "text": text, "context": None,
         "expect": {"outcome": ["act"], "effects": [{"device": device, "command": "turn_on", "params": {}}]}}
        for text, device in rows
    ]  # fmt: skip
    (folder / "cases.jsonl").write_text("".join(json.dumps(case) + "\n" for case in cases))


def test_cases_of_every_folder_are_counted(tmp_path: Path) -> None:
    write(tmp_path / "one", ("turn on the elm lamp", "light.elm"), ("turn on the oak lamp", "light.elm"))
    write(tmp_path / "two", ("the pond is quiet today", "light.elm"))
    assert run_cases(tmp_path, MODEL_FOLDER) == Trial(cases=3, exact=1, wrong=1)


def test_without_a_model_the_rules_answer(tmp_path: Path) -> None:
    write(tmp_path, ("turn on the elm lamp", "light.elm"))
    assert run_cases(tmp_path, tmp_path / "no model") == Trial(cases=1, exact=1, wrong=0)


def test_what_went_wrong_is_held_against_each_budget(tmp_path: Path) -> None:
    write(tmp_path, ("turn on the elm lamp", "light.elm"), ("turn on the oak lamp", "light.elm"))
    lines = list(realised(list(judged_cases(tmp_path, MODEL_FOLDER)), ModelSettings(wrong_actions=0.01)))
    assert [(line.budget, line.requests, line.wrong) for line in lines] == [
        ("answers", 2, 0),
        ("everyday actions", 2, 1),
        ("doors", 2, 0),
    ]
    assert "| everyday actions | en | 2 | 1 | 50.00 |" in table(lines)


def test_a_budget_says_how_many_requests_it_takes() -> None:
    line = Realised(budget="doors", lang="en", requests=300, wrong=0, allowed=0.0005)
    assert line.needed == 5_990  # 0.95 = 1 - (1 - 0.0005)^n
    assert 0.0099 < line.bound < 0.0100  # the rule of three: about 3 / n
