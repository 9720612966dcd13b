"""A judged frame with the evidence that it stands on."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hub.contracts.frame import Ambiguous, Frame, Gate
from hub.understanding.context import Context
from hub.understanding.gate import Judgement
from hub.understanding.index import HomeIndex
from hub.understanding.reading import Reading

_SHOWN = 5  # intents with their probabilities that the evidence keeps


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What every command of an utterance is read in."""

    index: HomeIndex
    context: Context
    is_suspicious: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Framed:
    """A frame with the gate's word on it; an aside ("good morning") may be dropped beside a command.

    Attributes:
        is_named: it holds a whole name of this home, or a thing with a value: it is no mere remark.
    """

    frame: Frame
    judgement: Judgement
    is_aside: bool = False
    is_named: bool = False
    evidence: Mapping[str, object] = field(default_factory=dict)

    @property
    def is_command(self) -> bool:
        """Tell whether this is something to do or to answer."""
        return not self.is_aside and self.judgement.gate is not Gate.REJECT


def evidence_of(reading: Reading, frame: Frame, judgement: Judgement, is_elided: bool) -> dict[str, object]:
    """Return what led to a frame, as plain data for `aios explain`."""
    problem = frame.target.problem
    return {
        "text": reading.text,
        "tokens": [token.text for token in reading.tokens],
        "intents": {name: round(value, 4) for name, value in list(reading.probabilities.items())[:_SHOWN]},
        "energy": None if reading.energy is None else round(reading.energy, 2),
        "polarity": round(reading.polarity, 2),
        "tags": [[span.tag, reading.match[span.start : span.end], round(span.score, 3)] for span in reading.spans],
        "spelling": list(reading.notes),
        "completes_earlier": is_elided,
        "intent": frame.intent,
        "confidence": frame.confidence,
        "gate": judgement.gate.value,
        "reason": judgement.reason.value if judgement.reason else None,
        "scope": frame.target.scope.value,
        "devices": list(frame.target.devices),
        "excluded": list(frame.target.excluded),
        "candidates": list(problem.candidates) if isinstance(problem, Ambiguous) else [],
        "problem": problem.reason.value if problem is not None and not isinstance(problem, Ambiguous) else None,
    }
