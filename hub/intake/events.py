"""What happened, for observers over MQTT (`aios/v1/hub/<hub id>/event/<kind>`); what people said is left out."""

import asyncio

import msgspec

from hub.contracts.driver import Publish
from hub.contracts.errors import BrokerError
from hub.runtime.bus import Bus
from hub.runtime.logs import get_logger
from hub.transport.mqtt import MqttClient

PRIVATE = frozenset({"request", "reply", "scheduled"})
"""Kinds of events that carry a person's words."""

log = get_logger(__name__)


class EventPublisher:
    """Publishes events of the bus at QoS 0, never retained; a broker that is away costs nothing but the events."""

    def __init__(self, *, bus: Bus, client: MqttClient, hub_id: str) -> None:
        self._bus = bus
        self._client = client
        self._prefix = f"aios/v1/hub/{hub_id}/event"
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to publish."""
        self._task = asyncio.get_running_loop().create_task(self._run(), name="events over MQTT")

    async def stop(self) -> None:
        """End."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        with self._bus.subscribe() as subscription:
            async for event in subscription.events():
                if event.kind in PRIVATE:
                    continue
                document = {"kind": event.kind, "at": event.at, "data": event.data}
                message = Publish(topic=f"{self._prefix}/{event.kind}", payload=msgspec.json.encode(document))
                try:
                    await self._client.publish(message)
                except BrokerError as error:
                    log.debug("event not published", kind=event.kind, what=error.what)
