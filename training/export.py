"""Writes the model folder: ONNX, dynamic int8, tokenizer, heads, manifest; and checks it against torch."""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer

from training import heads, vocabulary
from training.corpus.generate import COMPOUND, Generator, Sample, intents, templates
from training.dataset import MAX_TOKENS, TAGS
from training.encoder import LAYERS, WIDTH, RequestModel, pooled
from training.runtime import Floats, OnnxModel

_FIT_SAMPLES = 40_000
_CALIBRATION_SAMPLES = 6_000
_CALIBRATION_SEED = 7_001

WEIGHTS = "model.onnx.data"
WEIGHTS_FROM_BYTES = 100_000  # smaller tensors stay in the graph


def write(model: RequestModel, tokenizer_json: str, samples: list[Sample], out: Path, *, seed: int) -> None:
    """Write a complete folder to `out`, replacing one that is there."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "tokenizer.json").write_text(tokenizer_json, encoding="utf-8")
    tokenizer = Tokenizer.from_str(tokenizer_json)
    _write_onnx(model, out)
    _write_folder_files(out, model.encoder.words.num_embeddings)
    exported = OnnxModel(out)
    worst = difference(model, tokenizer, exported, samples[:200])
    print(f"largest difference to torch (cosine): {worst:.4f}", flush=True)
    singles = [sample for sample in samples if sample.intent != COMPOUND][:_FIT_SAMPLES]
    fitted = heads.refit(model, _embed(exported, singles), singles, intents())
    held = Generator(_CALIBRATION_SEED, families="held_out", has_held_out_homes=True)
    unseen = list(held.samples(_CALIBRATION_SAMPLES, compounds=0.0))
    logits = _embed(exported, unseen) @ fitted.intent_weight + fitted.intent_bias
    temperature, energy_min = heads.calibrate(logits.astype(np.float32), unseen, intents())
    np.savez(
        out / "heads.npz",
        intent_weight=fitted.intent_weight, intent_bias=fitted.intent_bias,
        polarity_weight=fitted.polarity_weight, polarity_bias=fitted.polarity_bias,
    )  # fmt: skip
    _write_manifest(out, temperature, energy_min, seed, len(samples))
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    print(f"{out}: {size / 1e6:.1f} MB, temperature {temperature:.2f}, energy_min {energy_min:.2f}", flush=True)


def difference(model: RequestModel, tokenizer: Tokenizer, exported: OnnxModel, samples: Sequence[Sample]) -> float:
    """Return the largest cosine distance between torch's and the exported file's embeddings."""
    worst = 0.0
    for sample, output in zip(samples, exported.run([sample.text for sample in samples]), strict=True):
        ids = torch.tensor([tokenizer.encode(sample.text).ids[:MAX_TOKENS]])
        mask = torch.ones_like(ids)
        with torch.no_grad():
            embedding = pooled(model(ids, mask)[0], mask)[0].numpy()
        worst = max(worst, 1.0 - float(embedding @ output.embedding))
    return worst


def _embed(exported: OnnxModel, samples: Sequence[Sample]) -> Floats:
    return np.stack([output.embedding for output in exported.run([sample.text for sample in samples])])


def _write_onnx(model: RequestModel, out: Path) -> None:
    example = torch.ones((2, 9), dtype=torch.int64)
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        torch.onnx.export(
            model, (example, example), str(plain), opset_version=17, dynamo=False,
            input_names=["input_ids", "attention_mask"],
            output_names=["last_hidden_state", "tag_logits", "segment_logits"],
            dynamic_axes={
                name: {0: "batch", 1: "tokens"}
                for name in ("input_ids", "attention_mask", "last_hidden_state", "tag_logits", "segment_logits")
            },
        )  # fmt: skip
        quantize_dynamic(plain, out / "model.onnx", per_channel=True, weight_type=QuantType.QInt8)
    store_weights_apart(out)


def store_weights_apart(out: Path) -> None:
    """Move the weights into `model.onnx.data`: the run time maps that file instead of copying it (8 MB less)."""
    path = out / "model.onnx"
    (out / WEIGHTS).unlink(missing_ok=True)
    onnx.save_model(
        onnx.load(path), path, save_as_external_data=True, location=WEIGHTS, size_threshold=WEIGHTS_FROM_BYTES
    )
    (out / WEIGHTS).chmod(0o644)


def _write_folder_files(out: Path, rows: int) -> None:
    base = vocabulary.BASE
    config = json.loads((base / "config.json").read_text(encoding="utf-8"))
    config |= {"vocab_size": rows, "hidden_size": WIDTH, "num_hidden_layers": LAYERS, "pad_token_id": 0}
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


def _write_manifest(out: Path, temperature: float, energy_min: float, seed: int, count: int) -> None:
    files = ("model.onnx", WEIGHTS, "tokenizer.json", "heads.npz")
    sums = {name: hashlib.sha256((out / name).read_bytes()).hexdigest() for name in files}
    families = sum(len(rows) for table in templates().values() for rows in table.values())
    manifest = {
        "version": 1,
        "intents": list(intents()),
        "tags": list(TAGS),
        "temperature": temperature,
        "energy_min": energy_min,
        "energy": "logsumexp of the untempered intent logits, all intents included",
        "max_tokens": MAX_TOKENS,
        "sha256": sums,
        "corpus": {"samples": count, "phrase_families": families, "languages": ["en", "zh"]},
        "seed": seed,
    }
    (out / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
