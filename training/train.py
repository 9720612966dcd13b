"""One command from the grammar to the model folder: corpus, fine-tuning in two passes, heads, export.

The first pass leaves out the words that held-out homes use; the second, shorter and gentler, brings them in, since a
room that was only ever heard in small talk is taken for small talk. Phrases that are held out stay so in both.
Started again after a stop, it goes on where it was. `--continue-from FOLDER` makes only the second pass, on the network
and vocabulary of that work folder.
"""

import argparse
import json
import os
import time
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from training import export, vocabulary
from training.corpus.generate import Generator, Sample, intents
from training.dataset import Batch, Row, batches, encode
from training.encoder import LOGIT_SCALE, Encoder, RequestModel, load_base, load_trained, pooled
from training.export import Network
from training.labels import IGNORE, ROLES, TAGS
from training.places import RUNS, SHIPPED

_GENTLER, _RARER = 0.53, 2  # of the second pass: learning rate, and how often the teacher is asked
EXAMPLES = """examples:
  aios model train
  aios model train --samples 20000 --finish 8000 --work ./small --out ./small-model
  aios model train --seed 3 --continue-from ./small --work ./further
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What decides a run; the seed decides the corpus."""

    samples: int
    finish: int
    seed: int
    batch: int
    english_rows: int
    learning_rate: float
    distil_every: int
    out: Path
    work: Path
    continue_from: Path | None


class Teacher:
    """The base model, whose English embeddings the Chinese sentences are drawn to (Reimers & Gurevych 2020)."""

    def __init__(self) -> None:
        self.encoder = load_base(vocabulary.BASE).eval()
        self.tokenizer = vocabulary.base_tokenizer()
        self.tokenizer.enable_padding()

    @torch.no_grad()
    def embed(self, texts: list[str]) -> Tensor:
        """Return float32 [texts, width]."""
        encodings = self.tokenizer.encode_batch(texts)
        ids = torch.tensor([encoding.ids for encoding in encodings])
        mask = torch.tensor([encoding.attention_mask for encoding in encodings])
        with torch.autocast("cpu", torch.bfloat16):
            hidden = self.encoder(ids, mask)
        return pooled(hidden.float(), mask)


def main() -> None:
    """Parse the command line and run."""
    settings = _settings()
    torch.manual_seed(settings.seed)
    torch.set_num_threads(int(os.environ.get("TRAIN_THREADS", "2")))
    settings.work.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    samples = _corpus(settings.finish, settings.seed + 1, started, has_all_words=True)
    if settings.continue_from is not None:
        text = (settings.continue_from / "tokenizer.json").read_text(encoding="utf-8")
        model = load_trained(settings.continue_from / "model.pt")
    else:
        model, text = _first_pass(settings, samples, started)
    second = replace(
        settings, learning_rate=settings.learning_rate * _GENTLER, distil_every=settings.distil_every * _RARER
    )
    fit(model, encode(samples, Tokenizer.from_str(text), intents()), second, "second")
    (settings.work / "tokenizer.json").write_text(text, encoding="utf-8")
    facts = {"samples": settings.samples, "finish": settings.finish, "seed": settings.seed, "intents": intents()}
    (settings.work / "run.json").write_text(json.dumps(facts), encoding="utf-8")
    model.eval()
    count = settings.samples + settings.finish
    network = Network(model=model, tokenizer_json=text, samples=samples, count=count, seed=settings.seed)
    export.write(network, settings.out)


def _first_pass(settings: Settings, later: list[Sample], started: float) -> tuple[RequestModel, str]:
    """Return the network after the pass over most of the corpus; one that was finished before is read back.

    Args:
        later: samples of the second pass, whose words are in the vocabulary from the start.
    """
    done, words = settings.work / "first.pt", settings.work / "first.json"
    if done.exists() and words.exists():
        print("the first pass was finished before", flush=True)
        return load_trained(done), words.read_text(encoding="utf-8")
    samples = _corpus(settings.samples, settings.seed, started, has_all_words=False)
    model, text = _fresh([*samples, *later], settings)
    fit(model, encode(samples, Tokenizer.from_str(text), intents()), settings, "first")
    words.write_text(text, encoding="utf-8")
    (settings.work / "model.pt").rename(done)
    return model, text


def _corpus(count: int, seed: int, started: float, *, has_all_words: bool) -> list[Sample]:
    samples = list(Generator(seed, has_all_words=has_all_words).samples(count))
    print(f"corpus: {len(samples)} samples in {time.monotonic() - started:.0f} s", flush=True)
    return samples


