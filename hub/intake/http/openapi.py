"""The OpenAPI description, made from the route table and the types of the documents."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import msgspec

from hub.intake.http.documents import ErrorDocument
from hub.intake.wire import JsonObject

Handler = Any  # Callable[[Request], Awaitable[Response]]; starlette takes it as it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One operation of the REST interface.

    Attributes:
        body: the type of the request's body, None for none.
        answer: the type of the answer with status `status`, None for none (or a document of free form).
        errors: the statuses of error documents beside 401, 421 and 429.
        is_public: whether it needs no token.
    """

    method: str
    path: str
    handler: Handler
    summary: str
    body: type | None = None
    answer: Any = None
    status: int = 200
    errors: tuple[int, ...] = ()
    query: tuple[tuple[str, str], ...] = field(default=())
    is_public: bool = False


def describe(endpoints: Sequence[Endpoint], version: str) -> JsonObject:
    """Return the OpenAPI 3.1 document."""
    types = {kind for endpoint in endpoints for kind in (endpoint.body, endpoint.answer) if kind is not None}
    kinds = [ErrorDocument, *sorted(types, key=str)]
    schemas, components = msgspec.json.schema_components(kinds, ref_template="#/components/schemas/{name}")
    by_kind = dict(zip(kinds, schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in endpoints:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint, by_kind)
    document: JsonObject = {
        "openapi": "3.1.0",
        "info": {"title": "AIOS Hub", "version": version, "license": {"name": "Apache-2.0"}},
        "paths": paths,  # type: ignore[dict-item]  # plain JSON values, built above
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}],
    }
    return document


def _operation(endpoint: Endpoint, by_kind: dict[Any, dict[str, Any]]) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": HTTPStatus(endpoint.status).phrase}
    if endpoint.status != HTTPStatus.NO_CONTENT:
        answer["content"] = {"application/json": {"schema": by_kind.get(endpoint.answer, {})}}
    responses = {str(endpoint.status): answer}
    statuses = {*endpoint.errors, 421, *(() if endpoint.is_public else (401, 429))}
    if endpoint.method not in ("GET", "HEAD"):
        statuses.add(403)
    if endpoint.body is not None:
        statuses.update((400, 408, 413, 415, 422))
    for status in sorted(statuses):
        content = {"application/json": {"schema": by_kind[ErrorDocument]}}
        responses[str(status)] = {"description": HTTPStatus(status).phrase, "content": content}
    operation: dict[str, Any] = {"summary": endpoint.summary, "responses": responses}
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", endpoint.path)
    ] + [{"name": name, "in": "query", "schema": {"type": kind}} for name, kind in endpoint.query]
    if parameters:
        operation["parameters"] = parameters
    if endpoint.body is not None:
        content = {"application/json": {"schema": by_kind[endpoint.body]}}
        operation["requestBody"] = {"required": True, "content": content}
    if endpoint.is_public:
        operation["security"] = []
    return operation
