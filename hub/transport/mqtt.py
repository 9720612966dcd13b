"""The MQTT client: paho's thread does the network, everything else runs on the event loop."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

from hub.contracts.driver import Publish
from hub.contracts.errors import BrokerError
from hub.runtime.clock import Clock
from hub.runtime.logs import get_logger
from hub.runtime.retry import backoff_delays
from hub.transport.delivery import QUEUE_LIMIT, Arrival, Delivery, Handler, Subscription
from hub.transport.endpoint import BrokerKind, Endpoint
from hub.transport.inbound import Inbound
from hub.transport.link import CONNECT_TIMEOUT_S, Down, Link, LinkOptions
from hub.transport.outbox import Outbox
from hub.transport.topics import is_filter, is_topic

__all__ = ["Delivery", "Handler", "MqttClient"]

PAYLOAD_LIMIT = 4 * 1024 * 1024  # bytes; Zigbee2MQTT's list of devices is about 3 kB a device
STABLE_AFTER_S = 10.0  # a connection that lived this long was a good one: back-off starts anew
PATIENT_FIRST_S, PATIENT_CAP_S = 60.0, 300.0  # after a refused login or a takeover: at least 30 s (half is jitter)
ANSWER_TIMEOUT_S = 3.0  # from the TCP connection to the broker's CONNACK
FLAPPING_AFTER = 3  # connections in a row that ended within STABLE_AFTER_S

_log = get_logger(__name__)


class MqttClient:
    """A client that stays connected: it reconnects with back-off, resubscribes, and sends what was not acknowledged.

    Inbound QoS 1 messages are acknowledged after their handlers returned, in order within a subscription.
    QoS 0 messages are dropped, oldest first and counted, where handlers cannot keep up.

    Attributes:
        on_connection: called with True when connected and subscribed, with False when the connection is gone.
        retained_on_connect: what is published again after each connection, for a broker that lost its memory.
        problem: why there is no connection, "" while there is one.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        client_id: str,
        *,
        clock: Clock,
        will: Publish | None = None,
        keepalive_s: int = 20,
        first_delay_s: float = 1.0,
        publish_timeout_s: float = 5.0,
        session_expiry_s: int = 300,
        queue_limit: int = QUEUE_LIMIT,
    ) -> None:
        """Prepare a client; nothing happens before `start`.

        Args:
            keepalive_s: a silent broker is noticed after at most 1.5 times this.
            first_delay_s: the first pause before a new connection; it doubles up to 30 s.
            session_expiry_s: how long the broker keeps our session; 0 for a new one each time.
            queue_limit: QoS 0 messages that may wait for a handler before the oldest is dropped.
        """
        self.endpoint = endpoint
        self.client_id = client_id
        self.on_connection: list[Callable[[bool], None]] = []
        self.retained_on_connect: list[Publish] = []
        self.problem = "not started"
        self._will = will
        self._clock = clock
        self._first_delay_s = first_delay_s
        self._publish_timeout_s = publish_timeout_s
        # amqtt keeps sessions in a way that hands one client's messages to another (docs/adr/0002-broker.md)
        expiry_s = 0 if endpoint.kind is BrokerKind.AMQTT else session_expiry_s
        # paho notices silence after up to two of its keepalives
        self._options = LinkOptions(
            endpoint=endpoint,
            client_id=client_id,
            will=will,
            keepalive_s=max(1, keepalive_s * 7 // 10),
            session_expiry_s=expiry_s,
            clock=clock,
        )
        self._is_v5 = endpoint.kind is not BrokerKind.AMQTT
        self._has_spoken_v5 = False
        self._reported: Down | None = None
        self._flaps = 0
        self._link: Link | None = None
        self._is_ready = False
        self._inbound = Inbound(client_id, clock=clock, queue_limit=queue_limit, acknowledge=self._acknowledge)
        self._outbox = Outbox(publish_timeout_s)
        self._subscribing: dict[int, tuple[Subscription, asyncio.Future[str | None]]] = {}
        self._task: asyncio.Task[None] | None = None

    @property
    def is_connected(self) -> bool:
        """Tell whether the broker has accepted us and knows our subscriptions."""
        return self._is_ready

    @property
    def is_v5(self) -> bool:
        """Tell whether MQTT 5 is spoken (response topics, correlation data)."""
        return self._is_v5

    @property
    def dropped(self) -> int:
        """Return how many QoS 0 messages were dropped since the start."""
        return self._inbound.dropped

    async def start(self, *, wait_s: float = 3.0) -> None:
        """Start connecting; return when connected, or after `wait_s` while attempts go on."""
        loop = asyncio.get_running_loop()
        first: asyncio.Future[None] = loop.create_future()

        def connected(is_up: bool) -> None:
            if is_up and not first.done():
                first.set_result(None)

        self.on_connection.append(connected)
        self._inbound.start()
        self._task = loop.create_task(self._stay_connected(), name=f"mqtt {self.client_id}: connection")
        await asyncio.wait([first], timeout=wait_s)
        self.on_connection.remove(connected)

    async def stop(self) -> None:
        """Publish the will as our last word, say goodbye, and end every task."""
        link = self._link
        if self._is_ready and self._will is not None:
            try:
                await asyncio.wait_for(self.publish(self._will), 1.0)
            except (BrokerError, TimeoutError):
                _log.info("last message was not acknowledged", topic=self._will.topic)
        await self._inbound.stop()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        if link is not None:
            link.close()
            await asyncio.wait([link.down], timeout=1.0)
        self._forget_link("stopped")
        self._outbox.close()

    async def publish(
        self, message: Publish, *, correlation: bytes | None = None, response_topic: str | None = None
    ) -> None:
        """Publish a message; at QoS 1 return when the broker has acknowledged it.

        A QoS 1 message that is not acknowledged in time is withdrawn: it is not sent after a later reconnection.

        Raises:
            BrokerError: the topic is not allowed, the broker refused, did not answer in time, or (QoS 0) is not there.
        """
        if not is_topic(message.topic):
            raise BrokerError(
                f"{message.topic!r} is no topic to publish on.", hint="No wildcards, no control characters."
            )
        if message.qos == 0:
            self._require_link().publish(message, response_topic=response_topic, correlation=correlation)
        else:
            await self._outbox.publish(message, response_topic=response_topic, correlation=correlation)

    async def subscribe(
        self,
        topic_filter: str,
        qos: int,
        handler: Handler,
        *,
        is_retain_as_published: bool = False,
        payload_limit: int = PAYLOAD_LIMIT,
        concurrency: int = 1,
    ) -> None:
        """Call `handler` for each message on `topic_filter`, now and after every reconnection.

        Args:
            is_retain_as_published: with MQTT 5 live messages keep the publisher's retain flag; so only for topics
                on which a retained message is refused (requests), since it hides what is a replay.
            payload_limit: larger payloads (bytes) are dropped with a log line.
            concurrency: messages handled at once; above 1 their order is not kept, and each is acknowledged when done.

        Raises:
            BrokerError: the filter is malformed, or the broker refuses it.
        """
        if not is_filter(topic_filter):
            raise BrokerError(
                f"{topic_filter!r} is no topic filter.", hint="# only at the end, + and # alone in a level."
            )
        subscription = self._inbound.add(
            topic_filter,
            qos,
            handler,
            is_as_published=is_retain_as_published,
            limit=payload_limit,
            concurrency=concurrency,
        )
        await self._ask(subscription)  # again for a known one: the new handler has to see what is retained

    async def unsubscribe(self, topic_filter: str) -> None:
        """Forget a filter with all its handlers; what waits for them is acknowledged unhandled."""
        if await self._inbound.remove(topic_filter) and self._link is not None:
            self._link.unsubscribe(topic_filter)

    def _require_link(self) -> Link:
        if self._link is None or not self._is_ready:
            raise BrokerError(
                f"There is no connection to the MQTT broker at {self.endpoint}: {self.problem}.",
                hint="Check the broker.",
            )
        return self._link

    async def _stay_connected(self) -> None:
        delays, patient = self._delays(), _patient_delays()
        while True:
            started_s = self._clock.monotonic()
            was_up, (kind, reason) = await self._live(self._new_link())
            if kind is Down.REFUSED_VERSION and self._is_v5:
                self._is_v5 = False
                continue
            if not was_up and kind in (Down.LOST, Down.UNANSWERED, Down.REFUSED):
                self._try_other_version()
            if was_up and self._clock.monotonic() - started_s >= STABLE_AFTER_S:
                delays, patient, self._flaps = self._delays(), _patient_delays(), 0
            elif was_up and kind is Down.LOST:
                self._flaps += 1
                kind = self._judge_flapping()
            self._report(kind, reason)
            await asyncio.sleep(next(patient if kind in (Down.REFUSED_LOGIN, Down.TAKEN_OVER) else delays))

    def _judge_flapping(self) -> Down:
        """Not every broker says that another client took our id; losing it again and again right away says so."""
        is_ours = self.endpoint.kind is not BrokerKind.EXTERNAL  # there the login is the id
        return Down.TAKEN_OVER if self._flaps >= FLAPPING_AFTER and not is_ours else Down.LOST

    def _try_other_version(self) -> None:
        """Old brokers hang up on MQTT 5 without a word; one that has spoken it once is only out of order."""
        if self.endpoint.kind is BrokerKind.EXTERNAL and not self._has_spoken_v5:
            self._is_v5 = not self._is_v5

    def _delays(self) -> Iterator[float]:
        return backoff_delays(first_s=self._first_delay_s)

    def _new_link(self) -> Link:
        self._link = Link(
            self._options,
            is_v5=self._is_v5,
            on_arrival=self._inbound.put,
            on_published=self._outbox.published,
            on_subscribed=self._subscribed,
        )
        self._link.open()
        return self._link

    async def _live(self, link: Link) -> tuple[bool, tuple[Down, str]]:
        for awaited, timeout_s in ((link.opened, CONNECT_TIMEOUT_S * 2), (link.up, ANSWER_TIMEOUT_S)):
            either: list[asyncio.Future[Any]] = [awaited, link.down]
            await asyncio.wait(either, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
        if not link.up.done():
            ended = link.down.result() if link.down.done() else (Down.UNANSWERED, "no answer to CONNECT")
            link.close()
            self._forget_link(ended[1])
            return False, ended
        try:
            if not link.down.done():
                self._take_up(link, had_session=link.up.result())
            ended = await link.down
        finally:
            self._forget_link(link.down.result()[1] if link.down.done() else "closed")
        return True, ended

    def _take_up(self, link: Link, *, had_session: bool) -> None:
        for subscription in self._inbound.subscriptions():
            self._request(link, subscription)
        self._is_ready = True
        self._has_spoken_v5 |= self._is_v5
        self._inbound.has_copies = not self._is_v5
        for message in self.retained_on_connect:
            link.publish(message, response_topic=None, correlation=None)
        self._outbox.connected(link)
        if self.problem not in ("", "not started"):
            _log.info("connected to the MQTT broker again", broker=str(self.endpoint), session_kept=had_session)
        self.problem = ""
        self._reported = None
        self._tell(True)

    def _forget_link(self, reason: str) -> None:
        was_ready, self._is_ready, self._link = self._is_ready, False, None
        self._outbox.disconnected(reason)
        self.problem = reason
        for _, waiting in self._subscribing.values():
            if not waiting.done():
                waiting.set_result(None)  # it is asked for again with the next connection
        self._subscribing.clear()
        if was_ready:
            self._tell(False)

    def _tell(self, is_connected: bool) -> None:
        for callback in tuple(self.on_connection):
            try:
                callback(is_connected)
            except Exception:  # noqa: BLE001  # border to the callbacks
                _log.exception("a callback on the connection failed")

    def _report(self, kind: Down, reason: str) -> None:
        self.problem = f"{kind.value}: {reason}"
        if kind is self._reported:
            return
        self._reported = kind
        broker = str(self.endpoint)
        if kind is Down.REFUSED_LOGIN:
            hint = "Check broker.username and broker.password_file; the next attempt is in 30 s or more."
            _log.error("the MQTT broker refused our login", broker=broker, reason=reason, hint=hint)
        elif kind is Down.TAKEN_OVER:
            hint = f"Give the other client an id and login of its own; ours is {self.client_id}."
            _log.error("another client seems to use our MQTT client id", broker=broker, reason=reason, hint=hint)
        else:
            what = f"{kind.value}: {reason}"
            _log.warning("no connection to the MQTT broker, trying again", broker=broker, reason=what)

    async def _ask(self, subscription: Subscription) -> None:
        if self._link is None or not self._is_ready:
            return
        answered = self._request(self._link, subscription)
        done, _ = await asyncio.wait([answered], timeout=self._publish_timeout_s)
        if done and answered.result() is not None:
            raise BrokerError(
                f"The MQTT broker refused the subscription to {subscription.filter}: {answered.result()}.",
                hint="Check the broker's access rules for the hub's login.",
            )

    def _request(self, link: Link, subscription: Subscription) -> asyncio.Future[str | None]:
        answered: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        mid = link.subscribe(subscription)
        if mid is None:
            answered.set_result(None)
        else:
            self._subscribing[mid] = (subscription, answered)
        return answered

    def _subscribed(self, mid: int, refusal: str | None) -> None:
        subscription, answered = self._subscribing.pop(mid, (None, None))
        if subscription is None or answered is None:
            return
        if refusal is not None:
            _log.error("the MQTT broker refused a subscription", filter=subscription.filter, reason=refusal)
        if not answered.done():
            answered.set_result(refusal)

    def _acknowledge(self, arrival: Arrival) -> None:
        link = self._link
        if link is not None and link.number == arrival.link:  # else the broker sends it again, on the new connection
            link.acknowledge(arrival)


def _patient_delays() -> Iterator[float]:
    return backoff_delays(first_s=PATIENT_FIRST_S, cap_s=PATIENT_CAP_S)
