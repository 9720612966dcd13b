"""The model folder that is shipped: complete, untampered, small enough, and it reads both scripts alike."""

import hashlib
import json
from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
from tokenizers import Tokenizer

FOLDER = Path(__file__).parents[2] / "hub" / "understanding" / "model"


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(FOLDER / "tokenizer.json"))


def test_the_files_are_those_of_the_manifest() -> None:
    manifest = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
    for name, digest in manifest["sha256"].items():
        assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == digest, name
    assert {"model.onnx", "tokenizer.json", "heads.npz"} <= set(manifest["sha256"])


def test_the_folder_stays_below_25_megabytes() -> None:
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) < 25_000_000


def test_the_shapes_agree_with_the_manifest(tokenizer: Tokenizer) -> None:
    manifest = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
    session = ort.InferenceSession(str(FOLDER / "model.onnx"), providers=["CPUExecutionProvider"])
    ids = np.array([tokenizer.encode("turn on the kitchen light").ids], dtype=np.int64)
    feeds = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
    hidden, tags, segments = session.run(["last_hidden_state", "tag_logits", "segment_logits"], feeds)
    assert hidden.shape == (1, ids.shape[1], 384)
    assert tags.shape == (1, ids.shape[1], len(manifest["tags"]))
    assert segments.shape == ids.shape
    heads = np.load(FOLDER / "heads.npz")
    assert heads["intent_weight"].shape == (384, len(manifest["intents"]))
    assert heads["intent_bias"].shape == (len(manifest["intents"]),)
    assert heads["polarity_weight"].shape == (384,)
    assert heads["polarity_bias"].shape == ()


@pytest.mark.parametrize(
    ("one", "other"), [("把燈打開", "把灯打开"), ("關窗簾", "关窗帘"), ("客廳的冷氣", "客厅的冷气")]
)
def test_traditional_and_simplified_characters_are_one(tokenizer: Tokenizer, one: str, other: str) -> None:
    assert tokenizer.encode(one).ids == tokenizer.encode(other).ids


def test_no_common_character_is_unknown(tokenizer: Tokenizer) -> None:
    unknown = tokenizer.token_to_id("[UNK]")
    for text in ("请把次卧的窗帘拉开三分之一。", "turn the lounge lamp down to 35% please!", "嗨，書房幾度？"):
        assert unknown not in tokenizer.encode(text).ids, text
