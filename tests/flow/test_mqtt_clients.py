"""Mosquitto's own clients as a speaker: on the hub's broker, and on one that is somebody else's."""

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.flow.running import RunningHub, running

MOSQUITTO = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
SPEAKER = "aios/v1/device/speaker-kitchen"

pytestmark = [
    pytest.mark.flow,
    pytest.mark.skipif(
        not (MOSQUITTO and shutil.which("mosquitto_pub")), reason="needs Debian's mosquitto and mosquitto-clients"
    ),
]


def run(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=20).stdout


def payload(text: str) -> str:
    return json.dumps({"id": f"r{time.time_ns()}", "text": text, "at": datetime.now(UTC).isoformat()})


def ask_anonymously(port: int, text: str) -> Any:
    """Publish a request with mosquitto_pub; return the reply that mosquitto_sub sees."""
    where = ["-h", "127.0.0.1", "-p", str(port)]
    subscribe = ["mosquitto_sub", *where, "-t", f"{SPEAKER}/reply", "-C", "1", "-W", "10"]
    subscriber = subprocess.Popen(subscribe, stdout=subprocess.PIPE, text=True)
    time.sleep(0.5)  # until it has subscribed; it does not say when
    run("mosquitto_pub", *where, "-t", f"{SPEAKER}/request", "-q", "1", "-m", payload(text))
    answer, _ = subscriber.communicate(timeout=20)
    return json.loads(answer)


def pair_speaker(hub: RunningHub) -> list[str]:
    """Pair a speaker of ours, announce it in the kitchen; return how Mosquitto's clients log in as it."""
    body = {"id": "shell-speaker", "name": "Shell speaker", "kind": "speaker"}
    offer = hub.call("POST", "/api/v1/pairings", body)
    login = ["-h", offer["mqtt"]["host"], "-p", str(offer["mqtt"]["port"]), "-u", offer["login"], "-P",
             offer["password"], "-i", offer["login"], "-V", "mqttv5"]  # fmt: skip
    announcement = {"name": "Shell speaker", "kind": "speaker", "area": "Kitchen", "components": {"": {"volume": {}}}}
    base = "aios/v1/device/shell-speaker"
    run("mosquitto_pub", *login, "-t", f"{base}/announce", "-r", "-q", "1", "-m", json.dumps(announcement))
    hub.wait(lambda: hub.device("shell-speaker")["area"] == "kitchen")
    return login


def test_a_speaker_asks_over_the_hubs_own_broker(tmp_path: Path) -> None:
    with running(tmp_path, "--demo") as hub:
        hub.wait_for_home()
        login = pair_speaker(hub)
        base = "aios/v1/device/shell-speaker"
        # A login is one client: its session is kept while the shell changes from one program to the next.
        kept = [*login, "-c", "-x", "60", "-q", "1"]
        run("mosquitto_sub", *kept, "-t", f"{base}/reply", "-E")
        run("mosquitto_pub", *kept, "-t", f"{base}/request", "-m", payload("turn off the lights"))
        reply = json.loads(run("mosquitto_sub", *kept, "-t", f"{base}/reply", "-C", "1", "-W", "10"))
        assert reply["outcome"] == "act"
        assert {r["device"]: r["status"] for r in reply["receipts"]} == {
            "kitchen-ceiling": "confirmed", "kitchen-counter": "confirmed",
        }  # fmt: skip
        # MQTT 5 request and response: correlation data come back, or mosquitto_rr would not take the reply.
        ask = ["mosquitto_rr", *login, "-t", f"{base}/request", "-e", f"{base}/reply", "-W", "10", "-q", "1"]
        reply = json.loads(run(*ask, "-m", payload("把灯打开")))
        assert {r["device"]: r["status"] for r in reply["receipts"]} == {
            "kitchen-ceiling": "confirmed", "kitchen-counter": "confirmed",
        }  # fmt: skip


@pytest.fixture
def foreign_broker(tmp_path: Path) -> Iterator[int]:
    """Run a Mosquitto that knows nothing of the hub and lets everybody in."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = tmp_path / "foreign.conf"
    config.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n")
    process = subprocess.Popen([str(MOSQUITTO), "-c", str(config)], stderr=subprocess.DEVNULL)
    try:
        RunningHub.wait(lambda: socket.create_connection(("127.0.0.1", port), 1).close() is None, 10)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def test_the_same_on_an_external_broker_where_nothing_risky_is_done_for_a_stranger(
    tmp_path: Path, foreign_broker: int
) -> None:
    url = f"mqtt://127.0.0.1:{foreign_broker}"
    with running(tmp_path / "data", "--demo", AIOS_BROKER_URL=url) as hub:
        hub.wait_for_home()
        watch = ["mosquitto_sub", "-h", "127.0.0.1", "-p", str(foreign_broker), "-v", "-W", "8",
                 "-t", "aios/v1/device/+/command"]  # fmt: skip
        watcher = subprocess.Popen(watch, stdout=subprocess.PIPE, text=True)
        reply = ask_anonymously(foreign_broker, "把厨房的灯关掉")
        assert {r["device"]: r["status"] for r in reply["receipts"]} == {
            "kitchen-ceiling": "confirmed", "kitchen-counter": "confirmed",
        }  # fmt: skip
        risky = ask_anonymously(foreign_broker, "unlock the front door")
        assert risky["outcome"] == "refuse"
        seen, _ = watcher.communicate(timeout=20)
        commands = [line.split(" ", 1) for line in seen.splitlines()]
        assert sorted((t.split("/")[3], json.loads(p)["command"]) for t, p in commands) == [
            ("kitchen-ceiling", "turn_off"), ("kitchen-counter", "turn_off"),
        ]  # fmt: skip
