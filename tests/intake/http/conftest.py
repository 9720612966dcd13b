"""A real HTTP server on loopback over a small home, for the tests of the REST interface, the WebSocket and the page."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar

import httpx
import pytest
from websockets.asyncio.client import connect

from hub.config import HttpSettings, Settings
from hub.contracts.capability import Capability
from hub.contracts.device import Area, Device, DeviceKind, Floor, Source, StateScalar, StateValue
from hub.contracts.driver import Changed, Observation, Problem, ProblemKind, Reachable
from hub.contracts.errors import HubError, StorageError
from hub.contracts.frame import Understanding
from hub.contracts.messages import Asker, Channel, Outcome, Receipt, ReceiptStatus, Reply, Request
from hub.contracts.skill import Effect, Plan
from hub.control.decision import Decision, Session
from hub.gateway.pairings import Credentials, Waiting
from hub.home.changes import HomeChange
from hub.home.home import Home
from hub.intake.http.server import HttpIntake
from hub.intake.services import Services
from hub.runtime.bus import Bus
from hub.runtime.clock import SystemClock
from hub.storage.records import OverrideValue, Scheduled, StoredRequest

T = TypeVar("T")
TOKEN = "t" * 43
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
XSS = "<img src=x onerror=document.title='owned'>"


def device(name: str, kind: DeviceKind = DeviceKind.LIGHT, area: str | None = "kitchen", **more: Any) -> Device:
    """Make a device."""
    return Device(
        id=name,
        name=more.pop("called", name.replace("-", " ").capitalize()),
        kind=kind,
        area=area,
        sources=(Source(dialect="native", address=name),),
        components={"": {"on_off": Capability(name="on_off")}},
        **more,
    )


def small_home() -> Home:
    """Make a home of six devices, one offline, one not let in yet, one with an odd name."""
    made = [
        device("kitchen-ceiling", aliases=("大灯",)),
        device("living-blind", DeviceKind.COVER, "living"),
        device("front-door", DeviceKind.LOCK, None),
        device("heater", DeviceKind.THERMOSTAT, "living"),
        device("new-speaker", DeviceKind.SPEAKER, None, is_adopted=False),
        device("odd", DeviceKind.UNKNOWN, None, called=XSS),
    ]
    states = {
        "kitchen-ceiling": {"on": value(True), "brightness": value(30, "%")},
        "living-blind": {"cover_state": value("open"), "position": value(100, "%")},
        "front-door": {"lock": value("locked")},
        "heater": {"target_temperature": value(20.5, "°C")},
    }
    home = Home(
        devices=made,
        areas=[Area(id="kitchen", name="Kitchen", aliases=("厨房",)), Area(id="living", name="Living room")],
        floors=[Floor(id="ground", name="Ground floor")],
        states=states,
    )
    for one in made:
        if one.id != "heater":
            home.apply(Reachable(source=one.sources[0], is_online=True), NOW)
    home.apply(Problem(where="aios/v1/device/x/announce", kind=ProblemKind.MALFORMED, what="no JSON"), NOW)
    return home


def value(what: Any, unit: str | None = None) -> StateValue:
    """Make a state value."""
    return StateValue(value=what, ts=NOW, source="native", unit=unit)


class FakeConversation:
    """Answers by the words of the request; acts once for each id."""

    def __init__(self) -> None:
        self.heard: list[Request] = []
        self.replies: dict[tuple[str, str], list[Reply]] = {}
        self.settle = asyncio.Event()

    async def handle(self, request: Request, on_reply: Callable[[Reply], Awaitable[None]]) -> Reply:
        key = (request.asker.id, request.id)
        if key in self.replies:
            last = self.replies[key][-1]
            await on_reply(last)
            return last
        self.heard.append(request)
        first = self._first(request)
        self.replies[key] = [first]
        await on_reply(first)
        if first.is_final:
            return first
        await self.settle.wait()
        final = replace(
            first,
            text="The blind is closed.",
            receipts=(replace(first.receipts[0], status=ReceiptStatus.CONFIRMED, is_open=False),),
            is_final=True,
        )
        self.replies[key].append(final)
        await on_reply(final)
        return first

    def _first(self, request: Request) -> Reply:
        made = Reply(request=request.id, outcome=Outcome.ACT, text="Done.", session=request.session or "s1")
        lamp = Receipt(device="kitchen-ceiling", command="turn_off", latency_ms=12.0)
        if "crash" in request.text:
            raise RuntimeError("secret detail")
        if "store" in request.text:
            raise StorageError("The disk is full.", hint="Free some space.")
        if "blind" in request.text:
            moving = Receipt(device="living-blind", command="close", is_open=True)
            return replace(made, text="The blind is closing.", receipts=(moving,), is_final=False)
        if "unlock" in request.text:
            return replace(made, outcome=Outcome.ASK, text="Unlock the front door?", question="Unlock the front door?")
        if "silent" in request.text:
            return replace(made, text="Sent, not confirmed.", receipts=(lamp,))
        if "offline" in request.text:
            failed = replace(lamp, status=ReceiptStatus.FAILED, reason="unavailable")
            return replace(made, text="It is unavailable.", receipts=(failed,))
        if "sauna" in request.text:
            return replace(made, outcome=Outcome.REFUSE, text="There is no sauna.", reason="no_such_name")
        done = replace(lamp, status=ReceiptStatus.CONFIRMED, state={"on": False})
        return replace(made, text=f"You said: {request.text}", receipts=(done,))

    async def dry_run(self, request: Request) -> Decision:
        return Decision(
            outcome=Outcome.ACT,
            text="I would turn off the ceiling light.",
            language="en",
            understanding=Understanding(),
            session=Session(id="s1", asker_id="owner", updated=NOW),
            plan=Plan(effects=(Effect(command="turn_off", device="kitchen-ceiling"),)),
            asker=request.asker,
        )


class FakeStore:
    """Requests and devices as they are stored."""

    def __init__(self, conversation: FakeConversation) -> None:
        self._conversation = conversation
        self.overrides: dict[tuple[str, str], OverrideValue | None] = {}
        self.removed: list[str] = []

    async def save_override(self, device_id: str, field: str, value: OverrideValue | None) -> None:
        self.overrides[device_id, field] = value

    async def save_areas(self, areas: Sequence[Area]) -> None:
        self.overrides["areas", "names"] = tuple(area.name for area in areas)

    async def remove_device(self, device_id: str) -> None:
        self.removed.append(device_id)

    async def record(self, request_id: str) -> bytes | None:
        found = await self.find(request_id)
        lamp = {"effect": {"device": "kitchen-ceiling", "command": "turn_off", "params": {}}}
        target = {"scope": "named", "devices": ["kitchen-ceiling"], "areas": ["kitchen"], "problem": None}
        record = {
            "id": request_id,
            "text": found.text if found else "",
            "asker": {"id": "owner", "channel": "http"},
            "language": "en",
            "gate": "act",
            "frames": [{"intent": "home.turn_off", "confidence": 0.91, "text": "turn off the light", "target": target}],
            "evidence": {
                "heard": found.text if found else "",
                "normalised": "turn off the light",
                "segments": [{"intent": "home.turn_off", "score": 0.93, "candidates": ["kitchen-ceiling"]}],
                "notes": [],
                "model": "m1",
                "duration_ms": 3.25,
            },
            "verdicts": [{**lamp, "skill": "home", "kind": "allow", "reason": "fine", "detail": ""}],
            "receipts": [{**lamp["effect"], "status": "confirmed", "latency_ms": 12.0, "state": {"on": False}}],
            "duration_ms": 20.0,
        }
        return json.dumps(record).encode() if found else None

    async def find(self, request_id: str) -> StoredRequest | None:
        return next((one for one in await self.recent(100) if one.request_id == request_id), None)

    async def recent(self, limit: int) -> list[StoredRequest]:
        replies = self._conversation.replies
        return [
            StoredRequest(
                asker_id=r.asker.id, request_id=r.id, text=r.text, at=r.at or NOW, reply=replies[r.asker.id, r.id][-1]
            )
            for r in self._conversation.heard[::-1][:limit]
            if (r.asker.id, r.id) in replies
        ]


class FakeSchedule:
    """One row."""

    def __init__(self) -> None:
        asker = Asker(id="owner", channel=Channel.HTTP)
        effect = Effect(command="turn_off", device="tv")
        row = Scheduled(
            id="row1", due=NOW, effects=(effect,), asker=asker, language="en", text="turn off the TV at seven",
            request_id="r0", created=NOW,
        )  # fmt: skip
        self.rows = {"row1": row}

    async def pending(self) -> Sequence[Scheduled]:
        return list(self.rows.values())

    async def cancel(self, scheduled_id: str) -> bool:
        return self.rows.pop(scheduled_id, None) is not None


class FakePairings:
    """Waits for the owner."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self.asked: list[str] = []
        self.left = asyncio.Event()
        self.decided = asyncio.Event()
        self.revoked: list[str] = []

    async def ask(
        self, device_id: str, name: str, kind: str, peer: str, speaks_for: tuple[str, ...] = ()
    ) -> Credentials:
        if device_id == "denied":
            raise HubError("The owner said no.", hint="Ask the owner.")
        self.asked.append(device_id)
        try:
            await self.decided.wait()
        except asyncio.CancelledError:
            self.left.set()
            raise
        return Credentials(login=device_id, password="secret", mqtt_host="127.0.0.1", mqtt_port=1883, hub_id="h1")

    def pending(self) -> Sequence[Waiting]:
        return [Waiting(device_id=one, name="New", kind="speaker", peer="", code="123456") for one in self.asked]

    async def adopt(self, device_id: str, code: str | None) -> None:
        if code not in (None, "123456"):
            raise HubError("The code is another one.", hint="Read it again.")
        self._home.set_adopted(device_id, True)

    async def revoke(self, device_id: str) -> None:
        self.revoked.append(device_id)


