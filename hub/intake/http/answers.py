"""Answers as JSON, and errors that say what is wrong and what to do."""

from collections.abc import Mapping

import msgspec
from starlette.responses import Response


class HttpError(Exception):
    """A request that is answered with an error document."""

    def __init__(self, status: int, what: str, hint: str = "", *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(what)
        self.status = status
        self.what = what
        self.hint = hint
        self.headers = dict(headers or {})

    def response(self) -> Response:
        """Return the answer."""
        return json_response({"error": self.what, "hint": self.hint}, self.status, self.headers)


def json_response(document: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Encode a document; it is never to be kept by a cache."""
    return Response(
        msgspec.json.encode(document),
        status,
        {"Cache-Control": "no-store", **(headers or {})},
        media_type="application/json",
    )
