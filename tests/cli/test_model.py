"""`aios model`: shows what is in use; says what is missing where models cannot be made, else runs the steps."""

import json
from pathlib import Path

import pytest

from hub.cli import model
from hub.cli.model import STEPS, Step, run, run_step
from hub.contracts.errors import HubError
from hub.understanding.encoder import MODEL_FOLDER

ROOT = Path(__file__).parents[2]


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one step, which needs nothing and reports how it was called."""
    (tmp_path / "training").mkdir()
    (tmp_path / "training" / "__init__.py").touch()
    (tmp_path / "training" / "count.py").write_text("import sys\nsys.exit(len(sys.argv) - 1)\n")
    monkeypatch.setattr(model, "STEPS", {"count": Step(module="training.count")})
    return tmp_path


def test_the_model_in_use_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["show"]) == 0
    shown = capsys.readouterr().out
    assert f"folder: {MODEL_FOLDER}" in shown
    assert "temperature: " in shown


def test_its_manifest_is_shown_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["show", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["sha256"]


def test_a_model_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIOS_MODEL_PATH", str(tmp_path / "nowhere"))
    with pytest.raises(HubError, match="nowhere"):
        run(["show"])


@pytest.mark.parametrize("name", sorted(STEPS))
def test_without_the_repository_every_step_says_where_to_get_it(tmp_path: Path, name: str) -> None:
    with pytest.raises(HubError, match="training") as caught:
        run_step(name, [], tmp_path)
    assert "Clone the repository" in caught.value.hint


def test_a_missing_package_is_named_with_the_command_that_brings_it(
    clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = Step(module="training.count", needs=("json", "no_such_package"))
    monkeypatch.setattr(model, "STEPS", {"count": step})
    with pytest.raises(HubError, match=r": no_such_package\.") as caught:
        run_step("count", [], clone)
    assert "[train]" in caught.value.hint


def test_a_step_gets_the_arguments_and_its_status_is_passed_on(clone: Path) -> None:
    assert run_step("count", ["--one", "two", "three"], clone) == 3


@pytest.mark.parametrize("name", sorted(STEPS))
def test_every_step_is_a_module_of_the_repository(name: str) -> None:
    assert (ROOT / Path(*STEPS[name].module.split("."))).with_suffix(".py").is_file()


def test_the_steps_without_torch_have_help_with_examples(capfd: pytest.CaptureFixture[str]) -> None:
    for name in ("report", "choose"):
        assert run([name, "--help"]) == 0
        shown = capfd.readouterr().out
        assert f"usage: aios model {name}" in shown
        assert "examples:" in shown
