"""Teaches one network to say what another says, on corpus sentences: for fewer layers, and for few bits."""

import time
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.dataset import Batch, Row, batches
from training.encoder import LOGIT_SCALE, RequestModel, pooled

_BATCH = 64
_TAG_WEIGHT, _SEGMENT_WEIGHT, _ROLE_WEIGHT, _INTENT_WEIGHT, _EMBEDDING_WEIGHT, _HIDDEN_WEIGHT = (
    2.0,
    2.0,
    1.0,
    1.0,
    5.0,
    1.0,
)


def distil(
    student: RequestModel,
    teacher: RequestModel,
    rows: Sequence[Row],
    *,
    steps: int,
    learning_rate: float,
    student_rows: Tensor | None = None,
) -> None:
    """Train the student in place.

    Args:
        rows: sentences as the teacher's tokenizer reads them; their labels are not used.
        student_rows: int64 [teacher rows], the student's row for each of the teacher's; None where they are the same.
    """
    optimizer = torch.optim.AdamW(student.parameters(), lr=learning_rate, weight_decay=0.01)
    warm = max(1, steps // 20)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm, max(0.02, (steps - step) / (steps - warm + 1)))
    )
    teacher.eval()
    student.train()
    started = time.monotonic()
    for step, batch in zip(range(steps), batches(rows[: steps * _BATCH], _BATCH, seed=1), strict=False):
        loss = _loss(student, teacher, batch, student_rows)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(student.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if step % 50 == 0:
            left = (steps - step) * (time.monotonic() - started) / (step + 1) / 60
            print(f"step {step}/{steps} loss {loss.item():.4f} {left:.1f} min left", flush=True)
    student.eval()


def _loss(student: RequestModel, teacher: RequestModel, batch: Batch, student_rows: Tensor | None) -> Tensor:
    ids = batch.ids if student_rows is None else student_rows[batch.ids]
    with torch.autocast("cpu", torch.bfloat16):
        hidden, tags, segments, roles = student(ids, batch.mask)
        with torch.no_grad():
            true_hidden, true_tags, true_segments, true_roles = teacher(batch.ids, batch.mask)
    is_token = batch.mask.bool()
    hidden, true_hidden = hidden.float(), true_hidden.float()
    embedding, true_embedding = pooled(hidden, batch.mask), pooled(true_hidden, batch.mask)
    with torch.no_grad():
        true_intents = teacher.intent_head(true_embedding) * LOGIT_SCALE
    difference = functional.mse_loss(hidden[is_token], true_hidden[is_token]) / true_hidden[is_token].var()
    loss: Tensor = (
        _EMBEDDING_WEIGHT * (1.0 - (embedding * true_embedding).sum(-1)).mean()
        + _HIDDEN_WEIGHT * difference
        + _TAG_WEIGHT * _divergence(tags[is_token].float(), true_tags[is_token].float())
        + _ROLE_WEIGHT * _divergence(roles[is_token].float(), true_roles[is_token].float())
        + _INTENT_WEIGHT * _divergence(student.intent_head(embedding) * LOGIT_SCALE, true_intents)
        + _SEGMENT_WEIGHT
        * functional.binary_cross_entropy_with_logits(
            segments[is_token].float(), torch.sigmoid(true_segments[is_token].float())
        )
    )
    return loss


def _divergence(logits: Tensor, true: Tensor) -> Tensor:
    """Return the mean Kullback-Leibler divergence from the teacher's distribution (Hinton et al. 2015)."""
    return functional.kl_div(logits.log_softmax(-1), true.log_softmax(-1), log_target=True, reduction="batchmean")
