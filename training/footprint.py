"""Measures one model in a process of its own, as `aios understand` loads it; started by `report`, not by people.

`python -m training.footprint FOLDER` reads a JSON list of texts and prints JSON: resident memory after answering
has become possible, then the times of the encoder with its heads, one text at a time on one thread. A folder that is
not there measures the rules alone, without times.
"""

import json
import resource
import statistics
import sys
import time
from pathlib import Path

from hub.cli.understand import Bench
from hub.config import ModelSettings, Settings
from hub.understanding.encoder import Model, load_model

_WARM_UP = 20


def main() -> None:
    """Measure the folder named on the command line."""
    folder, texts = Path(sys.argv[1]), json.load(sys.stdin)
    bench = Bench.build(Settings(model=ModelSettings(path=str(folder))), folder)
    found: dict[str, float] = {"memory_mb": resident_mb()}
    del bench
    if folder.is_dir():
        times = _times_ms(load_model(folder), texts)
        cuts = statistics.quantiles(times, n=100)
        found |= {"p50_ms": statistics.median(times), "p99_ms": cuts[98]}
    json.dump(found, sys.stdout)


def resident_mb() -> float:
    """Return this process's resident memory in units of 10^6 bytes; where the system does not say it, the peak."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) * 1024 / 1e6
    unit = 1 if sys.platform == "darwin" else 1024  # getrusage(2) counts bytes on macOS, KiB elsewhere
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def _times_ms(model: Model, texts: list[str]) -> list[float]:
    for text in texts[:_WARM_UP]:
        model.encode(text)
    times = []
    for text in texts:
        started = time.perf_counter()
        model.encode(text)
        times.append((time.perf_counter() - started) * 1000)
    return times


if __name__ == "__main__":
    main()
