"""A scripted understander: what a sentence means is written down in the test."""

from collections.abc import Mapping

from hub.contracts.frame import (
    Frame,
    Gate,
    NoTarget,
    NoTargetReason,
    RejectReason,
    Scope,
    Slot,
    Target,
    Understanding,
    When,
)
from hub.understanding.context import Context
from hub.understanding.index import HomeIndex

INDEX = HomeIndex()


def frame(
    intent: str,
    *devices: str,
    when: When | None = None,
    is_negated: bool = False,
    slots: tuple[Slot, ...] = (),
    kind: str = "",
) -> Frame:
    """Return a frame with these devices as its target."""
    target = Target(scope=Scope.NAMED, devices=devices, kind=kind, is_plural=len(devices) > 1)
    return Frame(
        intent=intent, text=intent, target=target, when=when, is_negated=is_negated, slots=slots, confidence=0.9
    )


def missing(intent: str, said: str, reason: NoTargetReason = NoTargetReason.NO_SUCH_NAME, **more: object) -> Frame:
    """Return a frame whose target is not in this home."""
    problem = NoTarget(reason=reason, said=said, **more)  # type: ignore[arg-type]  # the fields of NoTarget
    return Frame(intent=intent, text=intent, target=Target(problem=problem), confidence=0.9)


def value(number: float, unit: str = "", text: str = "") -> Slot:
    """Return a value slot."""
    return Slot(name="value", text=text or f"{number:g}{unit}", number=number, unit=unit)


class Script:
    """Understands exactly the sentences that it was given; everything else is out of scope."""

    def __init__(self, sentences: Mapping[str, Frame | tuple[Frame, ...]], unsure: Mapping[str, Frame] | None = None):
        self.sentences = dict(sentences)
        self.unsure = dict(unsure or {})
        self.contexts: list[Context] = []

    def understand(self, text: str, index: HomeIndex, context: Context) -> Understanding:
        self.contexts.append(context)
        language = "zh" if any("\u4e00" <= char <= "\u9fff" for char in text) else "en"
        found = self.sentences.get(text)
        if found is not None:
            return Understanding(frames=found if isinstance(found, tuple) else (found,), language=language)
        if text in self.unsure:
            return Understanding(frames=(self.unsure[text],), language=language, gate=Gate.ASK)
        return Understanding(language=language, gate=Gate.REJECT, rejected=RejectReason.OUT_OF_SCOPE)
