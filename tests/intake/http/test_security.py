"""Who is kept out: foreign hosts, foreign origins, wrong tokens, and bodies that are not what they should be."""

import asyncio
import gzip
from typing import Any

import pytest

from hub.config import HttpSettings
from hub.intake.http import protocol
from hub.intake.http.access import FREE_FAILURES, Access, bearer
from hub.intake.http.answers import HttpError

JSON = {"Content-Type": "application/json"}
OWN = {"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer"}


async def raw(bench: Any, request: bytes) -> bytes:
    """Send bytes as they are, return what comes back."""
    reader, writer = await asyncio.open_connection("127.0.0.1", bench.intake.port)
    try:
        writer.write(request)
        async with asyncio.timeout(15):
            await writer.drain()
            return await reader.read(65536)
    except ConnectionError:
        return b""
    finally:
        writer.close()


def test_every_route_but_pairing_needs_the_token(serve: Any) -> None:
    async def work(bench: Any) -> None:
        async with bench.client() as client:
            paths = (await client.get("/api/v1/openapi.json")).json()["paths"]
        open_ways = []
        async with bench.client(token=None) as client:
            for path, operations in paths.items():
                for method in operations:
                    answer = await client.request(method, path.replace("{id}", "x"), json={"text": "x"})
                    if answer.status_code != 401:
                        open_ways.append((method, path))
                    else:
                        assert set(answer.json()) == {"error", "hint"}
                        assert "9.9.9" not in answer.text
        assert open_ways == [("post", "/api/v1/pairings")]
        assert bench.conversation.heard == []

    serve(work)


@pytest.mark.parametrize("token", ["t", "t" * 42, "t" * 44, "T" * 43, "tt\x80", "null"])
def test_no_part_or_variant_of_the_token_will_do(serve: Any, token: str) -> None:
    async def work(bench: Any) -> None:
        async with bench.client(token=None) as client:
            headers = [(b"authorization", b"Bearer " + token.encode("latin-1"))]
            assert (await client.get("/api/v1/status", headers=headers)).status_code == 401

    serve(work)


class HandClock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> Any:
        raise NotImplementedError

    def monotonic(self) -> float:
        return self.seconds


def status_of(access: Access, token: str, address: str) -> int:
    """Return the status with which a token is answered."""
    try:
        access.check(token, address)
    except HttpError as error:
        return error.status
    return 200


def test_guessing_is_slowed_down_by_address_and_never_locks_the_owner_out() -> None:
    clock = HandClock()
    access = Access("right", clock)
    assert [status_of(access, "wrong", "10.0.0.1") for _ in range(FREE_FAILURES + 2)] == [401] * FREE_FAILURES + [
        429
    ] * 2
    assert status_of(access, "wrong", "10.0.0.2") == 401
    assert status_of(access, "right", "10.0.0.1") == 200
    assert status_of(access, "wrong", "10.0.0.1") == 401  # the right one has cleared the slate
    for _ in range(1000):
        status_of(access, "wrong", "10.0.0.3")
        clock.seconds += 1
    assert status_of(access, "wrong", "10.0.0.3") == 429
    clock.seconds += 61
    assert status_of(access, "wrong", "10.0.0.3") == 401


def test_an_empty_token_opens_nothing() -> None:
    assert status_of(Access("", HandClock()), "", "10.0.0.1") == 401
    assert status_of(Access("right", HandClock()), "", "10.0.0.1") == 401


@pytest.mark.parametrize("header", [None, "", "Bearer", "Basic abc", "abc"])
def test_a_header_without_a_bearer_token_has_none(header: str | None) -> None:
    assert not bearer(header)


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1", 200),
        ("localhost:8080", 200),
        ("LOCALHOST", 200),
        ("[::1]:8080", 200),
        ("192.168.1.7:8080", 200),
        ("my-hub.example:8080", 200),
        ("evil.example", 421),
        ("localhost.evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("evil.example@localhost", 421),
        ("localhost/../", 421),
        ("localhost:x", 421),
        ("", 421),
    ],
)
def test_a_foreign_host_is_not_served(serve: Any, host: str, status: int) -> None:
    async def work(bench: Any) -> None:
        async with bench.client() as client:
            answer = await client.get("/api/v1/status", headers={"Host": host, "X-Forwarded-Host": "localhost"})
        assert answer.status_code == status
        assert ("9.9.9" in answer.text) == (status == 200)

    serve(work, HttpSettings(port=0, allowed_hosts=("my-hub.example",)))


