"""Where training reads and writes, unless told otherwise."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
SHIPPED = ROOT / "hub" / "understanding" / "model"
RUNS = ROOT / "training" / "runs"  # git knows nothing of it
VARIANTS = RUNS / "variants"
CASES = ROOT / "tests" / "understanding" / "requests"
PLOT = ROOT / "docs" / "quantisation.svg"
