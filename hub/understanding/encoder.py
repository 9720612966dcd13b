"""The model at run time: tokenizer, quantised encoder and heads from one verified folder."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from hub.contracts.errors import ModelError
from hub.understanding.gate import OUT_OF_SCOPE
from hub.understanding.learned import Floats, LearnedHead

MODEL_FOLDER = Path(__file__).parent / "model"  # the model that comes with the hub
MAX_TOKENS = 64  # the length that the model was trained for, special tokens included
_FILES = ("model.onnx", "model.onnx.data", "tokenizer.json", "heads.npz")
_WORD_SLOTS = 256  # places into which the words of a text are hashed
_WORD_SHARE = 0.6  # length of the words' part of an embedding, where the meaning's is 1
_SURE = 0.95  # probability from which an intent that the model was trained for is not taken by a learned one
_COMMAND = "command"  # the role of words that ask for something
_LEARNED = 0.5  # probability from which a learned intent is not out of scope
_PAUSE = re.compile(r"[,.;!?，。；！？、]\s*$|\b(?:and|but|then|or)\s+$", re.IGNORECASE)
_LIMITS = re.compile(r"\b(?:not|no|never|don't|but|except|only|leave|without)\b|[别不没莫除只]", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """What the model says about one text.

    Attributes:
        probabilities: intent to calibrated probability, highest first, all intents.
        energy: log-sum-exp of the intent logits at temperature 1; low means out of scope.
        polarity: logit that the request is negated.
        spans: (start, end) character offsets of each token, special tokens left out.
        tags: float32 [tokens, tags], logits.
        segments: float32 [tokens], > 0 where a token begins a new command.
        roles: float32 [tokens, roles], logits of what a token is for (see roles.py).
        hidden: float32 [tokens, 384], of which parts of the text are read.
    """

    probabilities: Mapping[str, float]
    energy: float
    polarity: float
    spans: tuple[tuple[int, int], ...]
    tags: Floats
    segments: Floats
    roles: Floats
    hidden: Floats
    is_truncated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What the model folder says about itself; `gates` are curves by risk class (see training/calibrate.py)."""

    version: str
    intents: tuple[str, ...]
    tags: tuple[str, ...]
    roles: tuple[str, ...]
    temperature: float = 1.0
    energy_min: float = -1e9
    gates: Mapping[str, tuple[tuple[float, float], ...]] = field(default_factory=dict)
    sha256: Mapping[str, str] = field(default_factory=dict)


