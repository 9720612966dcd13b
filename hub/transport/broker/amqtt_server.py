"""The process in which amqtt runs: `python -m hub.transport.broker.amqtt_server FOLDER PORT`, on loopback only."""

import asyncio
import logging
import signal
import sys
from pathlib import Path
from typing import Any

from amqtt.broker import Broker

from hub.transport.broker import amqtt_rules
from hub.transport.broker.try_out import LOGINS_FILE, RELOADED

MAX_CONNECTIONS = 500

_PLUGINS = "hub.transport.broker.amqtt_rules"


class LoopbackBroker(Broker):  # type: ignore[misc]  # amqtt publishes no types
    """amqtt, but a client gets retained messages of its own subscriptions only, and a removed login is put out."""

    async def _publish_retained_messages_for_subscription(self, subscription: tuple[str, int], session: Any) -> None:
        """Skip filters that are other clients' (amqtt 0.12 sends those as well to whoever connects)."""
        if any(subscribed is session for subscribed, _ in self.subscriptions.get(subscription[0], ())):
            await super()._publish_retained_messages_for_subscription(subscription, session)

    async def put_out(self, names: frozenset[str]) -> None:
        """Disconnect the clients of logins that are no more."""
        for session, handler in list(self.sessions.values()):
            if session.username in names and session.transitions.is_connected():
                await handler.handle_connection_closed()


def main() -> None:
    """Serve until SIGTERM."""
    logging.basicConfig(level=logging.ERROR, stream=sys.stderr)
    asyncio.run(_serve(Path(sys.argv[1]) / LOGINS_FILE, int(sys.argv[2])))


async def _serve(logins: Path, port: int) -> None:
    amqtt_rules.LOGINS.load(logins)
    broker = LoopbackBroker(
        {
            "listeners": {"default": {"type": "tcp", "bind": f"127.0.0.1:{port}", "max_connections": MAX_CONNECTIONS}},
            "plugins": {f"{_PLUGINS}.LoginPlugin": {}, f"{_PLUGINS}.TopicPlugin": {}},
        }
    )
    loop = asyncio.get_running_loop()
    over, reload = asyncio.Event(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, over.set)
    loop.add_signal_handler(signal.SIGHUP, reload.set)
    await broker.start()
    reloading = asyncio.create_task(_reload(broker, logins, reload), name="reload logins")
    await over.wait()
    reloading.cancel()
    await asyncio.gather(reloading, return_exceptions=True)


async def _reload(broker: LoopbackBroker, logins: Path, reload: asyncio.Event) -> None:
    while True:
        await reload.wait()
        reload.clear()
        gone = amqtt_rules.LOGINS.load(logins)
        await broker.put_out(gone)
        print(RELOADED, file=sys.stderr, flush=True)  # noqa: T201  # the hub waits for this line


if __name__ == "__main__":
    main()
