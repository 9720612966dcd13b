"""The native driver: what the protocol says comes out typed; what it does not say is one problem and nothing else."""

import json

import pytest

from devices.native.driver import NativeDriver
from hub.sdk import (
    Changed,
    Command,
    DeviceKind,
    Fired,
    Found,
    Gone,
    Message,
    ProblemKind,
    Publish,
    Reachable,
    Resulted,
    Service,
    Source,
    Subscribe,
)
from tests.devices.contract import NOW, check_driver, problems

LAMP = Source(dialect="native", address="lamp")


def message(topic: str, payload: object, *, is_retained: bool = False, device: str = "lamp") -> Message:
    raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return Message(topic=f"aios/v1/device/{device}/{topic}", payload=raw, received_at=NOW, is_retained=is_retained)


ANNOUNCEMENT = {
    "name": "Floor lamp",
    "kind": "light",
    "ids": ["mac:aa:bb"],
    "aliases": ["落地灯"],
    "area": "Living room",
    "floor": "Ground floor",
    "components": {
        "": {"on_off": {}, "color_temp": {"range": [2200, 6500], "unit": "K"}, "effect": {"options": ["x"]}}
    },
    "something_new": [1],
}


def test_the_contract_holds() -> None:
    good = [
        message("announce", ANNOUNCEMENT, is_retained=True),
        message("availability", b"online", is_retained=True),
        message("state", {"on": True}),
        message("event", {"id": "e", "type": "press"}),
        message("result", {"id": "c", "ok": True}),
    ]
    check_driver(NativeDriver, good)


def test_discovery_and_state_are_subscribed_at_qos_0_and_the_rest_at_1() -> None:
    wishes = {wish.filter.rsplit("/", 1)[1]: wish.qos for wish in NativeDriver().start() if isinstance(wish, Subscribe)}
    assert wishes == {"announce": 0, "availability": 0, "state": 0, "event": 1, "result": 1}


def test_an_announcement_becomes_a_description() -> None:
    (found,) = NativeDriver().feed(message("announce", ANNOUNCEMENT))
    assert isinstance(found, Found)
    device = found.description
    assert (device.name, device.kind, device.area, device.floor) == (
        "Floor lamp", DeviceKind.LIGHT, "Living room", "Ground floor",
    )  # fmt: skip
    assert device.ids == {"mac:aa:bb"}
    assert device.aliases == ("落地灯",)
    color_temp = device.components[""]["color_temp"]
    assert (color_temp.minimum, color_temp.maximum, color_temp.unit) == (2200, 6500, "K")
    assert device.components[""]["effect"].options == ("x",)


def test_availability_before_the_announcement_is_not_lost() -> None:
    driver = NativeDriver()
    driver.feed(message("availability", b"offline", is_retained=True))
    assert Reachable(source=LAMP, is_online=False) in driver.feed(message("announce", ANNOUNCEMENT))


def test_state_keeps_the_retained_flag_and_is_complete() -> None:
    driver = NativeDriver()
    driver.feed(message("announce", ANNOUNCEMENT))
    (changed,) = driver.feed(message("state", {"on": True, "left.on": False, "xy": [0.1, 0.2]}, is_retained=True))
    assert changed == Changed(
        source=LAMP, states={"on": True, "left.on": False, "xy": (0.1, 0.2)}, is_retained=True, is_complete=True
    )


def test_state_that_comes_before_its_announcement_is_kept_for_it() -> None:
    driver = NativeDriver()
    assert driver.feed(message("state", {"on": True}, is_retained=True)) == ()
    assert Changed(source=LAMP, states={"on": True}, is_retained=True, is_complete=True) in driver.feed(
        message("announce", ANNOUNCEMENT)
    )


def test_events_results_and_the_end() -> None:
    driver = NativeDriver()
    assert driver.feed(message("event", {"id": "e", "type": "press", "at": None})) == (
        Fired(source=LAMP, type="press", data={"id": "e"}),
    )
    assert driver.feed(message("result", {"id": "c", "ok": False, "reason": "jammed"})) == (
        Resulted(source=LAMP, command="c", is_ok=False, reason="jammed"),
    )
    assert driver.feed(message("announce", b"")) == (Gone(source=LAMP, reason="withdrawn"),)


