"""Which broker: the configured URL, one found on the network (if allowed), our Mosquitto, amqtt for trying out."""

import asyncio

from hub.config import Settings
from hub.contracts.driver import Service
from hub.contracts.errors import BrokerError
from hub.runtime.logs import get_logger
from hub.transport.broker.external import ExternalBroker
from hub.transport.broker.logins import Broker
from hub.transport.broker.mosquitto import MosquittoBroker, find_mosquitto
from hub.transport.broker.try_out import AmqttBroker
from hub.transport.mdns import Mdns

DISCOVER_WITHIN_S = 2.0
SERVICES = {"_secure-mqtt._tcp.local.": "mqtts", "_mqtt._tcp.local.": "mqtt"}

_log = get_logger(__name__)


async def choose_broker(settings: Settings, mdns: Mdns | None = None) -> Broker:
    """Return the broker to use, not yet started; mDNS has to be started for one to be found.

    Raises:
        BrokerError: Mosquitto is asked for and not installed.
    """
    broker = settings.broker
    if broker.url:
        return ExternalBroker(broker.url, broker)
    if broker.discover and mdns is not None:
        url = await _discover(mdns)
        if url is not None:
            _log.info("using the MQTT broker found on the network", broker=url)
            return ExternalBroker(url, broker)
    program = find_mosquitto(broker.mosquitto)
    if program is None and (broker.embedded == "mosquitto" or broker.mosquitto):
        raise BrokerError(
            f"Mosquitto is not installed{f' at {broker.mosquitto}' if broker.mosquitto else ''}.",
            hint="Install it (Debian: apt install mosquitto) or correct broker.mosquitto and broker.embedded.",
        )
    folder = settings.data_dir / "broker"
    if program is not None and broker.embedded != "amqtt":
        return MosquittoBroker(program, folder, broker)
    return AmqttBroker(folder / "amqtt", broker)


async def _discover(mdns: Mdns) -> str | None:
    """Return the URL of the first broker that answers, an encrypted one before others."""
    found: dict[str, str] = {}
    secure = asyncio.Event()

    def see(service: Service) -> None:
        scheme = SERVICES[service.type]
        if service.is_gone or not service.addresses or not service.port or scheme in found:
            return
        address = service.addresses[0]
        host = f"[{address}]" if ":" in address else address
        found[scheme] = f"{scheme}://{host}:{service.port}"
        if scheme == "mqtts":
            secure.set()

    stops = [await mdns.browse(kind, see) for kind in SERVICES]
    try:
        await asyncio.wait_for(secure.wait(), DISCOVER_WITHIN_S)
    except TimeoutError:
        pass
    finally:
        for stop in stops:
            await stop()
    return found.get("mqtts") or found.get("mqtt")
