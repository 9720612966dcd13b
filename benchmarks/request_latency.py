"""From a request over MQTT to the command on the device topic; `python -m benchmarks.request_latency`."""

import json
import queue
import statistics
import time
from datetime import UTC, datetime

import paho.mqtt.client as mqtt

from benchmarks.running_hub import RunningHub, running_hub

REQUESTS = 200
WARM_UP = 10
TEXTS = (
    "turn on the bench lamp",
    "turn off the bench lamp",
    "set the bench lamp to {n} percent",
    "please switch the bench lamp on",
    "打开 bench lamp",
    "把 bench lamp 调到百分之{n}",
)


def main() -> None:
    """Pair a speaker and a lamp, send the requests one after another, and print the table."""
    with running_hub(is_demo=True) as hub:
        hub.wait_for_model()
        commands: queue.Queue[float] = queue.Queue()
        replies: queue.Queue[tuple[float, str]] = queue.Queue()
        lamp = _lamp(hub, commands)
        speaker = hub.pair("bench-speaker", "speaker")
        speaker.on_message = lambda _c, _u, m: replies.put((time.perf_counter(), json.loads(m.payload)["outcome"]))
        speaker.subscribe("aios/v1/device/bench-speaker/reply", 1)
        _announce(speaker, "bench-speaker", "speaker", "Bench speaker", {"volume": {}})
        time.sleep(2)
        to_command, to_reply, missed = _measure(speaker, commands, replies)
        for client in (lamp, speaker):
            client.loop_stop()
            client.disconnect()
    print("| measure, ms | p50 | p95 | p99 |\n|---|--:|--:|--:|")
    for name, values in (
        ("request to command on the device's topic", to_command),
        ("request to first reply", to_reply),
    ):
        cuts = statistics.quantiles(values, n=100)
        print(f"| {name} | {statistics.median(values):.1f} | {cuts[94]:.1f} | {cuts[98]:.1f} |")
    print(f"\n{len(to_command)} of {REQUESTS} requests moved the lamp, {missed} did not.")


def _lamp(hub: RunningHub, commands: "queue.Queue[float]") -> mqtt.Client:
    client = hub.pair("bench-lamp", "light")

    def obey(client: mqtt.Client, _: object, message: mqtt.MQTTMessage) -> None:
        commands.put(time.perf_counter())
        command = json.loads(message.payload)
        state = {"on": command["command"] != "turn_off", "brightness": command["params"].get("brightness_pct", 50)}
        client.publish("aios/v1/device/bench-lamp/state", json.dumps(state), 0, retain=True)

    client.on_message = obey
    client.subscribe("aios/v1/device/bench-lamp/command", 1)
    _announce(client, "bench-lamp", "light", "Bench lamp", {"on_off": {}, "brightness": {}})
    client.publish("aios/v1/device/bench-lamp/state", json.dumps({"on": False, "brightness": 50}), 0, retain=True)
    return client


def _announce(client: mqtt.Client, device_id: str, kind: str, name: str, capabilities: dict[str, object]) -> None:
    announcement = {
        "name": name,
        "kind": kind,
        "ids": [f"uid:{device_id}"],
        "components": {"": capabilities},
        "area": "Bench",
    }
    client.publish(f"aios/v1/device/{device_id}/announce", json.dumps(announcement), 1, retain=True)
    client.publish(f"aios/v1/device/{device_id}/availability", "online", 1, retain=True)


def _measure(
    speaker: mqtt.Client, commands: "queue.Queue[float]", replies: "queue.Queue[tuple[float, str]]"
) -> tuple[list[float], list[float], int]:
    to_command: list[float] = []
    to_reply: list[float] = []
    missed = 0
    for number in range(REQUESTS + WARM_UP):
        text = TEXTS[number % len(TEXTS)].format(n=number % 90 + 5)
        payload = {"id": f"bench-{number}", "text": text, "at": datetime.now(UTC).isoformat()}
        sent = time.perf_counter()
        speaker.publish("aios/v1/device/bench-speaker/request", json.dumps(payload), 1)
        replied, outcome = replies.get(timeout=10)
        try:
            commanded = commands.get(timeout=0.5)
        except queue.Empty:
            missed += 1
            print(f"no command: {text!r} -> {outcome}")
            continue
        if number >= WARM_UP:
            to_command.append((commanded - sent) * 1000)
            to_reply.append((replied - sent) * 1000)
    return to_command, to_reply, missed


if __name__ == "__main__":
    main()