def test_a_command_goes_to_the_devices_own_topic() -> None:
    command = Command(id="c1", source=LAMP, command="set_color", params={"rgb": (1, 2, 3)}, component="left")
    (publish,) = NativeDriver().encode(command)
    assert isinstance(publish, Publish)
    assert (publish.topic, publish.qos, publish.is_retained) == ("aios/v1/device/lamp/command", 1, False)
    assert json.loads(publish.payload) == {
        "id": "c1", "command": "set_color", "params": {"rgb": [1, 2, 3]}, "component": "left",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("topic", "payload", "kind"),
    [
        ("announce", {**ANNOUNCEMENT, "name": ""}, ProblemKind.MALFORMED),
        ("announce", {**ANNOUNCEMENT, "name": "a\u202eb"}, ProblemKind.MALFORMED),
        ("announce", {**ANNOUNCEMENT, "name": "a\x1b[31m"}, ProblemKind.MALFORMED),
        ("announce", {**ANNOUNCEMENT, "name": "lamp/#"}, ProblemKind.MALFORMED),
        ("announce", {**ANNOUNCEMENT, "name": "x" * 65}, ProblemKind.MALFORMED),
        ("announce", {**ANNOUNCEMENT, "via": "../x"}, ProblemKind.MALFORMED),
        ("announce", {**ANNOUNCEMENT, "ids": ["mac:\x00"]}, ProblemKind.MALFORMED),
        ("announce", {**ANNOUNCEMENT, "ids": [""]}, ProblemKind.MALFORMED),
        ("announce", {**ANNOUNCEMENT, "area": ""}, ProblemKind.MALFORMED),
        ("announce", {**ANNOUNCEMENT, "owner": "a\u2066b"}, ProblemKind.MALFORMED),
        ("announce", {**ANNOUNCEMENT, "model": "a\u202eb"}, ProblemKind.MALFORMED),
        ("announce", {**ANNOUNCEMENT, "components": {"a/#": {"on_off": {}}}}, ProblemKind.MALFORMED),
        ("announce", {**ANNOUNCEMENT, "components": {"": {"on\x1b_off": {}}}}, ProblemKind.MALFORMED),
        ("announce", {**ANNOUNCEMENT, "components": {"": {"effect": {"options": ["\x07"]}}}}, ProblemKind.MALFORMED),
        (
            "announce",
            {**ANNOUNCEMENT, "components": {"": {f"measure.{n}": {} for n in range(200)}}},
            ProblemKind.MALFORMED,
        ),
        ("announce", b'{"kind":"light"}', ProblemKind.MALFORMED),
        ("announce", b"[" * 60_000, ProblemKind.MALFORMED),
        ("announce", b'{"name":"\xff"}', ProblemKind.MALFORMED),
        ("state", b'{"on":1e400}', ProblemKind.MALFORMED),
        ("state", b'{"n":1180591620717411303424}', ProblemKind.MALFORMED),
        ("state", b'{"t":"\\ud800"}', ProblemKind.MALFORMED),
        ("state", b"\xef\xbb\xbf{}", ProblemKind.MALFORMED),
        ("state", {"title": "a\x00b"}, ProblemKind.MALFORMED),
        ("state", {"a/#": 1}, ProblemKind.MALFORMED),
        ("event", {"id": "e", "type": "a\x1bb"}, ProblemKind.MALFORMED),
        ("announce", {**ANNOUNCEMENT, "components": []}, ProblemKind.MALFORMED),
        ("announce", {**ANNOUNCEMENT, "components": {str(n): {} for n in range(100)}}, ProblemKind.MALFORMED),
        ("announce", b"x" * 70_000, ProblemKind.TOO_LARGE),
        ("availability", b"maybe", ProblemKind.MALFORMED),
        ("state", b'{"on":NaN}', ProblemKind.MALFORMED),
        ("state", {"on": {"deep": 1}}, ProblemKind.MALFORMED),
        ("state", {f"f{n}": 1 for n in range(600)}, ProblemKind.MALFORMED),
        ("result", {"id": "c"}, ProblemKind.MALFORMED),
    ],
)
def test_what_the_protocol_does_not_say_is_one_problem(topic: str, payload: object, kind: ProblemKind) -> None:
    outputs = NativeDriver().feed(message(topic, payload))
    assert [problem.kind for problem in problems(outputs)] == [kind]
    assert len(outputs) == 1


