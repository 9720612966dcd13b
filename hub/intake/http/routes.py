"""The route table: every way into the REST interface, with its types; the application is built from it."""

from collections.abc import Awaitable, Callable, Iterable
from importlib.resources import files

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp

from hub import __version__
from hub.contracts.errors import HubError
from hub.intake.http.access import Access, bearer
from hub.intake.http.answers import HttpError, json_response
from hub.intake.http.documents import (
    AdoptBody,
    AreaBody,
    AreaDocument,
    DeviceDocument,
    DevicePatch,
    PairingAnswer,
    PairingBody,
    ProblemDocument,
    ReplyDocument,
    RequestBody,
    RequestSummary,
    ScheduledDocument,
    StatusDocument,
    WaitingDocument,
    scheduled_document,
)
from hub.intake.http.guard import Guard
from hub.intake.http.live import Live
from hub.intake.http.openapi import Endpoint, describe
from hub.intake.http.registry import Registry
from hub.intake.http.talking import Talking
from hub.intake.services import Services
from hub.runtime.logs import get_logger

_PAGE = {
    "/": ("index.html", "text/html"),
    "/page.js": ("page.js", "text/javascript"),
    "/words.js": ("words.js", "text/javascript"),
    "/why.js": ("why.js", "text/javascript"),
    "/page.css": ("page.css", "text/css"),
}
_log = get_logger(__name__)


def build_endpoints(services: Services, talking: Talking, registry: Registry) -> list[Endpoint]:
    """Return the route table of the REST interface."""
    return [
        *_house_endpoints(services),
        *_device_endpoints(registry),
        *_request_endpoints(talking),
    ]


def build_app(endpoints: list[Endpoint], access: Access, live: Live, allowed_hosts: Iterable[str]) -> ASGIApp:
    """Return the whole application: routes, page, WebSocket, behind the guard."""
    described = Endpoint(
        method="GET", path="/api/v1/openapi.json", handler=None, summary="This description.", is_public=False
    )
    document = describe([*endpoints, described], __version__)

    async def openapi(_: Request) -> Response:
        return json_response(document)

    routes: list[BaseRoute] = [_route(endpoint, endpoint.handler, access) for endpoint in endpoints]
    routes.append(_route(described, openapi, access))
    routes.append(WebSocketRoute("/api/v1/events", live.serve))
    routes += [Route(path, _page_file(name, kind), methods=["GET"]) for path, (name, kind) in _PAGE.items()]
    routes.append(Route("/favicon.ico", _no_icon, methods=["GET"]))
    app = Starlette(
        routes=routes,
        exception_handlers={HttpError: _on_http_error, HTTPException: _on_routing_error, Exception: _on_failure},
    )
    app.router.redirect_slashes = False
    return Guard(app, allowed_hosts)


def _house_endpoints(services: Services) -> list[Endpoint]:
    async def status(_: Request) -> Response:
        return json_response(services.status())

    async def scheduled(_: Request) -> Response:
        return json_response([scheduled_document(row) for row in await services.schedule.pending()])

    async def cancel(http: Request) -> Response:
        if not await services.schedule.cancel(http.path_params["id"]):
            raise HttpError(404, "Nothing of that id is still to come.", "GET /api/v1/schedule lists what is.")
        return Response(status_code=204)

    return [
        Endpoint(method="GET", path="/api/v1/status", handler=status, answer=StatusDocument, summary="How the hub is."),
        Endpoint(
            method="GET",
            path="/api/v1/schedule",
            handler=scheduled,
            answer=list[ScheduledDocument],
            summary="What is still to come.",
        ),
        Endpoint(
            method="DELETE",
            path="/api/v1/schedule/{id}",
            handler=cancel,
            status=204,
            errors=(404,),
            summary="Cancel what is still to come.",
        ),
    ]


