"""Request bodies: JSON only, small, in time, and decoded into the type that the route names."""

import asyncio
from typing import TypeVar

import msgspec
from starlette.requests import ClientDisconnect, Request

from hub.intake.http.answers import HttpError

BODY_LIMIT = 64 * 1024  # bytes (protocol)
BODY_WITHIN_S = 10.0

T = TypeVar("T")


async def read_body(request: Request, kind: type[T]) -> T:
    """Return the body as `kind`.

    Raises:
        HttpError: 415 not JSON by its content type, 413 too large, 408 too slow, 400 no JSON, 422 not of that type.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise HttpError(415, "The body has to be JSON.", "Send 'Content-Type: application/json'.")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise HttpError(415, "A compressed body is not taken.", "Send it plain.")
    try:
        async with asyncio.timeout(BODY_WITHIN_S):
            content = await _collect(request)
    except TimeoutError:
        raise HttpError(408, "The body did not come in time.", "Send it again.") from None
    except ClientDisconnect:
        raise HttpError(400, "The connection ended before the body did.") from None
    return _decode(content, kind)


async def _collect(request: Request) -> bytes:
    length = request.headers.get("content-length", "0")
    content = bytearray()
    if length.isascii() and length.isdigit() and int(length) <= BODY_LIMIT:
        async for chunk in request.stream():
            content += chunk
            if len(content) > BODY_LIMIT:
                break
        else:
            return bytes(content)
    raise HttpError(413, f"The body is larger than {BODY_LIMIT} bytes.", "Send less.", headers={"Connection": "close"})


def _decode(content: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(content, type=kind)
    except msgspec.ValidationError as error:
        raise HttpError(422, f"The body does not fit: {error}.", "See /api/v1/openapi.json.") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise HttpError(400, f"The body is no valid JSON: {error}.", "Send one JSON object, in UTF-8.") from error
    except RecursionError as error:
        raise HttpError(400, "The body is nested too deeply.", "Send one flat JSON object.") from error
