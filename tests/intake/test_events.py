"""Events for observers: on the hub's own topic, without what people said."""

import asyncio
import json
from datetime import UTC, datetime

from hub.contracts.driver import Publish
from hub.contracts.errors import BrokerError
from hub.contracts.messages import Event, Trace
from hub.intake.events import EventPublisher
from hub.runtime.bus import Bus


class Client:
    """Stands for the MQTT client; the first message is lost."""

    def __init__(self) -> None:
        self.published: list[Publish] = []
        self.fails = True

    async def publish(self, message: Publish) -> None:
        if self.fails:
            self.fails = False
            raise BrokerError("away")
        self.published.append(message)


def test_devices_are_told_and_words_are_not() -> None:
    client, bus = Client(), Bus()

    async def run() -> None:
        publisher = EventPublisher(bus=bus, client=client, hub_id="h1")  # type: ignore[arg-type]  # stands for it
        publisher.start()
        await asyncio.sleep(0)
        for kind in ("lost", "request", "reply", "scheduled", "device_added"):
            data = {"device": "lamp"}
            bus.publish(Event(kind=kind, at=datetime(2026, 1, 1, tzinfo=UTC), trace=Trace(), data=data))
        while not client.published:
            await asyncio.sleep(0)
        await publisher.stop()

    asyncio.run(run())
    (message,) = client.published
    assert (message.topic, message.qos, message.is_retained) == ("aios/v1/hub/h1/event/device_added", 0, False)
    assert json.loads(message.payload)["data"] == {"device": "lamp"}