class Model:
    """A loaded model; stateless after loading, so one may serve everybody."""

    def __init__(
        self,
        manifest: Manifest,
        session: onnxruntime.InferenceSession,
        tokenizer: Tokenizer,
        heads: Mapping[str, Floats],
        learned: LearnedHead | None = None,
    ) -> None:
        self.manifest = manifest
        self._session = session
        self._tokenizer = tokenizer
        self._heads = heads
        self._learned = learned

    def taught(self, head: LearnedHead | None) -> "Model":
        """Return the model with these learned intents (None: with none); everything else is shared."""
        return Model(self.manifest, self._session, self._tokenizer, self._heads, head)

    def embed(self, text: str) -> Floats:
        """Return what a learned head reads of a text: float32 [384 + 256], L2-normalised, meaning beside words.

        The encoder was trained to tell intents and forgets what a request is about; its words keep that.
        """
        encoding = self._tokenizer.encode(text)
        ids = np.array([encoding.ids], dtype=np.int64)
        mask = np.array([encoding.attention_mask], dtype=np.int64)
        (hidden,) = self._session.run(["last_hidden_state"], {"input_ids": ids, "attention_mask": mask})
        return _embedding(_pooled(hidden[0]), encoding.ids)

    def encode(self, text: str) -> Encoded:
        """Run the encoder and all heads over one text (at most 64 tokens of it)."""
        encoding = self._tokenizer.encode(text)
        ids = np.array([encoding.ids], dtype=np.int64)
        mask = np.array([encoding.attention_mask], dtype=np.int64)
        hidden, tags, segments, roles = self._session.run(
            ["last_hidden_state", "tag_logits", "segment_logits", "role_logits"],
            {"input_ids": ids, "attention_mask": mask},
        )
        pooled = _pooled(hidden[0])
        probabilities, energy, polarity = self._judged(pooled)
        inner = slice(1, len(encoding.ids) - 1)
        encoded = Encoded(
            probabilities=probabilities,
            energy=energy,
            polarity=polarity,
            spans=tuple(encoding.offsets[inner]),
            tags=tags[0][inner],
            segments=segments[0][inner],
            roles=roles[0][inner],
            hidden=hidden[0][inner],
            is_truncated=bool(encoding.overflowing),
        )
        if self._learned is None:
            return encoded
        learned = self._learned.probabilities(_embedding(pooled, encoding.ids))
        return self._with_learned(text, encoded, *next(iter(learned.items()))) if learned else encoded

    def part(self, encoded: Encoded, start: int, end: int, until: int) -> Encoded | None:
        """Return what an encoded text says in [start, end), or None where the model is not sure of it by itself.

        Args:
            until: where the next part starts: the words that join them were learned as part of this one.
        """
        heard = [i for i, span in enumerate(encoded.spans) if span[0] < until and span[1] > start]
        own = [i for i in heard if encoded.spans[i][0] < end]
        if not own:
            return None
        probabilities, energy, polarity = self._judged(_pooled(encoded.hidden[heard]))
        intent, probability = next(iter(probabilities.items()))
        is_asked = encoded.roles[own].mean(axis=0).argmax() == self.manifest.roles.index(_COMMAND)
        is_torn = is_asked and intent == OUT_OF_SCOPE  # one head hears a command, the other none
        if probability < _SURE or energy < self.manifest.energy_min or is_torn:
            return None
        return replace(
            encoded,
            probabilities=probabilities,
            energy=energy,
            polarity=polarity,
            spans=tuple((max(encoded.spans[i][0] - start, 0), encoded.spans[i][1] - start) for i in own),
            tags=encoded.tags[own],
            segments=encoded.segments[own],
            roles=encoded.roles[own],
            hidden=encoded.hidden[own],
        )

    def _judged(self, pooled: Floats) -> tuple[dict[str, float], float, float]:
        """Return probabilities, energy and polarity of an embedding."""
        logits = pooled @ self._heads["intent_weight"] + self._heads["intent_bias"]
        polarity = float(pooled @ self._heads["polarity_weight"] + self._heads["polarity_bias"])
        return self._probabilities(logits), _log_sum_exp(logits), polarity

    def _with_learned(self, text: str, encoded: Encoded, intent: str, share: float) -> Encoded:
        """Give the likeliest learned intent its share of the probability, and the others what is left.

        What the model itself is sure of stays: no neighbour takes a sentence from a skill that it was trained for.
        """
        first, probability = next(iter(encoded.probabilities.items()))
        if first != OUT_OF_SCOPE and probability >= _SURE:
            return encoded
        merged = {name: value * (1 - share) for name, value in encoded.probabilities.items()} | {intent: share}
        ordered = dict(sorted(merged.items(), key=lambda item: -item[1]))
        if share < _LEARNED:
            return replace(encoded, probabilities=ordered)
        return replace(
            encoded,
            probabilities=ordered,
            energy=max(encoded.energy, self.manifest.energy_min),
            segments=self._kept_together(text, encoded, intent),
        )

    def _kept_together(self, text: str, encoded: Encoded, intent: str) -> Floats:
        """Return the segment logits without the starts of what is no other command.

        The token head never saw sentences of a learned intent and breaks some of them ("when did I last water | the
        orchids"): a piece that says the same again stays where it was, and so does one that says nothing by itself,
        unless there was a pause or it may take something back.
        """
        segments = encoded.segments.copy()
        tokens = [token for token in range(1, len(segments)) if segments[token] > 0]
        edges = [*(encoded.spans[token][0] for token in tokens), len(text)]
        for token, (start, end) in zip(tokens, pairwise(edges), strict=True):
            alone = next(iter(self.encode(text[start:end]).probabilities))
            is_apart = _PAUSE.search(text[:start]) is not None or _LIMITS.search(text[start:end]) is not None
            if alone == intent or (alone == OUT_OF_SCOPE and not is_apart):
                segments[token] = -segments[token]
        return segments

    def _probabilities(self, logits: Floats) -> dict[str, float]:
        scaled = logits / self.manifest.temperature
        values = np.exp(scaled - scaled.max())
        values /= values.sum()
        order = np.argsort(-values)
        return {self.manifest.intents[i]: float(values[i]) for i in order}