def _device_endpoints(registry: Registry) -> list[Endpoint]:
    one = "/api/v1/devices/{id}"
    return [
        Endpoint(
            method="GET",
            path="/api/v1/devices",
            handler=registry.devices,
            answer=list[DeviceDocument],
            summary="All devices with their state.",
        ),
        Endpoint(
            method="GET", path=one, handler=registry.device, answer=DeviceDocument, errors=(404,), summary="One device."
        ),
        Endpoint(
            method="PATCH",
            path=one,
            handler=registry.change,
            body=DevicePatch,
            answer=DeviceDocument,
            errors=(404,),
            summary="Say what a device is called, where it stands, whose it is.",
        ),
        Endpoint(
            method="DELETE",
            path=one,
            handler=registry.forget,
            status=204,
            errors=(404,),
            summary="Remove a device and its login.",
        ),
        Endpoint(
            method="POST",
            path=f"{one}/adopt",
            handler=registry.adopt,
            body=AdoptBody,
            answer=DeviceDocument,
            errors=(404, 409),
            summary="Let a device in that was found on the network.",
        ),
        Endpoint(
            method="GET",
            path="/api/v1/areas",
            handler=registry.areas,
            answer=list[AreaDocument],
            summary="The areas of the home.",
        ),
        Endpoint(
            method="POST",
            path="/api/v1/areas",
            handler=registry.add_area,
            body=AreaBody,
            answer=AreaDocument,
            status=201,
            errors=(409,),
            summary="Add an area.",
        ),
        Endpoint(
            method="GET",
            path="/api/v1/problems",
            handler=registry.problems,
            answer=list[ProblemDocument],
            summary="Announcements that were not taken, and why.",
        ),
        Endpoint(
            method="GET",
            path="/api/v1/pairings",
            handler=registry.waiting,
            answer=list[WaitingDocument],
            summary="Devices that ask to be let in.",
        ),
        Endpoint(
            method="POST",
            path="/api/v1/pairings",
            handler=registry.pair,
            body=PairingBody,
            answer=PairingAnswer,
            errors=(409,),
            is_public=True,
            summary="A device of this machine asks for its login.",
        ),
    ]


def _request_endpoints(talking: Talking) -> list[Endpoint]:
    return [
        Endpoint(
            method="POST",
            path="/api/v1/requests",
            handler=talking.ask,
            body=RequestBody,
            answer=ReplyDocument,
            errors=(500, 503, 504),
            summary="Ask for something in plain language.",
        ),
        Endpoint(
            method="GET",
            path="/api/v1/requests",
            handler=talking.recent,
            answer=list[RequestSummary],
            query=(("limit", "integer"),),
            errors=(422,),
            summary="Past requests, the newest first.",
        ),
        Endpoint(
            method="GET",
            path="/api/v1/requests/{id}",
            handler=talking.explain,
            errors=(404,),
            summary="Why: what was heard, the candidates, the guard's verdicts, the receipts.",
        ),
        Endpoint(
            method="GET",
            path="/api/v1/requests/{id}/final",
            handler=talking.final,
            answer=ReplyDocument,
            errors=(404, 500, 503, 504),
            summary="The final reply, waited for where devices are slow.",
        ),
    ]


def _route(endpoint: Endpoint, handler: Callable[[Request], Awaitable[Response]], access: Access) -> Route:
    async def checked(http: Request) -> Response:
        if not endpoint.is_public:
            address = http.client.host if http.client is not None else ""
            access.check(bearer(http.headers.get("authorization")), address)
        try:
            return await handler(http)
        except HubError as error:
            status = 503 if error.retryable else 500
            raise HttpError(status, error.what, error.hint) from error

    return Route(endpoint.path, checked, methods=[endpoint.method])


def _page_file(name: str, media_type: str) -> Callable[[Request], Awaitable[Response]]:
    content = files("hub.intake.http").joinpath("page", name).read_bytes()

    async def serve(_: Request) -> Response:
        return Response(content, headers={"Cache-Control": "no-cache"}, media_type=media_type)

    return serve


async def _no_icon(_: Request) -> Response:
    return Response(status_code=204)


async def _on_http_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, HttpError)  # noqa: S101  # registered for this type only
    return error.response()


async def _on_routing_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  # registered for this type only
    what = {404: "There is nothing at this path.", 405: "This path does not take that method."}
    return HttpError(
        error.status_code, what.get(error.status_code, error.detail), "See /api/v1/openapi.json.", headers=error.headers
    ).response()


async def _on_failure(http: Request, error: Exception) -> Response:
    _log.error("a handler failed", path=http.url.path, exc_info=error)
    return HttpError(500, "The hub failed on this request.", "The hub's log has the details.").response()
