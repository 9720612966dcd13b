"""The composition root: the only file that builds everything and connects it; `start` reads as the boot order."""

import asyncio
import os
from contextlib import AsyncExitStack
from pathlib import Path

import msgspec

from hub import __version__
from hub.config import Settings
from hub.contracts.driver import Publish
from hub.contracts.errors import ModelError
from hub.contracts.ids import new_id
from hub.control.conversation import Conversation
from hub.control.decision import Policy
from hub.control.dispatcher import Dispatcher
from hub.gateway.gateway import Gateway
from hub.gateway.pairings import Pairings
from hub.home.home import Home
from hub.intake.events import EventPublisher
from hub.intake.http.server import HttpIntake
from hub.intake.mqtt import MqttIntake
from hub.intake.services import Services
from hub.intake.wire import JsonObject
from hub.plugins import load_plugins
from hub.plugins.phrases import read_lessons
from hub.plugins.simulators import SimulatorProcesses
from hub.runtime import memory
from hub.runtime.bus import Bus
from hub.runtime.clock import SystemClock, local_zone
from hub.runtime.data_dir import DataDir
from hub.runtime.logs import get_logger
from hub.schedule.schedule import Schedule
from hub.storage.database import Database, sqlite_url
from hub.storage.home import DeviceRepository
from hub.storage.logins import LoginRepository
from hub.storage.records import Scheduled, ScheduleStatus
from hub.storage.requests import RequestRepository
from hub.storage.schedule import ScheduleRepository
from hub.storage.settings import SettingRepository
from hub.storage.transactions import TransactionRepository
from hub.transport.broker import BrokerKind, Endpoint, choose_broker
from hub.transport.mdns import Advertisement, Mdns
from hub.transport.mqtt import MqttClient
from hub.understanding.encoder import MODEL_FOLDER, Model, load_model
from hub.understanding.gate import Budgets
from hub.understanding.teaching import teach
from hub.understanding.understand import Understander

HUB_SERVICE = "_aios-hub._tcp.local."
BROKER_SERVICE = "_mqtt._tcp.local."
LOOPBACK = "127.0.0.1"

log = get_logger(__name__)


