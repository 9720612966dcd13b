"""`aios understand`: evaluation cases on standard input, what the hub would do on standard output; nothing is sent.

The same code as in the hub: understanding, skills, guard. Homes are read from the folder in NLU_HOMES. Choices, where
the protocol leaves them open:

- A plan that waits for a yes because it is risky (unlock, open the garage) has the outcome "ask" and its effects, since
  they are what the one word "yes" would do. A question about what was meant (which lamp, an unsure reading) has none.
- Earlier turns of a dialogue go through the hub as well; their effects do not change the home on paper.
- Where a household reads °F (a thermostat above 45), temperatures are given in °F; the hub itself plans in °C.
"""

import json
import os
import re
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TextIO, cast

from hub.config import Settings, load_settings
from hub.contracts.errors import ConfigError, ModelError
from hub.contracts.frame import Frame, Gate, Slot, When
from hub.contracts.messages import Outcome, Params
from hub.contracts.skill import Effect, Skill
from hub.control.decision import Decision, PendingKind, Policy, UndoRequest
from hub.plugins import load_plugins
from hub.plugins.phrases import read_lessons
from hub.runtime.clock import local_zone
from hub.runtime.logs import get_logger, setup_logging
from hub.testing.dialogue import Dialogue
from hub.testing.fixture import FixtureHome
from hub.testing.homes import load_home
from hub.understanding.encoder import MODEL_FOLDER, load_model
from hub.understanding.gate import Budgets
from hub.understanding.index import HomeIndex
from hub.understanding.teaching import teach
from hub.understanding.understand import Understander

log = get_logger(__name__)

HOMES_VARIABLE = "NLU_HOMES"
USAGE = f"""Usage: aios understand [--config FILE]

Answers evaluation cases: one JSON object per line on standard input, one per line on standard output.
The homes (home_<id>.json) are read from the folder in {HOMES_VARIABLE}.
"""
_HOME_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")
_SAID: Mapping[str, str] = {"nevermind": "nevermind", "help": "respond", "greet": "respond", "thanks": "respond"}
"""What an answer to the dialogue's own intents is in the vocabulary of the evaluation."""


def run(arguments: list[str]) -> int:
    """Answer every case on standard input; a case that fails does not end the process."""
    if any(argument in ("-h", "--help") for argument in arguments):
        sys.stdout.write(USAGE)
        return 0
    path = Path(arguments[1]) if arguments[:1] == ["--config"] and len(arguments) == 2 else None
    if arguments and path is None:
        sys.stderr.write(USAGE)
        return 2
    folder = os.environ.get(HOMES_VARIABLE)
    if not folder:
        raise ConfigError(f"{HOMES_VARIABLE} is not set.", hint="Set it to the folder of the home_<id>.json files.")
    settings = load_settings(path)
    setup_logging(level="error")
    answer_all(Bench.build(settings, Path(folder)), sys.stdin, sys.stdout)
    return 0


def answer_all(bench: "Bench", cases: TextIO, answers: TextIO) -> None:
    """Answer line by line, in lockstep."""
    for line in cases:
        if line.strip():
            answers.write(json.dumps(answer(bench, line), ensure_ascii=False) + "\n")
            answers.flush()


@dataclass(slots=True, kw_only=True)
class Bench:
    """The pure half of the hub, with homes on paper."""

    folder: Path
    understander: Understander
    skills: Mapping[str, Skill]
    policy: Policy
    settings: Settings
    homes: dict[str, tuple[FixtureHome, HomeIndex]] = field(default_factory=dict)

    @classmethod
    def build(cls, settings: Settings, folder: Path) -> "Bench":
        """Load the built-in skills and the model; without a model nothing is understood, and that is said."""
        loaded = load_plugins(kind="skill")
        skills = {plugin.manifest.id: plugin.skill for plugin in loaded.skills}
        intents = {spec.name: spec for skill in skills.values() for spec in skill.manifest.intents}
        try:
            model = load_model(Path(settings.model.path) if settings.model.path else MODEL_FOLDER)
            model = teach(model, read_lessons(loaded, model.manifest.intents))
        except ModelError as error:
            sys.stderr.write(f"aios understand: {error}\n")
            model = None
        return cls(
            folder=folder,
            understander=Understander(model, intents, Budgets.from_settings(settings.model)),
            skills=skills,
            policy=Policy.from_settings(settings),
            settings=settings,
        )

    def home(self, home_id: str, now: datetime) -> tuple[FixtureHome, HomeIndex]:
        """Return the home of that id with its index, read once."""
        if _HOME_ID.fullmatch(home_id) is None:
            raise ValueError(f"{home_id!r} is no id of a home")
        if home_id not in self.homes:
            home = load_home(self.folder / f"home_{home_id}.json", now)
            self.homes[home_id] = (home, home.index())
        return self.homes[home_id]