def test_two_hosts_or_none_are_not_served(serve: Any) -> None:
    async def work(bench: Any) -> None:
        two = await raw(bench, b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
        none = await raw(bench, b"GET / HTTP/1.0\r\n\r\n")
        assert two.split()[1] in (b"400", b"421")
        assert none.split()[1] in (b"400", b"421")

    serve(work)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": "own"}, 200),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),
        ({"Origin": "https://own"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
    ],
)
def test_another_site_cannot_post_even_with_the_token(serve: Any, headers: dict[str, str], status: int) -> None:
    async def work(bench: Any) -> None:
        own = {name: value.replace("https://own", f"https{bench.url[4:]}") for name, value in headers.items()}
        own = {name: bench.url if value == "own" else value for name, value in own.items()}
        async with bench.client() as client:
            answer = await client.post("/api/v1/requests", json={"text": "hello"}, headers=own)
        assert answer.status_code == status
        assert len(bench.conversation.heard) == (1 if status == 200 else 0)

    serve(work)


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b'{"text":"x"}', {"Content-Type": "text/plain"}, 415),
        (b"text=x", {"Content-Type": "application/x-www-form-urlencoded"}, 415),
        (b'{"text":"x"}', {"Content-Type": ""}, 415),
        (gzip.compress(b'{"text":"x"}'), {**JSON, "Content-Encoding": "gzip"}, 415),
        (b'{"text":"' + b"x" * 70_000 + b'"}', JSON, 413),
        (b"", JSON, 400),
        (b"{", JSON, 400),
        (b'{"text":"\xff"}', JSON, 400),
        (b'{"text":"\\ud800"}', JSON, 400),
        (b'{"text":"x","a":NaN}', JSON, 400),
        (b'{"text":1e999}', JSON, 422),
        (b"[" * 30_000, JSON, 422),
        (b'{"text":"x","a":' + b"[" * 30_000 + b"]" * 30_000 + b"}", JSON, 400),
        (b"[]", JSON, 422),
        (b'{"text":7}', JSON, 422),
    ],
)
def test_a_body_that_is_not_what_it_should_be_is_refused(
    serve: Any, content: bytes, headers: dict[str, str], status: int
) -> None:
    async def work(bench: Any) -> None:
        async with bench.client() as client:
            answer = await client.post("/api/v1/requests", content=content, headers=headers)
        assert answer.status_code == status
        assert set(answer.json()) == {"error", "hint"}
        assert bench.conversation.heard == []

    serve(work)


def test_a_large_body_is_cut_off_whether_it_says_its_size_or_not(serve: Any) -> None:
    async def work(bench: Any) -> None:
        head = b"POST /api/v1/requests HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        head += f"Authorization: Bearer {'t' * 43}\r\n".encode()
        said = await raw(bench, head + b"Content-Length: 100000000\r\n\r\n")
        chunk = b"8000\r\n" + b"x" * 0x8000 + b"\r\n"
        chunked = await raw(bench, head + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 4)
        assert said.startswith(b"HTTP/1.1 413")
        assert chunked.startswith(b"HTTP/1.1 413")

    serve(work)


def test_smuggled_and_oversized_headers_are_refused(serve: Any) -> None:
    async def work(bench: Any) -> None:
        head = b"POST /api/v1/requests HTTP/1.1\r\nHost: localhost\r\n"
        both = await raw(bench, head + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
        large = await raw(bench, head + b"X: " + b"x" * 1_000_000 + b"\r\n\r\n")
        assert both.split()[1] in (b"400", b"401")
        assert large.startswith(b"HTTP/1.1 400") or large == b""  # cut off while we were still sending

    serve(work)


def test_headers_that_trickle_in_are_not_waited_for(serve: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HEADERS_WITHIN_S", 0.5)

    async def work(bench: Any) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", bench.intake.port)
        ended = asyncio.create_task(reader.read())
        writer.write(b"GET / HTTP/1.1\r\n")
        while not ended.done():  # the time-out of `serve` ends this if the server does not
            writer.write(b"X: x\r\n")
            await asyncio.wait({ended}, timeout=0.05)
        writer.close()
        async with bench.client() as client, bench.watch() as socket:  # those that are in time stay connected
            await socket.send('{"token": "' + "t" * 43 + '"}')
            await asyncio.sleep(1)
            await socket.recv()
            assert (await client.get("/api/v1/status")).status_code == 200

    serve(work)


@pytest.mark.parametrize("path", ["/", "/page.js", "/api/v1/status", "/api/v1/devices/none", "/none"])
def test_every_answer_carries_the_strict_headers_and_names_no_software(serve: Any, path: str) -> None:
    async def work(bench: Any) -> None:
        async with bench.client(token=None) as client:
            answer = await client.get(path)
        for name, value in OWN.items():
            assert answer.headers[name] == value
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "server" not in answer.headers
        assert "content-encoding" not in answer.headers
        assert "access-control-allow-origin" not in answer.headers
        assert "9.9.9" not in answer.text

    serve(work)
