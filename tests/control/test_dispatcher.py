"""Dispatch: what confirms a command and what never does, slow devices, refusals, and no way past the guard."""

import asyncio
from contextlib import aclosing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.config import ControlSettings
from hub.contracts.messages import Receipt, ReceiptStatus, Trace
from hub.contracts.skill import Effect, Plan
from hub.control.decision import Verdict, VerdictKind, VerdictReason
from hub.control.dispatcher import Dispatcher, UnguardedError
from hub.control.flight import IN_FLIGHT_LIMIT, Progress
from hub.runtime.clock import SystemClock
from tests.control import gateways
from tests.control.gateways import FakeGateway
from tests.control.homes import FakeHome

FAST = ControlSettings(reply_within_s=0.1, confirm_within_s=1.0)
PATIENT = ControlSettings(reply_within_s=5.0, confirm_within_s=10.0)


def effect(command: str, device: str, **params: object) -> Effect:
    return Effect(command=command, device=device, params=params)  # type: ignore[arg-type]


def allow(*effects: Effect) -> list[Verdict]:
    return [Verdict(effect=item, skill="home", kind=VerdictKind.ALLOW) for item in effects]


def carry_out(
    gateway: FakeGateway, *effects: Effect, settings: ControlSettings = FAST, verdicts: list[Verdict] | None = None
) -> list[Progress]:
    async def run() -> list[Progress]:
        dispatcher = Dispatcher(gateway, gateway.home, SystemClock(), settings)
        plan = Plan(effects=effects)
        allowed = allow(*effects) if verdicts is None else verdicts
        async with aclosing(dispatcher.carry_out(plan, Trace(), allowed)) as stages:
            return [progress async for progress in stages]

    return asyncio.run(run())


def receipt(gateway: FakeGateway, item: Effect, settings: ControlSettings = FAST) -> Receipt:
    return carry_out(gateway, item, settings=settings)[-1].receipts[0]


def test_a_state_reported_after_the_send_confirms() -> None:
    found = receipt(FakeGateway(FakeHome()), effect("turn_on", "ceiling"), PATIENT)
    assert (found.status, found.state, found.is_open) == (ReceiptStatus.CONFIRMED, {"on": True}, False)
    assert found.latency_ms is not None


def test_an_earlier_state_never_confirms() -> None:
    home = FakeHome()
    home.report("ceiling", on=True)
    found = receipt(FakeGateway(home, ceiling=gateways.silent), effect("turn_on", "ceiling"))
    assert (found.status, found.reason) == (ReceiptStatus.SENT, "not_confirmed")


def test_a_retained_state_never_confirms() -> None:
    found = receipt(FakeGateway(FakeHome(), ceiling=gateways.replay), effect("turn_on", "ceiling"))
    assert found.status is ReceiptStatus.SENT


def test_an_assumed_state_never_confirms() -> None:
    found = receipt(FakeGateway(FakeHome(), ceiling=gateways.assume), effect("turn_on", "ceiling"))
    assert found.status is ReceiptStatus.SENT


def test_another_devices_state_never_confirms() -> None:
    async def neighbour(gateway: FakeGateway, item: Effect) -> None:
        gateway.say("counter", on=True)

    found = receipt(FakeGateway(FakeHome(), ceiling=neighbour), effect("turn_on", "ceiling"))
    assert found.status is ReceiptStatus.SENT


def test_a_contrary_state_does_not_confirm() -> None:
    found = receipt(FakeGateway(FakeHome(), ceiling=gateways.contrary), effect("turn_on", "ceiling"))
    assert found.status is ReceiptStatus.SENT


def test_a_device_that_is_already_as_wanted_is_asked_and_its_fresh_answer_confirms() -> None:
    home = FakeHome()
    home.report("ceiling", on=True)
    gateway = FakeGateway(home, ceiling=gateways.quiet_but_queryable)
    assert receipt(gateway, effect("turn_on", "ceiling"), PATIENT).status is ReceiptStatus.CONFIRMED
    assert gateway.queried == ["ceiling"]


def test_a_device_that_has_to_change_is_not_asked() -> None:
    gateway = FakeGateway(FakeHome())
    receipt(gateway, effect("turn_on", "ceiling"), PATIENT)
    assert gateway.queried == []


def test_an_offline_device_fails_and_nothing_is_sent() -> None:
    gateway = FakeGateway(FakeHome(), ceiling=gateways.offline)
    found = receipt(gateway, effect("turn_on", "ceiling"), PATIENT)
    assert (found.status, found.reason, gateway.sent) == (ReceiptStatus.FAILED, "unavailable", [])


def test_a_devices_own_no_fails_with_its_reason() -> None:
    found = receipt(FakeGateway(FakeHome(), ceiling=gateways.refuse), effect("turn_on", "ceiling"), PATIENT)
    assert (found.status, found.reason) == (ReceiptStatus.FAILED, "child_lock")


