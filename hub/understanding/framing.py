"""From readings to judged frames: intent, slots and target made to fit each other, with the evidence for it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from hub.contracts.capability import Risk
from hub.contracts.device import DeviceKind
from hub.contracts.frame import Ambiguous, Frame, Gate, NoTarget, NoTargetReason, Scope, Slot, Target, Turn
from hub.contracts.skill import IntentSpec
from hub.understanding.accounts import is_act, passed_over
from hub.understanding.dialogue import intent_for, kind_of, last_frame, recent_devices
from hub.understanding.forms import CONCEPTS
from hub.understanding.framed import Framed, Scene, evidence_of
from hub.understanding.gate import OUT_OF_SCOPE, SURE, Limits, Said, judge
from hub.understanding.ground import ground
from hub.understanding.index import HomeIndex
from hub.understanding.intents import (
    as_question,
    by_unit,
    by_words,
    confidence,
    is_about_battery,
    says_dock,
    says_lock,
    siblings,
    spec_of,
    stand_together,
)
from hub.understanding.lexicon.kinds import KIND_WORDS
from hub.understanding.lexicon.words import ARTICLES
from hub.understanding.mentions import Mention
from hub.understanding.narrowing import DARK, DIMMED, all_off, has_things, lit, names_all, of_music, the_like
from hub.understanding.numbers import find_numbers
from hub.understanding.pieces import Piece, Role
from hub.understanding.places import find_place
from hub.understanding.reading import SURE_BY_ITSELF, Reading, is_negated, pronoun
from hub.understanding.sensing import sensors_asked
from hub.understanding.setting import MANY_PLAYERS, Setting, target_of
from hub.understanding.slots import is_any_music, read_slots
from hub.understanding.tags import Span
from hub.understanding.timing import read_when
from hub.understanding.tokens import Token, tokenise
from hub.understanding.unnamed import implicit

_RETRY = frozenset(
    {NoTargetReason.NOT_CAPABLE, NoTargetReason.NONE_IN_AREA, NoTargetReason.NONE_OF_KIND, NoTargetReason.NO_SUCH_NAME}
)
_OWN_RISK = {f"dialog.{name}": Risk.NONE for name in ("nevermind", "no", "greet", "thanks", "help")}
_CLEANS = re.compile(r"\b(?:clean|vacuum|hoover|sweep|mop|tidy|dust|floors?)|扫|吸尘|清洁|拖地|地板", re.IGNORECASE)
SIBLING_FROM = 0.02  # probability from which "it" may be what another intent of the family can do
_ASIDES = frozenset({"dialog.greet", "dialog.thanks", OUT_OF_SCOPE})


class Framer:
    """Makes frames of readings for the intents of the installed skills."""

    def __init__(self, intents: Mapping[str, IntentSpec], limits: Mapping[Risk, Limits], energy_min: float) -> None:
        self._intents = dict(intents)
        self._limits = limits
        self._energy_min = energy_min

    def frames(
        self, reading: Reading, scene: Scene, earlier: Sequence[Framed], base: Frame | None, turns: Sequence[Turn]
    ) -> list[Framed]:
        """Return the frames of one command; several where its targets are unlike each other.

        Args:
            earlier: what the same utterance said before.
            base: the command that this one corrects.
        """
        before = [one.frame for one in earlier if one.is_command]
        completed = base or last_frame(before, turns)
        is_locking = says_lock(reading.match)
        if reading.is_elided and completed is not None and completed.intent != OUT_OF_SCOPE and not is_locking:
            return self._completed(reading, scene, completed, before, turns)
        intent, probability = reading.intent, next(iter(reading.probabilities.values()), 0.0)
        if is_locking and intent in ("home.turn_off", "home.close"):
            intent = "home.lock"
        if intent.startswith("home.change_temperature") and _PITCH_DARK.search(reading.match):
            intent = "home.change_brightness.up"
        kept = self._only_kept(reading, scene)
        if kept is not None:
            return [self._framed(reading, "home.turn_off", (), kept, 1.0, scene)]
        intent, probability = as_question(intent, probability, reading)
        if intent.startswith("home.change_"):
            reading = replace(reading, spans=tuple(map(partial(_as_amount, reading.match), reading.spans)))
        slots = read_slots(reading.text, reading.match, reading.spans, intent)
        intent = by_words(by_unit(intent, slots), reading.match)
        is_charge = is_about_battery(reading.match) and not any(slot.name == "attribute" for slot in slots)
        if intent == "home.query_value" and is_charge:
            slots = (*slots, Slot(name="attribute", text="battery", canonical="battery"))
        if intent == "home.play_media" and is_any_music(slots):
            intent, slots = "home.play", tuple(slot for slot in slots if slot.name != "media")
        if base is None and not before and not turns and not reading.mentions and _IDIOM.match(reading.match):
            intent = f"home.change_volume.{'up' if 'up' in reading.match.lower() else 'down'}"
        is_again = completed is not None and not reading.mentions and intent.startswith("home.change_")
        if is_again and completed is not None and stand_together(intent, completed.intent):
            intent = completed.intent  # "a bit less", after the volume
        recent = recent_devices([base] if base else before, turns)
        taken = tuple(device for frame in before for device in (*frame.target.devices, *frame.target.excluded))
        near = before[-1].target.areas or _areas_of(before[-1].target, scene.index) if before else ()
        lost = before[-1].target if before and isinstance(before[-1].target.problem, NoTarget) else None
        intent, targets = self._grounded(
            reading, intent, slots, scene, recent, taken, completed, near, base is not None, lost
        )
        if intent == "home.change_brightness.up" and DARK.search(reading.match):
            if all(target.problem is not None for target in targets):  # a light that cannot be dimmed
                intent, targets = self._grounded(
                    reading, "home.turn_on", slots, scene, recent, taken, completed, near, base is not None, lost
                )
            elif all_off(targets, scene.index):
                intent = "home.turn_on"  # "it's pitch black in here": there is nothing to make brighter yet
        if intent == "home.turn_on" and DARK.search(reading.match) and not _are_lights(targets, scene.index):
            targets = (implicit(self._setting(intent, scene, recent, taken, near)),)  # "pitch black by the front door"
        targets = of_music(reading, intent, targets, scene)
        is_dark = DARK.search(reading.match) is not None and not _BRIGHTER.search(reading.match)
        is_relative = intent.startswith("home.change_brightness.") and not is_dark
        if is_relative or (intent == "home.set_brightness" and DIMMED.search(reading.match)):
            targets = tuple(lit(target, scene.index) for target in targets)
        is_value_of = bool(targets) and all(t.scope is Scope.CONTEXT and t.devices for t in targets) and bool(slots)
        is_named = has_things(reading.mentions) or reading.is_elided or pronoun(reading) is not None or is_again
        is_named = is_named or (is_value_of and completed is not None)
        sure = confidence(reading.intent, intent, reading.probabilities, is_named=is_named)
        if completed is not None and completed.intent == intent and not reading.mentions and sure >= SURE_BY_ITSELF:
            sure = max(sure, completed.confidence)  # "a bit more", right after the same
        is_mute = intent == "home.mute" and _MUTE.search(reading.match) is not None
        is_plain = (
            is_mute or _is_on_or_off(reading, intent) or (intent == "home.return_to_base" and says_dock(reading.match))
        )
        probability = max(probability, sure, SURE if is_plain else 0.0)
        return [self._framed(reading, intent, slots, target, probability, scene) for target in _disjoint(targets)]

    def _only_kept(self, reading: Reading, scene: Scene) -> Target | None:
        """Return what goes off where only something is to stay on: what was said, else the others of its kind there."""
        cue = _ONLY.search(reading.match)
        if cue is None or not reading.mentions:
            return None
        pause = _PAUSE.search(reading.match, cue.end())
        end = pause.start() if pause else len(reading.match)
        setting = self._setting("home.turn_off", scene, (), ())
        kept: list[Mention] = []
        said: list[Mention] = []
        for mention in reading.mentions:
            behind = [piece for piece in mention.areas if cue.end() <= piece.tokens[0].start < end]
            device = mention.device
            if device is not None and device.tokens[0].start < cue.end() and behind:  # 空调就留客厅那台
                kept.append(replace(mention, areas=tuple(behind), is_all=True, is_excluded=False))
                before = tuple(piece for piece in mention.areas if piece not in behind)
                said.append(replace(mention, areas=before, is_all=True))
            elif (device is not None and cue.end() <= device.tokens[0].start < end) or (device is None and behind):
                kept.append(replace(mention, is_excluded=False))
            else:
                said.append(replace(mention, is_all=True))
        stay = {device for target in ground(kept, setting) for device in target.devices}
        if not stay:
            return Target(problem=NoTarget(reason=NoTargetReason.NOT_SAID)) if kept else None
        places = {(scene.index.by_id[device].kind, scene.index.by_id[device].area) for device in stay}
        like = {device.id for device in setting.capable(scene.index.devices) if (device.kind, device.area) in places}
        off = {device for target in ground(said, setting) for device in target.devices} if said else like
        rest = tuple(device.id for device in scene.index.devices if device.id in off - stay)
        problem = None if rest else NoTarget(reason=NoTargetReason.NOT_SAID)
        return Target(scope=Scope.ALL, devices=rest, excluded=tuple(stay), is_plural=True, problem=problem)

    def _grounded(
        self,
        reading: Reading,
        intent: str,
        slots: Sequence[Slot],
        scene: Scene,
        recent: tuple[str, ...],
        taken: tuple[str, ...],
        completed: Frame | None,
        near: tuple[str, ...],
        is_corrected: bool,
        lost: Target | None,
    ) -> tuple[str, tuple[Target, ...]]:
        setting = replace(self._setting(intent, scene, recent, taken, near), corrected=is_corrected)
        if setting.spec is None or not setting.spec.capabilities:
            return intent, (Target(),)
        mentions = reading.mentions
        it = pronoun(reading) if setting.spec.needs_target and not has_things(mentions) else None
        if it is not None and not mentions and lost is not None:
            return intent, (lost,)  # "somebody left the bathroom light on, turn it off", where there is none
        if it is not None and recent:
            mentions = tuple(replace(mention, device=it.device) for mention in mentions) or (it,)
            if (
                completed is not None and not reading.mentions
            ):  # with a room said, "it" is how warm or bright it is there
                intent = intent_for(
                    recent, intent, base=completed, slots=slots, intents=self._intents,
                    probabilities=reading.probabilities, index=scene.index,
                )  # fmt: skip
                setting = self._setting(intent, scene, recent, taken, near)
        if setting.is_question and recent and not mentions and is_about_battery(reading.match):
            known = [scene.index.by_id[device] for device in recent if device in scene.index.by_id]
            charged = [device for device in known if "battery" in device.capabilities]
            if charged:  # "is the vacuum charging? how much is left?"
                return intent, (target_of(Scope.CONTEXT, charged),)
        if setting.is_question and not has_things([mention for mention in mentions if not names_all(mention)]):
            areas = tuple(
                a for m in mentions for p in m.areas for a in find_place(p.tokens, scene.index, setting.here).areas
            )
            sensors = sensors_asked(slots, _unmentioned(reading), areas, setting)
            if sensors is not None:
                return intent, (sensors,)
        if not mentions:
            return self._unsaid(reading, intent, slots, setting, recent, completed)
        mentions = _without_kind_of_next(mentions, reading, setting)
        targets = ground(mentions, setting)
        if targets and has_things(mentions) and all(_may_be_retried(target) for target in targets):
            for other in siblings(intent, reading.probabilities):
                spec = spec_of(other, self._intents)
                is_guess = it is not None and reading.probabilities.get(other, 0.0) < SIBLING_FROM
                if spec is None or is_guess:
                    continue
                again = ground(mentions, replace(setting, intent=other, spec=spec, is_trial=True))
                if again and all(target.problem is None for target in again) and _is_fit(other, slots):
                    return other, again
        return intent, targets or (implicit(setting),)

    def _unsaid(
        self,
        reading: Reading,
        intent: str,
        slots: Sequence[Slot],
        setting: Setting,
        recent: tuple[str, ...],
        completed: Frame | None,
    ) -> tuple[str, tuple[Target, ...]]:
        """Ground a command that names nothing: what was spoken of, where it still can do that; else what is here."""
        is_open = (
            setting.is_question and pronoun(reading) is None and not reading.is_elided and _NOUN.search(reading.match)
        )
        if recent and completed is not None and setting.spec is not None and setting.spec.needs_target and not is_open:
            fitting = intent_for(
                recent, intent, base=completed, slots=slots, intents=self._intents,
                probabilities=reading.probabilities, index=setting.index,
            )  # fmt: skip
            spec = spec_of(fitting, self._intents)
            known = [setting.index.by_id[device] for device in recent if device in setting.index.by_id]
            able = replace(setting, spec=spec).capable(known)
            if able and setting.corrected:
                return fitting, (replace(completed.target, scope=Scope.CONTEXT, devices=tuple(d.id for d in able)),)
            if able and not (
                setting.spec.kinds and not any(d.kind.value in setting.spec.kinds for d in able) and fitting == intent
            ):
                is_loose = fitting in MANY_PLAYERS and completed.target.scope is not Scope.NAMED
                is_plural = completed.target.is_plural if is_loose else len(able) > 1  # the skill still asks who plays
                return fitting, (Target(scope=Scope.CONTEXT, devices=tuple(d.id for d in able), is_plural=is_plural),)
        if recent and completed is not None and not is_open:
            known = [setting.index.by_id[device] for device in recent if device in setting.index.by_id]
            other = _OF_COVERS.get(intent, "")  # 那关上吧, after "are the curtains open"
            spec = spec_of(other, self._intents)
            able = replace(setting, spec=spec, intent=other).capable(known) if spec is not None else []
            if able:
                return other, (Target(scope=Scope.CONTEXT, devices=tuple(d.id for d in able), is_plural=len(able) > 1),)
        is_cleaning = _CLEANS.search(reading.match) is not None
        if is_cleaning and intent in ("home.stop", "home.pause", "home.return_to_base"):
            vacuums = [d for d in setting.capable(setting.index.devices) if d.kind is DeviceKind.VACUUM]
            working = [d for d in vacuums if d.is_on] or vacuums
            if len(working) == 1:
                return intent, (target_of(Scope.KIND, tuple(working), kind="vacuum"),)
        if intent == "home.start" and setting.spec is not None and not is_cleaning:
            # "Make me a ...", "wash the clothes": something is to run, and it is not the vacuum
            setting = replace(setting, spec=replace(setting.spec, kinds=()))
        return intent, (implicit(setting),)

    def _completed(
        self, reading: Reading, scene: Scene, base: Frame, before: Sequence[Frame], turns: Sequence[Turn]
    ) -> list[Framed]:
        """Return the frames of an utterance that only names another thing, place or value for an earlier command."""
        said = read_slots(reading.text, reading.match, reading.spans, base.intent)
        amount = next((slot for slot in base.slots if slot.name == "value" and slot.number is not None), None)
        is_one = any(token.text in ("one", "一") for token in reading.tokens) and not reading.mentions
        if amount is not None and is_one and not any(slot.name == "value" for slot in said):
            said = (*said, replace(amount, text="one", start=0, end=0, number=1.0))  # "two degrees, no, just one"
        given = {slot.name for slot in said}
        slots = (*said, *(replace(slot, start=0, end=0) for slot in base.slots if slot.name not in given))
        recent = recent_devices([base], turns)
        taken = tuple(device for frame in before for device in frame.target.devices)
        setting = self._setting(base.intent, scene, recent, taken)
        mentions = tuple(self._with_kind(mention, base, scene.index) for mention in reading.mentions)
        intent = base.intent
        if intent == "home.turn_off" and mentions and _SWAPPED.match(reading.match):
            intent = "home.turn_on"  # 吊灯关掉换成阅读灯
            setting = self._setting(intent, scene, recent, taken)
        if any(slot.name == "value" and slot.number is not None for slot in said) and not _TAKES_VALUE.match(intent):
            intent = _value_intent(reading)
            setting = replace(setting, intent=intent, spec=spec_of(intent, self._intents))
        if not mentions:
            intent = intent_for(
                recent, intent, base=base, slots=said, intents=self._intents, probabilities={}, index=scene.index
            )
            targets: tuple[Target, ...] = (base.target,)
        else:
            targets = ground(mentions, setting)
            if any(target.problem is not None for target in targets):
                for other in siblings(intent, reading.probabilities):
                    spec = spec_of(other, self._intents)
                    again = ground(mentions, replace(setting, intent=other, spec=spec, is_trial=True)) if spec else ()
                    if again and all(target.problem is None for target in again) and _is_fit(other, slots):
                        intent, targets = other, again
                        break
            if any(token.text == "one" for token in reading.tokens):
                targets = tuple(the_like(target, base.target, scene.index) for target in targets)
        made = [
            self._framed(reading, intent, slots, target, base.confidence, scene, is_elided=True) for target in targets
        ]
        if base.is_negated:
            made = [replace(one, frame=replace(one.frame, is_negated=True)) for one in made]
        return [replace(one, frame=replace(one.frame, when=one.frame.when or base.when)) for one in made]

    def _with_kind(self, mention: Mention, base: Frame, index: HomeIndex) -> Mention:
        """Let a bare place take over the kind that was spoken of ("and the bedroom", after the kitchen lights)."""
        kind = kind_of(base, index)
        if mention.device is not None or not kind or (base.target.kind == "" and base.target.scope is not Scope.NAMED):
            return mention
        token = tokenise(kind.replace("_", " "))
        return replace(
            mention, device=Piece(role=Role.DEVICE, tokens=token, first=-1, end=-1), is_all=base.target.is_plural
        )

    def _setting(
        self, intent: str, scene: Scene, recent: tuple[str, ...], taken: tuple[str, ...], near: tuple[str, ...] = ()
    ) -> Setting:
        return Setting(
            index=scene.index,
            intent=intent,
            spec=spec_of(intent, self._intents),
            here=scene.context.area if scene.context.area in scene.index.area_by_id else None,
            recent=recent,
            before=taken,
            near=near,
        )

    def _framed(
        self,
        reading: Reading,
        intent: str,
        slots: Sequence[Slot],
        target: Target,
        probability: float,
        scene: Scene,
        *,
        is_elided: bool = False,
    ) -> Framed:
        spec = spec_of(intent, self._intents)
        name, direction = _declared(intent, self._intents)
        if direction:
            slots = (*slots, Slot(name="direction", text=direction, canonical=direction))
        when, timed = read_when(reading, scene.index, scene.context.now, intent)
        frame = Frame(
            intent=name,
            text=reading.text,
            slots=(*slots, *timed),
            target=target,
            when=when,
            is_negated=is_negated(reading, intent) and not is_elided and not intent.startswith("dialog."),
            confidence=round(probability, 4),
        )
        is_far = reading.energy is not None and reading.energy < self._energy_min and not is_elided
        judgement = judge(
            reading.intent if not is_elided and reading.intent == OUT_OF_SCOPE else intent,
            probability,
            risk=spec.risk if spec is not None else _OWN_RISK.get(intent, Risk.EVERYDAY),
            is_far=is_far,
            is_suspicious=scene.is_suspicious,
            said=_how_said(reading, is_elided),
            limits=self._limits,
        )
        unheard = passed_over(reading, frame, scene.index) if judgement.gate is Gate.ACT else ()
        is_bare = is_act(intent) and not is_elided and not slots and _ALSO.search(reading.match) is not None
        is_bare = is_bare and reading.is_elided
        if unheard or (is_bare and judgement.gate is Gate.ACT):  # "and the lamp too", after nothing that was understood
            judgement = replace(judgement, gate=Gate.ASK)
        is_aside = reading.intent in _ASIDES and not reading.mentions and not is_elided
        return Framed(
            frame=frame,
            judgement=judgement,
            is_aside=is_aside,
            is_named=_how_said(reading, is_elided) is Said.NAME or _is_setting(reading, intent),
            evidence=evidence_of(reading, frame, judgement, is_elided)
            | ({"passed_over": list(unheard)} if unheard else {}),
        )


_TAKES_VALUE = re.compile(r"^home\.(?:set_(?!source|mode|fan_mode|color$)|change_)|^(?!home\.)")


def _value_intent(reading: Reading) -> str:
    """Return the likeliest intent that sets a value."""
    return next((name for name in reading.probabilities if name.startswith("home.set_")), "home.set_brightness")


_NOUN = re.compile(r"^(?:is|are|has|have|did|does) (?:the|my|our)\b", re.IGNORECASE)
_ONLY = re.compile(
    r"\b(?:leave|keep)\s+(?:only|just)\b|\b(?:only|just)\s+(?:leave|keep)\b|(?:[只就光单仅]|唯独)(?:要|需|用|准|许|能)?留[着个]?|(?:就|只|仅)(?=.{1,12}(?:亮|开)着(?:$|[,，]))",
    re.IGNORECASE,
)
_PAUSE = re.compile(r"[,，;；](?=.{0,12}(?:其他|其它|其余|别的|剩下|the rest|the other|everything else))")
_BRIGHTER = re.compile(r"\b(?:brighter|dimmer|darker)\b|再|调[亮暗]|更[亮暗]", re.IGNORECASE)
_SWAPPED = re.compile(r"^(?:换成?|改成?|改用|改开)")
_OF_COVERS = {"home.turn_off": "home.close", "home.turn_on": "home.open"}
_ALSO = re.compile(r"^(?:and|also)\b|\b(?:too|as well)[.!]*$|^还有|也$", re.IGNORECASE)
_ON_OFF = frozenset({"home.turn_on", "home.turn_off"})
_PITCH_DARK = re.compile(r"\bpitch[ -](?:black|dark)\b|伸手不见五指|黑漆漆|黑咕隆咚", re.IGNORECASE)
_IDIOM = re.compile(r"^(?:please )?(?:turn|crank) (?:it|that|this) (?:up|down)\b", re.IGNORECASE)


_NEAR = re.compile(r"\s*(?:on|over|above|by|under|in|at|near|beside|next to) (?:the |my |our )?", re.IGNORECASE)


def _without_kind_of_next(mentions: tuple[Mention, ...], reading: Reading, setting: Setting) -> tuple[Mention, ...]:
    """Return "the light on the counter" as the counter light, where a light is called so."""
    if len(mentions) != 2 or mentions[0].device is None or mentions[1].device is None or mentions[0].areas:
        return mentions
    first, second = mentions[0].device, mentions[1].device
    between = reading.match[first.tokens[-1].end : second.tokens[0].start]
    kinds = [KIND_WORDS[atom].kinds for atom in CONCEPTS.get(first.tokens[-1].stem, ()) if atom in KIND_WORDS]
    if not kinds or _NEAR.fullmatch(between) is None:
        return mentions
    targets = ground(mentions[1:], setting)
    named = [setting.index.by_id[device].kind for target in targets for device in target.devices]
    is_one = len(named) == 1 and all(target.problem is None for target in targets) and named[0] in kinds[0]
    return mentions[1:] if is_one else mentions


_MUTE = re.compile(r"\bmute\b|静音", re.IGNORECASE)
_BY = re.compile(r"by \w+(?:[ -]\w+)?", re.IGNORECASE)


def _as_amount(text: str, span: Span) -> Span:
    """Return "by ten" as how much, not when, where something is changed by it."""
    is_by = span.tag == "when" and _BY.fullmatch(text, span.start, span.end) is not None
    is_bare = is_by and [number.unit for number in find_numbers(text[span.start : span.end])] in (
        [
            "",
        ],
        [None],
    )
    return replace(span, tag="value") if is_bare else span


def _disjoint(targets: Sequence[Target]) -> list[Target]:
    """Return the targets without devices that an earlier one has ("the wemo plug socket")."""
    made: list[Target] = []
    for target in targets:
        taken = {device for one in made for device in one.devices}
        kept = tuple(device for device in target.devices if device not in taken)
        if kept or not target.devices:
            made.append(replace(target, devices=kept))
    return made


def _areas_of(target: Target, index: HomeIndex) -> tuple[str, ...]:
    areas = {index.by_id[device].area for device in target.devices if device in index.by_id}
    return tuple(area for area in areas if area is not None) if len(areas) == 1 else ()


def _how_said(reading: Reading, is_elided: bool) -> Said:
    hits = [hit for mention in reading.mentions if mention.device for hit in mention.device.hits]
    if any(hit.level < 2 for hit in hits):
        return Said.NAME
    is_said = reading.mentions or is_elided or pronoun(reading) is not None or _CLEANS.search(reading.match)
    return Said.THING if is_said else Said.NOTHING


def _is_on_or_off(reading: Reading, intent: str) -> bool:
    """Tell whether a command is a thing of the home and "on" or "off", and nothing else ("telly off")."""
    said = [
        token.text for token in _unmentioned(reading) if token.text not in ARTICLES | {"too", "please", "now", "then"}
    ]
    return has_things(reading.mentions) and said == ["on" if intent == "home.turn_on" else "off"] and intent in _ON_OFF


def _are_lights(targets: Sequence[Target], index: HomeIndex) -> bool:
    found = [index.by_id[device] for target in targets for device in target.devices if device in index.by_id]
    return not found or any(device.kind is DeviceKind.LIGHT or "brightness" in device.capabilities for device in found)


def _is_setting(reading: Reading, intent: str) -> bool:
    """Tell whether a part names a kind of thing with a value or a command ("and the fan to a hundred")."""
    has_more = intent != OUT_OF_SCOPE or bool(find_numbers(reading.match))
    is_value = intent.startswith("home.set_") and any(span.tag == "value" for span in reading.spans)
    return is_value or (has_more and any(mention.device for mention in reading.mentions))


def _unmentioned(reading: Reading) -> list[Token]:
    """Return the words outside of every mention."""
    taken = {
        i for m in reading.mentions for piece in (m.device, *m.areas) if piece for i in range(piece.first, piece.end)
    }
    return [token for i, token in enumerate(reading.tokens) if i not in taken]


def _may_be_retried(target: Target) -> bool:
    problem = target.problem
    return problem is not None and not isinstance(problem, Ambiguous) and problem.reason in _RETRY


def _is_fit(intent: str, slots: Sequence[Slot]) -> bool:
    """Tell whether a stand-in intent can live with the value that was said."""
    units = {slot.unit for slot in slots if slot.name == "value" and slot.number is not None}
    if intent == "home.set_temperature":
        return "%" not in units
    return not (intent.startswith("home.set_") and intent != "home.set_temperature" and units & {"°", "°C", "°F"})


def _declared(intent: str, intents: Mapping[str, IntentSpec]) -> tuple[str, str]:
    """Return the name under which a skill declares the intent, and its direction as a word."""
    head, dot, direction = intent.rpartition(".")
    is_directed = "." in head and dot == "."
    if not is_directed:
        return intent, ""
    return (intent if intent in intents or head not in intents else head), direction
