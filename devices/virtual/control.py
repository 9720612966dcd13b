"""A door for tests: JSON lines over loopback, to ask what a device really does and to make it misbehave.

`{"device": ID}` answers with mode, state, commands and replies; `{"device": ID, "mode": MODE}` sets the mode;
`{"device": ID, "set": {FIELD: VALUE}}` lets somebody turn it by hand;
`{"device": ID, "say": TEXT}` asks the hub as this device, answers with the request's id (the reply comes into replies);
`{"devices": true}` lists the ids; `{"forget": true}` forgets the recorded commands and replies.
"""

import asyncio
import json
from collections.abc import Mapping

from devices.virtual.device import Mode, VirtualDevice
from hub.sdk import new_id

LINE_LIMIT = 4096


async def serve_control(devices: Mapping[str, VirtualDevice], port: int) -> asyncio.Server:
    """Listen on loopback."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                writer.write((json.dumps(_answer(devices, line), ensure_ascii=False) + "\n").encode())
                await writer.drain()
        except (ConnectionError, ValueError):
            pass
        finally:
            writer.close()

    return await asyncio.start_server(serve, "127.0.0.1", port, limit=LINE_LIMIT)


def _answer(devices: Mapping[str, VirtualDevice], line: bytes) -> dict[str, object]:
    try:
        asked = json.loads(line)
        if asked.get("devices"):
            return {"devices": sorted(devices)}
        if asked.get("forget"):
            for device in devices.values():
                device.commands.clear()
                device.replies.clear()
            return {"ok": True}
        device = devices[asked["device"]]
        if "mode" in asked:
            device.set_mode(Mode(asked["mode"]))
        if "set" in asked:
            device.change(dict(asked["set"]))
        if "say" in asked:
            request_id = new_id()
            device.say(str(asked["say"]), request_id)
            return {"request": request_id}
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        return {"error": f"{type(error).__name__}: {error}"}
    return {
        "device": device.model.id,
        "mode": device.mode.value,
        "state": device.state,
        "commands": device.commands,
        "replies": device.replies,
    }