def load_model(folder: Path) -> Model:
    """Load and verify a model folder.

    Raises:
        ModelError: a file is missing, does not match its checksum, or the parts do not fit together.
    """
    manifest = _manifest(folder)
    for name in _FILES:
        _verify(folder / name, manifest.sha256.get(name))
    try:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        session = onnxruntime.InferenceSession(str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"])
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        tokenizer.enable_truncation(MAX_TOKENS)
        tokenizer.no_padding()
        with np.load(folder / "heads.npz") as stored:
            heads = {name: np.asarray(stored[name], dtype=np.float32) for name in stored.files}
    except Exception as error:
        raise ModelError(f"The model in {folder} cannot be loaded: {error}.", hint=_HINT) from error
    _check(folder, manifest, session, heads)
    return Model(manifest, session, tokenizer, heads)


_HINT = "Reinstall the package, or point model.path at a complete model folder."


def _manifest(folder: Path) -> Manifest:
    path = folder / "manifest.json"
    try:
        data = json.loads(path.read_bytes())
        return Manifest(
            version=str(data["version"]),
            intents=tuple(map(str, data["intents"])),
            tags=tuple(map(str, data["tags"])),
            roles=tuple(map(str, data["roles"])),
            temperature=float(data.get("temperature", 1.0)),
            energy_min=float(data.get("energy_min", -1e9)),
            gates={
                str(risk): tuple((float(at), float(bound)) for at, bound in fitted["curve"])
                for risk, fitted in data.get("gates", {}).items()
            },
            sha256={str(name): str(value) for name, value in data["sha256"].items()},
        )
    except FileNotFoundError as error:
        raise ModelError(f"There is no model in {folder}.", hint=_HINT) from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"{path} is no valid manifest: {error!r}.", hint=_HINT) from error


def _verify(path: Path, expected: str | None) -> None:
    try:
        with path.open("rb") as stream:
            actual = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error}.", hint=_HINT) from error
    if actual != expected:
        raise ModelError(f"{path} does not match its checksum in manifest.json.", hint=_HINT)


def _check(
    folder: Path, manifest: Manifest, session: onnxruntime.InferenceSession, heads: Mapping[str, Floats]
) -> None:
    outputs = {output.name: output.shape for output in session.get_outputs()}
    shapes = {name: value.shape for name, value in heads.items()}
    fits = (
        {"last_hidden_state", "tag_logits", "segment_logits", "role_logits"} <= outputs.keys()
        and outputs["tag_logits"][-1] in (len(manifest.tags), None)
        and outputs["role_logits"][-1] in (len(manifest.roles), None)
        and len(shapes.get("intent_weight", ())) == 2
        and shapes["intent_weight"][1] == len(manifest.intents)
        and shapes.get("intent_bias") == (len(manifest.intents),)
        and shapes.get("polarity_weight") == (shapes["intent_weight"][0],)
        and shapes.get("polarity_bias") == ()
    )
    if not fits:
        raise ModelError(f"The parts of the model in {folder} do not fit together.", hint=_HINT)


def _pooled(hidden: Floats) -> Floats:
    """Return the L2-normalised mean of hidden states [tokens, width]."""
    mean = hidden.mean(axis=0)
    return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-9), dtype=np.float32)


def _embedding(pooled: Floats, ids: Sequence[int]) -> Floats:
    """Join the normalised hidden state and the hashed words.

    A word adds +1 or -1 at its place (feature hashing: Weinberger et al., Feature Hashing for Large Scale Multitask
    Learning, ICML 2009).
    """
    hashes = np.array(ids[1:-1], dtype=np.int64) * 2654435761 & 0xFFFFFFFF  # Knuth's multiplicative hash
    signs = np.where(hashes & 0x80000000, 1.0, -1.0)
    words = np.bincount((hashes >> 8) % _WORD_SLOTS, weights=signs, minlength=_WORD_SLOTS)
    share = _WORD_SHARE / max(float(np.linalg.norm(words)), 1e-9)
    joined = np.concatenate([pooled, words * share]) / np.sqrt(1 + _WORD_SHARE**2)
    return np.asarray(joined, dtype=np.float32)


def _log_sum_exp(logits: Floats) -> float:
    highest = float(logits.max())
    return highest + float(np.log(np.exp(logits - highest).sum()))
