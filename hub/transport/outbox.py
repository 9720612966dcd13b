"""What goes out at QoS 1 and is not acknowledged yet: sent again on each connection until its sender gives up."""

import asyncio
import itertools
from dataclasses import dataclass

from hub.contracts.driver import Publish
from hub.contracts.errors import BrokerError
from hub.transport.link import Link

OUTBOX_LIMIT = 5_000  # QoS 1 messages that may wait for their PUBACK


@dataclass(slots=True, kw_only=True, eq=False)
class _Outgoing:
    message: Publish
    response_topic: str | None
    correlation: bytes | None
    done: asyncio.Future[str | None]


class Outbox:
    """Messages with a sender that waits for each."""

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._link: Link | None = None
        self._problem = "not connected"
        self._waiting: dict[int, _Outgoing] = {}
        self._sent: dict[int, _Outgoing] = {}
        self._numbers = itertools.count()

    def connected(self, link: Link) -> None:
        """Send what waits, in order, over the new connection."""
        self._link, self._problem = link, ""
        for outgoing in self._waiting.values():
            self._send(outgoing)

    def disconnected(self, problem: str) -> None:
        """Keep what waits for the next connection."""
        self._link, self._problem = None, problem
        self._sent.clear()

    def close(self) -> None:
        """Tell every sender that its message was not taken."""
        for outgoing in self._waiting.values():
            if not outgoing.done.done():
                outgoing.done.set_result("the hub is shutting down")

    async def publish(self, message: Publish, *, response_topic: str | None, correlation: bytes | None) -> None:
        """Send a message and wait until the broker has it; after the timeout it is withdrawn.

        Raises:
            BrokerError: refused, not acknowledged in time, or too many wait.
        """
        if len(self._waiting) >= OUTBOX_LIMIT:
            raise BrokerError(f"{OUTBOX_LIMIT} messages wait for the MQTT broker already.", hint="Check the broker.")
        outgoing = _Outgoing(
            message=message,
            response_topic=response_topic,
            correlation=correlation,
            done=asyncio.get_running_loop().create_future(),
        )
        number = next(self._numbers)
        self._waiting[number] = outgoing
        try:
            self._send(outgoing)
            refusal = await asyncio.wait_for(outgoing.done, self._timeout_s)
        except TimeoutError as error:
            because = f" ({self._problem})" if self._problem else ""
            raise BrokerError(
                f"The MQTT broker did not acknowledge a message on {message.topic} in {self._timeout_s:g} s{because}.",
                hint="Check the broker; the message was not kept.",
            ) from error
        finally:
            self._waiting.pop(number, None)
        if refusal is not None:
            raise BrokerError(
                f"The MQTT broker did not take a message on {message.topic}: {refusal}.",
                hint="Check the broker's access rules for the hub's login.",
            )

    def published(self, mid: int, refusal: str | None) -> None:
        """Note the broker's answer to a packet."""
        outgoing = self._sent.pop(mid, None)
        if outgoing is not None and not outgoing.done.done():
            outgoing.done.set_result(refusal)

    def _send(self, outgoing: _Outgoing) -> None:
        if self._link is None or outgoing.done.done():
            return
        mid = self._link.publish(
            outgoing.message, response_topic=outgoing.response_topic, correlation=outgoing.correlation
        )
        if mid is not None:
            self._sent[mid] = outgoing