@pytest.mark.parametrize("device", ["Lamp", "a b", "..", "+", "x" * 65])
def test_an_id_that_is_none_is_a_problem(device: str) -> None:
    outputs = NativeDriver().feed(message("announce", ANNOUNCEMENT, device=device))
    assert [problem.kind for problem in problems(outputs)] == [ProblemKind.BAD_ID]


def test_of_a_repeated_key_the_last_one_counts() -> None:
    driver = NativeDriver()
    driver.feed(message("announce", ANNOUNCEMENT))
    (changed,) = driver.feed(message("state", b'{"on":true,"on":false}'))
    assert isinstance(changed, Changed)
    assert changed.states == {"on": False}


def test_a_bad_message_changes_nothing_that_was_said_before() -> None:
    driver = NativeDriver()
    driver.feed(message("announce", ANNOUNCEMENT))
    driver.feed(message("availability", b"offline"))
    driver.feed(message("announce", b"{"))
    driver.feed(message("availability", b"perhaps"))
    assert Reachable(source=LAMP, is_online=False) in driver.feed(message("announce", ANNOUNCEMENT))


def test_an_identity_that_another_device_has_is_left_out_and_said() -> None:
    driver = NativeDriver()
    driver.feed(message("announce", ANNOUNCEMENT))
    found, problem = driver.feed(message("announce", ANNOUNCEMENT, device="imitator"))
    assert isinstance(found, Found)
    assert found.description.ids == frozenset()
    assert [one.kind for one in problems([problem])] == [ProblemKind.CONFLICT]
    assert len(driver.feed(message("announce", ANNOUNCEMENT))) == 1  # who had it first keeps it
    driver.feed(message("announce", b""))
    (found,) = driver.feed(message("announce", ANNOUNCEMENT, device="imitator"))
    assert isinstance(found, Found)
    assert found.description.ids == {"mac:aa:bb"}


def test_forgetting_takes_back_what_is_retained() -> None:
    left = NativeDriver().forget(LAMP)
    assert {(one.topic.rsplit("/", 1)[1], one.payload, one.is_retained) for one in left} == {
        ("announce", b"", True), ("availability", b"", True), ("state", b"", True),
    }  # fmt: skip
    assert not NativeDriver().forget(Source(dialect="native", address="../#"))


def test_a_retained_event_or_result_is_not_taken() -> None:
    driver = NativeDriver()
    event = driver.feed(message("event", {"id": "e", "type": "press"}, is_retained=True))
    assert len(problems(event)) == 1
    assert driver.feed(message("result", {"id": "c", "ok": False}, is_retained=True)) == ()


def service(txt: dict[str, bytes | None], *, is_gone: bool = False) -> Service:
    return Service(type="_aios._tcp.local.", name="Lamp._aios._tcp.local.", received_at=NOW, txt=txt, is_gone=is_gone)


def test_a_service_on_the_network_waits_for_adoption() -> None:
    driver = NativeDriver()
    (found,) = driver.feed(service({"id": b"lamp", "name": "Ständer".encode(), "kind": b"light", "area": b"\xff"}))
    assert isinstance(found, Found)
    assert found.needs_adoption
    assert (found.description.name, found.description.kind, found.description.area) == (
        "Ständer",
        DeviceKind.LIGHT,
        None,
    )
    assert driver.feed(service({}, is_gone=True)) == (Reachable(source=LAMP, is_online=False, is_hint=True),)


@pytest.mark.parametrize("txt", [{}, {"id": None}, {"id": b"\xff"}, {"id": b"A/#"}, {"id": b"x" * 200}])
def test_a_service_without_a_usable_id_is_a_problem(txt: dict[str, bytes | None]) -> None:
    assert [problem.kind for problem in problems(NativeDriver().feed(service(txt)))] == [ProblemKind.BAD_ID]


def test_a_service_of_a_device_that_has_announced_itself_says_nothing_new() -> None:
    driver = NativeDriver()
    driver.feed(message("announce", ANNOUNCEMENT))
    assert driver.feed(service({"id": b"lamp"})) == ()
