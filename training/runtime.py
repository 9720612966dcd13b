"""Reads a model folder with onnxruntime and tokenizers alone, as the hub does; for fitting and evaluation."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from training.corpus.generate import Sample
from training.labels import MAX_TOKENS, part_tokens

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Output:
    """What the network says of one text: embedding [width]; logits of tags, segments and roles for each token."""

    encoding: Encoding
    embedding: Floats
    tags: Floats
    segments: Floats
    roles: Floats


class OnnxModel:
    """The exported network with its tokenizer."""

    def __init__(self, folder: Path, *, threads: int = 2) -> None:
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.enable_truncation(MAX_TOKENS)
        self.tokenizer.enable_padding()
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        self.session = ort.InferenceSession(str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"])

    def run(self, texts: Sequence[str], size: int = 64) -> list[Output]:
        """Run the network over texts, batched by length; the results are in the order of the texts."""
        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
        results: dict[int, Output] = {}
        for start in range(0, len(order), size):
            part = order[start : start + size]
            for number, output in zip(part, self._batch([texts[number] for number in part]), strict=True):
                results[number] = output
        return [results[number] for number in range(len(texts))]

    def part_embeddings(self, samples: Sequence[Sample], size: int = 64) -> list[Floats]:
        """Return, for each sentence that has several parts, their embeddings [parts, width]."""
        found: list[Floats] = []
        for start in range(0, len(samples), size):
            chosen = samples[start : start + size]
            encodings = self.tokenizer.encode_batch([sample.text for sample in chosen])
            ids = np.array([encoding.ids for encoding in encodings], dtype=np.int64)
            mask = np.array([encoding.attention_mask for encoding in encodings], dtype=np.int64)
            (hidden,) = self.session.run(["last_hidden_state"], {"input_ids": ids, "attention_mask": mask})
            for row, (sample, encoding) in enumerate(zip(chosen, encodings, strict=True)):
                edges = part_tokens(sample, encoding)
                means = np.stack([hidden[row, first : max(end, first + 1)].mean(0) for first, end in edges])
                found.append(means / np.linalg.norm(means, axis=-1, keepdims=True))
        return found

    def _batch(self, texts: list[str]) -> list[Output]:
        encodings = self.tokenizer.encode_batch(texts)
        ids = np.array([encoding.ids for encoding in encodings], dtype=np.int64)
        mask = np.array([encoding.attention_mask for encoding in encodings], dtype=np.int64)
        hidden, tags, segments, roles = self.session.run(None, {"input_ids": ids, "attention_mask": mask})
        weight = mask[..., None].astype(np.float32)
        mean = (hidden * weight).sum(1) / weight.sum(1)
        mean /= np.linalg.norm(mean, axis=-1, keepdims=True)
        return [
            Output(encoding, mean[row], *(part[row][: mask[row].sum()] for part in (tags, segments, roles)))
            for row, encoding in enumerate(encodings)
        ]


class Heads:
    """The linear heads and what the manifest says of them."""

    def __init__(self, folder: Path) -> None:
        arrays = np.load(folder / "heads.npz")
        self.weight, self.bias = arrays["intent_weight"], arrays["intent_bias"]
        self.polarity_weight, self.polarity_bias = arrays["polarity_weight"], arrays["polarity_bias"]
        self.manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))

    def logits(self, embeddings: Floats) -> Floats:
        """embeddings [n, width] -> intent logits [n, intents]."""
        return np.asarray(embeddings @ self.weight + self.bias, dtype=np.float32)

    def polarity(self, embeddings: Floats) -> Floats:
        """embeddings [n, width] -> logits [n], above zero where the request is negated."""
        return np.asarray(embeddings @ self.polarity_weight + self.polarity_bias, dtype=np.float32)


def energy(logits: Floats) -> Floats:
    """Return the log-sum-exp of the untempered logits over all intents (Liu et al. 2020, sign turned)."""
    top = logits.max(-1)
    return np.asarray(top + np.log(np.exp(logits - top[:, None]).sum(-1)), dtype=np.float32)
