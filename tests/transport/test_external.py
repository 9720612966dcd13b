"""Somebody else's broker: URL, login and TLS from the config."""

import asyncio
import shutil
import subprocess
from pathlib import Path

import pytest

from hub.config import BrokerSettings
from hub.contracts.errors import BrokerError
from hub.transport.broker import BrokerKind, Endpoint, ExternalBroker
from hub.transport.broker.child import Child, free_port
from tests.transport.brokers import PROGRAM, client, message, needs_mosquitto, until


def start(url: str, settings: BrokerSettings | None = None) -> Endpoint:
    return asyncio.run(ExternalBroker(url, settings or BrokerSettings()).start())


@pytest.mark.parametrize(
    ("url", "host", "port", "is_tls"),
    [
        ("mqtt://broker.local", "broker.local", 1883, False),
        ("mqtts://broker.local", "broker.local", 8883, True),
        ("mqtt://192.0.2.1:1884/", "192.0.2.1", 1884, False),
        ("mqtts://[2001:db8::1]:1", "2001:db8::1", 1, True),
    ],
)
def test_addresses(url: str, host: str, port: int, is_tls: bool) -> None:
    endpoint = start(url)
    assert (endpoint.host, endpoint.port, endpoint.is_tls) == (host, port, is_tls)
    assert endpoint.kind is BrokerKind.EXTERNAL
    assert not endpoint.has_own_acl


@pytest.mark.parametrize("url", ["broker.local", "http://x", "mqtt://", "mqtt://x:0", "mqtt://x:99999", "mqtt://x:y"])
def test_what_is_no_address_is_an_error_that_shows_one(url: str) -> None:
    with pytest.raises(BrokerError, match="mqtt://host:1883"):
        start(url)


def test_a_login_in_the_url_is_refused_and_not_repeated() -> None:
    with pytest.raises(BrokerError, match=r"broker\.password_file") as raised:
        start("mqtt://me:hunter2@x")
    assert "hunter2" not in str(raised.value)


def test_the_password_comes_from_its_file_and_stays_out_of_the_text(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("hunter2\n")
    endpoint = start("mqtt://x", BrokerSettings(username="me", password_file=str(secret)))
    assert (endpoint.username, endpoint.password) == ("me", "hunter2")
    assert "hunter2" not in repr(endpoint)
    with pytest.raises(BrokerError, match=r"broker\.password_file"):
        start("mqtt://x", BrokerSettings(password_file=str(tmp_path / "none")))
    with pytest.raises(BrokerError, match=r"broker\.ca_file"):
        start("mqtts://x", BrokerSettings(ca_file=str(tmp_path / "none")))


@needs_mosquitto
@pytest.mark.flow
@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes the certificate")
def test_tls_with_an_authority_of_our_own_and_no_other(tmp_path: Path) -> None:
    _certificate(tmp_path)
    port = free_port()
    config = tmp_path / "tls.conf"
    config.write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous true\nuser root\nlog_dest stderr\n"
        f"certfile {tmp_path}/cert.pem\nkeyfile {tmp_path}/key.pem\n"
    )

    async def scene() -> None:
        assert PROGRAM is not None
        child = Child(
            "Mosquitto",
            (PROGRAM, "-c", str(config)),
            port=port,
            pid_file=tmp_path / "pid",
            on_failure=lambda error: None,
        )
        await child.start()
        try:
            url = f"mqtts://localhost:{port}"
            trusted = await ExternalBroker(url, BrokerSettings(ca_file=str(tmp_path / "cert.pem"))).start()
            async with client(trusted, "hub") as hub:
                heard: list[bytes] = []
                await hub.subscribe("t", 1, lambda d: heard.append(d.message.payload))
                await hub.publish(message("t"))
                await until(lambda: heard, "the message")
            unknown = await ExternalBroker(url, BrokerSettings()).start()
            async with client(unknown, "hub", wait_s=0.2) as hub:
                await until(lambda: "certificate verify failed" in hub.problem, "the certificate is refused")
                assert not hub.is_connected
        finally:
            await child.stop()

    asyncio.run(scene())


def _certificate(folder: Path) -> None:
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost", "-keyout", f"{folder}/key.pem", "-out", f"{folder}/cert.pem"),
        ],
        check=True,
        capture_output=True,
    )
