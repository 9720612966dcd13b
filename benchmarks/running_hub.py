"""Starts a real hub in a process of its own with a fresh data folder, and lets a benchmark pair devices with it."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import paho.mqtt.client as mqtt
import psutil

START_LIMIT_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningHub:
    """A hub that is ready: its process, data folder and addresses."""

    process: subprocess.Popen[bytes]
    data_dir: Path
    ready_s: float
    http: str
    token: str

    def memory_mib(self) -> dict[str, float]:
        """Return resident memory in MiB by program: the hub itself and its children."""
        main = psutil.Process(self.process.pid)
        found = {"hub": main.memory_info().rss / 2**20}
        for child in main.children(recursive=True):
            found[child.name()] = found.get(child.name(), 0.0) + child.memory_info().rss / 2**20
        return found

    def wait_for_model(self) -> None:
        """Wait until the intent model, which is loaded after "ready", answers."""
        limit = time.monotonic() + START_LIMIT_S
        while time.monotonic() < limit:
            request = urllib.request.Request(  # noqa: S310  # loopback address made here
                f"{self.http}/api/v1/status", headers={"Authorization": f"Bearer {self.token}"}
            )
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  # as above
                if json.load(answer)["model"]["state"] == "loaded":
                    return
            time.sleep(0.1)
        raise SystemExit("the model was not loaded in time")

    def pair(self, device_id: str, kind: str) -> mqtt.Client:
        """Pair a device as the demo does and return its connected MQTT client."""
        body = json.dumps({"id": device_id, "name": device_id, "kind": kind}).encode()
        request = urllib.request.Request(  # noqa: S310  # loopback address made here
            f"{self.http}/api/v1/pairings", data=body, headers={"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310  # as above
            login = json.load(answer)
        client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id=login["login"], protocol=mqtt.MQTTv5)
        client.username_pw_set(login["login"], login["password"])
        client.on_socket_open = _send_at_once
        client.connect(login["mqtt"]["host"], login["mqtt"]["port"])
        client.loop_start()
        return client


@contextmanager
def running_hub(*arguments: str, is_demo: bool = False) -> Iterator[RunningHub]:
    """Run `aios up` for the length of the block; `ready_s` counts from the start of the process."""
    with tempfile.TemporaryDirectory(prefix="aios-bench-") as folder:
        command = [str(Path(sys.executable).parent / "aios"), "up", "--data-dir", folder, *arguments]
        environment = dict(os.environ, AIOS_HTTP_PORT="0", AIOS_LOG_LEVEL="warning")
        if is_demo:
            command.append("--demo")
        started = time.monotonic()
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        try:
            run = _wait_for(Path(folder) / "run.json", process)
            ready_s = time.monotonic() - started
            http = f"http://{run['http']['host']}:{run['http']['port']}"
            token = (Path(folder) / "token").read_text().strip()
            yield RunningHub(process=process, data_dir=Path(folder), ready_s=ready_s, http=http, token=token)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(10)


def _wait_for(path: Path, process: subprocess.Popen[bytes]) -> dict[str, dict[str, object]]:
    limit = time.monotonic() + START_LIMIT_S
    while time.monotonic() < limit:
        if process.poll() is not None:
            raise SystemExit(f"the hub ended with {process.returncode} before it was ready")
        if path.exists():
            found: dict[str, dict[str, object]] = json.loads(path.read_text())
            return found
        time.sleep(0.005)
    raise SystemExit("the hub was not ready in time")


def _send_at_once(_: mqtt.Client, __: object, connection: socket.socket) -> None:
    """Switch Nagle's algorithm off, which costs 40 ms a message with delayed acknowledgements; paho leaves it on."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
