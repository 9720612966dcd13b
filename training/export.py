"""Writes a model folder: the network in ONNX, quantised by one of `methods`, tokenizer, heads, manifest."""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import torch
from tokenizers import Tokenizer

from training import heads, vocabulary
from training.calibrate import write_gates
from training.corpus.generate import COMPOUND, Generator, Sample, intents, templates
from training.encoder import WIDTH, RequestModel, pooled
from training.heads import FittedHeads
from training.labels import MAX_TOKENS, ROLES, TAGS
from training.methods import quantise
from training.runtime import Floats, OnnxModel

SHIPPED_METHOD = "dynamic-int8"
FIT_SAMPLES, FIT_PARTS = 40_000, 10_000
GATE_SAMPLES = 12_000
CALIBRATION_SAMPLES = 6_000
_CALIBRATION_SEED = 7_001
_CHECKED_SAMPLES = 200  # are compared with torch
_OBSERVED_SAMPLES = 20_000  # from which calibration may choose

WEIGHTS = "model.onnx.data"
WEIGHTS_FROM_BYTES = 100_000  # smaller tensors stay in the graph


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """A trained network, its tokenizer, and what the manifest says of its origin.

    Attributes:
        samples: sentences that it learned from; the heads are fitted on them.
        count: how many there were (`samples` may hold fewer).
        seed: of the corpus.
    """

    model: RequestModel
    tokenizer_json: str
    samples: Sequence[Sample]
    count: int
    seed: int


def write(network: Network, out: Path) -> None:
    """Write the folder that ships to `out`, replacing one that is there; the heads fit the quantised encoder."""
    write_network(network, SHIPPED_METHOD, out)
    finish(network, fit(network, out), SHIPPED_METHOD, out)


