"""The shared words: ids, the vocabulary of commands, kinds of newer peers."""

import pytest

from hub.contracts.capability import CAPABILITIES, COMMANDS, ParamKind, is_known_capability
from hub.contracts.device import Capability, Device, DeviceKind
from hub.contracts.ids import is_topic_id, new_id


@pytest.mark.parametrize("text", ["a", "0", "kitchen_light-2", "x" * 64])
def test_good_ids_may_stand_in_a_topic(text: str) -> None:
    assert is_topic_id(text)


@pytest.mark.parametrize(
    "text", ["", "A", "_a", "a/b", "a+", "#", "a b", "x" * 65, "ä", "a\n", "a\x00", "../a", "$sys"]
)
def test_anything_else_may_not(text: str) -> None:
    assert not is_topic_id(text)


def test_new_ids_are_topic_ids_and_differ() -> None:
    made = {new_id() for _ in range(1000)}
    assert len(made) == 1000
    assert all(is_topic_id(item) for item in made)


def test_every_command_belongs_to_known_capabilities() -> None:
    for command in COMMANDS.values():
        assert command.capabilities <= CAPABILITIES, command.name


def test_every_number_has_a_range() -> None:
    for command in COMMANDS.values():
        for name, param in command.params.items():
            if param.kind in (ParamKind.NUMBER, ParamKind.NUMBERS):
                assert param.minimum is not None, (command.name, name)
                assert param.maximum is not None, (command.name, name)
                assert param.minimum < param.maximum


def test_families_of_capabilities_are_open_but_need_a_name() -> None:
    assert is_known_capability("measure.temperature")
    assert is_known_capability("binary.motion")
    assert not is_known_capability("measure.")
    assert not is_known_capability("teleport")


def test_a_kind_of_a_newer_peer_is_unknown_rather_than_an_error() -> None:
    assert DeviceKind("hoverboard") is DeviceKind.UNKNOWN


def test_the_main_component_is_found_first() -> None:
    brightness = Capability(name="brightness")
    device = Device(id="a", name="A", components={"left": {"brightness": brightness}, "": {"brightness": brightness}})
    assert device.find("brightness") == ("", brightness)
    assert device.find("lock") is None
    assert device.has("brightness")
