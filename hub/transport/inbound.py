"""What comes in: routed from paho's thread to the handlers of each subscription, acknowledged when they are done."""

import asyncio
import inspect
from collections import deque
from collections.abc import Callable, Iterable

from hub.runtime.clock import Clock
from hub.runtime.logs import get_logger
from hub.transport.delivery import Arrival, BoundedQueue, CopyFilter, Delivery, Handler, Subscription, Ticket
from hub.transport.topics import matches

HOLD_S = 30.0  # how long a QoS 1 message of a kept session waits for its handler after a restart
HOLD_LIMIT = 100
DRAIN_BATCH = 500  # messages routed before the event loop gets its turn
ROUTES_LIMIT = 20_000

_log = get_logger(__name__)


class Inbound:
    """The subscriptions of one client, with a worker for each.

    Attributes:
        has_copies: the broker sends a message once for each subscription that matches, without saying for which.
    """

    def __init__(
        self, client_id: str, *, clock: Clock, queue_limit: int, acknowledge: Callable[[Arrival], None]
    ) -> None:
        self.has_copies = False
        self._client_id = client_id
        self._clock = clock
        self._queue_limit = queue_limit
        self._acknowledge = acknowledge
        self._inbox: BoundedQueue[Arrival] = BoundedQueue(queue_limit)
        self._subscriptions: dict[str, Subscription] = {}
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._routes: dict[str, tuple[Subscription, ...]] = {}
        self._copies = CopyFilter()
        self._held: deque[tuple[float, Arrival]] = deque()
        self._unwanted = 0
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def dropped(self) -> int:
        """Return how many QoS 0 messages were dropped since the start."""
        return self._inbox.dropped + sum(s.queue.dropped for s in self._subscriptions.values())

    def subscriptions(self) -> Iterable[Subscription]:
        """Return all subscriptions."""
        return tuple(self._subscriptions.values())

    def start(self) -> None:
        """Begin to hand out messages."""
        self._loop = asyncio.get_running_loop()
        for subscription in self._subscriptions.values():
            self._start_worker(subscription)

    async def stop(self) -> None:
        """End every worker; what it was at stays unacknowledged."""
        await _end([*self._workers.values(), *(t for s in self._subscriptions.values() for t in s.serving)])
        self._workers.clear()

    def add(
        self, topic_filter: str, qos: int, handler: Handler, *, is_as_published: bool, limit: int, concurrency: int
    ) -> Subscription:
        """Add a handler; a filter that is known already gets the wider of both wishes."""
        known = self._subscriptions.get(topic_filter)
        if known is not None:
            known.handlers.append(handler)
            known.payload_limit = max(known.payload_limit, limit)
            known.qos = max(qos, known.qos)
            known.is_retain_as_published |= is_as_published
            return known
        known = Subscription(
            filter=topic_filter,
            qos=qos,
            is_retain_as_published=is_as_published,
            payload_limit=limit,
            is_ordered=concurrency == 1,
            slots=asyncio.Semaphore(concurrency),
            handlers=[handler],
            queue=BoundedQueue(self._queue_limit),
        )
        self._subscriptions[topic_filter] = known
        self._routes.clear()
        if self._loop is not None:
            self._start_worker(known)
            self._release_held()
        return known

    async def remove(self, topic_filter: str) -> bool:
        """Forget a filter; what waits for it is acknowledged unhandled. Return whether it was known."""
        subscription = self._subscriptions.pop(topic_filter, None)
        if subscription is None:
            return False
        self._routes.clear()
        worker = self._workers.pop(topic_filter, None)
        await _end([*([worker] if worker else []), *subscription.serving])
        while (ticket := subscription.queue.get()) is not None:
            ticket.settle()
        return True

    def put(self, arrival: Arrival) -> None:
        """Take a message, in paho's thread."""
        if self._inbox.put(arrival) and self._loop is not None:
            try:
                self._loop.call_soon_threadsafe(self._drain)
            except RuntimeError:  # the event loop has ended before the network thread
                return

    def _drain(self) -> None:
        for _ in range(DRAIN_BATCH):
            arrival = self._inbox.get()
            if arrival is None:
                return
            self._route(arrival)
        if self._loop is not None:
            self._loop.call_soon(self._drain)

    def _route(self, arrival: Arrival) -> None:
        message = arrival.delivery.message
        matching = self._matching(message.topic)
        addressed = tuple(s for s in matching if s.id in arrival.subscriptions) if arrival.subscriptions else ()
        is_ambiguous = self.has_copies and len(matching) > 1
        if is_ambiguous and self._copies.is_copy(message, len(matching), self._clock.monotonic()):
            self._acknowledge(arrival)
            return
        if not matching and message.qos:
            self._hold(arrival)
            return
        takers = [s for s in addressed or matching if len(message.payload) <= s.payload_limit]
        if not takers:
            if matching:
                _log.warning("payload over the limit dropped", topic=message.topic, bytes=len(message.payload))
            self._acknowledge(arrival)
            return
        ticket = Ticket(arrival, len(takers), self._acknowledge)
        for subscription in takers:
            subscription.queue.put(ticket)
            subscription.wake.set()

    def _hold(self, arrival: Arrival) -> None:
        """Keep what a kept session sends before its handler is there: after a restart that is right away."""
        now_s = self._clock.monotonic()
        self._held.append((now_s, arrival))
        while self._held and (len(self._held) > HOLD_LIMIT or now_s - self._held[0][0] > HOLD_S):
            _, unwanted = self._held.popleft()
            self._unwanted += 1
            if self._unwanted == 1:
                topic = unwanted.delivery.message.topic
                _log.warning("messages that nobody subscribes to any more are dropped", first_topic=topic)
            self._acknowledge(unwanted)

    def _release_held(self) -> None:
        held, self._held = self._held, deque()
        for since_s, arrival in held:
            if self._matching(arrival.delivery.message.topic):
                self._route(arrival)
            else:
                self._held.append((since_s, arrival))

    def _matching(self, topic: str) -> tuple[Subscription, ...]:
        found = self._routes.get(topic)
        if found is None:
            if len(self._routes) >= ROUTES_LIMIT:
                self._routes.clear()
            found = tuple(s for s in self._subscriptions.values() if matches(s.filter, topic))
            self._routes[topic] = found
        return found

    def _start_worker(self, subscription: Subscription) -> None:
        name = f"mqtt {self._client_id}: {subscription.filter}"
        self._workers[subscription.filter] = asyncio.get_running_loop().create_task(
            self._handle(subscription), name=name
        )

    async def _handle(self, subscription: Subscription) -> None:
        handled = 0
        while True:
            ticket = subscription.queue.get()
            if ticket is None:
                subscription.wake.clear()
                await subscription.wake.wait()
                continue
            if subscription.is_ordered:
                await _serve(subscription, ticket)
            else:
                await subscription.slots.acquire()
                name = f"mqtt {self._client_id}: {ticket.arrival.delivery.message.topic}"
                task = asyncio.get_running_loop().create_task(_serve(subscription, ticket), name=name)
                subscription.serving.add(task)
                task.add_done_callback(subscription.finish)
            handled += 1
            if handled % DRAIN_BATCH == 0:
                await asyncio.sleep(0)


async def _serve(subscription: Subscription, ticket: Ticket) -> None:
    for handler in tuple(subscription.handlers):
        await _call(handler, ticket.arrival.delivery)
    ticket.settle()


async def _call(handler: Handler, delivery: Delivery) -> None:
    try:
        result = handler(delivery)
        if inspect.isawaitable(result):
            await result
    except Exception:  # noqa: BLE001  # border to the handlers
        _log.exception("a handler of MQTT messages failed", topic=delivery.message.topic)


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