def answer(bench: Bench, line: str) -> dict[str, object]:
    case_id: object = None
    try:
        case = json.loads(line)
        case_id = case.get("id")
        started = time.perf_counter()
        now = datetime.now(local_zone(bench.settings.home.time_zone))
        decision, home = _decide(bench, case, now)
        latency_ms = (time.perf_counter() - started) * 1000
        return {
            "id": case_id,
            "outcome": decision.outcome.value,
            "effects": [_effect(effect, home, now) for effect in effects_of(decision)],
            "intent": " + ".join(frame.intent for frame in decision.understanding.frames),
            "slots": [_slots(frame) for frame in decision.understanding.frames],
            "text": decision.text,
            "reason": decision.reason,
            "latency_ms": round(latency_ms, 3),
        }
    except Exception as error:  # one case must not end the others
        log.exception("case failed", case=case_id)
        return {"id": case_id, "outcome": "refuse", "effects": [], "error": f"{type(error).__name__}: {error}"}


def _decide(bench: Bench, case: Mapping[str, object], now: datetime) -> tuple[Decision, FixtureHome]:
    home, index = bench.home(str(case["home"]), now)
    context = cast("Mapping[str, str]", case.get("context") or {})
    dialogue = Dialogue(
        home,
        index,
        understander=bench.understander,
        skills=bench.skills,
        now=now,
        policy=replace(bench.policy, temperature_unit=home.temperature_unit),
        area=context.get("area"),
    )
    turns = cast("list[Mapping[str, str]]", case.get("turns") or [])
    texts = [turn["text"] for turn in turns] or [str(case["text"])]
    for text in texts[:-1]:
        dialogue.say(text)
    return dialogue.say(texts[-1]), home


def effects_of(decision: Decision) -> tuple[Effect, ...]:
    """Return what a decision would do: its plan, the plan that a yes would release, and what it read."""
    effects = decision.plan.effects if decision.plan is not None else ()
    pending = decision.pending
    is_understood = decision.understanding.gate is Gate.ACT
    if pending is not None and pending.kind is PendingKind.CONFIRM and pending.plan is not None and is_understood:
        effects += pending.plan.effects
    if decision.undo is not UndoRequest.NONE:
        effects += (Effect(command="undo"),)
    frames = decision.understanding.frames
    ability, _, name = frames[0].intent.partition(".") if len(frames) == 1 else ("", "", "")
    if ability == "dialog" and name in _SAID and decision.outcome is Outcome.ANSWER:
        effects += (Effect(command=_SAID[name]),)
    return (*effects, *decision.reads)


def _effect(effect: Effect, home: FixtureHome, now: datetime) -> dict[str, object]:
    made: dict[str, object] = {
        "device": effect.device,
        "command": effect.command,
        "params": _params(effect.command, effect.params, home),
    }
    if effect.when is not None:
        made["when"] = _when(effect.when, now)
    return made


def _params(command: str, params: Params, home: FixtureHome) -> dict[str, object]:
    shown = dict(params)
    if home.temperature_unit == "F":
        degrees, amount = shown.get("temperature"), shown.get("amount")
        if command == "set_temperature" and isinstance(degrees, int | float):
            shown["temperature"] = round(degrees * 1.8 + 32)
        if command == "change_temperature" and isinstance(amount, int | float):
            shown["amount"] = round(amount * 1.8)
    return cast("dict[str, object]", shown)


def _when(when: When, now: datetime) -> dict[str, object]:
    fields: dict[str, object] = {
        "delay_s": _whole(when.delay_s),
        "at": _shortest(when.at, now),
        "trigger": when.trigger,
        "duration_s": _whole(when.duration_s),
        "recur": when.recur,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _shortest(at: str | None, now: datetime) -> str | None:
    """Return "tomorrow at seven" as "07:00" where that is the next seven o'clock: both say the same."""
    day, _, clock = (at or "").partition("T")
    if not clock:
        return at
    is_later = clock > f"{now:%H:%M}"
    return clock if day == f"{now if is_later else now + timedelta(days=1):%Y-%m-%d}" else at


def _whole(seconds: float | None) -> float | None:
    return int(seconds) if seconds is not None and seconds == int(seconds) else seconds


def _slots(frame: Frame) -> dict[str, str]:
    def said(slot: Slot) -> str:
        return slot.canonical or slot.text

    return {slot.name: said(slot) for slot in frame.slots}
