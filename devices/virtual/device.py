"""One virtual device on the wire: announces, obeys, reports; and misbehaves when a test tells it to."""

import asyncio
import json
import random
import socket
from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

from devices.virtual.behaviour import Refusal
from devices.virtual.catalogue import ROOMS, Model
from devices.virtual.pairing import Login
from hub.sdk import StateScalar

PREFIX = "aios/v1/device"
SLOW_S = 3.0  # how long a slow device takes to obey
FLAP_S = 0.5
KEEPALIVE_S = 20
HEARD_LIMIT = 64  # ids of commands that a device remembers
LIES = {"locked": "jammed", "unlocked": "jammed", "open": "stopped", "closed": "stopped"}
REFUSALS = frozenset({"Bad user name or password", "Not authorized"})  # others (server busy, ...) may pass


class Mode(StrEnum):
    """How a device behaves."""

    NORMAL = "normal"
    SLOW = "slow"  # obeys late
    SILENT = "silent"  # obeys, never reports
    DEAF = "deaf"  # is there, does nothing
    WRONG = "wrong"  # says that it cannot
    LYING = "lying"  # obeys, and reports something else of what it changed
    OFFLINE = "offline"  # its connection is cut, so that its last will is published
    FLAPPING = "flapping"  # comes and goes


class VirtualDevice:
    """A device with a connection of its own, or behind its companion's connection."""

    def __init__(self, model: Model, *, seed: int, companion: "VirtualDevice | None" = None) -> None:
        self.model = model
        self.mode = Mode.NORMAL
        self.commands: list[dict[str, object]] = []
        self.replies: list[dict[str, object]] = []
        self._chance = random.Random(f"{seed}/{model.id}")
        self._behaviour = model.behaviour(model.state, self._chance)
        self._before: dict[str, object] = {}
        self._companion = companion
        self._passengers: list[VirtualDevice] = []
        if companion is not None:
            companion._passengers.append(self)
        self._client: mqtt.Client | None = None
        self._loop = asyncio.get_running_loop()
        self._reported: dict[str, object] | None = None
        self._flap_s = 0.0
        self._login: Login | None = None
        self._heard: deque[str] = deque(maxlen=HEARD_LIMIT)
        self.is_connected = asyncio.Event()
        self.is_away = asyncio.Event()
        self.is_refused = asyncio.Event()

    @property
    def state(self) -> dict[str, object]:
        """Return what the device really does, whatever it reports."""
        return dict(self._behaviour.state)

    def connect(self, login: Login) -> None:
        """Connect with the login; paho reconnects by itself from then on.

        `is_connected`, `is_away` and `is_refused` (the broker does not take the login) tell what becomes of it.
        """
        self._login = login
        self.is_refused.clear()
        self._be_away()
        client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=login.login, protocol=mqtt.MQTTv311)
        if login.password:
            client.username_pw_set(login.login, login.password)
        client.will_set(self._topic("availability"), "offline", 1, retain=True)
        client.reconnect_delay_set(1, 5)
        client.on_socket_open = _send_at_once
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        self._client = client
        client.connect_async(login.host, login.port, keepalive=KEEPALIVE_S)
        client.loop_start()

    def disconnect(self) -> None:
        """Say goodbye properly."""
        if self._client is None:
            return
        for device in (*self._passengers, self):
            device._publish("availability", "offline", is_retained=True)
        self._client.disconnect()
        self._client.loop_stop()
        self._client = None

    def set_mode(self, mode: Mode) -> None:
        """Behave like that from now on."""
        was, self.mode = self.mode, mode
        self._before = self.state
        if mode is Mode.OFFLINE and self._companion is None:
            self._cut()
        elif mode is Mode.OFFLINE:
            self._publish("availability", "offline", is_retained=True)
        elif was is Mode.OFFLINE:
            self._restore()
        elif was is Mode.FLAPPING:
            self._publish("availability", "online", is_retained=True)

    def change(self, fields: Mapping[str, StateScalar]) -> None:
        """Let somebody turn it by hand, or a sensor notice something.

        Raises:
            ValueError: the device has no such field.
        """
        unknown = sorted(set(fields) - set(self._behaviour.state))
        if unknown:
            raise ValueError(f"{self.model.id} has no {', '.join(unknown)}")
        self._behaviour.state.update(fields)
        self.report()

    def say(self, text: str, request_id: str) -> None:
        """Send a request as this device; the reply comes into `replies`."""
        request = {"id": request_id, "text": text, "at": datetime.now(UTC).isoformat()}
        self._publish("request", json.dumps(request, ensure_ascii=False))

    def tick(self, elapsed_s: float) -> None:
        """Let time pass, and report what changed."""
        self._behaviour.tick(elapsed_s)
        if self.mode is Mode.FLAPPING:
            self._flap_s += elapsed_s
            if self._flap_s >= FLAP_S:
                self._flap_s = 0.0
                self._publish("availability", self._chance.choice(("online", "offline")), is_retained=True)
        self.report()

    def report(self, *, is_forced: bool = False) -> None:
        """Publish the complete state if it changed, or anyway."""
        shown = self._shown()
        if self.mode in (Mode.SILENT, Mode.OFFLINE) or (not is_forced and self._reported == shown):
            return
        self._reported = shown
        self._publish("state", json.dumps(shown, ensure_ascii=False), qos=0, is_retained=True)

    def announcement(self) -> dict[str, object]:
        """Return the `announce` payload."""
        model = self.model
        found: dict[str, object] = {
            "name": model.name,
            "kind": model.kind,
            "ids": [f"serial:virtual-{model.id}"],
            "aliases": list(model.aliases),
            "components": {"": model.capabilities},
            "manufacturer": "AIOS",
            "model": model.model,
        }
        if model.room is not None:
            found["area"], found["floor"] = ROOMS[model.room]
        if model.owner is not None:
            found["owner"] = model.owner
        if model.via is not None:
            found["via"] = model.via
        return found

    def _shown(self) -> dict[str, object]:
        if self.mode is not Mode.LYING:
            return self.state
        return {name: value if value == self._before.get(name) else _lie(value) for name, value in self.state.items()}

    def _introduce(self) -> None:
        self._publish("announce", json.dumps(self.announcement(), ensure_ascii=False), is_retained=True)
        self._publish("availability", "offline" if self.mode is Mode.OFFLINE else "online", is_retained=True)
        self.report(is_forced=True)
        client = self._carrier()
        if client is not None:
            client.subscribe([(self._topic(name), 1) for name in ("command", "reply", "notify")])

    def _on_connect(self, client: mqtt.Client, _: object, __: object, reason: ReasonCode, *___: object) -> None:
        self._loop.call_soon_threadsafe(self._connected, client, reason)

    def _on_disconnect(self, client: mqtt.Client, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._disconnected, client)

    def _connected(self, client: mqtt.Client, reason: ReasonCode) -> None:
        if client is not self._client:
            return
        if reason.is_failure:
            if reason.getName() in REFUSALS:
                self.is_refused.set()
            return
        self.is_away.clear()
        self.is_connected.set()
        for device in (self, *self._passengers):
            device._introduce()

    def _disconnected(self, client: mqtt.Client) -> None:
        if client is self._client:
            self._be_away()

    def _be_away(self) -> None:
        self.is_connected.clear()
        self.is_away.set()

    def _on_message(self, _: mqtt.Client, __: object, message: mqtt.MQTTMessage) -> None:
        device_id, name = message.topic.split("/")[3:]
        self._loop.call_soon_threadsafe(self._dispatch, device_id, name, bytes(message.payload))

    def _dispatch(self, device_id: str, topic: str, payload: bytes) -> None:
        device = next((one for one in (self, *self._passengers) if one.model.id == device_id), None)
        if device is None:
            return
        try:
            document = json.loads(payload)
        except ValueError:
            return
        if not isinstance(document, dict):
            return
        if topic == "command":
            device._obey(document)
        else:
            device.replies.append(document)

    def _obey(self, command: dict[str, object]) -> None:
        command_id = str(command.get("id"))
        if command_id in self._heard:
            return  # the broker may deliver twice (QoS 1)
        self._heard.append(command_id)
        self.commands.append(command)
        if self.mode is Mode.DEAF:
            return
        if self.mode is Mode.SLOW:
            self._loop.call_later(SLOW_S, self._carry_out, command)
        else:
            self._carry_out(command)

    def _carry_out(self, command: dict[str, object]) -> None:
        reason = "out of order" if self.mode is Mode.WRONG else None
        if reason is None:
            params = command.get("params")
            try:
                self._behaviour.command(str(command.get("command")), params if isinstance(params, dict) else {})
            except Refusal as refusal:
                reason = str(refusal)
        if self.mode is not Mode.SILENT:
            result: dict[str, object] = {"id": command.get("id"), "ok": reason is None}
            if reason is not None:
                result["reason"] = reason
            self._publish("result", json.dumps(result))
        self.report(is_forced=True)

    def _cut(self) -> None:
        """Drop the connection without a goodbye, so that the broker publishes the last will."""
        if self._client is not None:
            self._client.loop_stop()
            connection = self._client.socket()
            if connection is not None:
                connection.close()
            self._be_away()
        for passenger in self._passengers:
            passenger.mode = Mode.OFFLINE

    def _restore(self) -> None:
        if self._companion is not None:
            self._publish("availability", "online", is_retained=True)
            self.report(is_forced=True)
        elif self._client is not None and self._login is not None:
            self._client.connect_async(self._login.host, self._login.port, keepalive=KEEPALIVE_S)
            self._client.loop_start()
            for passenger in self._passengers:
                passenger.mode = Mode.NORMAL

    def _carrier(self) -> mqtt.Client | None:
        """Return the connection, None while it is down: what is queued then would be told late, and be wrong."""
        if self._companion is not None:
            return self._companion._carrier()
        return self._client if self.is_connected.is_set() else None

    def _publish(self, name: str, payload: str, *, qos: int = 1, is_retained: bool = False) -> None:
        client = self._carrier()
        if client is not None:
            client.publish(self._topic(name), payload, qos, retain=is_retained)

    def _topic(self, name: str) -> str:
        return f"{PREFIX}/{self.model.id}/{name}"


def _lie(value: object) -> object:
    """Return another value of the same type: never the true one."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value - 7 if value >= 50 else value + 7
    return LIES.get(str(value), "unknown")


def _send_at_once(_: mqtt.Client, __: object, connection: object) -> None:
    """Switch Nagle's algorithm off: with delayed acknowledgements it costs 40 ms an answer."""
    if isinstance(connection, socket.socket):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
