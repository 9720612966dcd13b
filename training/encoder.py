"""The network: a MiniLM encoder in plain torch with heads for intent, tags, segments, roles and polarity."""

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

WIDTH, LAYERS, HEADS, INNER, POSITIONS = 384, 6, 12, 1536, 128
LOGIT_SCALE = 20.0  # the embedding has length one, so the linear head needs room


class Layer(nn.Module):
    """One transformer layer (Vaswani et al. 2017), normalised after each sum as BERT does."""

    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value, self.out = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.attention_norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.inner, self.outer = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.output_norm = nn.LayerNorm(WIDTH, eps=1e-12)

    def forward(self, hidden: Tensor, bias: Tensor) -> Tensor:
        """hidden: [batch, tokens, width]; bias: [batch, 1, 1, tokens], 0 or very negative."""
        query, key, value = (self._split(part(hidden)) for part in (self.query, self.key, self.value))
        scores = query @ key.transpose(-1, -2) * (WIDTH // HEADS) ** -0.5 + bias
        mixed = (torch.softmax(scores, dim=-1) @ value).transpose(1, 2).flatten(2)
        hidden = self.attention_norm(hidden + self.out(mixed))
        grown: Tensor = self.outer(functional.gelu(self.inner(hidden)))
        normed: Tensor = self.output_norm(hidden + grown)
        return normed

    def _split(self, hidden: Tensor) -> Tensor:
        return hidden.view(*hidden.shape[:2], HEADS, WIDTH // HEADS).transpose(1, 2)


class Encoder(nn.Module):
    """Token ids to hidden states."""

    def __init__(self, rows: int, layers: int = LAYERS) -> None:
        super().__init__()
        self.words = nn.Embedding(rows, WIDTH)
        self.positions = nn.Embedding(POSITIONS, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(layers))

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """ids, mask: int64 [batch, tokens]; returns float32 [batch, tokens, width]."""
        places = torch.arange(ids.shape[1], device=ids.device)
        hidden: Tensor = self.norm(self.words(ids) + self.positions(places))
        bias = (1.0 - mask[:, None, None, :].to(hidden.dtype)) * -1e4
        for layer in self.layers:
            hidden = layer(hidden, bias)
        return hidden


class RequestModel(nn.Module):
    """The encoder with its heads."""

    def __init__(self, rows: int, intents: int, tags: int, roles: int, layers: int = LAYERS) -> None:
        super().__init__()
        self.encoder = Encoder(rows, layers)
        self.tag_head = nn.Linear(WIDTH, tags)
        self.segment_head = nn.Linear(WIDTH, 1)
        self.role_head = nn.Linear(WIDTH, roles)
        self.intent_head = nn.Linear(WIDTH, intents)
        self.polarity_head = nn.Linear(WIDTH, 1)

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return hidden states and the logits of tags, segments and roles: the outputs of the exported file."""
        hidden = self.encoder(ids, mask)
        return hidden, self.tag_head(hidden), self.segment_head(hidden).squeeze(-1), self.role_head(hidden)


def pooled(hidden: Tensor, mask: Tensor) -> Tensor:
    """Return the L2-normalised masked mean, as sentence-transformers pools."""
    weight = mask.unsqueeze(-1).to(hidden.dtype)
    return functional.normalize((hidden * weight).sum(1) / weight.sum(1).clamp(min=1.0), dim=-1)


def load_trained(path: Path) -> RequestModel:
    """Return the network of a finished run; its shapes are those of the stored weights."""
    weights = torch.load(path, weights_only=True)
    heads = ("encoder.words", "intent_head", "tag_head", "role_head")
    rows, intents, tags, roles = (weights[f"{name}.weight"].shape[0] for name in heads)
    layers = 1 + max(int(name.split(".")[2]) for name in weights if name.startswith("encoder.layers."))
    model = RequestModel(rows, intents, tags, roles, layers)
    model.load_state_dict(weights)
    return model


def load_base(folder: Path, rows: list[int] | None = None) -> Encoder:
    """Return the base encoder; `rows` picks its embedding rows, -1 for a fresh one."""
    loaded = load_file(folder / "model.safetensors")
    weights = {name.removeprefix("bert."): tensor.float() for name, tensor in loaded.items()}
    words = weights["embeddings.word_embeddings.weight"]
    if rows is not None:
        generator = torch.Generator().manual_seed(0)
        fresh = words.mean(0) + torch.randn(len(rows), WIDTH, generator=generator) * words.std(0)
        picked = torch.tensor(rows)
        words = torch.where((picked >= 0)[:, None], words[picked.clamp(min=0)], fresh)
    encoder = Encoder(words.shape[0])
    state = {"words.weight": words}
    places = weights["embeddings.position_embeddings.weight"][:POSITIONS]
    state["positions.weight"] = places + weights["embeddings.token_type_embeddings.weight"][0]
    names = {
        "query": "attention.self.query", "key": "attention.self.key", "value": "attention.self.value",
        "out": "attention.output.dense", "attention_norm": "attention.output.LayerNorm",
        "inner": "intermediate.dense", "outer": "output.dense", "output_norm": "output.LayerNorm",
    }  # fmt: skip
    for kind in ("weight", "bias"):
        state[f"norm.{kind}"] = weights[f"embeddings.LayerNorm.{kind}"]
        for index in range(LAYERS):
            for ours, theirs in names.items():
                state[f"layers.{index}.{ours}.{kind}"] = weights[f"encoder.layer.{index}.{theirs}.{kind}"]
    encoder.load_state_dict(state)
    return encoder
