"""The REST interface: documents in, documents out, errors that say what to do."""

import asyncio
from typing import Any

import httpx
import pytest


def test_the_devices_are_listed_with_state_and_evidence(serve: Any) -> None:
    async def work(bench: Any) -> None:
        async with bench.client() as client:
            devices = (await client.get("/api/v1/devices")).json()
            one = (await client.get("/api/v1/devices/kitchen-ceiling")).json()
        assert devices[0]["id"] == "kitchen-ceiling"
        assert one in devices
        assert one["state"]["brightness"] == {
            "value": 30,
            "unit": "%",
            "ts": "2026-03-01T12:00:00+00:00",
            "source": "native",
            "is_assumed": False,
            "is_retained": True,
        }
        assert one["area"] == "kitchen"
        assert one["is_adopted"] is True
        assert "on_off" in one["components"][""]

    serve(work)


def test_what_the_owner_says_of_a_device_is_stored_and_holds(serve: Any) -> None:
    async def work(bench: Any) -> None:
        async with bench.client() as client:
            body = {"name": "Sunny", "aliases": ["太阳"], "area": "living room", "owner": "Ana"}
            changed = await client.patch("/api/v1/devices/kitchen-ceiling", json=body)
            assert changed.status_code == 200
            document = changed.json()
            cleared = (await client.patch("/api/v1/devices/kitchen-ceiling", json={"area": None})).json()
        assert [document[name] for name in ("name", "aliases", "area", "owner")] == ["Sunny", ["太阳"], "living", "Ana"]
        assert cleared["area"] == "kitchen"  # as announced
        assert cleared["name"] == "Sunny"
        assert bench.store.overrides["kitchen-ceiling", "name"] == "Sunny"
        assert bench.store.overrides["kitchen-ceiling", "area"] is None

    serve(work)


@pytest.mark.parametrize(
    "body",
    [{"area": "sauna", "name": "New"}, {"name": ""}, {"name": None}, {"name": "a\nb"}, {"nmae": "x"}, {"name": 1}],
)
def test_a_change_that_is_not_possible_changes_nothing(serve: Any, body: dict[str, object]) -> None:
    async def work(bench: Any) -> None:
        async with bench.client() as client:
            answer = await client.patch("/api/v1/devices/kitchen-ceiling", json=body)
        assert answer.status_code == 422
        assert answer.json()["error"]
        assert answer.json()["hint"]
        assert bench.store.overrides == {}

    serve(work)


def test_a_device_is_adopted_with_its_code_and_forgotten_with_its_login(serve: Any) -> None:
    async def work(bench: Any) -> None:
        async with bench.client() as client:
            wrong = await client.post("/api/v1/devices/new-speaker/adopt", json={"code": "999999"})
            right = await client.post("/api/v1/devices/new-speaker/adopt", json={"code": "123456"})
            gone = await client.delete("/api/v1/devices/new-speaker")
            after = await client.get("/api/v1/devices/new-speaker")
        assert wrong.status_code == 409
        assert right.json()["is_adopted"] is True
        assert (gone.status_code, gone.content) == (204, b"")
        assert after.status_code == 404
        assert bench.pairings.revoked == ["new-speaker"]
        assert bench.store.removed == ["new-speaker"]

    serve(work)


def test_areas_problems_schedule_and_status(serve: Any) -> None:
    async def work(bench: Any) -> None:
        async with bench.client() as client:
            added = await client.post("/api/v1/areas", json={"name": "书房", "floor": "ground"})
            again = await client.post("/api/v1/areas", json={"name": "厨房"})
            nowhere = await client.post("/api/v1/areas", json={"name": "Attic", "floor": "sky"})
            areas = (await client.get("/api/v1/areas")).json()
            problems = (await client.get("/api/v1/problems")).json()
            rows = (await client.get("/api/v1/schedule")).json()
            cancelled = await client.delete("/api/v1/schedule/row1")
            unknown = await client.delete("/api/v1/schedule/row1")
            status = (await client.get("/api/v1/status")).json()
        assert added.status_code == 201
        assert areas[-1]["name"] == "书房"
        assert areas[-1]["floor"] == "ground"
        assert (again.status_code, nowhere.status_code) == (409, 422)
        assert problems == [{"where": "aios/v1/device/x/announce", "kind": "malformed", "what": "no JSON"}]
        assert rows[0]["text"] == "turn off the TV at seven"
        assert rows[0]["due"] == "2026-03-01T12:00:00+00:00"
        assert (cancelled.status_code, unknown.status_code) == (204, 404)
        assert status["version"] == "9.9.9"

    serve(work)


