"""The one face of understanding: text, home and dialogue in; frames with their evidence out."""

import time
from collections.abc import Mapping
from dataclasses import replace

from hub.contracts.frame import Evidence, Frame, Gate, RejectReason, Understanding
from hub.contracts.skill import IntentSpec
from hub.understanding.accounts import is_act, is_doubtful
from hub.understanding.context import Context
from hub.understanding.dialogue import is_correction, is_pardon, last_frame, take_corrections, with_noun, without_lead
from hub.understanding.encoder import Encoded, Model
from hub.understanding.framed import Framed, Scene
from hub.understanding.framing import Framer
from hub.understanding.gate import OUT_OF_SCOPE, UNSURE, Budgets, fit, worst
from hub.understanding.index import HomeIndex
from hub.understanding.naming import encode
from hub.understanding.normalise import Normalised, normalise
from hub.understanding.phonetics import hear
from hub.understanding.reading import Reading, read
from hub.understanding.roles import (
    CLEAR,
    SURE,
    Role,
    Stretch,
    asked,
    is_shown,
    start_of_new,
    stretches,
    with_unread_time,
)
from hub.understanding.script import to_simplified
from hub.understanding.segment import Segment, split
from hub.understanding.sequence import (
    is_dropped,
    is_left_alone,
    is_overridden,
    is_quoted,
    is_repeated,
    is_time_only,
    leaving_out,
    scene_called,
    taken_back,
    taking_back,
    with_condition,
    with_times,
    without_remarks,
)
from hub.understanding.tags import decode
from hub.understanding.tokens import is_cjk, tokenise

__all__ = ["Context", "Understander"]

_MAX_COMMANDS = 12  # more in one utterance is no request of a person


