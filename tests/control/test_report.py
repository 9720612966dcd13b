"""Replies are made from receipts alone: each status has its words, in both languages, and nothing else says "done"."""

from datetime import datetime, timedelta
from string import Formatter
from zoneinfo import ZoneInfo

import pytest

from hub.contracts.capability import COMMANDS
from hub.contracts.device import DeviceKind
from hub.contracts.messages import Receipt, ReceiptStatus
from hub.contracts.skill import Effect
from hub.control.decision import VerdictKind, VerdictReason
from hub.control.phrases import Phraser
from hub.control.report import report
from hub.control.wording import wording
from tests.control.homes import AREAS, DEVICES, FakeHome, device

C, S, F = ReceiptStatus.CONFIRMED, ReceiptStatus.SENT, ReceiptStatus.FAILED
KITCHEN = ("ceiling", "counter", "island")


def receipt(name: str, command: str = "turn_off", status: ReceiptStatus = C, **more: object) -> Receipt:
    return Receipt(device=name, command=command, status=status, **more)  # type: ignore[arg-type]


def said(*receipts: Receipt, language: str = "en", is_final: bool = True, unit: str = "C") -> str:
    phraser = Phraser(words=wording(language), home=FakeHome(), temperature_unit=unit)
    return phraser.words.text(report(receipts, phraser, is_final=is_final))


TABLE = [
    ([receipt("tv")], "Turned off the TV.", "TV已关闭。"),
    ([receipt(name) for name in KITCHEN], "Turned off the three kitchen lights.", "厨房的全部三盏灯已关闭。"),
    (
        [receipt("ceiling"), receipt("counter")],
        "Turned off the kitchen ceiling light and the counter light.",
        "Kitchen ceiling light和Counter light已关闭。",
    ),
    (
        [receipt("ceiling", "set_brightness", params={"brightness_pct": 30.0})],
        "Set the kitchen ceiling light to 30 %.",
        "Kitchen ceiling light已调到30 %。",
    ),
    (
        [receipt("heat", "set_temperature", params={"temperature": 20.5})],
        "Set the bedroom thermostat to 20.5 °C.",
        "Bedroom thermostat已调到20.5 °C。",
    ),
    ([receipt("desk", "set_color", params={"color": "red"})], "Made the desk lamp red.", "Desk lamp已调成红色。"),
    (
        [receipt("ceiling", "toggle", state={"on": False})],
        "Turned off the kitchen ceiling light.",
        "Kitchen ceiling light已关闭。",
    ),
    (
        [receipt("tv", status=S, reason="not_confirmed")],
        "Sent, but the TV has not confirmed.",
        "指令已发出，但TV没有确认。",
    ),
    (
        [receipt("bridge", "identify", status=S, reason="no_state")],
        "Sent to Bridge, which does not report back.",
        "已发给Bridge，它不回报结果。",
    ),
    (
        [receipt("blind", "close", status=S, reason="going", is_open=True)],
        "The bedroom blind is closing.",
        "Bedroom blind正在关上。",
    ),
    (
        [receipt("plug", status=F, reason="unavailable"), receipt("tv", status=F, reason="unavailable")],
        "The attic plug and the TV are unavailable.",
        "Attic plug和TV离线了。",
    ),
    (
        [receipt("tv", status=F, reason="child_lock")],
        "The TV did not do it: child_lock.",
        "TV没有执行：child_lock。",
    ),
]


@pytest.mark.parametrize(("receipts", "english", "chinese"), TABLE)
def test_the_table(receipts: list[Receipt], english: str, chinese: str) -> None:
    assert said(*receipts) == english
    assert said(*receipts, language="zh") == chinese


def test_what_is_still_open_is_not_confirmed_yet() -> None:
    waiting = receipt("blind", "close", status=S, reason="not_confirmed", is_open=True)
    assert said(waiting, is_final=False) == "Sent, but the bedroom blind has not confirmed yet."


def test_each_result_is_told_apart_confirmed_first() -> None:
    mixed = (receipt("counter", status=F, reason="unavailable"), receipt("ceiling"), receipt("island", status=S))
    assert said(*mixed) == (
        "Turned off the kitchen ceiling light. Sent, but the island light has not confirmed. "
        "The counter light is unavailable."
    )


