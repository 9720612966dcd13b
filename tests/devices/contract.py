"""What every driver has to hold to, whatever its dialect: run `check_driver` with some of its good messages."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from hub.sdk import (
    COMMANDS,
    Browse,
    Call,
    Changed,
    Command,
    Driver,
    DriverOutput,
    Found,
    Message,
    Problem,
    Publish,
    Service,
    Source,
    Subscribe,
)

NOW = datetime(2026, 5, 1, tzinfo=UTC)
HOSTILE_PAYLOADS = (
    b"\x00",
    b"\xff\xfe\xfd",
    b"null",
    b"[]",
    b'"word"',
    b"{",
    b"NaN",
    b'{"a":1e400}',
    b'{"name":"\\ud800"}',
    b'{"name":"\xff"}',
    b"[" * 100_000,
    b'{"a":' * 20_000,
    b"9" * 5_000,
    b"x" * 1_000_000,
)
HOSTILE_TXT: tuple[dict[str, bytes | None], ...] = (
    {},
    {"id": b"\xff", "name": None},
    {"id": b"../#", "name": b"\x1b[31m"},
    {str(number): b"x" for number in range(1000)},
)


def check_driver(make: Callable[[], Driver], good: Sequence[Message]) -> None:
    """Assert the contract of a driver; `good` announces at least one device, and each message leads to something."""
    _check_wishes(make())
    _check_others_are_left_alone(make(), good)
    _check_good(make(), good)
    _check_bad_messages_change_nothing(make, good)
    _check_services(make())
    _check_commands(make(), good)


def problems(outputs: Sequence[object]) -> list[Problem]:
    """Return the problems among what a driver said."""
    return [output for output in outputs if isinstance(output, Problem)]


def _check_wishes(driver: Driver) -> None:
    wishes = driver.start()
    assert wishes, "a driver has to subscribe to or browse something"
    assert all(isinstance(wish, Subscribe | Browse | Publish) for wish in wishes)
    assert all(wish.filter != "#" for wish in wishes if isinstance(wish, Subscribe)), "it wants to hear everything"


def _check_others_are_left_alone(driver: Driver, good: Sequence[Message]) -> None:
    for message in good:
        stranger = Message(topic=f"somebody/elses/{message.topic}", payload=message.payload, received_at=NOW)
        assert not driver.feed(stranger), "it took a message that is not of its dialect"


def _check_good(driver: Driver, good: Sequence[Message]) -> None:
    outputs = [output for message in good for output in driver.feed(message)]
    assert not problems(outputs)
    found = [output for output in outputs if isinstance(output, Found)]
    assert found, "nothing was announced"
    for one in found:
        source = one.description.source
        assert source.dialect == driver.dialect
        assert one.description.name
        assert all(isinstance(output, Publish | Call) for output in driver.query(source))
    for state in (output for output in outputs if isinstance(output, Changed)):
        assert state.source in {one.description.source for one in found}


def _check_bad_messages_change_nothing(make: Callable[[], Driver], good: Sequence[Message]) -> None:
    undisturbed, disturbed = make(), make()
    for message in good:
        expected = list(undisturbed.feed(message))
        for payload in HOSTILE_PAYLOADS:
            bad = Message(topic=message.topic, payload=payload, received_at=NOW, is_retained=message.is_retained)
            outputs = disturbed.feed(bad)
            assert len(problems(outputs)) <= 1, f"{payload[:20]!r} is more than one problem"
            assert list(outputs) == problems(outputs), f"{payload[:20]!r} was taken on {message.topic}"
        assert list(disturbed.feed(message)) == expected, "a bad message left something behind"


def _check_services(driver: Driver) -> None:
    types = [wish.type for wish in driver.start() if isinstance(wish, Browse)]
    for kind in (*types, "_strange._tcp.local."):
        for number, txt in enumerate(HOSTILE_TXT):
            for is_gone in (False, True):
                service = Service(type=kind, name=f"\x00{number}", received_at=NOW, txt=txt, is_gone=is_gone)
                for output in driver.feed(service):
                    assert isinstance(output, Problem), "garbage on the network became a device"


def _check_commands(driver: Driver, good: Sequence[Message]) -> None:
    outputs: list[DriverOutput] = [output for message in good for output in driver.feed(message)]
    sources = [output.description.source for output in outputs if isinstance(output, Found)]
    strangers = [Source(dialect=driver.dialect, address=address) for address in ("../#", "", "\x00", "a" * 300)]
    for source in (*sources, *strangers):
        for name in COMMANDS:
            for output in driver.encode(Command(id="1", source=source, command=name, component="left")):
                assert isinstance(output, Publish | Call)
                if isinstance(output, Publish):
                    assert source not in strangers, "it commands a device that it does not know"
                    assert not set("#+\x00") & set(output.topic)
                    assert not output.is_retained, "a command is never retained"
