"""Runs the virtual home until it is told to stop, or its standard input closes: `python -m devices.virtual`."""

import argparse
import asyncio
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

from devices.virtual.advertising import Advertising
from devices.virtual.catalogue import HOME
from devices.virtual.control import serve_control
from devices.virtual.device import VirtualDevice
from devices.virtual.joining import stay_joined
from devices.virtual.pairing import Login, LoginFile

TICK_S = 0.2


def main() -> None:
    """Parse the arguments and run."""
    parser = argparse.ArgumentParser(prog="python -m devices.virtual", description=__doc__)
    parser.add_argument("--hub-http", required=True, metavar="HOST:PORT", help="where the hub's REST interface listens")
    parser.add_argument("--mqtt", metavar="HOST:PORT", help="the hub's broker; kept logins of another one are not used")
    parser.add_argument("--data-dir", type=Path, required=True, help="folder for the devices' logins")
    parser.add_argument("--control-port", type=int, default=0, help="loopback port for tests (0: any free one)")
    parser.add_argument("--interface", action="append", help="address to advertise on (default: 127.0.0.1)")
    parser.add_argument("--seed", type=int, default=1, help="of everything that is left to chance")
    parser.add_argument("--detached", action="store_true", help="do not end when standard input closes")
    options = parser.parse_args()
    with suppress(KeyboardInterrupt):
        asyncio.run(_run(options))


async def _run(options: argparse.Namespace) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    if not options.detached:
        loop.add_reader(sys.stdin.fileno(), _watch_parent, stopping)
    devices = _build(options.seed)
    control = await serve_control(devices, options.control_port)
    port = control.sockets[0].getsockname()[1]
    options.data_dir.mkdir(parents=True, exist_ok=True)
    (options.data_dir / "control.port").write_text(str(port), encoding="ascii")
    advertising = Advertising(options.interface or ())
    advertising.start(device.model for device in devices.values() if device.model.via is None)
    working = asyncio.create_task(_work(options, devices, advertising), name="devices")
    told = asyncio.create_task(stopping.wait(), name="told to stop")
    await asyncio.wait({working, told}, return_when=asyncio.FIRST_COMPLETED)
    is_failed = working.done()
    working.cancel()
    try:
        await asyncio.gather(working, return_exceptions=not is_failed)
    finally:
        told.cancel()
        await advertising.stop()
        control.close()


def _watch_parent(stopping: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 1024):
        asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
        stopping.set()


def _build(seed: int) -> dict[str, VirtualDevice]:
    devices: dict[str, VirtualDevice] = {}
    for model in HOME:
        companion = devices[model.via] if model.via is not None else None
        devices[model.id] = VirtualDevice(model, seed=seed, companion=companion)
    return devices


async def _work(options: argparse.Namespace, devices: dict[str, VirtualDevice], advertising: Advertising) -> None:
    logins = LoginFile(options.data_dir / "logins.json")
    if options.mqtt is not None:
        logins.keep_only(options.mqtt)

    def on_login(device: VirtualDevice, login: Login) -> None:
        advertising.pair(device.model, login.hub)

    async with asyncio.TaskGroup() as group:
        for device in devices.values():
            if device.model.via is None:
                group.create_task(stay_joined(options.hub_http, device, logins, on_login), name=device.model.id)
        group.create_task(_pass_time(devices), name="time")


async def _pass_time(devices: dict[str, VirtualDevice]) -> None:
    loop = asyncio.get_running_loop()
    before_s = loop.time()
    while True:
        await asyncio.sleep(TICK_S)
        now_s = loop.time()
        for device in devices.values():
            device.tick(now_s - before_s)
        before_s = now_s


if __name__ == "__main__":
    main()
