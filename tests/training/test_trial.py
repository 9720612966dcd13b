"""Whole requests on cases: counted by what came of them, with a model or with the rules alone."""

import json
from pathlib import Path

from hub.understanding.encoder import MODEL_FOLDER
from training.trial import Trial, run_cases

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
        {"id": text, "home": "barn", "text": text, "context": None,
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