class Understander:
    """Understands requests with a model and the intents of the installed skills; without a model by rules alone."""

    def __init__(
        self,
        model: Model | None,
        intents: Mapping[str, IntentSpec],
        budgets: Budgets = Budgets(),  # noqa: B008 - frozen
    ) -> None:
        self._model = model
        self._intents = dict(intents)
        limits = fit(model.manifest.gates if model else {}, budgets)
        self._framer = Framer(intents, limits, _energy_min(model))

    @property
    def is_degraded(self) -> bool:
        """Tell whether only the rules are at work, because there is no model."""
        return self._model is None

    def understand(self, text: str, index: HomeIndex, context: Context) -> Understanding:
        """Return what was meant, or why nothing was understood; never raises for any text."""
        start = time.perf_counter()
        heard = normalise(text, context.language)
        heard, sounds = _by_sound(heard, index)
        result = self._rejected(heard.rejected, heard) if heard.rejected else self._read(heard, index, context)
        notes = (*result.evidence.notes, *(f"heard as: {sound}" for sound in sounds))
        result = replace(result, evidence=replace(result.evidence, notes=notes))
        duration = (time.perf_counter() - start) * 1000
        return replace(result, evidence=replace(result.evidence, heard=text[:1000], duration_ms=round(duration, 3)))

    def _read(self, heard: Normalised, index: HomeIndex, context: Context) -> Understanding:
        scene_name = scene_called(heard, index, self._intents)
        if scene_name is not None and (self._model is None or len(tokenise(heard.match)) > 1):
            return self._result([scene_name], heard)
        if is_quoted(heard.text):
            return self._rejected(RejectReason.OUT_OF_SCOPE, heard)
        parts = take_corrections(heard.text)
        made: list[Framed] = []
        for position, part in enumerate(parts.texts):
            last = max((at for at, one in enumerate(made) if one.is_command), default=-1) if position else -1
            base = made[last].frame if last >= 0 else None
            part = with_noun(part, base, index) if base is not None else part
            found = self._part(part, heard, index, context, made, base)
            kept = taking_back(made, [one for one in found if not one.is_aside]) if position else None
            if kept is not None:
                made = kept
            elif made and any(one.is_command for one in found):
                made = [*made[: max(last, 0)], *found]
            elif position and made and not is_pardon(part):
                made = [replace(one, judgement=UNSURE, is_aside=False) for one in made]  # put right, nobody knows how
            elif not position or not made:
                made.extend(found)
        if parts.is_taken_back:
            made = [taken_back(heard.text)]
        if is_doubtful(heard.text, made):
            made = [asked(one) for one in made]
        return self._result(made, heard)

    def _part(
        self, text: str, heard: Normalised, index: HomeIndex, context: Context, made: list[Framed], base: Frame | None
    ) -> list[Framed]:
        turns = context.turns
        if base is None and turns and is_correction(text):
            inner = without_lead(text)
            reading = read(inner, self._model, index)
            if reading.is_elided and last_frame((), turns) is not None:
                text = inner
        earlier = last_frame((), turns) if base is None and turns and not made else None
        text = with_noun(text, earlier, index) if earlier is not None else text
        encoded = encode(text, self._model, index) if self._model else None
        segments = with_condition(text, split(text, encoded, tokenise(text)))[:_MAX_COMMANDS]
        ends = (*(segment.start for segment in segments[1:]), len(text))
        readings = [self._reading(text, *pair, encoded, index) for pair in zip(segments, ends, strict=True)]
        scene = Scene(index=index, context=context, is_suspicious=heard.is_suspicious)
        found: list[Framed] = []
        pending: list[Reading] = []
        alone: list[Reading] = []
        for reading, following in zip(readings, (*readings[1:], None), strict=True):
            if len(readings) > 1 and is_time_only(reading, context.now):
                pending.append(reading)  # "in ten minutes" stands before what it is about, or behind it
            elif len(readings) > 1 and is_dropped(reading, following):
                continue
            elif is_left_alone(reading) and len(readings) > 1:
                alone.append(reading)  # "don't touch the bedroom" may stand before what it is taken out of
            else:
                made_now = self._framer.frames(reading, scene, found, base, turns)
                kept = taking_back(found, made_now)
                if kept is not None:
                    found = kept
                    continue
                if is_repeated(found, made_now, reading):
                    continue
                found = [*found[:-1], *made_now] if is_overridden(found, made_now, reading) else [*found, *made_now]
        for reading in alone:
            found = leaving_out(found, reading, scene)
        found = with_times(without_remarks(found), pending, index, context.now)
        if self._model is None or encoded is None:
            return found
        return self._turned(found, text, encoded, self._model, heard, scene, base)

    def _turned(
        self,
        found: list[Framed],
        text: str,
        encoded: Encoded,
        model: Model,
        heard: Normalised,
        scene: Scene,
        base: Frame | None,
    ) -> list[Framed]:
        """Return the commands with what the model heard around them: a limit, a second thought, a condition."""
        if not any(one.is_command and is_act(one.frame.intent) for one in found):
            return found
        heard_roles = stretches(encoded, model.manifest.roles, tokenise(to_simplified(text)))
        for part in heard_roles:
            if part.role in (Role.COMMAND, Role.REMARK) or part.score < CLEAR or is_shown(part, found, text):
                continue
            before, inside, after = text[: part.start].strip(), text[part.start : part.end], text[part.end :].strip()
            if part.role is Role.LEFT_OUT and (before or after):
                rest = self._part(f"{before} {after}".strip(" ,，"), heard, scene.index, scene.context, [], base)
                kept = leaving_out(rest, read(inside, model, scene.index), scene)
                is_out = any(one.is_command and one.frame.target.excluded for one in kept)
                return kept if is_out else [asked(one) for one in found]
            if part.role is Role.CORRECTION and before:
                return self._put_right(text, part, encoded, model, heard, scene, base) or [asked(one) for one in found]
            if part.role is Role.CONDITION and part.score >= SURE:
                return [with_unread_time(one, inside) for one in found]
            return [asked(one) for one in found]
        return found

    def _put_right(
        self,
        text: str,
        part: Stretch,
        encoded: Encoded,
        model: Model,
        heard: Normalised,
        scene: Scene,
        base: Frame | None,
    ) -> list[Framed]:
        """Return, as a question, what holds after a second thought that no pattern knows; nothing where it is not."""
        before = text[: part.start].strip(" ,，.。")
        first = self._part(before, heard, scene.index, scene.context, [], base)
        spans = decode(encoded, model.manifest.tags, tokenise(to_simplified(text)))
        start = start_of_new(text, part, spans)
        last = max((at for at, one in enumerate(first) if one.is_command), default=-1)
        if start < 0 or last < 0:
            return []
        found = self._part(text[start : part.end], heard, scene.index, scene.context, first, first[last].frame)
        return [asked(one) for one in (*first[:last], *found)] if any(one.is_command for one in found) else []

    def _reading(self, text: str, segment: Segment, until: int, encoded: Encoded | None, index: HomeIndex) -> Reading:
        """Read one part; what the model heard in the whole text serves, where it is sure of that part."""
        piece = text[segment.start : segment.end]
        part = encoded if piece == text else None
        if part is None and encoded is not None and self._model is not None:
            part = self._model.part(encoded, segment.start, segment.end, until)
        is_asked = text[segment.end :].lstrip(" .!。！\"'”").startswith(("?", "？"))
        return read(piece, self._model, index, part, is_asked=is_asked)

    def _result(self, made: list[Framed], heard: Normalised) -> Understanding:
        kept = [one for one in made if not one.is_aside] or made
        judgement = worst([one.judgement for one in kept]) if kept else UNSURE
        frames = tuple(one.frame for one in kept if one.frame.intent != OUT_OF_SCOPE)
        reason = judgement.reason
        if self._model is None and judgement.gate is Gate.REJECT:
            reason = RejectReason.NO_MODEL
        is_rejected = judgement.gate is Gate.REJECT
        return Understanding(
            frames=() if is_rejected else frames,
            language=heard.language,
            gate=judgement.gate,
            rejected=(reason or RejectReason.UNSURE) if is_rejected else None,
            evidence=self._evidence(heard, made),
        )

    def _rejected(self, reason: RejectReason, heard: Normalised) -> Understanding:
        return Understanding(
            language=heard.language, gate=Gate.REJECT, rejected=reason, evidence=self._evidence(heard, [])
        )

    def _evidence(self, heard: Normalised, made: list[Framed]) -> Evidence:
        notes = [] if self._model else ["there is no model: only the simplest commands are understood, by rules"]
        if heard.is_suspicious:
            notes.append("a word mixes scripts")
        return Evidence(
            normalised=heard.text,
            segments=tuple(one.evidence for one in made),
            notes=tuple(notes),
            model=self._model.manifest.version if self._model else "",
        )


def _energy_min(model: Model | None) -> float:
    return model.manifest.energy_min if model else float("-inf")


def _by_sound(heard: Normalised, index: HomeIndex) -> tuple[Normalised, tuple[str, ...]]:
    if not is_cjk(heard.match):
        return heard, ()
    match, notes = hear(heard.match, index.phonetics, index.chinese)
    return (replace(heard, text=match, match=match), notes) if notes else (heard, ())