def test_a_request_gets_its_reply_and_a_record(serve: Any) -> None:
    async def work(bench: Any) -> None:
        async with bench.client() as client:
            body = {"text": "关灯", "from": "kitchen-ceiling", "person": "Ana", "session": "s9", "language": "zh"}
            reply = (await client.post("/api/v1/requests", json=body)).json()
            record = (await client.get(f"/api/v1/requests/{reply['record']}")).json()
            recent = (await client.get("/api/v1/requests?limit=5")).json()
        assert reply["outcome"] == "act"
        assert reply["session"] == "s9"
        assert reply["final"] is True
        assert reply["receipts"][0]["status"] == "confirmed"
        assert record["text"] == "关灯"
        assert recent[0]["id"] == reply["request"]
        heard = bench.conversation.heard[0]
        assert (heard.asker.id, heard.asker.device, heard.language) == ("person:Ana", "kitchen-ceiling", "zh")
        assert heard.at is not None
        assert heard.asker.is_verified

    serve(work)


def test_a_slow_device_gives_a_first_and_a_final_reply(serve: Any) -> None:
    async def work(bench: Any) -> None:
        async with bench.client() as client:
            first = (await client.post("/api/v1/requests", json={"text": "close the blind", "id": "r1"})).json()
            waiting = asyncio.create_task(client.get("/api/v1/requests/r1/final"))
            whole = asyncio.create_task(
                client.post("/api/v1/requests", json={"text": "close the blind", "id": "r2", "wait": "final"})
            )
            await bench.until(lambda: len(bench.conversation.heard) == 2)
            assert not waiting.done()
            bench.conversation.settle.set()
            final, last = (await waiting).json(), (await whole).json()
            later = (await client.get("/api/v1/requests/r1/final")).json()
        assert first["final"] is False
        assert first["receipts"][0]["open"] is True
        assert final["final"] is True
        assert final["receipts"][0]["status"] == "confirmed"
        assert last["text"] == final["text"] == later["text"] == "The blind is closed."

    serve(work)


def test_a_repeat_under_the_same_id_acts_no_second_time(serve: Any) -> None:
    async def work(bench: Any) -> None:
        async with bench.client() as client:
            body = {"text": "turn off the light", "id": "same"}
            replies = [(await client.post("/api/v1/requests", json=body)).json() for _ in range(3)]
        assert replies[0] == replies[1] == replies[2]
        assert len(bench.conversation.heard) == 1

    serve(work)


def test_a_repeat_while_a_slow_device_is_at_it_waits_for_the_same_end(serve: Any) -> None:
    async def work(bench: Any) -> None:
        async with bench.client() as client:
            body = {"text": "close the blind", "id": "same"}
            assert not (await client.post("/api/v1/requests", json=body)).json()["final"]
            again = asyncio.create_task(client.post("/api/v1/requests", json={**body, "wait": "final"}))
            other = await client.post("/api/v1/requests", json={"text": "the silent one", "id": "same", "person": "Bo"})
            bench.conversation.settle.set()
            assert (await again).json()["final"]
        assert other.status_code == 200

    serve(work)


def test_a_request_goes_on_when_its_client_has_gone(serve: Any) -> None:
    async def work(bench: Any) -> None:
        async with bench.client() as client:
            body = {"text": "close the blind", "id": "r1", "wait": "final"}
            with pytest.raises(httpx.ReadTimeout):
                await client.post("/api/v1/requests", json=body, timeout=httpx.Timeout(10, read=0.3))
        bench.conversation.settle.set()
        async with bench.client() as client:
            final = (await client.post("/api/v1/requests", json={**body})).json()
        assert final["text"] == "The blind is closed."
        assert len(bench.conversation.heard) == 1

    serve(work)


