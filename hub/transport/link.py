"""One connection to the broker: paho-mqtt and its network thread, which tells the event loop what happens."""

import asyncio
import itertools
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from hub.contracts.driver import Message, Publish
from hub.runtime.clock import Clock
from hub.runtime.logs import get_logger
from hub.transport.delivery import Arrival, Delivery, Subscription
from hub.transport.endpoint import Endpoint

CONNECT_TIMEOUT_S = 5.0  # for each of the host's addresses
RECEIVE_MAXIMUM = 200  # QoS 1 messages that the broker may have under way to us
MAX_PACKET_BYTES = 4 * 1024 * 1024 + 64 * 1024  # the largest payload taken, and room for its topic

ONLY_FOR_V5: Literal[3] = 3  # paho's MQTT_CLEAN_START_FIRST_ONLY: it refuses any other value with MQTT 3.1.1

_log = get_logger(__name__)
_numbers = itertools.count(1)

_REFUSED_LOGIN = {"Bad user name or password", "Not authorized", "Banned", "Bad authentication method"}
_REFUSED_VERSION = {"Unsupported protocol version"}
_TAKEN_OVER = {"Session taken over"}


class Down(Enum):
    """Why a connection ended or never stood; decides when and how the next one is tried."""

    UNREACHABLE = "unreachable"  # no TCP or TLS connection
    UNANSWERED = "unanswered"  # connected, but no MQTT answer
    REFUSED = "refused"
    REFUSED_LOGIN = "login refused"
    REFUSED_VERSION = "protocol version refused"
    TAKEN_OVER = "taken over"  # another client uses our id
    LOST = "lost"
    CLOSED = "closed"  # by us


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkOptions:
    """What every connection of a client has in common."""

    endpoint: Endpoint
    client_id: str
    will: Publish | None
    keepalive_s: int
    session_expiry_s: int
    clock: Clock


class _Paho(paho.Client):
    """paho's client, telling when its network loop has ended, for whatever reason."""

    def __init__(self, on_ended: Callable[[str], None], **options: Any) -> None:
        super().__init__(CallbackAPIVersion.VERSION2, **options)
        self._on_ended = on_ended

    def loop_forever(self, timeout: float = 1.0, retry_first_connection: bool = False) -> MQTTErrorCode:
        try:
            return super().loop_forever(timeout, retry_first_connection)
        except Exception as error:  # noqa: BLE001  # a malformed packet ends this connection, not the process
            _log.warning("MQTT network loop failed", exc_info=True)
            self._on_ended(f"malformed packet: {error}")
            return MQTTErrorCode.MQTT_ERR_PROTOCOL
        finally:
            self._reset_sockets()  # else they stay open until the garbage collector comes
            self._on_ended("connection lost")


class _TlsSocket(ssl.SSLSocket):
    """A socket that closes itself when the broker's certificate is not accepted, which paho leaves undone."""

    def do_handshake(self, block: bool = False) -> None:
        try:
            super().do_handshake(block)
        except OSError:
            self.close()
            raise


