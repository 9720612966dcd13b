"""Requests over HTTP: asked once, the first reply at once, the final one for whoever waits."""

import asyncio

import msgspec
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from hub.contracts.ids import new_id
from hub.contracts.messages import Asker, Channel, Reply, Request, Trace
from hub.intake.http.answers import HttpError, json_response
from hub.intake.http.bodies import read_body
from hub.intake.http.documents import RequestBody, dry_run_document, request_summary
from hub.intake.services import Services
from hub.intake.wire import JsonObject, reply_document
from hub.runtime.logs import get_logger

REPLY_WITHIN_S = 20.0  # the hub itself answers far sooner; beyond this something hangs
FINAL_WITHIN_S = 80.0  # a slow device is given up before this
IN_FLIGHT_LIMIT = 64
LIST_LIMIT = 200

_log = get_logger(__name__)


class _Exchange:
    """One request at work, and its replies as they come."""

    def __init__(self, request: Request) -> None:
        self.request = request
        loop = asyncio.get_running_loop()
        self.first: asyncio.Future[Reply] = loop.create_future()
        self.final: asyncio.Future[Reply] = loop.create_future()

    def is_repeated_by(self, request: Request) -> bool:
        """Tell whether it is the same request sent again."""
        own = self.request
        return (own.asker.id, own.id, own.text) == (request.asker.id, request.id, request.text)

    async def take(self, reply: Reply) -> None:
        """Hand a reply to those who wait for it."""
        if not self.first.done():
            self.first.set_result(reply)
        if reply.is_final and not self.final.done():
            self.final.set_result(reply)

    def fail(self, error: BaseException) -> None:
        """Tell those who wait that there will be none."""
        for future in (self.first, self.final):
            if not future.done():
                future.set_exception(error)
                future.exception()  # marks it as seen: nobody may be waiting


class Talking:
    """The handlers under /api/v1/requests."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._exchanges: set[_Exchange] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def stop(self) -> None:
        """Leave what is at work; its sender repeats it under the same id."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def ask(self, http: HttpRequest) -> Response:
        """Take a request; answer with the first reply, or with `wait: final` with the last one."""
        body = await read_body(http, RequestBody)
        request = self._request(body)
        if body.dry_run:
            return json_response(dry_run_document(await self._services.conversation.dry_run(request), request.id))
        exchange = self._begin(request)
        wanted, limit_s = (exchange.final, FINAL_WITHIN_S) if body.wait == "final" else (exchange.first, REPLY_WITHIN_S)
        return json_response(_document(await _within(wanted, limit_s)))

    async def final(self, http: HttpRequest) -> Response:
        """Wait for the final reply of a request and answer with it."""
        request_id = http.path_params["id"]
        exchange = next((one for one in self._exchanges if one.request.id == request_id), None)
        if exchange is not None:
            return json_response(_document(await _within(exchange.final, FINAL_WITHIN_S)))
        stored = await self._services.requests.find(request_id)
        if stored is None or stored.reply is None:
            raise HttpError(404, "There is no reply to a request of that id.", "GET /api/v1/requests lists them.")
        return json_response(_document(stored.reply))

    async def explain(self, http: HttpRequest) -> Response:
        """Answer with the record of a past request."""
        record = await self._services.requests.record(http.path_params["id"])
        if record is None:
            raise HttpError(404, "There is no record of a request of that id.", "GET /api/v1/requests lists them.")
        return json_response(msgspec.Raw(record))

    async def recent(self, http: HttpRequest) -> Response:
        """Answer with the newest requests."""
        limit = http.query_params.get("limit", "20")
        if not (limit.isascii() and limit.isdigit() and 1 <= int(limit) <= LIST_LIMIT):
            raise HttpError(422, "The limit is no number in range.", f"Allowed is 1 to {LIST_LIMIT}.")
        return json_response([request_summary(stored) for stored in await self._services.requests.recent(int(limit))])

    def _request(self, body: RequestBody) -> Request:
        if body.source is not None and self._services.home.device(body.source) is None:
            raise HttpError(422, f"There is no device {body.source!r} to ask from.", "GET /api/v1/devices lists them.")
        asker = Asker(
            id="owner" if body.person is None else f"person:{body.person}",
            channel=Channel.HTTP,
            device=body.source,
            person=body.person,
        )
        return Request(
            text=body.text,
            asker=asker,
            id=body.id or new_id(),
            at=self._services.clock.now(),
            language=body.language,
            session=body.session,
            trace=Trace(source="http"),
        )

    def _begin(self, request: Request) -> _Exchange:
        for known in self._exchanges:
            if known.is_repeated_by(request):
                return known
        if len(self._tasks) >= IN_FLIGHT_LIMIT:
            raise HttpError(429, "Too many requests at once.", "Wait a moment.", headers={"Retry-After": "1"})
        exchange = _Exchange(request)
        self._exchanges.add(exchange)
        task = asyncio.create_task(self._run(request, exchange), name=f"http request {request.id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return exchange

    async def _run(self, request: Request, exchange: _Exchange) -> None:
        try:
            await exchange.take(await self._services.conversation.handle(request, exchange.take))
            await _within(exchange.final, FINAL_WITHIN_S)
        except asyncio.CancelledError:
            exchange.fail(HttpError(503, "The hub is stopping.", "Send it again under the same id."))
            raise
        except HttpError as error:
            exchange.fail(error)
        except Exception:  # noqa: BLE001  # a task border: whoever waits gets an answer
            _log.exception("a request failed", request_id=request.id)
            exchange.fail(HttpError(500, "The hub failed on this request.", "The hub's log has the details."))
        finally:
            self._exchanges.discard(exchange)


async def _within(future: asyncio.Future[Reply], limit_s: float) -> Reply:
    try:
        async with asyncio.timeout(limit_s):
            return await asyncio.shield(future)
    except TimeoutError:
        raise HttpError(504, "There was no reply in time.", "Send it again under the same id.") from None


def _document(reply: Reply) -> JsonObject:
    return {**reply_document(reply), "record": reply.request}