class FakeGateway:
    """Hands changes of the home on."""

    def __init__(self) -> None:
        self.listeners: list[Callable[[HomeChange], None]] = []

    def add_listener(self, listener: Callable[[HomeChange], None]) -> None:
        self.listeners.append(listener)

    def owner_changed(self, changes: Sequence[HomeChange]) -> None:
        for change in changes:
            for listener in self.listeners:
                listener(change)


class Bench:
    """The server, what stands behind it, and clients of it."""

    def __init__(self, settings: HttpSettings) -> None:
        self.home = small_home()
        self.conversation = FakeConversation()
        self.store = FakeStore(self.conversation)
        self.schedule = FakeSchedule()
        self.pairings = FakePairings(self.home)
        self.gateway = FakeGateway()
        self.bus = Bus()
        services = Services(
            conversation=self.conversation,
            home=self.home,
            gateway=self.gateway,
            pairings=self.pairings,
            schedule=self.schedule,
            requests=self.store,
            devices=self.store,
            bus=self.bus,
            clock=SystemClock(),
            token=TOKEN,
            status=lambda: {"hub": "h1", "version": "9.9.9", "state": "online", "since": "now", "devices": 6},
        )
        self.intake = HttpIntake(services, Settings(http=settings))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.intake.port}"

    def client(self, token: str | None = TOKEN) -> httpx.AsyncClient:
        """Return a client with a token."""
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return httpx.AsyncClient(base_url=self.url, headers=headers, trust_env=False, timeout=30)

    def watch(self, **more: Any) -> connect:
        """Return a WebSocket that has yet to say its token."""
        return connect(f"{self.url.replace('http', 'ws')}/api/v1/events", proxy=None, **more)

    async def until(self, is_so: Callable[[], object]) -> None:
        """Wait until something has come about behind the server."""
        while not is_so():
            await asyncio.sleep(0.01)

    def observe(self, observation: Observation) -> None:
        """Have the home take an observation and the listeners told."""
        self.gateway.owner_changed(self.home.apply(observation, datetime.now(UTC)))

    def change(self, device_id: str, **states: StateScalar) -> None:
        """Have a device report state."""
        self.observe(Changed(source=Source(dialect="native", address=device_id), states=states))


Serve = Callable[..., None]


@pytest.fixture
def serve() -> Serve:
    """Run an async test against a server."""

    def run(work: Callable[[Bench], Awaitable[None]], settings: HttpSettings | None = None) -> None:
        async def main() -> None:
            bench = Bench(settings or HttpSettings(port=0))
            await bench.intake.start()
            try:
                async with asyncio.timeout(60):
                    await work(bench)
            finally:
                await bench.intake.stop()

        asyncio.run(main())

    return run
