"""The main job, end to end: real broker, real mDNS, real model, devices that answer or do not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.flow.running import RunningHub

pytestmark = pytest.mark.flow


def statuses(reply: dict) -> dict[str, str]:  # type: ignore[type-arg]  # a JSON document
    return {receipt["device"]: receipt["status"] for receipt in reply["receipts"]}


def test_devices_are_found_with_kind_area_and_state(demo: RunningHub) -> None:
    devices = {device["id"]: device for device in demo.get("/api/v1/devices")}
    assert len(devices) == 29
    assert devices["earbuds-ana"]["via"] == "phone-ana"
    assert devices["earbuds-ana"]["owner"] == "Ana"
    assert devices["kitchen-ceiling"]["area"] == "kitchen"
    assert devices["front-door-lock"]["state"]["lock"]["value"] == "locked"
    assert {device["availability"]["is_online"] for device in devices.values()} == {True}


def test_a_compound_request_is_confirmed_by_the_devices_themselves(demo: RunningHub) -> None:
    reply = demo.ask("turn off the kitchen lights and set the bedroom to 20 degrees")
    assert reply["outcome"] == "act"
    assert statuses(reply) == {
        "kitchen-ceiling": "confirmed", "kitchen-counter": "confirmed", "bedroom-thermostat": "confirmed",
    }  # fmt: skip
    assert demo.virtual("kitchen-ceiling")["state"]["on"] is False
    assert demo.virtual("bedroom-thermostat")["state"]["target_temperature"] == 20
    assert demo.ask("undo that")["outcome"] == "act"
    assert demo.virtual("kitchen-ceiling")["state"]["on"] is True
    assert demo.virtual("bedroom-thermostat")["state"]["target_temperature"] == 19


def test_a_request_in_chinese_moves_the_lights_of_the_room(demo: RunningHub) -> None:
    reply = demo.ask("把客厅的灯调到百分之三十")
    assert statuses(reply) == {"living-room-ceiling": "confirmed", "floor-lamp": "confirmed"}
    assert demo.virtual("floor-lamp")["state"]["brightness"] == 30
    assert reply["language"] == "zh"


def test_a_question_is_answered_from_state(demo: RunningHub) -> None:
    reply = demo.ask("is the front door locked?")
    assert (reply["outcome"], reply["receipts"]) == ("answer", [])
    assert "locked" in reply["text"]


def test_a_lock_is_opened_only_after_a_yes_of_the_same_person(demo: RunningHub) -> None:
    asked = demo.ask("unlock the front door")
    assert (asked["outcome"], asked["receipts"]) == ("ask", [])
    other = demo.ask("yes", session=asked["session"], person="mallory")
    assert other["receipts"] == []
    assert demo.virtual("front-door-lock")["state"]["lock"] == "locked"
    done = demo.ask("yes", session=asked["session"])
    assert statuses(done) == {"front-door-lock": "confirmed"}
    assert demo.virtual("front-door-lock")["state"]["lock"] == "unlocked"
    again = demo.ask("yes", session=asked["session"])
    assert again["receipts"] == []
    demo.ask("lock the front door")
    assert demo.virtual("front-door-lock")["state"]["lock"] == "locked"


def test_what_is_not_there_is_said_and_nothing_moves(demo: RunningHub) -> None:
    reply = demo.ask("turn on the sauna")
    assert (reply["outcome"], reply["receipts"]) == ("refuse", [])
    assert "sauna" in reply["text"]


def test_a_silent_device_is_sent_but_not_confirmed(demo: RunningHub) -> None:
    demo.virtual("hallway-light", mode="silent")
    try:
        reply = demo.ask("turn on the hallway light")
        assert statuses(reply) == {"hallway-light": "sent"}
        assert "not confirmed" in reply["text"]
        assert demo.virtual("hallway-light")["state"]["on"] is True  # it obeyed; nobody can know
    finally:
        demo.virtual("hallway-light", mode="normal")
        demo.ask("turn off the hallway light")


def test_an_offline_device_is_unavailable_and_gets_nothing(demo: RunningHub) -> None:
    before = len(demo.virtual("bathroom-light")["commands"])
    demo.virtual("bathroom-light", mode="offline")
    try:
        demo.wait(lambda: not demo.device("bathroom-light")["availability"]["is_online"])
        reply = demo.ask("turn on the bathroom light")
        assert statuses(reply) == {"bathroom-light": "failed"}
        assert "unavailable" in reply["text"]
        assert len(demo.virtual("bathroom-light")["commands"]) == before
    finally:
        demo.virtual("bathroom-light", mode="normal")
        demo.wait(lambda: demo.device("bathroom-light")["availability"]["is_online"])


def test_a_device_that_says_no_has_failed(demo: RunningHub) -> None:
    demo.virtual("bedroom-fan", mode="wrong")
    try:
        reply = demo.ask("turn on the bedroom fan")
        assert statuses(reply) == {"bedroom-fan": "failed"}
    finally:
        demo.virtual("bedroom-fan", mode="normal")


def test_a_slow_blind_is_closing_and_its_final_receipt_follows(demo: RunningHub) -> None:
    first = demo.ask_first("close the living room blind")
    assert not first["final"]
    assert "clos" in first["text"]
    assert [receipt["status"] for receipt in first["receipts"]] != ["confirmed"]
    final = demo.get(f"/api/v1/requests/{first['request']}/final")
    assert final["final"]
    assert statuses(final) == {"living-room-blind": "confirmed"}
    assert demo.virtual("living-room-blind")["state"]["position"] == 0
    demo.ask("open the living room blind")


def test_a_repeat_gets_the_first_answer_and_acts_no_second_time(demo: RunningHub) -> None:
    before = len(demo.virtual("tv")["commands"])
    first = demo.ask("mute the TV", id="repeat-1")
    assert demo.ask("mute the TV", id="repeat-1") == first
    assert len(demo.virtual("tv")["commands"]) == before + 1
    assert demo.ask("unmute the TV", id="repeat-1")["reason"] == "conflict"
    demo.ask("unmute the TV")


def test_what_was_done_can_be_explained(demo: RunningHub) -> None:
    reply = demo.ask("turn on the floor lamp")
    record = demo.get(f"/api/v1/requests/{reply['request']}")
    text = str(record)
    assert "turn on the floor lamp" in text
    assert "home.turn_on" in text
    assert "floor-lamp" in text
    assert "confirmed" in text


def test_a_dry_run_says_what_would_be_done_and_does_nothing(demo: RunningHub) -> None:
    before = len(demo.virtual("coffee-machine")["commands"])
    reply = demo.ask("turn on the coffee machine", dry_run=True)
    assert [(e["device"], e["command"]) for e in reply["effects"]] == [("coffee-machine", "turn_on")]
    assert len(demo.virtual("coffee-machine")["commands"]) == before


def test_the_command_line_talks_to_the_running_hub(demo: RunningHub) -> None:
    program = Path(sys.executable).parent / "aios"
    environment = {**os.environ, "AIOS_DATA_DIR": str(demo.folder)}

    def aios(*arguments: str) -> str:
        result = subprocess.run(
            [program, *arguments], capture_output=True, text=True, check=True, timeout=60, env=environment
        )
        return result.stdout

    assert "Kitchen ceiling light / 厨房吸顶灯" in aios("devices")
    assert "bedside-lamp: turn_on -> confirmed" in aios("ask", "turn on the bedside lamp")
    assert "home.turn_on" in aios("explain", "last")
    assert "loaded" in aios("status")
    assert "Nothing is due." in aios("schedule")
