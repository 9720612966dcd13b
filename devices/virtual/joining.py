"""How each virtual device gets into the home and stays there: by its kept login, or by asking for one."""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from typing import Any

from devices.virtual.device import Mode, VirtualDevice
from devices.virtual.pairing import Login, LoginFile, ask

ASK_AGAIN_S = 2.0  # after a hub that is not up yet, or says no
LOST_S = 10.0  # no broker at the kept address for so long, while the hub itself answers: it may have moved


async def stay_joined(
    address: str, device: VirtualDevice, logins: LoginFile, on_login: Callable[[VirtualDevice, Login], None]
) -> None:
    """Keep the device connected, for ever; a login that the broker refuses is asked for anew.

    Args:
        address: the hub's REST interface, `host:port`.
        on_login: told of every login that is used.
    """
    name = device.model.id
    while True:
        login = logins.get(name)
        if login is None:
            login = await _obtain(address, device)
            logins.keep(name, login)
        on_login(device, login)
        device.connect(login)
        try:
            moved = await _first(device.is_refused.wait(), _until_moved(address, device))
        finally:
            await asyncio.to_thread(device.disconnect)
        if isinstance(moved, Login):
            logins.keep(name, moved)
        else:
            logins.forget(name)


async def _until_moved(address: str, device: VirtualDevice) -> Login:
    """Return a new login once the old one leads nowhere; the asking ends if the broker comes back meanwhile."""
    while True:
        await _until_lost(address, device)
        renewed = await _first(device.is_connected.wait(), _obtain(address, device))
        if isinstance(renewed, Login):
            return renewed


async def _until_lost(address: str, device: VirtualDevice) -> None:
    """Return when the hub answers twice in a row and the broker still does not: a restart of both is waited out."""
    answers = 0
    while answers < 2:
        try:
            await asyncio.wait_for(device.is_connected.wait(), LOST_S)
        except TimeoutError:
            is_expected = device.mode is Mode.OFFLINE or not await _answers(address)
            answers = 0 if is_expected else answers + 1
        else:
            answers = 0
            await device.is_away.wait()


async def _answers(address: str) -> bool:
    host, _, port = address.rpartition(":")
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection(host, int(port)), ASK_AGAIN_S)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True


async def _obtain(address: str, device: VirtualDevice) -> Login:
    while True:
        try:
            return await ask(address, device.model)
        except OSError as error:
            sys.stderr.write(f"virtual home: {device.model.id}: {error}\n")
            await asyncio.sleep(ASK_AGAIN_S)


async def _first(*waiting: Coroutine[Any, Any, object]) -> object:
    """Return what the first of them returns, and cancel the others."""
    tasks = [asyncio.ensure_future(one) for one in waiting]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return done.pop().result()
    finally:
        for task in tasks:
            task.cancel()