def test_a_dry_run_says_what_would_be_done_and_does_nothing(serve: Any) -> None:
    async def work(bench: Any) -> None:
        async with bench.client() as client:
            reply = (await client.post("/api/v1/requests", json={"text": "lights off", "dry_run": True})).json()
        assert reply["dry_run"] is True
        assert reply["receipts"] == []
        assert reply["effects"][0]["command"] == "turn_off"
        assert bench.conversation.heard == []

    serve(work)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"text": "x", "from": "nobody"}, 422),
        ({"text": "x" * 17_000}, 422),
        ({"text": None}, 422),
        ({}, 422),
        ({"text": "x", "id": ""}, 422),
        ({"text": "x", "wait": "for ever"}, 422),
        ({"text": "crash"}, 500),
        ({"text": "store"}, 500),
    ],
)
def test_a_request_that_cannot_be_taken_is_an_error_with_a_hint(
    serve: Any, body: dict[str, object], status: int
) -> None:
    async def work(bench: Any) -> None:
        async with bench.client() as client:
            answer = await client.post("/api/v1/requests", json=body)
        assert answer.status_code == status
        assert set(answer.json()) == {"error", "hint"}
        assert "secret detail" not in answer.text

    serve(work)


@pytest.mark.parametrize(
    "path",
    ["/api/v1/requests/none", "/api/v1/requests/none/final", "/api/v1/devices/none", "/api/v1/none", "/page.py",
     "/..%2f..%2fetc/passwd", "/%2e%2e/server.py", "/page/"],
)  # fmt: skip
def test_what_is_not_there_is_404(serve: Any, path: str) -> None:
    async def work(bench: Any) -> None:
        async with bench.client() as client:
            answer = await client.get(path)
        assert answer.status_code == 404
        assert answer.json()["error"]

    serve(work)


@pytest.mark.parametrize("limit", ["0", "-1", "201", "x", "1e3", "٣", ""])
def test_a_limit_that_is_none_is_refused(serve: Any, limit: str) -> None:
    async def work(bench: Any) -> None:
        async with bench.client() as client:
            assert (await client.get("/api/v1/requests", params={"limit": limit})).status_code == 422

    serve(work)


def test_a_device_of_this_machine_waits_for_its_login(serve: Any) -> None:
    async def work(bench: Any) -> None:
        async with bench.client(token=None) as client:
            body = {"id": "new-speaker", "name": "New", "kind": "speaker"}
            asking = asyncio.create_task(client.post("/api/v1/pairings", json=body))
            await bench.until(lambda: bench.pairings.asked)
            assert not asking.done()
            async with bench.client() as owner:
                waiting = (await owner.get("/api/v1/pairings")).json()
            bench.pairings.decided.set()
            answer = await asking
            denied = await client.post("/api/v1/pairings", json={**body, "id": "denied"})
            bad = await client.post("/api/v1/pairings", json={**body, "id": "a/b"})
        assert [(one["id"], one["code"]) for one in waiting] == [("new-speaker", "123456")]
        assert answer.json() == {
            "login": "new-speaker",
            "password": "secret",
            "mqtt": {"host": "127.0.0.1", "port": 1883},
            "hub": "h1",
        }
        assert (denied.status_code, denied.json()["error"]) == (409, "The owner said no.")
        assert bad.status_code == 422

    serve(work)


def test_a_login_is_not_released_to_a_connection_that_has_ended(serve: Any) -> None:
    async def work(bench: Any) -> None:
        async with bench.client(token=None) as client:
            with pytest.raises(httpx.ReadTimeout):
                await client.post(
                    "/api/v1/pairings", json={"id": "a", "name": "A"}, timeout=httpx.Timeout(10, read=0.3)
                )
        async with asyncio.timeout(10):
            await bench.pairings.left.wait()

    serve(work)
