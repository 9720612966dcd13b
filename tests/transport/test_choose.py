"""Which broker is used, in which order."""

import asyncio
from pathlib import Path

import pytest

from hub.config import BrokerSettings, MdnsSettings, Settings
from hub.contracts.errors import BrokerError
from hub.runtime.clock import SystemClock
from hub.transport.broker import AmqttBroker, ExternalBroker, MosquittoBroker, choose, choose_broker, mosquitto
from hub.transport.mdns import Advertisement, Mdns
from tests.transport.brokers import needs_mosquitto


def pick(tmp_path: Path, **broker: object) -> object:
    settings = Settings(data_dir=tmp_path, broker=BrokerSettings(**broker))  # type: ignore[arg-type]
    return asyncio.run(choose_broker(settings))


@needs_mosquitto
def test_a_url_goes_before_mosquitto_and_mosquitto_before_amqtt(tmp_path: Path) -> None:
    assert isinstance(pick(tmp_path, url="mqtt://x"), ExternalBroker)
    assert isinstance(pick(tmp_path), MosquittoBroker)
    assert isinstance(pick(tmp_path, embedded="amqtt"), AmqttBroker)


def test_without_mosquitto_amqtt_is_taken_unless_mosquitto_is_demanded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(mosquitto, "EXTRA_PATHS", ())
    assert isinstance(pick(tmp_path), AmqttBroker)
    with pytest.raises(BrokerError, match="apt install mosquitto"):
        pick(tmp_path, embedded="mosquitto")
    with pytest.raises(BrokerError, match="not installed at /nowhere/mosquitto"):
        pick(tmp_path, mosquitto="/nowhere/mosquitto")


@needs_mosquitto
def test_mosquitto_is_found_beside_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert mosquitto.find_mosquitto() is not None


@pytest.mark.flow
@pytest.mark.parametrize("discover", [True, False])
def test_a_broker_on_the_network_is_used_only_if_that_is_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, discover: bool
) -> None:
    monkeypatch.setattr(choose, "SERVICES", {"_mqttt1._tcp.local.": "mqtt", "_mqttt2._tcp.local.": "mqtts"})
    monkeypatch.setattr(choose, "DISCOVER_WITHIN_S", 10.0)

    async def scene() -> None:
        mdns = Mdns(MdnsSettings(interfaces=("127.0.0.1",)), SystemClock())
        await mdns.start()
        try:
            for kind, port in (("_mqttt1", 1), ("_mqttt2", 2)):
                await mdns.advertise(Advertisement(type=f"{kind}._tcp.local.", name="broker", port=port))
            settings = Settings(data_dir=tmp_path, broker=BrokerSettings(discover=discover, embedded="amqtt"))
            broker = await choose_broker(settings, mdns)
            if not discover:
                assert isinstance(broker, AmqttBroker)
                return
            assert isinstance(broker, ExternalBroker)
            endpoint = await broker.start()
            assert (endpoint.host, endpoint.port, endpoint.is_tls) == ("127.0.0.1", 2, True)
        finally:
            await mdns.stop()

    asyncio.run(scene())
