"""Whether the calibrated confidence lets a frame act, be asked about, or be rejected; by what a mistake would cost."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from hub.config import ModelSettings
from hub.contracts.capability import Risk
from hub.contracts.frame import Gate, RejectReason

OUT_OF_SCOPE = "none"
"""The model's label for what is not meant for the hub."""


_HARMLESS = frozenset({"home.lock", "home.close"})
"""Of what guards the house, the commands by which nobody gets in."""


class Said(StrEnum):
    """How a command said what it is about."""

    NAME = "name"  # a whole name of this home
    THING = "thing"  # a kind, a room, "it"
    NOTHING = "nothing"


SURE = 0.92
"""The threshold beyond which asking costs more than it saves (measured on tests/understanding/requests)."""
SURE_TO_ANSWER = 0.6
"""The same for questions, which move nothing."""
_STOP = 0.6  # probability from which something is stopped
_ALONE = 0.85  # a command that names nothing has to be this clear
_NAMED = 0.7  # by how much a name of the home makes a request likelier


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Probabilities from which a frame may act or be asked about."""

    act: float
    ask: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Budgets:
    """The share of requests of a kind that may be misread and acted on, 0 to 1; from the owner's config."""

    question: float = 0.02
    everyday: float = 0.005
    security: float = 0.0005

    @classmethod
    def from_settings(cls, settings: ModelSettings) -> Self:
        """Return the budgets of the owner's config."""
        return cls(question=settings.wrong_questions, everyday=settings.wrong_actions, security=settings.wrong_at_doors)

    def of(self, risk: Risk) -> float:
        """Return the budget of a risk class."""
        return {Risk.NONE: self.question, Risk.SECURITY: self.security}.get(risk, self.everyday)


Curve = tuple[tuple[float, float], ...]
"""(threshold, bound on the share that is misread and acted on from it), by rising threshold."""

CAUTIOUS: Mapping[Risk, Limits] = {
    Risk.NONE: Limits(act=0.40, ask=0.30),
    Risk.EVERYDAY: Limits(act=0.55, ask=0.35),
    Risk.COMFORT: Limits(act=0.55, ask=0.35),
    Risk.SECURITY: Limits(act=0.80, ask=0.50),
}
"""Limits for a model that was not calibrated; a calibrated one is never bolder: people speak unlike the grammar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The gate's word on one frame, with its reason."""

    gate: Gate
    reason: RejectReason | None = None


UNSURE = Judgement(gate=Gate.REJECT, reason=RejectReason.UNSURE)


def fit(curves: Mapping[str, Curve], budgets: Budgets) -> Mapping[Risk, Limits]:
    """Return the limits that keep the budgets: the lowest thresholds whose conformal bound lies within them.

    The curves count every misread sentence, also those that grounding or the guard would stop; so nothing has to be
    surer than `SURE`: beyond it, ten requests that were read rightly are asked back for each that was not. A door is
    no exception: what opens one always waits for a yes to that very plan (hub/control/risk.py).
    """
    fitted = {}
    for risk, cautious in CAUTIOUS.items():
        curve = curves.get(risk.value, ())
        kept = min((at for at, bound in curve if bound <= budgets.of(risk)), default=1.0 if curve else 0.0)
        kept = min(kept, SURE_TO_ANSWER if risk is Risk.NONE else SURE)
        fitted[risk] = Limits(act=max(cautious.act, kept), ask=cautious.ask)
    return fitted


def judge(
    intent: str,
    probability: float,
    *,
    risk: Risk,
    is_far: bool,
    is_suspicious: bool,
    said: Said,
    limits: Mapping[Risk, Limits],
) -> Judgement:
    """Return what a frame may do.

    Args:
        is_far: its energy says that it is unlike anything the model was taught.
        said: how the target was said: a name of the home speaks for a request, nothing named against it.
        is_suspicious: a word mixes scripts; nothing that a mistake could make dangerous is done on it.
    """
    if intent == OUT_OF_SCOPE:
        return Judgement(gate=Gate.REJECT, reason=RejectReason.OUT_OF_SCOPE)
    if is_suspicious and risk is Risk.SECURITY:
        return Judgement(gate=Gate.REJECT, reason=RejectReason.UNSURE)
    if intent in _HARMLESS:
        risk = Risk.COMFORT
    if intent == "home.stop":  # what moves may hurt somebody: it is stopped on half a word
        return Judgement(
            gate=Gate.ACT if probability >= _STOP else Gate.ASK if probability >= _STOP / 2 else Gate.REJECT
        )
    own = _for(said, limits[risk], risk)
    if probability < own.ask:
        return Judgement(gate=Gate.REJECT, reason=RejectReason.OUT_OF_SCOPE if is_far else RejectReason.UNSURE)
    if is_far and not (
        said is Said.NAME and risk is not Risk.SECURITY and probability >= own.act
    ):  # it sounds like one of ours, and like nothing of ours: only a very sure reading is worth a question
        sure = probability >= own.act
        return Judgement(gate=Gate.ASK if sure else Gate.REJECT, reason=None if sure else RejectReason.OUT_OF_SCOPE)
    return Judgement(gate=Gate.ACT if probability >= own.act else Gate.ASK)


def _for(said: Said, limits: Limits, risk: Risk) -> Limits:
    if risk is Risk.NONE or said is Said.THING:
        return limits
    if said is Said.NOTHING:
        return Limits(act=max(limits.act, _ALONE), ask=max(limits.ask, _ALONE - 0.2))
    return limits if risk is Risk.SECURITY else Limits(act=limits.act * _NAMED, ask=limits.ask * _NAMED)


def worst(judgements: list[Judgement]) -> Judgement:
    """Return the strictest of the judgements on the parts of one utterance."""
    order = (Gate.REJECT, Gate.ASK, Gate.ACT)
    return min(judgements, key=lambda one: order.index(one.gate))
