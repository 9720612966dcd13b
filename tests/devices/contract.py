"""What every driver has to hold to, whatever its dialect: run `check_driver` with some of its good messages."""

from collections.abc import Sequence
from datetime import UTC, datetime

from hub.sdk import Browse, Command, Driver, Message, Problem, Publish, Service, Source, Subscribe

NOW = datetime(2026, 5, 1, tzinfo=UTC)
HOSTILE_PAYLOADS = (
    b"",
    b"\x00",
    b"\xff\xfe\xfd",
    b"null",
    b"[]",
    b'"word"',
    b"{",
    b"NaN",
    b'{"a":1e400}',
    b'{"name":"\\ud800"}',
    b"[" * 100_000,
    b'{"a":' * 20_000,
    b"x" * 1_000_000,
)


def check_driver(driver: Driver, good: Sequence[Message]) -> None:
    """Assert the contract of a driver; the driver is fresh, and `good` announces at least one device."""
    wishes = driver.start()
    assert wishes, "a driver has to subscribe to or browse something"
    assert all(isinstance(wish, Subscribe | Browse | Publish) for wish in wishes)
    assert driver.feed(Message(topic="somebody/elses/topic", payload=b"{}", received_at=NOW)) in ((), [])
    for message in good:
        assert driver.feed(message), f"nothing came of {message.topic}"
        for payload in HOSTILE_PAYLOADS:
            outputs = driver.feed(Message(topic=message.topic, payload=payload, received_at=NOW, is_retained=True))
            assert all(not isinstance(output, Publish) for output in outputs), "a bad message made it publish"
    for name in ("x", "\x00", "a" * 300):
        driver.feed(Service(type="_x._tcp.local.", name=name, received_at=NOW, txt={"id": b"\xff", "k": None}))
    nobody = Source(dialect=driver.dialect, address="../#")
    for output in driver.encode(Command(id="1", source=nobody, command="turn_on")):
        assert not isinstance(output, Publish) or not set("#+") & set(output.topic)


def problems(outputs: Sequence[object]) -> list[Problem]:
    """Return the problems among what a driver said."""
    return [output for output in outputs if isinstance(output, Problem)]
