"""The outermost layer: foreign hosts and origins out, strict headers on everything that goes back."""

import ipaddress
import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.intake.http.answers import HttpError

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


class Guard:
    """ASGI middleware. Host: an address, this machine's name, or a name from the settings (DNS rebinding needs a name
    of the attacker's). Origin: where a browser sends one with anything but reading, it has to be our own page."""

    def __init__(self, app: ASGIApp, allowed_hosts: Iterable[str] = ()) -> None:
        self._app = app
        own = socket.gethostname().lower()
        self._names = {"localhost", own, f"{own}.local", *(name.lower().rstrip(".") for name in allowed_hosts)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it."""
        if scope["type"] not in ("http", "websocket"):
            return
        error = self._check(scope)
        if error is None:
            await self._app(scope, receive, _hardened(send))
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 4403})
        else:
            await error.response()(scope, receive, _hardened(send))

    def _check(self, scope: Scope) -> HttpError | None:
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self._is_ours(hosts[0]):
            return HttpError(
                421,
                "This host name is not served here.",
                "Use the hub's address, or add the name to http.allowed_hosts.",
            )
        if scope["type"] == "http" and scope["method"] in _READING:
            return None
        origins = headers.getlist("origin")
        if origins and [f"http://{hosts[0]}".lower()] != [origin.lower() for origin in origins]:
            return HttpError(403, "Another site may not use the hub.", "Open the hub's own page.")
        if not origins and headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            return HttpError(403, "Another site may not use the hub.", "Open the hub's own page.")
        return None

    def _is_ours(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname or ""
            if "@" in host or "/" in host or not name:
                return False
            urlsplit(f"//{host}").port  # noqa: B018  # raises on a port that is none
        except ValueError:
            return False
        return name.rstrip(".") in self._names or _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _hardened(send: Send) -> Send:
    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers[name] = value
        await send(message)

    return wrapped