def write_network(network: Network, method: str, out: Path) -> None:
    """Write everything but heads and manifest: the network quantised by `method`, and its tokenizer."""
    out.mkdir(parents=True, exist_ok=True)
    network.model.eval()
    (out / "tokenizer.json").write_text(network.tokenizer_json, encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        write_onnx(network.model, plain)
        quantise(method, plain, out / "model.onnx", _calibration_ids(network))
    store_weights_apart(out)
    _write_folder_files(out, network.model)
    print(f"{method}: largest difference to torch (cosine) {difference(network, OnnxModel(out)):.4f}", flush=True)


def fit(network: Network, out: Path) -> FittedHeads:
    """Return the heads for the encoder of a folder that `write_network` wrote, for whole sentences and for parts."""
    exported = OnnxModel(out)
    singles = [sample for sample in network.samples if sample.intent != COMPOUND][:FIT_SAMPLES]
    several = [sample for sample in network.samples if sample.parts][:FIT_PARTS]
    embeddings = [_embed(exported, singles), *exported.part_embeddings(several)]
    labels = [(sample.intent, sample.is_negated) for sample in singles]
    labels += [part for sample in several for part in sample.parts]
    return heads.refit(network.model, np.concatenate(embeddings), labels, intents())


def finish(network: Network, fitted: FittedHeads, method: str, out: Path) -> None:
    """Calibrate the heads and gates on held-out sentences with the folder's own encoder; write all that is missing."""
    held = Generator(_CALIBRATION_SEED, families="held_out", has_held_out_homes=True)
    unseen = list(held.samples(CALIBRATION_SAMPLES, compounds=0.0))
    logits = _embed(OnnxModel(out), unseen) @ fitted.intent_weight + fitted.intent_bias
    temperature, energy_min = heads.calibrate(logits.astype(np.float32), unseen, intents())
    np.savez(
        out / "heads.npz",
        intent_weight=fitted.intent_weight, intent_bias=fitted.intent_bias,
        polarity_weight=fitted.polarity_weight, polarity_bias=fitted.polarity_bias,
    )  # fmt: skip
    _write_manifest(out, network, method, temperature, energy_min)
    write_gates(out, GATE_SAMPLES)
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    print(f"{out}: {size / 1e6:.1f} MB, temperature {temperature:.2f}, energy_min {energy_min:.2f}", flush=True)


def write_onnx(model: RequestModel, path: Path) -> None:
    """Write the network in float32 to one file."""
    example = torch.ones((2, 9), dtype=torch.int64)
    torch.onnx.export(
        model, (example, example), str(path), opset_version=17, dynamo=False,
        input_names=["input_ids", "attention_mask"],
        output_names=["last_hidden_state", "tag_logits", "segment_logits", "role_logits"],
        dynamic_axes={
            name: {0: "batch", 1: "tokens"}
            for name in (
                "input_ids", "attention_mask", "last_hidden_state", "tag_logits", "segment_logits", "role_logits",
            )
        },
    )  # fmt: skip


def difference(network: Network, exported: OnnxModel) -> float:
    """Return the largest cosine distance between torch's and the exported file's embeddings of some sentences."""
    tokenizer = Tokenizer.from_str(network.tokenizer_json)
    texts = [sample.text for sample in network.samples[:_CHECKED_SAMPLES]]
    worst = 0.0
    for text, output in zip(texts, exported.run(texts), strict=True):
        ids = torch.tensor([tokenizer.encode(text).ids[:MAX_TOKENS]])
        mask = torch.ones_like(ids)
        with torch.no_grad():
            embedding = pooled(network.model(ids, mask)[0], mask)[0].numpy()
        worst = max(worst, 1.0 - float(embedding @ output.embedding))
    return worst


def store_weights_apart(out: Path) -> None:
    """Move the weights into `model.onnx.data`: the run time maps that file instead of copying it (8 MB less)."""
    path = out / "model.onnx"
    (out / WEIGHTS).unlink(missing_ok=True)
    onnx.save_model(
        onnx.load(path), path, save_as_external_data=True, location=WEIGHTS, size_threshold=WEIGHTS_FROM_BYTES
    )
    (out / WEIGHTS).chmod(0o644)


def _calibration_ids(network: Network) -> list[list[int]]:
    tokenizer = Tokenizer.from_str(network.tokenizer_json)
    return [
        encoding.ids
        for encoding in tokenizer.encode_batch([sample.text for sample in network.samples[:_OBSERVED_SAMPLES]])
    ]


def _embed(exported: OnnxModel, samples: Sequence[Sample]) -> Floats:
    return np.stack([output.embedding for output in exported.run([sample.text for sample in samples])])


def _write_folder_files(out: Path, model: RequestModel) -> None:
    base = vocabulary.BASE
    config = json.loads((base / "config.json").read_text(encoding="utf-8"))
    config |= {
        "vocab_size": model.encoder.words.num_embeddings,
        "hidden_size": WIDTH,
        "num_hidden_layers": len(model.encoder.layers),
        "pad_token_id": 0,
    }
    settings = {"max_seq_length": MAX_TOKENS, "do_lower_case": True}
    tokens = {
        "tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": MAX_TOKENS, "pad_token": "[PAD]",
        "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]", "mask_token": "[MASK]",
    }  # fmt: skip
    for name, content in (
        ("config.json", config), ("sentence_bert_config.json", settings), ("tokenizer_config.json", tokens),
    ):  # fmt: skip
        (out / name).write_text(json.dumps(content, indent=1), encoding="utf-8")
    shutil.copy(base / "modules.json", out / "modules.json")
    (out / "1_Pooling").mkdir(exist_ok=True)
    shutil.copy(base / "1_Pooling" / "config.json", out / "1_Pooling" / "config.json")


def _write_manifest(out: Path, network: Network, method: str, temperature: float, energy_min: float) -> None:
    files = ("model.onnx", WEIGHTS, "tokenizer.json", "heads.npz")
    sums = {name: hashlib.sha256((out / name).read_bytes()).hexdigest() for name in files}
    families = sum(len(rows) for table in templates().values() for rows in table.values())
    manifest = {
        "version": 1,
        "method": method,
        "intents": list(intents()),
        "tags": list(TAGS),
        "roles": list(ROLES),
        "temperature": temperature,
        "energy_min": energy_min,
        "energy": "logsumexp of the untempered intent logits, all intents included",
        "max_tokens": MAX_TOKENS,
        "sha256": sums,
        "corpus": {"samples": network.count, "phrase_families": families, "languages": ["en", "zh"]},
        "seed": network.seed,
    }
    (out / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
