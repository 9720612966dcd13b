"""The virtual home as a process: real MQTT, a bare Mosquitto, and a hub that is nothing but a pairing endpoint."""

import json
import queue
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from devices.virtual.catalogue import HOME

MOSQUITTO = shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/usr/local/sbin")
OWN = [model.id for model in HOME if model.via is None]

pytestmark = [
    pytest.mark.flow,
    pytest.mark.skipif(MOSQUITTO is None, reason="needs Debian's mosquitto, which .ci/run installs"),
]


def until(holds: Callable[[], object], within_s: float = 30.0) -> None:
    limit = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < limit, "did not become true"
        time.sleep(0.05)


class Door:
    """A hub that only hands out logins: at once, but not to those who have to wait."""

    def __init__(self, mqtt_port: int) -> None:
        self.asked: list[str] = []
        self.waits: set[str] = set()
        self.password = "first"
        self.mqtt_port = mqtt_port
        self.closing = threading.Event()
        door = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                door.asked.append(body["id"])
                while body["id"] in door.waits and not door.closing.wait(0.05):
                    pass
                answer = json.dumps(
                    {
                        "login": body["id"],
                        "password": door.password,
                        "mqtt": {"host": "127.0.0.1", "port": door.mqtt_port},
                        "hub": "hub-1",
                    }
                ).encode()
                if not door.closing.is_set():
                    self.send_response(200)
                    self.send_header("Content-Length", str(len(answer)))
                    self.end_headers()
                    self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server.server_port}"

    def close(self) -> None:
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class Broker:
    """A bare Mosquitto with one password for every device, which a test can change."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = int(probe.getsockname()[1])
        self.process: subprocess.Popen[bytes] | None = None
        self.set_password("first")

    def set_password(self, password: str) -> None:
        lines = [f"{name}:{password}" for name in OWN] + ["watcher:watching"]
        file = self.folder / "passwords"
        file.write_text("\n".join(lines) + "\n")
        file.chmod(0o600)
        subprocess.run(["mosquitto_passwd", "-U", str(file)], check=True)

    def start(self) -> None:
        config = self.folder / "mosquitto.conf"
        config.write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous false\npassword_file {self.folder / 'passwords'}\n"
            "user root\nmax_queued_messages 0\n"
        )
        self.process = subprocess.Popen(
            [str(MOSQUITTO), "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until(self._is_up)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)
            self.process = None

    def _is_up(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


class Watcher:
    """An independent subscriber: what every device last said, retained or not."""

    def __init__(self, port: int) -> None:
        self.last: dict[str, Any] = {}
        self.results: queue.Queue[Any] = queue.Queue()
        self.said: list[str] = []
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="watcher", protocol=mqtt.MQTTv311)
        self.client.username_pw_set("watcher", "watching")
        self.client.on_connect = lambda client, *_: client.subscribe("aios/v1/device/#", 1)
        self.client.on_message = self._on_message
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()

    def _on_message(self, _: mqtt.Client, __: object, message: mqtt.MQTTMessage) -> None:
        name = message.topic.removeprefix("aios/v1/device/")
        if name.endswith("/command"):
            return  # these are the test's own words
        text = message.payload.decode()
        value = json.loads(text) if text.startswith("{") else text
        self.last[name] = value
        self.said.append(name)
        if name.endswith("/result"):
            self.results.put(value)

    def command(self, device: str, command: str, command_id: str = "c1", **params: object) -> None:
        payload = json.dumps({"id": command_id, "command": command, "params": params})
        self.client.publish(f"aios/v1/device/{device}/command", payload, 1).wait_for_publish(5)

    def online(self) -> set[str]:
        return {
            name.split("/")[0]
            for name, value in dict(self.last).items()
            if name.endswith("availability") and value == "online"
        }

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


class Process:
    """The simulator as the hub starts it."""

    def __init__(self, folder: Path, door: Door) -> None:
        self.folder = folder
        command = [sys.executable, "-m", "devices.virtual", "--hub-http", door.address, "--data-dir", str(folder)]
        self.process = subprocess.Popen([*command, "--interface", "127.0.0.1"], stdin=subprocess.PIPE)

    def ask(self, **fields: object) -> Any:
        port = int((self.folder / "control.port").read_text())
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(json.dumps(fields).encode() + b"\n")
            return json.loads(connection.makefile().readline())

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(10)
        finally:
            self.process.kill()
            assert self.process.stdin is not None
            self.process.stdin.close()
            self.process.wait()


@contextmanager
def home(folder: Path, door: Door) -> Iterator[Process]:
    process = Process(folder, door)
    try:
        yield process
        assert process.stop() == 0
    finally:
        if process.process.poll() is None:
            process.stop()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    folder = tmp_path / "broker"
    folder.mkdir()
    broker = Broker(folder)
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture
def door(broker: Broker) -> Iterator[Door]:
    door = Door(broker.port)
    yield door
    door.close()


@pytest.fixture
def watcher(broker: Broker) -> Iterator[Watcher]:
    watcher = Watcher(broker.port)
    yield watcher
    watcher.close()


def test_every_device_asks_at_once_and_one_that_waits_holds_up_nobody(
    tmp_path: Path, door: Door, watcher: Watcher
) -> None:
    door.waits = {"floor-lamp", "tv"}
    with home(tmp_path / "home", door):
        until(lambda: len(watcher.online()) == len(HOME) - 2)
        assert sorted(door.asked) == sorted(OWN)
        watcher.command("living-room-blind", "close")
        until(lambda: watcher.last["living-room-blind/state"].get("cover_state") == "closed")
        door.waits = set()
        until(lambda: watcher.online() == {model.id for model in HOME})


def test_a_home_that_waits_to_be_let_in_ends_when_told(tmp_path: Path, door: Door) -> None:
    door.waits = set(OWN)
    with home(tmp_path / "home", door):
        until(lambda: len(door.asked) == len(OWN))


def test_logins_outlive_the_process_even_when_it_is_killed_before_all_are_in(
    tmp_path: Path, door: Door, watcher: Watcher
) -> None:
    door.waits = {"tv"}
    process = Process(tmp_path / "home", door)
    until(lambda: len(watcher.online()) == len(HOME) - 1)
    process.process.kill()
    process.stop()
    assert ((tmp_path / "home" / "logins.json").stat().st_mode & 0o777) == 0o600
    door.asked.clear()
    with home(tmp_path / "home", door):
        until(lambda: door.asked == ["tv"])
        until(lambda: len(watcher.online()) == len(HOME) - 1)
        assert door.asked == ["tv"]
        door.waits = set()
        until(lambda: "tv" in watcher.online())
    assert watcher.online() == set()  # it said goodbye


def test_a_login_that_is_refused_later_is_asked_for_anew(tmp_path: Path, broker: Broker, door: Door) -> None:
    with home(tmp_path / "home", door):
        watcher = Watcher(broker.port)
        until(lambda: len(watcher.online()) == len(HOME))
        watcher.close()
        broker.stop()
        broker.set_password("second")
        door.password = "second"
        door.asked.clear()
        broker.start()
        watcher = Watcher(broker.port)
        until(lambda: len(watcher.online()) == len(HOME))
        assert sorted(door.asked) == sorted(OWN)
        watcher.close()


@pytest.fixture
def running(tmp_path: Path, door: Door, watcher: Watcher) -> Iterator[Process]:
    with home(tmp_path / "home", door) as process:
        until(lambda: len(watcher.online()) == len(HOME))
        yield process


def test_a_command_is_obeyed_reported_and_acknowledged_once(running: Process, watcher: Watcher) -> None:
    watcher.command("floor-lamp", "turn_on", "c1", brightness_pct=30)
    assert watcher.results.get(timeout=10) == {"id": "c1", "ok": True}
    until(lambda: watcher.last["floor-lamp/state"]["brightness"] == 30)
    watcher.command("floor-lamp", "toggle", "c2")
    watcher.command("floor-lamp", "toggle", "c2")  # as a broker delivers twice
    watcher.command("floor-lamp", "set_brightness", "c3", brightness_pct=40)
    assert [watcher.results.get(timeout=10)["id"] for _ in range(2)] == ["c2", "c3"]
    assert [command["id"] for command in running.ask(device="floor-lamp")["commands"]] == ["c1", "c2", "c3"]


@pytest.mark.parametrize("payload", [b"", b"{", b"[]", b"\xff", b"{}", b'{"id": "x", "command": 7, "params": []}'])
def test_junk_on_the_command_topic_harms_nothing(running: Process, watcher: Watcher, payload: bytes) -> None:
    watcher.client.publish("aios/v1/device/tv/command", payload, 1).wait_for_publish(5)
    watcher.command("tv", "mute", "after")
    until(lambda: watcher.last["tv/state"]["muted"] is True)
    assert running.process.poll() is None


def test_a_silent_device_obeys_and_a_deaf_one_does_not_and_neither_says_so(running: Process, watcher: Watcher) -> None:
    running.ask(device="tv", mode="silent")
    running.ask(device="desk-plug", mode="deaf")
    watcher.said.clear()
    watcher.command("tv", "mute")
    watcher.command("desk-plug", "turn_on")
    until(lambda: running.ask(device="tv")["state"]["muted"] and running.ask(device="desk-plug")["commands"])
    watcher.command("hallway-light", "turn_on", "last")
    assert watcher.results.get(timeout=10)["id"] == "last"  # so everything earlier has been said
    assert running.ask(device="desk-plug")["state"]["on"] is False
    assert not {"tv/state", "tv/result", "desk-plug/result"} & set(watcher.said)


def test_a_lying_device_never_reports_what_it_did(running: Process, watcher: Watcher) -> None:
    for device in ("floor-lamp", "front-door-lock"):
        running.ask(device=device, mode="lying")
    watcher.command("floor-lamp", "turn_on", brightness_pct=30)
    watcher.command("front-door-lock", "unlock")
    until(lambda: watcher.last["front-door-lock/state"]["lock"] == "jammed")
    assert running.ask(device="front-door-lock")["state"]["lock"] == "unlocked"
    assert (watcher.last["floor-lamp/state"]["on"], watcher.last["floor-lamp/state"]["brightness"]) == (False, 37)
    running.ask(device="floor-lamp", mode="normal")
    until(lambda: watcher.last["floor-lamp/state"]["brightness"] == 30)


def test_an_offline_device_leaves_its_last_will_and_comes_back_even_while_the_broker_is_down(
    running: Process, watcher: Watcher, broker: Broker
) -> None:
    running.ask(device="phone-ana", mode="offline")
    until(lambda: watcher.last["phone-ana/availability"] == "offline")
    broker.stop()
    assert running.ask(device="phone-ana", mode="normal")["mode"] == "normal"
    watcher.last.clear()  # before anybody can be back
    broker.start()
    until(lambda: {"phone-ana", "earbuds-ana", "tv"} <= watcher.online())


def test_somebody_turns_it_by_hand_and_somebody_speaks_to_it(running: Process, watcher: Watcher) -> None:
    running.ask(device="hallway-motion", set={"motion": True})
    until(lambda: watcher.last["hallway-motion/state"]["motion"] is True)
    assert "has no warp" in running.ask(device="tv", set={"warp": 9})["error"]
    request = running.ask(device="speaker-kitchen", say="把灯打开")["request"]
    until(lambda: watcher.last.get("speaker-kitchen/request", {}).get("id") == request)
    assert watcher.last["speaker-kitchen/request"]["text"] == "把灯打开"
