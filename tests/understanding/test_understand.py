"""The face under bad input, without a model, and with homes that are not like homes."""

import json
import shutil
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import hub.understanding
from hub.contracts.device import DeviceKind
from hub.contracts.errors import ModelError
from hub.contracts.frame import Ambiguous, Gate, NoTarget, NoTargetReason, RejectReason, Understanding
from hub.understanding.context import Context
from hub.understanding.encoder import Model, load_model
from hub.understanding.index import HomeIndex, IndexedDevice
from hub.understanding.normalise import normalise
from hub.understanding.understand import Understander
from tests.understanding.homes import home, intents

MODEL = Path(hub.understanding.__file__).parent / "model"
NOW = datetime(2026, 3, 11, 14, 20, tzinfo=UTC)


@cache
def model() -> Model:
    return load_model(MODEL)


def hear(text: str, index: HomeIndex | None = None, *, with_model: bool = True) -> Understanding:
    understander = Understander(model() if with_model else None, intents())
    return understander.understand(text, index if index is not None else home(), Context(now=NOW))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", RejectReason.EMPTY),
        ("   \t\n", RejectReason.EMPTY),
        ("...!?", RejectReason.EMPTY),
        ("💡🔥🏠", RejectReason.EMPTY),
        ("\u200b\u200d\u2066\u2069", RejectReason.EMPTY),
        ("turn on the lamp " * 700, RejectReason.TOO_LONG),
        ("灯" * 501, RejectReason.TOO_LONG),
        ("mach bitte das Licht im Wohnzimmer aus", RejectReason.LANGUAGE),
        ("éteins la lumière dans le salon", RejectReason.LANGUAGE),
        ("enciende las luces de la cocina", RejectReason.LANGUAGE),
        ("включи свет на кухне", RejectReason.LANGUAGE),
        ("キッチンの電気をつけて", RejectReason.LANGUAGE),
        ("불 켜줘", RejectReason.LANGUAGE),
        ("شغل الضوء في المطبخ", RejectReason.LANGUAGE),
    ],
)
def test_what_cannot_be_read_is_rejected_with_the_reason(text: str, reason: RejectReason) -> None:
    heard = hear(text, with_model=False)
    assert (heard.gate, heard.rejected, heard.frames) == (Gate.REJECT, reason, ())


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Turn\u200b on\u202e the\u00a0lamp", "Turn on the lamp"),
        ("ＴＵＲＮ ＯＮ the lamp", "TURN ON the lamp"),
        ("um, please turn on the lamp, thanks", "turn on the lamp"),
        ("嗯，打开灯", "打开灯"),
        ("turn on the kids’ lamp", "turn on the kids' lamp"),
    ],
)
def test_text_is_brought_to_one_form(text: str, plain: str) -> None:
    assert normalise(text).text == plain


@pytest.mark.parametrize(
    ("text", "language"), [("turn on the lamp", "en"), ("打开灯", "zh"), ("打开 living room 的灯", "zh")]
)
def test_language_to_answer_in(text: str, language: str) -> None:
    assert normalise(text).language == language


def test_a_word_of_two_scripts_may_switch_a_light_and_never_a_lock() -> None:
    light = hear("turn on the reading l\u0430mp")
    assert (light.gate, light.frames[0].target.devices) == (Gate.ACT, ("den_lamp",))
    for text in ("unlock the front d\u043eor", "unl0ck the front door", "\u0443nlock the front door"):
        assert hear(text).gate is not Gate.ACT


def test_an_empty_home_says_that_there_is_nothing() -> None:
    heard = hear("turn on the lights", HomeIndex.build([]))
    problem = heard.frames[0].target.problem
    assert isinstance(problem, NoTarget) and problem.reason is NoTargetReason.NONE_OF_KIND


def test_a_thousand_devices_of_one_name_are_asked_about() -> None:
    devices = [
        IndexedDevice(id=f"d{i}", names=("Porch Beacon",), kind=DeviceKind.LIGHT, capabilities=frozenset({"on_off"}))
        for i in range(1000)
    ]
    problem = hear("turn on the porch beacon", HomeIndex.build(devices)).frames[0].target.problem
    assert isinstance(problem, Ambiguous) and len(problem.candidates) > 1


def test_a_request_that_is_taken_back_does_nothing() -> None:
    for text in ("turn off the kettle, never mind", "关掉水壶，算了"):
        assert [frame.intent for frame in hear(text).frames] == ["dialog.nevermind"]


def test_evidence_tells_what_was_seen() -> None:
    heard = hear("turn off the raeding lamp")
    (segment,) = heard.evidence.segments
    assert heard.evidence.heard == "turn off the raeding lamp"
    assert segment["spelling"] == ["raeding -> reading"]
    assert segment["devices"] == ["den_lamp"]
    json.dumps([dict(one) for one in heard.evidence.segments])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.text(
        alphabet=st.sampled_from(list("turn off the lamp, and 20%关掉灯把的再不\u200b\u0430!?é0123456789 '")),
        max_size=60,
    )
)
def test_no_text_makes_it_fail(text: str) -> None:
    hear(text)


@pytest.mark.parametrize(
    ("text", "intent", "devices"),
    [
        ("turn on the reading lamp", "home.turn_on", {"den_lamp"}),
        ("turn off the lights in the den", "home.turn_off", {"den_main", "den_lamp"}),
        ("lock the front door", "home.lock", {"front"}),
        ("set the worktop strip to 40 percent", "home.set_brightness", {"cook_strip"}),
        ("set the den to 20 degrees", "home.set_temperature", {"den_heat"}),
        ("打开阅读灯", "home.turn_on", {"den_lamp"}),
        ("关掉客厅的灯", "home.turn_off", {"den_main", "den_lamp"}),
        ("把阅读灯调到百分之四十", "home.set_brightness", {"den_lamp"}),
    ],
)
def test_the_simplest_commands_need_no_model(text: str, intent: str, devices: set[str]) -> None:
    heard = hear(text, with_model=False)
    assert heard.gate is Gate.ACT
    assert [(frame.intent, set(frame.target.devices)) for frame in heard.frames] == [(intent, devices)]


@pytest.mark.parametrize(
    "text", ["don't turn on the kettle", "is the kettle on", "what a lovely lamp", "别开灯", "如果热就开灯"]
)
def test_without_a_model_all_else_is_rejected(text: str) -> None:
    heard = hear(text, with_model=False)
    assert (heard.gate, heard.rejected) == (Gate.REJECT, RejectReason.NO_MODEL)


def test_without_a_model_it_says_that_it_is_degraded() -> None:
    assert Understander(None, intents()).is_degraded
    assert "no model" in hear("turn on the kettle", with_model=False).evidence.notes[0]


def test_a_missing_model_folder_is_an_error_with_a_hint(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as raised:
        load_model(tmp_path / "nowhere")
    assert raised.value.hint


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "heads.npz", "manifest.json"])
def test_a_corrupt_model_file_is_refused(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "model"
    shutil.copytree(MODEL, folder)
    (folder / name).write_bytes((folder / name).read_bytes()[:-40] + b"x")
    with pytest.raises(ModelError, match=name):
        load_model(folder)
