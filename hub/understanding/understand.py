"""The one face of understanding: text, home and dialogue in; frames with their evidence out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from hub.contracts.frame import Gate, RejectReason, Turn, Understanding
from hub.contracts.skill import IntentSpec
from hub.understanding.encoder import Model
from hub.understanding.index import HomeIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a request stands in: the asker's area ("here"), the language asked for, earlier turns, local time."""

    now: datetime
    area: str | None = None
    language: str | None = None
    turns: tuple[Turn, ...] = ()


class Understander:
    """Understands requests with a model and the intents of the installed skills; without a model by rules alone."""

    def __init__(self, model: Model | None, intents: Mapping[str, IntentSpec]) -> None:
        self._model = model
        self._intents = dict(intents)

    @property
    def is_degraded(self) -> bool:
        """Tell whether only the rules are at work, because there is no model."""
        return self._model is None

    def understand(self, text: str, index: HomeIndex, context: Context) -> Understanding:
        """Return what was meant, or why nothing was understood; never raises for any text."""
        return Understanding(gate=Gate.REJECT, rejected=RejectReason.NO_MODEL)
