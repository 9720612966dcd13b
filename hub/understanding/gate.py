"""Whether the calibrated confidence lets a frame act, be asked about, or be rejected; by what a mistake would cost."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

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


_ALONE = 0.85  # a command that names nothing has to be this clear
_NAMED = 0.7  # by how much a name of the home makes a request likelier


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Probabilities from which a frame may act or be asked about."""

    act: float
    ask: float


UNFITTED: Mapping[Risk, Limits] = {
    Risk.NONE: Limits(act=0.40, ask=0.30),
    Risk.EVERYDAY: Limits(act=0.55, ask=0.35),
    Risk.COMFORT: Limits(act=0.55, ask=0.35),
    Risk.SECURITY: Limits(act=0.80, ask=0.50),
}
"""Cautious limits for a model whose manifest has no fitted ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The gate's word on one frame, with its reason."""

    gate: Gate
    reason: RejectReason | None = None


UNSURE = Judgement(gate=Gate.REJECT, reason=RejectReason.UNSURE)


def limits_of(risk: Risk, fitted: Mapping[str, Mapping[str, float]]) -> Limits:
    """Return the limits of a risk class: the manifest's, else the cautious ones."""
    found = fitted.get(risk.value)
    if found is None or "act" not in found or "ask" not in found:
        return UNFITTED[risk]
    return Limits(act=found["act"], ask=found["ask"])


def judge(
    intent: str,
    probability: float,
    *,
    risk: Risk,
    is_far: bool,
    is_suspicious: bool,
    said: Said,
    fitted: Mapping[str, Mapping[str, float]],
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
    limits = _for(said, limits_of(risk, fitted), risk)
    if probability < limits.ask:
        return Judgement(gate=Gate.REJECT, reason=RejectReason.OUT_OF_SCOPE if is_far else RejectReason.UNSURE)
    if is_far and not (
        said is Said.NAME and risk is not Risk.SECURITY and probability >= limits.act
    ):  # it sounds like one of ours, and like nothing of ours: only a very sure reading is worth a question
        sure = probability >= limits.act
        return Judgement(gate=Gate.ASK if sure else Gate.REJECT, reason=None if sure else RejectReason.OUT_OF_SCOPE)
    return Judgement(gate=Gate.ACT if probability >= limits.act else Gate.ASK)


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
