"""A real hub and its virtual home in processes of their own, and what a flow test does with them."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

DEVICES = 29
READY_WITHIN_S = 60.0


class RunningHub:
    """A hub process on a data folder; it can be killed and started again."""

    def __init__(self, folder: Path, *arguments: str, **environment: str) -> None:
        self.folder = folder
        self._arguments = arguments
        self._environment = {
            **os.environ,
            "AIOS_HTTP_PORT": "0",
            "AIOS_LOG_LEVEL": "warning",
            "AIOS_MDNS_INTERFACES": "127.0.0.1",
            **environment,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until requests are taken and the model answers."""
        (self.folder / "run.json").unlink(missing_ok=True)
        program = Path(sys.executable).parent / "aios"
        command = [str(program), "up", "--data-dir", str(self.folder), *self._arguments]
        self.process = subprocess.Popen(command, env=self._environment, stdout=subprocess.DEVNULL)
        self.wait(lambda: (self.folder / "run.json").exists() or self.process.poll() is not None)  # type: ignore[union-attr]
        assert self.process.poll() is None, "the hub ended before it was ready"
        self.wait(lambda: self.get("/api/v1/status")["model"]["state"] == "loaded")

    def stop(self) -> int:
        """End it as a service manager does; return its exit status."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(10)

    def kill(self) -> None:
        """End it as a power cut does."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(10)

    @property
    def run(self) -> Any:
        """Return what the run file says."""
        return json.loads((self.folder / "run.json").read_text())

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Call the REST interface with the owner's token."""
        address = self.run["http"]
        request = urllib.request.Request(
            f"http://{address['host']}:{address['port']}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {(self.folder / 'token').read_text().strip()}",
                "Content-Type": "application/json",
            },
        )
        with urllib.request.urlopen(request, timeout=90) as answer:  # noqa: S310  # an address of ours
            text = answer.read()
        return json.loads(text) if text else None

    def get(self, path: str) -> Any:
        """Return the document at a path."""
        return self.call("GET", path)

    def ask(self, text: str, **fields: Any) -> Any:
        """Ask as the owner; return the final reply."""
        return self.call("POST", "/api/v1/requests", {"text": text, "wait": "final", **fields})

    def ask_first(self, text: str, **fields: Any) -> Any:
        """Ask as the owner; return the first reply."""
        return self.call("POST", "/api/v1/requests", {"text": text, **fields})

    def device(self, device_id: str) -> Any:
        """Return what the hub knows of a device."""
        return self.get(f"/api/v1/devices/{device_id}")

    def virtual(self, device_id: str, **fields: Any) -> Any:
        """Ask the virtual home itself what a device really does, or make it misbehave."""
        port = int((self.folder / "demo" / "control.port").read_text())
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(json.dumps({"device": device_id, **fields}).encode() + b"\n")
            answer = json.loads(connection.makefile().readline())
        assert "error" not in answer, answer
        return answer

    def wait_for_home(self) -> None:
        """Wait until every device of the virtual home is there and online."""
        self.wait(
            lambda: (
                sum(d["availability"]["is_online"] and d["is_adopted"] for d in self.get("/api/v1/devices")) >= DEVICES
            )
        )
        self.wait(lambda: all(d["state"] for d in self.get("/api/v1/devices")))

    @staticmethod
    def wait(until: Callable[[], object], within_s: float = READY_WITHIN_S) -> None:
        """Poll until something holds."""
        limit = time.monotonic() + within_s
        while time.monotonic() < limit:
            try:
                if until():
                    return
            except (OSError, urllib.error.URLError):
                pass
            time.sleep(0.05)
        raise AssertionError(f"did not become true within {within_s} s")


@contextmanager
def running(folder: Path, *arguments: str, **environment: str) -> Iterator[RunningHub]:
    """Run a hub for the length of the block."""
    hub = RunningHub(folder, *arguments, **environment)
    hub.start()
    try:
        yield hub
    finally:
        if hub.process is not None and hub.process.poll() is None:
            assert hub.stop() == 0
