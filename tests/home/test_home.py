"""The home: merging, places, evidence of state, availability, and the owner's word."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hub.contracts.capability import Capability
from hub.contracts.device import Area, Description, Device, DeviceKind, Source, StateScalar, StateValue
from hub.contracts.driver import Changed, Found, Gone, Problem, ProblemKind, Reachable, Resulted
from hub.home.changes import (
    AreaAdded,
    AvailabilityChanged,
    CommandResulted,
    DeviceAdded,
    DeviceRemoved,
    DeviceUpdated,
    HomeChange,
    ProblemSeen,
    StateChanged,
)
from hub.home.home import NOT_ADOPTED_LIMIT, Home
from hub.home.indexing import is_active

NOW = datetime(2026, 5, 1, tzinfo=UTC)
LAMP = Source(dialect="native", address="lamp")
OTHER = Source(dialect="other", address="0x00AA")


def announced(source: Source = LAMP, **fields: object) -> Found:
    base = {"name": "Lamp", "kind": DeviceKind.LIGHT, "components": {"": {"on_off": Capability(name="on_off")}}}
    return Found(description=Description(source=source, **{**base, **fields}))  # type: ignore[arg-type]  # a test's fields


def kinds(changes: Sequence[HomeChange]) -> list[type]:
    return [type(change) for change in changes]


def is_online(home: Home, device_id: str) -> bool:
    device = home.device(device_id)
    assert device is not None
    return device.availability.is_online


def test_an_announcement_adds_a_device_and_its_room() -> None:
    home = Home()
    changes = home.apply(announced(area="Living Room", floor="Ground floor"), NOW)
    assert kinds(changes) == [AreaAdded, DeviceAdded]
    assert [device.area for device in home.devices()] == ["living_room"]
    assert [(area.name, area.floor) for area in home.areas()] == [("Living Room", "ground_floor")]
    assert home.device("lamp") is not None


def test_a_room_is_the_same_by_id_name_and_alias() -> None:
    home = Home(areas=[Area(id="lr", name="Living room", aliases=("客厅",))])
    for said in ("lr", "living ROOM", "客厅"):
        home.apply(announced(area=said), NOW)
        assert home.devices()[0].area == "lr"
    assert len(home.areas()) == 1


def test_the_same_announcement_again_changes_nothing() -> None:
    home = Home()
    home.apply(announced(), NOW)
    assert home.apply(announced(), NOW + timedelta(seconds=1)) == ()
    assert kinds(home.apply(announced(name="Big lamp"), NOW)) == [DeviceUpdated]


def test_two_dialects_of_one_device_merge_by_id_never_by_name() -> None:
    home = Home()
    brightness = {"": {"brightness": Capability(name="brightness")}}
    home.apply(announced(ids=frozenset({"mac:1"})), NOW)
    home.apply(announced(OTHER, ids=frozenset({"mac:1"}), components=brightness), NOW)
    home.apply(announced(replace(OTHER, address="0x00BB"), ids=frozenset({"mac:2"})), NOW)
    assert len(home.devices()) == 2
    lamp = home.device("lamp")
    assert lamp is not None
    assert lamp.has("on_off")
    assert lamp.has("brightness")
    assert len(lamp.sources) == 2


def test_a_merged_device_stays_until_its_last_source_is_gone() -> None:
    home = Home()
    home.apply(announced(ids=frozenset({"mac:1"})), NOW)
    home.apply(announced(OTHER, ids=frozenset({"mac:1"})), NOW)
    assert DeviceRemoved not in kinds(home.apply(Gone(source=LAMP), NOW))
    assert kinds(home.apply(Gone(source=OTHER), NOW)) == [DeviceRemoved]
    assert home.devices() == ()
    assert home.resolve(LAMP) is None


def test_state_carries_its_evidence_and_a_complete_report_forgets_the_rest() -> None:
    home = Home()
    home.apply(announced(), NOW)
    home.apply(Changed(source=LAMP, states={"on": True, "brightness": 40}, is_retained=True), NOW)
    assert home.states("lamp")["on"].is_retained
    later = NOW + timedelta(seconds=5)
    (change,) = home.apply(Changed(source=LAMP, states={"on": True}, is_complete=True), later)
    assert isinstance(change, StateChanged)  # reported anew counts, even with an equal value
    assert change.old is not None
    assert (change.new.is_retained, change.new.ts) == (False, later)
    assert set(home.states("lamp")) == {"on"}


def test_state_of_an_unknown_device_is_nothing() -> None:
    assert Home().apply(Changed(source=LAMP, states={"on": True}), NOW) == ()


def test_stored_state_is_shown_after_a_restart_and_counts_as_old() -> None:
    value = StateValue(value=True, ts=NOW, source="native")
    home = Home(devices=[Device(id="lamp", name="Lamp", sources=(LAMP,))], states={"lamp": {"on": value}})
    assert home.states("lamp")["on"].is_retained
    device = home.device("lamp")
    assert device is not None
    assert not device.availability.is_online  # until it shows itself
    home.apply(announced(), NOW)
    assert [d.id for d in home.devices()] == ["lamp"]
    assert home.devices()[0].availability.is_online


def test_the_last_will_counts_and_a_goodbye_on_the_network_does_not() -> None:
    home = Home()
    home.apply(announced(), NOW)
    assert home.apply(Reachable(source=LAMP, is_online=False, is_hint=True), NOW) == ()
    assert home.apply(Reachable(source=LAMP, is_online=False), NOW) == (
        AvailabilityChanged(device="lamp", is_online=False),
    )
    assert home.apply(Reachable(source=LAMP, is_online=False), NOW) == ()


def test_earbuds_are_there_only_while_their_phone_is() -> None:
    home = Home()
    phone = Source(dialect="native", address="phone")
    buds = Source(dialect="native", address="buds")
    home.apply(announced(phone, kind=DeviceKind.PHONE), NOW)
    home.apply(announced(buds, kind=DeviceKind.EARBUDS, via="phone"), NOW)
    gone = home.apply(Reachable(source=phone, is_online=False), NOW)
    assert {c.device for c in gone if isinstance(c, AvailabilityChanged)} == {"phone", "buds"}
    back = home.apply(Reachable(source=phone, is_online=True), NOW + timedelta(seconds=2))
    assert {c.device for c in back if isinstance(c, AvailabilityChanged)} == {"phone", "buds"}
    left = home.apply(Gone(source=phone), NOW + timedelta(seconds=4))
    assert kinds(left) == [DeviceRemoved, AvailabilityChanged]
    assert not is_online(home, "buds")


def test_earbuds_that_announce_themselves_before_their_phone_wait_for_it() -> None:
    home = Home()
    home.apply(announced(Source(dialect="native", address="buds"), kind=DeviceKind.EARBUDS, via="phone"), NOW)
    assert not is_online(home, "buds")
    changes = home.apply(announced(Source(dialect="native", address="phone"), kind=DeviceKind.PHONE), NOW)
    assert AvailabilityChanged(device="buds", is_online=True) in changes
    assert is_online(home, "buds")


def test_a_device_that_flaps_is_told_of_once_a_second_and_known_at_once() -> None:
    home = Home()
    home.apply(announced(), NOW)
    told: list[HomeChange] = []
    for step in range(300):  # a hundred times a second, for three seconds
        now = NOW + timedelta(milliseconds=10 * step)
        told += home.apply(Reachable(source=LAMP, is_online=step % 2 == 1), now)
        assert is_online(home, "lamp") == (step % 2 == 1)
    assert len(told) <= 3
    assert home.has_unsettled()
    assert home.settle(now) == ()  # its second is not over
    assert home.settle(now + timedelta(seconds=1)) == (AvailabilityChanged(device="lamp", is_online=True),)
    assert not home.has_unsettled()


def test_a_device_that_is_back_at_once_is_not_told_of_again() -> None:
    home = Home()
    home.apply(announced(), NOW)
    assert kinds(home.apply(Reachable(source=LAMP, is_online=False), NOW)) == [AvailabilityChanged]
    home.apply(Reachable(source=LAMP, is_online=True), NOW)
    home.apply(Reachable(source=LAMP, is_online=False), NOW)
    assert home.settle(NOW + timedelta(seconds=1)) == ()


def test_a_device_that_shows_itself_after_a_restart_is_told_of() -> None:
    home = Home(devices=[Device(id="lamp", name="Lamp", kind=DeviceKind.LIGHT, sources=(LAMP,))])
    assert AvailabilityChanged(device="lamp", is_online=True) in home.apply(announced(), NOW)


def test_the_routes_are_those_that_answer() -> None:
    home = Home()
    home.apply(announced(ids=frozenset({"mac:1"})), NOW)
    home.apply(announced(OTHER, ids=frozenset({"mac:1"})), NOW)
    assert home.routes("lamp") == (LAMP, OTHER)
    home.apply(Reachable(source=LAMP, is_online=False), NOW)
    assert home.routes("lamp") == (OTHER,)
    assert is_online(home, "lamp")


def test_two_devices_that_turn_out_to_be_one_become_one() -> None:
    home = Home()
    home.apply(announced(), NOW)
    home.apply(announced(OTHER, ids=frozenset({"mac:1"})), NOW)
    home.apply(Changed(source=OTHER, states={"on": True}), NOW)
    other = home.resolve(OTHER)
    changes = home.apply(announced(ids=frozenset({"mac:1"})), NOW)
    assert kinds(changes) == [DeviceRemoved, DeviceUpdated]
    assert home.resolve(OTHER) == home.resolve(LAMP) == "lamp" != other
    assert home.states("lamp")["on"].value is True
    assert len(home.devices()) == 1
    assert home.routes("lamp") == (LAMP, OTHER)


def test_an_identity_that_is_no_longer_announced_merges_nothing() -> None:
    home = Home()
    home.apply(announced(ids=frozenset({"mac:1"})), NOW)
    home.apply(announced(ids=frozenset({"mac:2"})), NOW)
    home.apply(announced(OTHER, ids=frozenset({"mac:1"})), NOW)
    assert len(home.devices()) == 2


def test_a_device_that_is_not_adopted_makes_no_rooms_and_cannot_fill_the_home() -> None:
    home = Home()
    for number in range(NOT_ADOPTED_LIMIT + 50):
        source = Source(dialect="native", address=f"d{number}")
        changes = home.apply(replace(announced(source, area=f"Room {number}"), needs_adoption=True), NOW)
    assert changes == ()  # one line for all of them
    assert len(home.devices()) == NOT_ADOPTED_LIMIT
    assert len(home.problems()) == 1
    assert home.areas() == ()


def test_the_index_knows_what_is_on() -> None:
    home = Home()
    home.apply(announced(), NOW)
    assert home.index().devices[0].is_on is None
    before = home.index()
    home.apply(Changed(source=LAMP, states={"on": True, "brightness": 5}), NOW)
    assert home.index().devices[0].is_on is True
    after = home.index()
    assert after.names is before.names  # the match forms are not made anew
    home.apply(Changed(source=LAMP, states={"brightness": 6}), NOW)
    assert home.index() is after


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ({}, None),
        ({"brightness": 5}, None),
        ({"on": True}, True),
        ({"on": True, "playback": "paused"}, False),
        ({"on": False, "playback": "playing"}, False),
        ({"left.on": False, "right.on": True}, True),
        ({"lock": "unlocked"}, True),
        ({"lock": "locked", "battery": 5}, False),
        ({"cover_state": "stopped"}, True),
        ({"on": True, "action": "idle"}, False),
    ],
)
def test_what_counts_as_being_on(states: dict[str, StateScalar], expected: bool | None) -> None:
    assert is_active({name: StateValue(value=value, ts=NOW, source="x") for name, value in states.items()}) is expected


def test_a_device_seen_on_the_network_is_listed_and_not_in_the_index_until_adopted() -> None:
    home = Home()
    home.apply(replace(announced(), needs_adoption=True), NOW)
    assert not home.devices()[0].is_adopted
    assert home.index().devices == ()
    home.apply(announced(), NOW)
    assert home.devices()[0].is_adopted
    assert [device.id for device in home.index().devices] == ["lamp"]
    assert home.apply(replace(announced(name="Spoof"), needs_adoption=True), NOW) == ()


def test_the_owners_word_survives_announcements() -> None:
    home = Home()
    home.apply(announced(area="Kitchen", aliases=("灯",), owner="Bob"), NOW)
    device = home.devices()[0]
    assert (device.owner, device.is_owner_confirmed) == ("Bob", False)
    home.add_area(Area(id="attic", name="Attic"))
    home.rename("lamp", "Sunny")
    home.set_area("lamp", "attic")
    home.set_owner("lamp", "Ana")
    home.apply(announced(name="Lamp v2", area="Kitchen"), NOW)
    device = home.devices()[0]
    assert (device.name, device.area, device.owner, device.is_owner_confirmed) == ("Sunny", "attic", "Ana", True)
    assert "Lamp v2" in device.aliases
    home.set_area("lamp", None)
    assert home.devices()[0].area == "kitchen"


def test_the_owners_word_comes_back_with_the_device() -> None:
    home = Home(overrides={"lamp": {"name": "Sunny"}})
    home.apply(announced(), NOW)
    assert home.devices()[0].name == "Sunny"


def test_unknown_capabilities_are_left_out_and_said_once() -> None:
    home = Home()
    odd = announced(components={"": {"on_off": Capability(name="on_off"), "warp": Capability(name="warp")}})
    assert kinds(home.apply(odd, NOW)) == [ProblemSeen, DeviceAdded]
    assert ProblemSeen not in kinds(home.apply(odd, NOW))
    assert not home.devices()[0].has("warp")


def test_a_problem_is_told_once() -> None:
    home = Home()
    problem = Problem(where="t", kind=ProblemKind.MALFORMED, what="x")
    assert kinds(home.apply(problem, NOW)) == [ProblemSeen]
    assert home.apply(problem, NOW) == ()
    assert home.problems() == (problem,)


def test_a_result_is_passed_on() -> None:
    home = Home()
    home.apply(announced(), NOW)
    assert home.apply(Resulted(source=LAMP, command="c", is_ok=False, reason="jammed"), NOW) == (
        CommandResulted(device="lamp", command="c", is_ok=False, reason="jammed"),
    )


def test_an_address_that_is_no_topic_id_gets_an_id_of_ours() -> None:
    home = Home()
    home.apply(announced(OTHER), NOW)
    assert home.resolve(OTHER) != "0x00AA"