def test_temperatures_are_said_in_the_owners_unit() -> None:
    assert said(receipt("heat", "set_temperature", params={"temperature": 20}), unit="F").endswith("68 °F.")


def test_names_of_people_and_things_stay_as_they_are() -> None:
    home = FakeHome(
        devices=[
            device("a", "Ana's lamp", DeviceKind.LIGHT, "on_off"),
            device("b", "Sunny", DeviceKind.LIGHT, "on_off"),
            device("c", "Samsung TV", DeviceKind.TV, "on_off"),
        ]
    )
    words = wording("en")
    assert [words.devices([name], home) for name in "abc"] == ["Ana's lamp", "Sunny", "the Samsung TV"]


def test_groups_are_counted_only_when_they_are_complete() -> None:
    home, words = FakeHome(), wording("en")
    assert words.devices(["ceiling", "counter", "island", "desk"], home) == "the four lights"
    five = [device(f"l{n}", f"Lamp {n}", DeviceKind.LIGHT, "on_off", area="kitchen") for n in range(5)]
    large = FakeHome(devices=five)
    assert words.devices([f"l{n}" for n in range(5)], large) == "the five kitchen lights"
    assert words.devices([f"l{n}" for n in range(4)], large) == "four kitchen lights"
    assert words.devices(["l0", "l1"], large) == "Lamp 0 and Lamp 1"
    pair = FakeHome(devices=five[:2])
    assert words.devices(["l0", "l1"], pair) == "both kitchen lights"


def test_what_people_called_a_thing_is_never_interpreted() -> None:
    home = FakeHome(devices=[device("x", "{reason} {0.__class__} %s", DeviceKind.LIGHT, "on_off")])
    phraser = Phraser(words=wording("en"), home=home)
    assert phraser.phrase("done", Effect(command="turn_on", device="x"), ["x"]) == (
        "Turned on {reason} {0.__class__} %s"
    )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_command_has_words(language: str) -> None:
    words = wording(language)
    for command, spec in COMMANDS.items():
        directions = ("warmer", "cooler") if command == "change_color_temp" else ("up", "down")
        keys = [f"{command}.{way}" for way in directions] if command.startswith("change_") else [command]
        for key in keys:
            assert key in words._tables["do"] and key in words._tables["done"], (spec.name, key)


def test_both_languages_have_the_same_sentences_and_placeholders() -> None:
    english, chinese = wording("en")._tables, wording("zh")._tables
    for table in english.keys() - {"noun"}:
        assert english[table].keys() <= chinese[table].keys(), table
        for key, text in english[table].items():
            if isinstance(text, str) and table in ("do", "done", "going"):
                other = chinese[table][key]
                assert isinstance(other, str) and _names(text) <= _names(other) | {"is"}, (table, key)


def test_every_reason_of_the_guard_has_words() -> None:
    words = wording("en")
    confirm = {"unlock", "disarm", "open", "heat", "siren", "reboot", "install", "fine", "confirmed"}
    for reason in VerdictReason:
        assert reason.value in confirm or words.find("refuse", reason.value) is not None, reason
    assert len(VerdictKind) == 3


def test_times_are_absolute_and_local() -> None:
    now = datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    english, chinese = wording("en"), wording("zh")
    assert english.time(now + timedelta(seconds=90), now) == "at 10:01:30"
    assert english.time(now + timedelta(hours=2), now) == "at 12:00"
    assert english.time(now + timedelta(hours=20), now) == "tomorrow at 06:00"
    assert english.time(now + timedelta(days=3), now) == "on Friday, 27 November at 10:00"
    assert chinese.time(now + timedelta(days=3), now) == "11月27日星期五10:00"


def test_the_test_home_is_whole() -> None:
    areas = {area.id for area in AREAS}
    assert all(item.area is None or item.area in areas for item in DEVICES)


def _names(text: str) -> set[str]:
    return {name.lower() for _, name, _, _ in Formatter().parse(text) if name}