class Link:
    """A connection that is opened once and ends once; its futures are of the event loop that made it.

    Attributes:
        opened: done when the TCP or TLS connection stands.
        up: done when the broker has accepted; its result tells whether the broker kept our session.
        down: done when the connection has ended or could not be made.
    """

    def __init__(
        self,
        options: LinkOptions,
        *,
        is_v5: bool,
        on_arrival: Callable[[Arrival], None],
        on_published: Callable[[int, str | None], None],
        on_subscribed: Callable[[int, str | None], None],
    ) -> None:
        self.number = next(_numbers)
        self.is_v5 = is_v5
        self._options = options
        self._loop = asyncio.get_running_loop()
        self.opened: asyncio.Future[bool] = self._loop.create_future()
        self.up: asyncio.Future[bool] = self._loop.create_future()
        self.down: asyncio.Future[tuple[Down, str]] = self._loop.create_future()
        self._on_arrival = on_arrival
        self._on_published = on_published
        self._on_subscribed = on_subscribed
        self._is_closing = False
        self._client = self._build()

    def open(self) -> None:
        """Start connecting, in a thread of its own, so that a slow name server or broker blocks nobody."""
        threading.Thread(target=self._connect, name=f"mqtt connect {self._options.client_id}", daemon=True).start()

    def close(self) -> None:
        """Say goodbye and end; `down` follows."""
        self._is_closing = True
        with suppress(OSError, ValueError):
            self._client.disconnect()

    def publish(self, message: Publish, *, response_topic: str | None, correlation: bytes | None) -> int | None:
        """Hand a message to the network thread; return its packet id for `on_published`, None where it is gone."""
        properties = None
        if self.is_v5 and (response_topic is not None or correlation is not None):
            properties = _properties(PacketTypes.PUBLISH)
            if response_topic is not None:
                properties.ResponseTopic = response_topic
            if correlation is not None:
                properties.CorrelationData = correlation
        with suppress(OSError):  # the connection is ending in the other thread
            info = self._client.publish(message.topic, message.payload, message.qos, message.is_retained, properties)
            return info.mid
        return None

    def subscribe(self, subscription: Subscription) -> int | None:
        """Ask for a filter; return the packet id for `on_subscribed`, None when the connection is gone."""
        with suppress(OSError):
            return self._subscribe(subscription)
        return None

    def unsubscribe(self, topic_filter: str) -> None:
        """Ask for no more of a filter."""
        with suppress(OSError):
            self._client.unsubscribe(topic_filter)

    def acknowledge(self, arrival: Arrival) -> None:
        """Tell the broker that a message was handled."""
        if arrival.mid and not self.down.done():
            with suppress(OSError):  # the connection is ending in the other thread: the broker sends it again
                self._client.ack(arrival.mid, 1)

    def _subscribe(self, subscription: Subscription) -> int | None:
        if not self.is_v5:
            return self._client.subscribe(subscription.filter, subscription.qos)[1]
        properties = _properties(PacketTypes.SUBSCRIBE)
        properties.SubscriptionIdentifier = subscription.id
        options = SubscribeOptions(
            qos=subscription.qos, retainAsPublished=subscription.is_retain_as_published, retainHandling=0
        )
        return self._client.subscribe(subscription.filter, options=options, properties=properties)[1]

    def _build(self) -> _Paho:
        endpoint, will = self._options.endpoint, self._options.will
        options: dict[str, Any] = {
            "protocol": MQTTProtocolVersion.MQTTv5 if self.is_v5 else MQTTProtocolVersion.MQTTv311
        }
        if not self.is_v5:
            options["clean_session"] = self._options.session_expiry_s == 0
        client = _Paho(
            self._ended, client_id=self._options.client_id, reconnect_on_failure=False, manual_ack=True, **options
        )
        client.connect_timeout = CONNECT_TIMEOUT_S
        if endpoint.username:
            client.username_pw_set(endpoint.username, endpoint.password)
        if will is not None:
            client.will_set(will.topic, will.payload, will.qos, will.is_retained)
        client.on_socket_open = _send_at_once
        client.on_connect = self._connected
        client.on_disconnect = self._disconnected
        client.on_message = self._received
        client.on_publish = self._published
        client.on_subscribe = self._subscribed
        return client

    def _connect(self) -> None:
        endpoint = self._options.endpoint
        try:
            if endpoint.is_tls:
                context = ssl.create_default_context(cafile=endpoint.ca_file or None)
                context.sslsocket_class = _TlsSocket
                self._client.tls_set_context(context)
            properties = self._connect_properties() if self.is_v5 else None
            clean_start: bool | Literal[3] = self._options.session_expiry_s == 0 if self.is_v5 else ONLY_FOR_V5
            self._client.connect(
                endpoint.host,
                endpoint.port,
                self._options.keepalive_s,
                properties=properties,
                clean_start=clean_start,
            )
        except (OSError, ValueError) as error:
            self._end(Down.UNREACHABLE, str(error) or type(error).__name__)
            return
        except Exception as error:  # noqa: BLE001  # border of the thread: nobody else would say that it ended
            _log.warning("MQTT connection failed", exc_info=True)
            self._end(Down.UNREACHABLE, repr(error))
            return
        self._post(lambda: _settle(self.opened, True))
        self._client.loop_start()
        if self._is_closing:
            self._client.disconnect()

    def _connect_properties(self) -> Properties:
        properties = _properties(PacketTypes.CONNECT)
        properties.SessionExpiryInterval = self._options.session_expiry_s
        properties.ReceiveMaximum = RECEIVE_MAXIMUM
        properties.MaximumPacketSize = MAX_PACKET_BYTES
        return properties

    # What follows runs in paho's thread.

    def _connected(self, _: object, __: object, flags: Any, reason: ReasonCode, ___: object) -> None:
        if not reason.is_failure:
            self._post(lambda: _settle(self.up, bool(flags.session_present)))
            return
        name = str(reason)
        kind = Down.REFUSED
        if name in _REFUSED_LOGIN:
            kind = Down.REFUSED_LOGIN
        elif name in _REFUSED_VERSION:
            kind = Down.REFUSED_VERSION
        self._end(kind, name)

    def _disconnected(self, _: object, __: object, ___: object, reason: ReasonCode, ____: object) -> None:
        name = str(reason)
        self._end(Down.TAKEN_OVER if name in _TAKEN_OVER else Down.LOST, name)

    def _ended(self, reason: str) -> None:
        self._end(Down.LOST, reason)

    def _received(self, _: object, __: object, raw: paho.MQTTMessage) -> None:
        properties = raw.properties
        try:
            topic = raw.topic
        except UnicodeDecodeError:
            _log.warning("message on a topic that is not UTF-8 dropped")
            self._client.ack(raw.mid, raw.qos)
            return
        message = Message(
            topic=topic,
            payload=bytes(raw.payload),
            received_at=self._options.clock.now(),
            is_retained=raw.retain,
            qos=raw.qos,
        )
        delivery = Delivery(
            message=message,
            response_topic=getattr(properties, "ResponseTopic", None),
            correlation=getattr(properties, "CorrelationData", None),
        )
        self._on_arrival(
            Arrival(
                delivery=delivery,
                link=self.number,
                mid=raw.mid if raw.qos else 0,
                subscriptions=tuple(getattr(properties, "SubscriptionIdentifier", ())),
            )
        )

    def _published(self, _: object, __: object, mid: int, reason: ReasonCode, ___: object) -> None:
        refusal = str(reason) if reason.is_failure else None
        self._post(lambda: self._on_published(mid, refusal))

    def _subscribed(self, _: object, __: object, mid: int, reasons: list[ReasonCode], ___: object) -> None:
        refusal = next((str(reason) for reason in reasons if reason.is_failure), None)
        self._post(lambda: self._on_subscribed(mid, refusal))

    def _end(self, kind: Down, reason: str) -> None:
        ended = (Down.CLOSED, "closed") if self._is_closing else (kind, reason)
        self._post(lambda: _settle(self.down, ended))

    def _post(self, work: Callable[[], object]) -> None:
        with suppress(RuntimeError):  # the event loop has ended before the network thread
            self._loop.call_soon_threadsafe(work)


def _send_at_once(_: object, __: object, connection: Any) -> None:
    """Turn off Nagle's algorithm: an acknowledgement and a small message after it would wait 40 ms for each other."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _properties(packet: int) -> Properties:
    return Properties(packet)  # type: ignore[no-untyped-call]  # paho leaves this constructor without types


def _settle(future: asyncio.Future[Any], result: object) -> None:
    if not future.done():
        future.set_result(result)