class Hub:
    """A hub that can be started and stopped once.

    Attributes:
        endpoint, http, home, hub_id: set by `start`, for whoever prints where the hub is.
    """

    endpoint: Endpoint
    http: HttpIntake
    home: Home
    hub_id: str

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.data_dir = DataDir(settings.data_dir)
        self._clock = SystemClock()
        self._bus = Bus()
        self._cleanup = AsyncExitStack()
        self._model_state = "loading"
        self._model_problem = ""
        self._since = self._clock.now()
        self.plugins = load_plugins(settings.plugins.folders, disabled=settings.plugins.disabled)

    async def start(self) -> None:
        """Bring up everything in order; on failure what was started is stopped again, and the error is raised."""
        try:
            await self._start()
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Stop everything in the reverse order."""
        self.data_dir.remove_run_file()
        await self._cleanup.aclose()

    async def load_model(self) -> None:
        """Load the intent model in a thread; until then, and without one, the simplest requests go by rules."""
        folder = Path(self.settings.model.path) if self.settings.model.path else MODEL_FOLDER
        try:
            model = await asyncio.to_thread(self._taught_model, folder)
        except ModelError as error:
            self._model_state, self._model_problem = "missing", error.what
            log.error(
                "the intent model is not there, only the simplest requests work", what=error.what, hint=error.hint
            )
            return
        self._conversation.understander = Understander(model, self._intents, Budgets.from_settings(self.settings.model))
        memory.give_back()
        self._model_state = "loaded"
        log.debug("intent model loaded", folder=str(folder))

    def _taught_model(self, folder: Path) -> Model:
        model = load_model(folder)
        return teach(model, read_lessons(self.plugins, model.manifest.intents))

    def status(self) -> JsonObject:
        """Return the document of `GET /api/v1/status`."""
        problems: list[str] = [failure.reason for failure in self.plugins.failed]
        problems += [text for text in (self._mqtt.problem, self._mdns.diagnose(), self._model_problem) if text]
        if self.endpoint.kind is BrokerKind.AMQTT:
            problems.append("The embedded broker is for trying out only; install Mosquitto.")
        return {
            "hub": self.hub_id,
            "version": __version__,
            "state": "online" if self._mqtt.is_connected else "degraded",
            "since": self._since.isoformat(),
            "broker": {
                "kind": self.endpoint.kind.value,
                "host": self.endpoint.host,
                "port": self.endpoint.port,
                "is_connected": self._mqtt.is_connected,
                "has_own_acl": self.endpoint.has_own_acl,
            },
            "model": {"state": self._model_state},
            "devices": len(self.home.devices()),
            "problems": list(problems),
        }

    async def _start(self) -> None:
        settings = self.settings
        self.data_dir.prepare()
        database = Database(settings.database.url or sqlite_url(settings.data_dir), clock=self._clock)
        await database.start()
        self._cleanup.push_async_callback(database.stop)
        self.hub_id = await _hub_id(SettingRepository(database))
        await self._start_transport()
        await self._start_home(database)
        await self._start_control(database)
        await self._start_intake(database)
        await self._advertise()
        self.data_dir.write_run_file(
            {
                "pid": os.getpid(),
                "hub": self.hub_id,
                "http": {"host": self.http.host, "port": self.http.port},
                "mqtt": {"host": self.endpoint.host, "port": self.endpoint.port},
            }
        )

    async def _start_transport(self) -> None:
        self._mdns = Mdns(self.settings.mdns, self._clock)
        await self._mdns.start()
        self._cleanup.push_async_callback(self._mdns.stop)
        self._broker = await choose_broker(self.settings, self._mdns)
        self.endpoint = await self._broker.start()
        self._cleanup.push_async_callback(self._broker.stop)
        self._mqtt = MqttClient(
            self.endpoint,
            self.endpoint.username or f"aios-hub-{self.hub_id[-8:]}",
            clock=self._clock,
            will=self._status_message("offline"),
            keepalive_s=self.settings.broker.keepalive_s,
        )
        self._mqtt.retained_on_connect.append(self._status_message("online"))
        self._cleanup.push_async_callback(self._mqtt.stop)

    async def _start_home(self, database: Database) -> None:
        devices = DeviceRepository(database)
        stored = await devices.load()
        self.home = Home(
            devices=stored.devices,
            areas=stored.areas,
            floors=stored.floors,
            states=stored.states,
            overrides=await devices.overrides(),
        )
        self._gateway = Gateway(
            drivers=[plugin.driver for plugin in self.plugins.drivers],
            home=self.home,
            mqtt=self._mqtt,
            mdns=self._mdns,
            bus=self._bus,
            clock=self._clock,
            repository=devices,
        )
        self._pairings = Pairings(
            broker=self._broker,
            endpoint=self.endpoint,
            repository=LoginRepository(database),
            home=self.home,
            clock=self._clock,
            hub_id=self.hub_id,
            auto_approve=self.settings.is_demo,
        )
        await self._pairings.start()
        await self._mqtt.start()
        await self._gateway.start()
        self._cleanup.push_async_callback(self._gateway.stop)

    async def _start_control(self, database: Database) -> None:
        settings = self.settings
        zone = local_zone(settings.home.time_zone)
        skills = {plugin.skill.manifest.id: plugin.skill for plugin in self.plugins.skills}
        self._intents = {intent.name: intent for skill in skills.values() for intent in skill.manifest.intents}
        self._schedule = Schedule(ScheduleRepository(database), self._clock, zone, self._on_due)
        self._conversation = Conversation(
            understander=Understander(None, self._intents),
            skills=skills,
            home=self.home,
            dispatcher=Dispatcher(self._gateway, self.home, self._clock, settings.control),
            schedule=self._schedule,
            requests=RequestRepository(database),
            transactions=TransactionRepository(database),
            bus=self._bus,
            clock=self._clock,
            zone=zone,
            policy=Policy.from_settings(settings),
        )
        await self._conversation.start()
        self._cleanup.push_async_callback(self._conversation.stop)
        await self._schedule.start()
        self._cleanup.push_async_callback(self._schedule.stop)

    async def _on_due(self, scheduled: Scheduled) -> tuple[ScheduleStatus, str]:
        return await self._conversation.run_scheduled(scheduled)

    async def _start_intake(self, database: Database) -> None:
        services = Services(
            conversation=self._conversation,
            home=self.home,
            gateway=self._gateway,
            pairings=self._pairings,
            schedule=self._schedule,
            requests=RequestRepository(database),
            devices=DeviceRepository(database),
            bus=self._bus,
            clock=self._clock,
            token=self.data_dir.token(),
            status=self.status,
        )
        self.http = HttpIntake(services, self.settings)
        await self.http.start()
        self._cleanup.push_async_callback(self.http.stop)
        mqtt = MqttIntake(
            client=self._mqtt,
            conversation=self._conversation,
            home=self.home,
            clock=self._clock,
            is_verified=self.endpoint.has_own_acl,
            max_age_s=self.settings.control.request_max_age_s,
        )
        await mqtt.start()
        events = EventPublisher(bus=self._bus, client=self._mqtt, hub_id=self.hub_id)
        events.start()
        self._cleanup.push_async_callback(events.stop)

    async def _advertise(self) -> None:
        name = f"{self.settings.home.name} {self.hub_id[-6:]}"
        txt = {"id": self.hub_id, "v": "1", "mqtt": str(self.endpoint.port), "http": str(self.http.port)}
        await self._mdns.advertise(Advertisement(type=HUB_SERVICE, name=name, port=self.http.port, txt=txt))
        if self.endpoint.kind is BrokerKind.MOSQUITTO and self.settings.broker.open_to_network:
            await self._mdns.advertise(Advertisement(type=BROKER_SERVICE, name=name, port=self.endpoint.port))

    async def start_demo(self) -> None:
        """Start the simulators: the virtual home, in processes of its own."""
        simulators = SimulatorProcesses()
        self._cleanup.push_async_callback(simulators.stop)
        await simulators.start(
            self.plugins.simulators,
            "--hub-http",
            f"{LOOPBACK}:{self.http.port}",
            "--mqtt",
            f"{self.endpoint.host}:{self.endpoint.port}",
            "--data-dir",
            str(self.settings.data_dir / "demo"),
            *(part for address in self.settings.mdns.interfaces for part in ("--interface", address)),
        )

    def _status_message(self, state: str) -> Publish:
        document = {"state": state, "version": __version__, "since": self._since}
        topic = f"aios/v1/hub/{self.hub_id}/status"
        return Publish(topic=topic, payload=msgspec.json.encode(document), qos=1, is_retained=True)


async def _hub_id(settings: SettingRepository) -> str:
    found = await settings.get("hub_id")
    if found is None:
        found = new_id()
        await settings.set("hub_id", found)
    return found
