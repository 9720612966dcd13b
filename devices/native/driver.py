"""The native dialect as a state machine: announcements, availability, state, events and results in, commands out."""

from collections.abc import Callable, Sequence

import msgspec

from hub.sdk import (
    Browse,
    Call,
    Changed,
    Command,
    Description,
    DriverOutput,
    Fired,
    Found,
    Gone,
    Inbound,
    Message,
    PayloadError,
    Problem,
    ProblemKind,
    Publish,
    Reachable,
    Resulted,
    Service,
    Source,
    Subscribe,
    is_topic_id,
)

from . import codec

DIALECT = "native"
PREFIX = "aios/v1/device"
SERVICE = "_aios._tcp.local."
EARLY_LIMIT = 10_000  # devices whose state may wait for their announcement
SERVICES_LIMIT = 5_000  # mDNS names that are remembered for their goodbye


class NativeDriver:
    """Devices that speak the hub's own protocol."""

    dialect = DIALECT

    def __init__(self) -> None:
        self._announced: set[str] = set()
        self._availability: dict[str, bool] = {}
        self._early: dict[str, Changed] = {}  # state that came before its announcement: retained topics have no order
        self._services: dict[str, str] = {}  # mDNS instance name to device id, for goodbyes
        self._claims: dict[str, str] = {}  # identity to the device that announced it first
        self._claimed: dict[str, frozenset[str]] = {}
        self._topics: dict[str, Callable[[str, Message], Sequence[DriverOutput]]] = {
            "announce": self._announce,
            "availability": self._available,
            "state": self._state,
            "event": self._event,
            "result": self._result,
        }

    def start(self) -> Sequence[Subscribe | Browse | Publish]:
        """Discovery and state at QoS 0 (a QoS 1 subscription loses retained messages), the rest at QoS 1."""
        quality = {"announce": 0, "availability": 0, "state": 0, "event": 1, "result": 1}
        return [
            *(Subscribe(filter=f"{PREFIX}/+/{name}", qos=qos) for name, qos in quality.items()),
            Browse(type=SERVICE),
        ]

    def feed(self, inbound: Inbound) -> Sequence[DriverOutput]:
        """Take one message or service; a malformed one gives a Problem and nothing else."""
        if isinstance(inbound, Service):
            return self._service(inbound) if inbound.type == SERVICE else ()
        parts = inbound.topic.split("/")
        if len(parts) != 5 or "/".join(parts[:3]) != PREFIX or parts[4] not in self._topics:
            return ()
        device_id, topic = parts[3], parts[4]
        if not is_topic_id(device_id):
            return (_problem(inbound.topic, ProblemKind.BAD_ID, f"{device_id!r} is no device id."),)
        try:
            return self._topics[topic](device_id, inbound)
        except PayloadError as error:
            kind = ProblemKind.TOO_LARGE if len(inbound.payload) > codec.PAYLOAD_LIMIT else ProblemKind.MALFORMED
            return (_problem(inbound.topic, kind, error.what),)

    def encode(self, command: Command) -> Sequence[Publish | Call]:
        """Every command of the vocabulary goes to the device's own `command` topic."""
        if not is_topic_id(command.source.address):
            return ()
        payload: dict[str, object] = {"id": command.id, "command": command.command, "params": dict(command.params)}
        if command.component:
            payload["component"] = command.component
        topic = f"{PREFIX}/{command.source.address}/command"
        return (Publish(topic=topic, payload=msgspec.json.encode(payload), qos=1),)

    def query(self, source: Source) -> Sequence[Publish | Call]:
        """The protocol has no question for state: a device reports after each command."""
        return ()

    def forget(self, source: Source) -> Sequence[Publish]:
        """Take back what the device left on the broker, so that it does not come back at the next start."""
        topics = ("announce", "availability", "state") if is_topic_id(source.address) else ()
        return [
            Publish(topic=f"{PREFIX}/{source.address}/{one}", payload=b"", qos=1, is_retained=True) for one in topics
        ]

    def _announce(self, device_id: str, message: Message) -> Sequence[DriverOutput]:
        source = _source(device_id)
        if not message.payload:
            self._announced.discard(device_id)
            self._early.pop(device_id, None)
            self._claim(device_id, ())
            return (Gone(source=source, reason="withdrawn"),)
        said = codec.decode_announce(message.payload)
        taken = self._claim(device_id, said.ids)
        description = Description(
            source=source,
            name=said.name.strip(),
            kind=codec.kind_of(said.kind),
            aliases=said.aliases,
            area=said.area,
            floor=said.floor,
            owner=said.owner,
            manufacturer=said.manufacturer,
            model=said.model,
            ids=frozenset(said.ids) - taken.keys(),
            via=said.via,
            language=said.language,
            scenario=said.scenario,
            components=codec.components_of(said),
        )
        self._announced.add(device_id)
        found: list[DriverOutput] = [Found(description=description)]
        for identity, owner in taken.items():
            found.append(_problem(message.topic, ProblemKind.CONFLICT, f"{owner} has announced {identity!r} before."))
        if device_id in self._availability:
            found.append(Reachable(source=source, is_online=self._availability[device_id]))
        if device_id in self._early:
            found.append(self._early.pop(device_id))
        return found

    def _claim(self, device_id: str, ids: Sequence[str]) -> dict[str, str]:
        """Note which identities a device claims; return those that another one has: two logins are never one device."""
        for one in self._claimed.pop(device_id, ()):
            del self._claims[one]
        taken = {one: owner for one in ids if (owner := self._claims.setdefault(one, device_id)) != device_id}
        self._claimed[device_id] = frozenset(ids) - taken.keys()
        return taken

    def _available(self, device_id: str, message: Message) -> Sequence[DriverOutput]:
        if not message.payload:
            self._availability.pop(device_id, None)
            return ()
        is_online = codec.decode_availability(message.payload)
        self._availability[device_id] = is_online
        return (Reachable(source=_source(device_id), is_online=is_online),)

    def _state(self, device_id: str, message: Message) -> Sequence[DriverOutput]:
        if not message.payload:
            return ()
        states = codec.decode_state(message.payload)
        changed = Changed(source=_source(device_id), states=states, is_retained=message.is_retained, is_complete=True)
        if device_id in self._announced:
            return (changed,)
        if device_id in self._early or len(self._early) < EARLY_LIMIT:
            self._early[device_id] = changed
        return ()

    def _event(self, device_id: str, message: Message) -> Sequence[DriverOutput]:
        if message.is_retained:
            return (_problem(message.topic, ProblemKind.MALFORMED, "An event is never retained."),)
        said = codec.decode_event(message.payload)
        return (Fired(source=_source(device_id), type=said.type, component=said.component, data={"id": said.id}),)

    def _result(self, device_id: str, message: Message) -> Sequence[DriverOutput]:
        if message.is_retained:
            return ()
        said = codec.decode_result(message.payload)
        return (Resulted(source=_source(device_id), command=said.id, is_ok=said.ok, reason=said.reason),)

    def _service(self, service: Service) -> Sequence[DriverOutput]:
        """Show who advertises itself; also who says `paired`: it may be another hub's, and its word proves nothing."""
        if service.is_gone:
            device_id = self._services.pop(service.name, None)
            if device_id is None:
                return ()
            return (Reachable(source=_source(device_id), is_online=False, is_hint=True),)
        device_id = codec.service_text(service, "id") or ""
        if not is_topic_id(device_id):
            return (_problem(service.name, ProblemKind.BAD_ID, "Its TXT record has no usable id."),)
        if len(self._services) < SERVICES_LIMIT:
            self._services[service.name] = device_id
        if device_id in self._announced:
            return ()
        description = Description(
            source=_source(device_id),
            name=codec.service_text(service, "name") or device_id,
            kind=codec.kind_of(codec.service_text(service, "kind") or "unknown"),
            area=codec.service_text(service, "area"),
        )
        return (Found(description=description, needs_adoption=True),)


def _source(device_id: str) -> Source:
    return Source(dialect=DIALECT, address=device_id)


def _problem(where: str, kind: ProblemKind, what: str) -> Problem:
    return Problem(where=where, kind=kind, what=f"{what} It was left out; correct the device and announce it again.")