def fit(model: RequestModel, rows: list[Row], settings: Settings, name: str) -> None:
    """Train in one pass over the rows; resumes from the pass's checkpoint in the work folder."""
    total = (len(rows) + settings.batch - 1) // settings.batch
    optimizer = torch.optim.AdamW(_groups(model, settings.learning_rate), weight_decay=0.01)
    warm = max(1, total // 20)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm, max(0.02, (total - step) / (total - warm)))
    )
    checkpoint = settings.work / f"{name}-checkpoint.pt"
    done = _resume(checkpoint, model, optimizer, schedule) if checkpoint.exists() else 0
    teacher, started = Teacher(), time.monotonic()
    model.train()
    for step, batch in enumerate(batches(rows, settings.batch, settings.seed)):
        if step < done:
            continue
        loss = _loss(model, batch, teacher if step % settings.distil_every == 0 else None, 1.5 - step / total)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if step % 50 == 0:
            pace = (step + 1 - done) / (time.monotonic() - started)
            left = (total - step) / pace / 60
            rate = pace * settings.batch
            print(
                f"{name} pass, step {step}/{total} loss {loss.item():.3f} {rate:.0f}/s {left:.1f} min left", flush=True
            )
        if step % 500 == 499:
            state = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
            torch.save({**state, "schedule": schedule.state_dict(), "step": step + 1}, checkpoint)
    torch.save(model.state_dict(), settings.work / "model.pt")
    checkpoint.unlink(missing_ok=True)


def _fresh(samples: list[Sample], settings: Settings) -> tuple[RequestModel, str]:
    text, base_rows = vocabulary.build((sample.text for sample in samples), settings.english_rows)
    print(f"vocabulary: {len(base_rows)} rows, {sum(row < 0 for row in base_rows)} of them new", flush=True)
    model = RequestModel(len(base_rows), len(intents()), len(TAGS), len(ROLES))
    model.encoder = load_base(vocabulary.BASE, base_rows)
    return model, text


def _loss(model: RequestModel, batch: Batch, teacher: Teacher | None, distil: float) -> Tensor:
    with torch.autocast("cpu", torch.bfloat16):
        hidden, tags, segments, roles = (part.float() for part in model(batch.ids, batch.mask))
    embedding = pooled(hidden, batch.mask)
    logits = model.intent_head(embedding) * LOGIT_SCALE
    loss = functional.cross_entropy(tags.flatten(0, 1), batch.tags.flatten(), ignore_index=IGNORE)
    loss = 2.0 * loss + 3.0 * _binary(segments, batch.segments, positive=3.0)
    if (batch.roles != IGNORE).any():
        loss = loss + functional.cross_entropy(roles.flatten(0, 1), batch.roles.flatten(), ignore_index=IGNORE)
    if (batch.intents != IGNORE).any():
        loss = loss + functional.cross_entropy(logits, batch.intents, ignore_index=IGNORE)
        loss = loss + 0.5 * _binary((model.polarity_head(embedding) * LOGIT_SCALE).squeeze(-1), batch.polarity)
    if len(batch.part_rows):
        parts = pooled(hidden[batch.part_rows], batch.part_mask)
        loss = loss + functional.cross_entropy(model.intent_head(parts) * LOGIT_SCALE, batch.part_intents)
        loss = loss + 0.5 * _binary((model.polarity_head(parts) * LOGIT_SCALE).squeeze(-1), batch.part_polarity)
    chosen = [number for number, pair in enumerate(batch.pairs) if pair]
    if teacher is not None and chosen:
        target = teacher.embed([batch.pairs[number] for number in chosen])
        loss = loss + distil * (1.0 - (embedding[chosen] * target).sum(-1)).mean()
    return loss


def _binary(logits: Tensor, labels: Tensor, positive: float = 1.0) -> Tensor:
    counted = labels != IGNORE
    if not counted.any():
        return logits.sum() * 0.0
    return functional.binary_cross_entropy_with_logits(
        logits[counted], labels[counted], pos_weight=torch.tensor(positive)
    )


def _groups(model: RequestModel, rate: float) -> list[dict[str, object]]:
    encoder: Encoder = model.encoder
    words = list(encoder.words.parameters())
    known = {id(parameter) for parameter in encoder.parameters()}
    heads = [parameter for parameter in model.parameters() if id(parameter) not in known]
    rest = [parameter for parameter in encoder.parameters() if all(parameter is not word for word in words)]
    return [
        {"params": rest, "lr": rate},
        {"params": words, "lr": rate * 5, "weight_decay": 0.0},
        {"params": heads, "lr": rate * 8},
    ]


def _resume(
    path: Path, model: nn.Module, optimizer: torch.optim.Optimizer, schedule: torch.optim.lr_scheduler.LambdaLR
) -> int:
    state = torch.load(path, weights_only=True)
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    schedule.load_state_dict(state["schedule"])
    print(f"resuming at step {state['step']}", flush=True)
    return int(state["step"])


def _settings() -> Settings:
    parser = argparse.ArgumentParser(
        prog="aios model train",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--samples", type=int, default=540_000, help="samples of the first pass")
    parser.add_argument("--finish", type=int, default=210_000, help="samples of the second pass")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--english-rows", type=int, default=13_000)
    parser.add_argument("--learning-rate", type=float, default=1.5e-4)
    parser.add_argument("--distil-every", type=int, default=3)
    parser.add_argument("--out", type=Path, default=SHIPPED, help="model folder, replaced; default: the one that ships")
    parser.add_argument("--work", type=Path, default=RUNS, help="checkpoints and the network, to go on from")
    parser.add_argument("--continue-from", type=Path, default=None, metavar="FOLDER", help="an earlier --work folder")
    return Settings(**vars(parser.parse_args()))


if __name__ == "__main__":
    main()
