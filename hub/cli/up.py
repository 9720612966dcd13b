"""`aios up`: start the hub, say where it is, keep it running."""

import argparse
import asyncio
import contextlib
import signal
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from hub.config import Settings, load_settings
from hub.runtime import memory

if TYPE_CHECKING:
    from hub.app import Hub

EXAMPLES = """examples:
  aios up --demo                     the hub and a virtual home, to try it out
  aios up                            the hub for your own devices
  aios up --config ./config.toml --data-dir ./data
"""
SUGGESTIONS = (
    'aios ask "turn off the kitchen lights and set the bedroom to 20 degrees"',
    'aios ask "把客厅的灯调到百分之三十"',
    'aios ask "is the front door locked?"',
    "aios chat",
)
DEMO_SETTLE_S = 8.0  # the virtual home is announced by then; `aios up` says what it found


def run(arguments: list[str]) -> int:
    """Read the settings, start the hub, return when it has stopped."""
    parser = argparse.ArgumentParser(
        prog="aios up",
        description="Start the hub: broker, discovery, registry, model, requests. Ctrl-C stops it.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--demo", action="store_true", help="also start the virtual home (on loopback)")
    parser.add_argument("--config", type=Path, metavar="FILE", help="settings (default: config.toml in the XDG folder)")
    parser.add_argument("--data-dir", type=Path, metavar="FOLDER", help="database, logins, token (default: XDG)")
    parser.add_argument("--debug", action="store_true", help="show a traceback instead of a sentence")
    options = parser.parse_args(arguments)
    settings = load_settings(options.config, data_dir=options.data_dir, is_demo=options.demo)
    memory.do_without("rich")  # structlog would load it, 7 MB, for tracebacks that we do not print
    from hub.runtime.logs import setup_logging

    setup_logging(level=settings.log.level, as_json=settings.log.json)
    memory.use_one_arena()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(settings))
    return 0


async def _serve(settings: Settings) -> None:
    from hub.app import Hub  # after the arguments: a wrong one is told at once

    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    hub = Hub(settings)
    starting = asyncio.create_task(hub.start(), name="hub start")
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, _on_signal, stopping, starting)
    try:
        await starting
        _print_ready(hub)
        await asyncio.gather(hub.load_model(), hub.start_demo() if settings.is_demo else asyncio.sleep(0))
        if settings.is_demo:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), DEMO_SETTLE_S)
        if not stopping.is_set():
            _print_found(hub)
        await stopping.wait()
    except asyncio.CancelledError:
        if not stopping.is_set():
            raise
    finally:
        await hub.stop()


def _on_signal(stopping: asyncio.Event, starting: "asyncio.Task[None]") -> None:
    stopping.set()
    if not starting.done():
        starting.cancel()


def _print_ready(hub: "Hub") -> None:
    _say(f"AIOS Hub is ready. Ctrl-C stops it. Data: {hub.settings.data_dir}")
    _say(f"  page    http://{hub.http.host}:{hub.http.port}/#token={hub.data_dir.token()}")
    kind = {"mosquitto": "Mosquitto, started by the hub", "external": "external"}
    what = kind.get(hub.endpoint.kind.value, "embedded, for trying out only: `aios doctor` says how to get Mosquitto")
    _say(f"  broker  {hub.endpoint} ({what})")
    if hub.plugins.failed:
        for failure in hub.plugins.failed:
            _say(f"  plug-in {failure.id} was not loaded: {failure.reason}")


def _print_found(hub: "Hub") -> None:
    counts = Counter(device.kind.value for device in hub.home.devices())
    if counts:
        kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(counts.items()))
        _say(f"Found {sum(counts.values())} devices: {kinds}.")
    else:
        _say("No devices yet: they appear as they announce themselves (`aios devices`), or try `aios up --demo`.")
    if counts:
        _say("Try, in another terminal:")
        for suggestion in SUGGESTIONS:
            _say(f"  {suggestion}")


def _say(text: str) -> None:
    from hub.runtime.logs import escape

    sys.stdout.write(escape(text) + "\n")
    sys.stdout.flush()
