"""The record of one request for `aios explain`: what was heard, why it was decided so, and what came of it."""

from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from hub.contracts.messages import Receipt, Reply, Request
from hub.contracts.skill import Effect, Plan
from hub.control.decision import Decision


@dataclass(slots=True, kw_only=True)
class Record:
    """Grows with the request, and is stored with each reply."""

    request: Request
    received: datetime
    decision: Decision | None = None
    scheduled: list[tuple[datetime, tuple[Effect, ...]]] = field(default_factory=list)
    receipts: tuple[Receipt, ...] = ()
    replies: list[Reply] = field(default_factory=list)
    duration_ms: float = 0.0

    def encode(self) -> bytes:
        """Return the record as JSON."""
        request, decision = self.request, self.decision
        document: dict[str, object] = {
            "id": request.id,
            "text": request.text,
            "at": request.at,
            "received": self.received,
            "asker": request.asker,
            "session": request.session,
            "trace": request.trace,
            "duration_ms": round(self.duration_ms, 1),
            "scheduled": [{"due": due, "effects": effects} for due, effects in self.scheduled],
            "receipts": self.receipts,
            "replies": self.replies,
        }
        if decision is not None:
            document |= _decided(decision)
        return msgspec.json.encode(document)


def _decided(decision: Decision) -> dict[str, object]:
    heard = decision.understanding
    plan = decision.plan or Plan(effects=())
    return {
        "language": decision.language,
        "gate": heard.gate,
        "rejected": heard.rejected,
        "frames": heard.frames,
        "evidence": heard.evidence,
        "outcome": decision.outcome,
        "reason": decision.reason,
        "effects": plan.effects,
        "skills": decision.plan_skills,
        "verdicts": decision.verdicts,
        "reads": decision.reads,
        "question": decision.pending.text if decision.pending else None,
        "is_confirmed": decision.is_confirmed,
    }
