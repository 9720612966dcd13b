"""How long a request takes to be understood, in homes of 100 and 2,000 devices, peers beside it.

`python -m benchmarks.understanding [--peer NAME=COMMAND ...]`: a peer answers the evaluation's cases on standard input.
"""

import argparse
import json
import os
import random
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from hub.runtime.clock import local_zone
from hub.sdk import IntentSpec
from hub.testing.homes import load_home
from hub.understanding.context import Context
from hub.understanding.encoder import MODEL_FOLDER, load_model
from hub.understanding.understand import Understander
from skills.clock.skill import ClockSkill
from skills.home.skill import HomeSkill

REQUESTS = Path(__file__).parents[1] / "tests" / "understanding" / "requests"
SIZES = (100, 2000)
ROUNDS = 2
PEER_CASES = 200
Case = dict[str, object]
_KINDS = ("light", "switch", "cover", "media_player", "climate", "sensor", "lock", "fan", "vacuum", "binary_sensor")
_ROOMS = ("kitchen", "bedroom", "living room", "hall", "study", "attic", "garage", "nursery", "cellar", "bathroom")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.understanding", description=__doc__)
    parser.add_argument("--peer", action="append", default=[], metavar="NAME=COMMAND")
    arguments = parser.parse_args()
    texts = [str(case["text"]) for case in _cases() if case.get("text")]
    print(f"{len(texts)} requests of people, one core, milliseconds")
    print(f"{'what':44} {'median':>8} {'p99':>8} {'MB':>6}")
    model = load_model(MODEL_FOLDER)
    _line("encoder and heads alone", _timed(model.encode, texts))
    intents = {spec.name: spec for skill in (HomeSkill, ClockSkill) for spec in skill.manifest.intents}
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            path = Path(folder) / f"home_{size}.json"
            path.write_text(json.dumps(_home(size)), encoding="utf-8")
            _line(f"understanding, {size:,} devices", _understood(path, intents, texts))
        aios = shlex.quote(str(Path(sys.executable).parent / "aios"))
        _round_trips("aios understand, round trip, 100 devices", f"{aios} understand", Path(folder))
        for peer in arguments.peer:
            name, _, command = peer.partition("=")
            _round_trips(f"{name}, round trip, 100 devices", command, Path(folder))
    _sentence_transformers(texts)


def _cases() -> list[Case]:
    return [
        json.loads(line)
        for path in sorted(REQUESTS.glob("*/cases.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]


def _home(size: int) -> dict[str, object]:
    """Return a home of that many devices in ten rooms, some with a room in their name and some without."""
    rng = random.Random(7)
    words = "left right big small reading corner window desk ceiling floor north south old new main".split()
    devices = []
    for number in range(size):
        domain, room = _KINDS[number % len(_KINDS)], rng.choice(_ROOMS)
        name = f"{rng.choice(words)} {domain.replace('_', ' ')} {number}"
        state = {"climate": "heat", "sensor": "21", "lock": "locked", "cover": "open"}.get(domain, "on")
        devices.append(
            {"id": f"{domain}.d{number}", "name": name, "area": room.replace(" ", "_"), "domain": domain,
             "device_class": "temperature" if domain == "sensor" else None, "state": state, "attributes": {}}
        )  # fmt: skip
    areas = [{"id": room.replace(" ", "_"), "name": room, "floor": "ground"} for room in _ROOMS]
    return {"floors": [{"id": "ground", "name": "Ground floor"}], "areas": areas, "devices": devices}


def _understood(path: Path, intents: dict[str, IntentSpec], texts: Sequence[str]) -> list[float]:
    now = datetime.now(local_zone(""))
    index = load_home(path, now).index()
    understander = Understander(load_model(MODEL_FOLDER), intents)
    context = Context(area="kitchen", now=now)
    return _timed(lambda text: understander.understand(text, index, context), texts)


def _timed(call: Callable[[str], object], texts: Sequence[str]) -> list[float]:
    """Return the milliseconds of each call, the first round left out."""
    times: list[float] = []
    for turn in range(ROUNDS + 1):
        for text in texts:
            started = time.perf_counter()
            call(text)
            if turn:
                times.append((time.perf_counter() - started) * 1000)
    return times


def _round_trips(name: str, command: str, homes: Path) -> None:
    """Measure a system that answers one case a line, from the outside, with the memory that it comes to."""
    process = subprocess.Popen(
        shlex.split(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        encoding="utf-8", bufsize=1, env=os.environ | {"NLU_HOMES": str(homes)},
    )  # fmt: skip
    assert process.stdin is not None and process.stdout is not None
    times: list[float] = []
    for case in [case for case in _cases() if case.get("text")][:PEER_CASES]:
        asked = {"id": case["id"], "lang": case["lang"], "home": "100", "text": case["text"], "context": None}
        started = time.perf_counter()
        process.stdin.write(json.dumps(asked) + "\n")
        process.stdin.flush()
        if not process.stdout.readline():
            break
        times.append((time.perf_counter() - started) * 1000)
    peak = _peak_mb(process.pid)
    process.stdin.close()
    process.wait(30)
    if times:
        _line(name, times[1:], peak)
    else:
        print(f"{name:44} does not answer")


def _peak_mb(pid: int) -> float | None:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return None
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM")), None)


def _sentence_transformers(texts: Sequence[str]) -> None:
    """Measure the base encoder alone through sentence-transformers on torch, where the train extra is installed."""
    try:
        import torch
        from sentence_transformers import SentenceTransformer

        from training.vocabulary import BASE
    except ImportError:
        print("sentence-transformers: left out, the train extra is not installed")
        return
    torch.set_num_threads(1)
    encoder = SentenceTransformer(str(BASE), device="cpu")
    _line("all-MiniLM-L6-v2, sentence-transformers", _timed(encoder.encode, texts[:PEER_CASES]))


def _line(name: str, times: Sequence[float], peak_mb: float | None = None) -> None:
    ordered = sorted(times)
    memory = f"{peak_mb:6.0f}" if peak_mb else ""
    print(f"{name:44} {statistics.median(ordered):8.2f} {ordered[int(0.99 * len(ordered))]:8.2f} {memory}")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
