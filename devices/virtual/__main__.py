"""Runs the virtual home until it is told to stop, or its standard input closes: `python -m devices.virtual`."""

import argparse
import asyncio
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

from zeroconf import InterfaceChoice
from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

from devices.virtual.catalogue import HOME, Model
from devices.virtual.control import serve_control
from devices.virtual.device import VirtualDevice
from devices.virtual.pairing import LoginFile, ask

SERVICE = "_aios._tcp.local."
TICK_S = 0.2
CONNECT_WITHIN_S = 5.0
ASK_AGAIN_S = 2.0


def main() -> None:
    """Parse the arguments and run."""
    parser = argparse.ArgumentParser(prog="python -m devices.virtual", description=__doc__)
    parser.add_argument("--hub-http", required=True, metavar="HOST:PORT", help="where the hub's REST interface listens")
    parser.add_argument("--mqtt", metavar="HOST:PORT", help="the hub's broker; kept logins of another one are not used")
    parser.add_argument("--data-dir", type=Path, required=True, help="folder for the devices' logins")
    parser.add_argument("--control-port", type=int, default=0, help="loopback port for tests (0: any free one)")
    parser.add_argument("--interface", action="append", help="address to advertise on (default: all)")
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
    network = AsyncZeroconf(interfaces=options.interface or InterfaceChoice.All)
    advertising = asyncio.create_task(_advertise(network, list(devices.values())), name="advertise")
    working = asyncio.create_task(_work(options, devices), name="devices")
    await asyncio.wait({working, asyncio.create_task(stopping.wait())}, return_when=asyncio.FIRST_COMPLETED)
    for task in (working, advertising):
        task.cancel()
    await asyncio.gather(working, advertising, return_exceptions=True)
    await asyncio.gather(*(asyncio.to_thread(device.disconnect) for device in devices.values()))
    await network.async_unregister_all_services()
    await network.async_close()
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


async def _advertise(network: AsyncZeroconf, devices: list[VirtualDevice]) -> None:
    await asyncio.gather(*(_advertise_one(network, device.model) for device in devices if device.model.via is None))


async def _advertise_one(network: AsyncZeroconf, model: Model) -> None:
    txt = {"id": model.id, "v": "1", "kind": model.kind, "name": model.name, "caps": ",".join(model.capabilities)}
    info = AsyncServiceInfo(
        SERVICE,
        f"{model.id}.{SERVICE}",
        port=9,  # discard: a virtual device listens to the broker only
        properties=txt,
        server=f"{model.id}.local.",
        parsed_addresses=["127.0.0.1"],
    )
    await (await network.async_register_service(info))


async def _work(options: argparse.Namespace, devices: dict[str, VirtualDevice]) -> None:
    logins = LoginFile(options.data_dir / "logins.json")
    if options.mqtt is not None:
        logins.keep_only(options.mqtt)
    own = [device for device in devices.values() if device.model.via is None]
    await asyncio.gather(*(_join(options.hub_http, device, logins) for device in own))
    logins.save()
    loop = asyncio.get_running_loop()
    before_s = loop.time()
    while True:
        await asyncio.sleep(TICK_S)
        now_s = loop.time()
        for device in devices.values():
            device.tick(now_s - before_s)
        before_s = now_s


async def _join(address: str, device: VirtualDevice, logins: LoginFile) -> None:
    """Connect with a kept login; without one, or with one that is refused, ask for a new one."""
    known = logins.logins.get(device.model.id)
    if known is not None:
        device.connect(known)
        if await _is_connected(device):
            return
        await asyncio.to_thread(device.disconnect)
        device.is_refused.clear()
    while True:
        try:
            login = await asyncio.to_thread(ask, address, device.model)
            break
        except OSError as error:
            sys.stderr.write(f"virtual home: {device.model.id}: {error}\n")
            await asyncio.sleep(ASK_AGAIN_S)
    logins.keep(device.model.id, login)
    device.connect(login)
    await _is_connected(device)


async def _is_connected(device: VirtualDevice) -> bool:
    up = asyncio.create_task(device.is_connected.wait())
    refused = asyncio.create_task(device.is_refused.wait())
    _, pending = await asyncio.wait({up, refused}, timeout=CONNECT_WITHIN_S, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    return device.is_connected.is_set()


if __name__ == "__main__":
    main()