def test_a_jammed_lock_fails() -> None:
    found = receipt(FakeGateway(FakeHome(), front=gateways.jam), effect("lock", "front"), PATIENT)
    assert (found.status, found.reason) == (ReceiptStatus.FAILED, "jammed")


def test_a_slow_blind_is_on_its_way_first_and_confirmed_later() -> None:
    gateway = FakeGateway(FakeHome(), blind=gateways.slowly)
    first, final = carry_out(gateway, effect("close", "blind"), settings=PATIENT)
    assert (first.is_final, first.receipts[0].is_open, first.receipts[0].reason) == (False, True, "going")
    assert (final.is_final, final.receipts[0].status, final.receipts[0].is_open) == (
        True,
        ReceiptStatus.CONFIRMED,
        False,
    )


def test_a_silent_blind_is_sent_first_and_given_up_at_the_end() -> None:
    limits = ControlSettings(reply_within_s=0.1, confirm_within_s=0.3)
    gateway = FakeGateway(FakeHome(), blind=gateways.silent)
    first, final = carry_out(gateway, effect("close", "blind"), settings=limits)
    assert (first.receipts[0].status, first.receipts[0].is_open) == (ReceiptStatus.SENT, True)
    assert (final.receipts[0].status, final.receipts[0].is_open, final.is_final) == (ReceiptStatus.SENT, False, True)


def test_partial_failure_is_told_device_by_device() -> None:
    gateway = FakeGateway(FakeHome(), counter=gateways.offline, island=gateways.silent)
    done = carry_out(gateway, *(effect("turn_on", name) for name in ("ceiling", "counter", "island")))[-1]
    assert [item.status for item in done.receipts] == [
        ReceiptStatus.CONFIRMED,
        ReceiptStatus.FAILED,
        ReceiptStatus.SENT,
    ]
    assert [item.effect.device for item in done.effects] == ["ceiling", "island"]


def test_the_state_before_is_kept_for_undo() -> None:
    home = FakeHome()
    home.report("ceiling", on=False, brightness=10)
    done = carry_out(FakeGateway(home), effect("turn_on", "ceiling", brightness_pct=80), settings=PATIENT)[-1]
    assert done.effects[0].before == {"on": False, "brightness": 10}
    assert done.effects[0].aimed == {"on": True, "brightness": 80}


def test_the_same_command_twice_is_sent_once_but_steps_add_up() -> None:
    gateway = FakeGateway(FakeHome())
    same, step = effect("turn_on", "ceiling"), effect("change_volume", "tv", direction="up")
    carry_out(gateway, same, same, step, step)
    assert gateway.commands == [("turn_on", "ceiling"), ("change_volume", "tv"), ("change_volume", "tv")]


def test_commands_to_one_device_keep_their_order() -> None:
    gateway = FakeGateway(FakeHome())
    carry_out(gateway, effect("turn_on", "ceiling"), effect("set_brightness", "ceiling", brightness_pct=20))
    assert gateway.commands == [("turn_on", "ceiling"), ("set_brightness", "ceiling")]


def test_only_so_many_commands_are_in_flight_at_once() -> None:
    gateway = FakeGateway(FakeHome())
    names = [item.id for item in gateway.home.devices()]
    carry_out(gateway, *(effect("identify", name) for name in names))
    assert gateway.most_in_flight == IN_FLIGHT_LIMIT < len(names) == len(gateway.sent)


def test_what_no_state_can_confirm_is_only_sent() -> None:
    found = receipt(FakeGateway(FakeHome()), effect("identify", "bridge"), PATIENT)
    assert (found.status, found.reason) == (ReceiptStatus.SENT, "no_state")


EFFECTS = st.lists(
    st.builds(
        effect,
        st.sampled_from(["turn_on", "turn_off", "unlock", "open"]),
        st.sampled_from(["ceiling", "counter", "front", "garage"]),
    ),
    min_size=1,
    max_size=4,
)


@settings(deadline=None, max_examples=25)
@given(effects=EFFECTS, kinds=st.lists(st.sampled_from(VerdictKind), min_size=4, max_size=4))
def test_no_effect_reaches_the_gateway_without_the_guards_leave(
    effects: list[Effect], kinds: list[VerdictKind]
) -> None:
    gateway = FakeGateway(FakeHome())
    verdicts = [
        Verdict(effect=item, skill="home", kind=kind, reason=VerdictReason.FINE)
        for item, kind in zip(effects, kinds, strict=False)
    ]
    allowed = [verdict.effect for verdict in verdicts if verdict.kind is VerdictKind.ALLOW]
    if all(item in allowed for item in effects):
        carry_out(gateway, *effects, verdicts=verdicts)
        assert {(item.command, item.device) for item in effects} == set(gateway.commands)
    else:
        with pytest.raises(UnguardedError):
            carry_out(gateway, *effects, verdicts=verdicts)
        assert gateway.sent == []
