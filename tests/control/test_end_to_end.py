"""From words to plans: the real understanding, the real home skill, the guard, over the demo's home in memory."""

from datetime import UTC, datetime

import pytest

from devices.virtual.catalogue import HOME, ROOMS
from hub.contracts.capability import Capability
from hub.contracts.device import Description, DeviceKind, Source
from hub.contracts.driver import Changed, Found
from hub.contracts.messages import Outcome
from hub.control.decide import decide
from hub.control.decision import Decision, Policy, Session
from hub.home.home import Home
from hub.understanding.encoder import MODEL_FOLDER, load_model
from hub.understanding.understand import Understander
from skills.home.skill import HomeSkill
from tests.control.homes import NOW, OWNER, request

INTENTS = {spec.name: spec for spec in HomeSkill.manifest.intents}


@pytest.fixture(scope="module")
def understander() -> Understander:
    return Understander(load_model(MODEL_FOLDER), INTENTS)


@pytest.fixture(scope="module")
def home() -> Home:
    home = Home()
    now = datetime.now(UTC)
    for model in HOME:
        room, floor = ROOMS.get(model.room or "", (None, None))
        source = Source(dialect="native", address=model.id)
        capabilities = {}
        for name, limits in model.capabilities.items():
            low, high = limits.get("range", (None, None))  # type: ignore[misc]
            options = tuple(limits.get("options", ()))  # type: ignore[call-overload]
            capabilities[name] = Capability(name=name, minimum=low, maximum=high, options=options)
        description = Description(
            source=source, name=model.name, kind=DeviceKind(model.kind), aliases=model.aliases, area=room, floor=floor,
            owner=model.owner, via=model.via, components={"": capabilities},
        )  # fmt: skip
        home.apply(Found(description=description), now)
        home.apply(Changed(source=source, states=model.state, is_complete=True), now)
    return home


def ask(text: str, home: Home, understander: Understander, session: Session | None = None) -> Decision:
    return decide(
        request(text),
        home,
        home.index(),
        session or Session(id="s", asker_id=OWNER.id, updated=NOW),
        understander=understander,
        skills={"home": HomeSkill()},
        policy=Policy(),
        now=NOW,
    )


def effects(found: Decision) -> set[str]:
    plan = found.plan.effects if found.plan else ()
    return {f"{effect.device}.{effect.command}" for effect in plan}


ACTS = [
    ("turn off the kitchen lights", {"kitchen-ceiling.turn_off", "kitchen-counter.turn_off"}),
    (
        "turn off the kitchen lights and set the bedroom to 20 degrees",
        {"kitchen-ceiling.turn_off", "kitchen-counter.turn_off", "bedroom-thermostat.set_temperature"},
    ),
    ("把客厅的灯调到百分之三十", {"living-room-ceiling.set_brightness", "floor-lamp.set_brightness"}),
    ("close the living room blind", {"living-room-blind.close"}),
]


@pytest.mark.parametrize(("text", "wanted"), ACTS)
def test_what_is_said_is_what_is_planned(text: str, wanted: set[str], home: Home, understander: Understander) -> None:
    found = ask(text, home, understander)
    assert (found.outcome, effects(found)) == (Outcome.ACT, wanted)


@pytest.mark.parametrize("yes", ["yes", "好的"])
def test_unlocking_asks_and_a_yes_releases_it(yes: str, home: Home, understander: Understander) -> None:
    asked = ask("unlock the front door", home, understander)
    assert (asked.outcome, effects(asked)) == (Outcome.ASK, set())
    assert effects(ask(yes, home, understander, asked.session)) == {"front-door-lock.unlock"}


def test_a_question_is_answered_and_moves_nothing(home: Home, understander: Understander) -> None:
    found = ask("is the front door locked?", home, understander)
    assert (found.outcome, found.plan) == (Outcome.ANSWER, None) and "locked" in found.text


def test_what_is_not_there_is_not_invented(home: Home, understander: Understander) -> None:
    found = ask("turn on the sauna", home, understander)
    assert (found.outcome, found.plan) == (Outcome.REFUSE, None) and "sauna" in found.text


def test_a_delay_is_a_promise_with_a_time(home: Home, understander: Understander) -> None:
    found = ask("turn off the TV in two minutes", home, understander)
    assert (found.outcome, effects(found)) == (Outcome.SCHEDULE, {"tv.turn_off"})
