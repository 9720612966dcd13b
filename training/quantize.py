"""Writes one model folder for each variant of a finished run: `aios model quantize`.

The heads are fitted once, on the float network, and reused; only networks that were taught anew get their own. Each
folder's temperature and energy threshold are calibrated with its own encoder, on held-out sentences.
"""

import argparse
import json
import os
import tempfile
import time
from pathlib import Path

import torch

from training import export
from training.corpus.generate import Generator, intents
from training.encoder import load_trained
from training.export import Network
from training.heads import FittedHeads
from training.places import RUNS
from training.places import VARIANTS as FOLDER
from training.variants import VARIANTS

_SAMPLES = 100_000  # of the run's corpus, for heads, calibration and teaching
EXAMPLES = """examples:
  aios model quantize                                   every method
  aios model quantize --method dynamic-int8 --method weights-int4
  aios model quantize --method lite --steps 3000
"""


def main() -> None:
    """Parse the command line and write the folders."""
    parser = argparse.ArgumentParser(
        prog="aios model quantize",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--method", action="append", choices=sorted(VARIANTS), help="may be repeated (default: all)")
    parser.add_argument("--work", type=Path, default=RUNS, metavar="FOLDER", help="of the finished training run")
    parser.add_argument("--out", type=Path, default=FOLDER, metavar="FOLDER", help="gets a folder for each method")
    parser.add_argument("--steps", type=int, metavar="N", help="of training, for qat-int4 and lite")
    arguments = parser.parse_args()
    torch.manual_seed(1)
    torch.set_num_threads(int(os.environ.get("TRAIN_THREADS", "2")))
    network = load(arguments.work)
    shared: FittedHeads | None = None
    for name in arguments.method or VARIANTS:
        started = time.monotonic()
        print(f"== {name}", flush=True)
        if shared is None and not VARIANTS[name].has_own_heads:
            shared = float_heads(network)
        write_variant(name, network, shared, arguments.out / name, arguments.steps)
        print(f"== {name}: {time.monotonic() - started:.0f} s", flush=True)


def load(work: Path, count: int = _SAMPLES) -> Network:
    """Return the network of a finished run with `count` sentences of its corpus; exits where there is none."""
    try:
        facts = json.loads((work / "run.json").read_text(encoding="utf-8"))
        model, text = load_trained(work / "model.pt"), (work / "tokenizer.json").read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise SystemExit(f"There is no finished training run in {work}: {error}. Run `aios model train`.") from error
    if tuple(facts["intents"]) != intents():
        raise SystemExit(f"The grammar has other intents than the run in {work} learned. Run `aios model train`.")
    samples = list(Generator(facts["seed"]).samples(min(count, facts["samples"])))
    return Network(model=model, tokenizer_json=text, samples=samples, count=facts["samples"], seed=facts["seed"])


def float_heads(network: Network) -> FittedHeads:
    """Return heads fitted on the embeddings of the network as it was trained."""
    with tempfile.TemporaryDirectory() as folder:
        export.write_network(network, "float", Path(folder))
        return export.fit(network, Path(folder))


def write_variant(name: str, network: Network, shared: FittedHeads | None, out: Path, steps: int | None = None) -> None:
    """Write one variant; `shared` are the heads of the float network, None fits its own."""
    variant = VARIANTS[name]
    changed = variant.change(network, steps)
    export.write_network(changed, variant.method, out)
    fitted = shared if shared is not None and not variant.has_own_heads else export.fit(changed, out)
    export.finish(changed, fitted, name, out)


if __name__ == "__main__":
    main()
