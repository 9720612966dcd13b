"""The door: who asks waits for the owner, gets a login once, and only the topics that are its own."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

import pytest

from hub.contracts.errors import BrokerError
from hub.gateway.pairings import Credentials, PairingError, Pairings
from hub.gateway.rights import COMPANION, DEVICE, OBSERVER, role_of, topic_rules
from hub.home.home import Home
from hub.runtime.clock import SystemClock
from hub.storage.records import StoredLogin
from hub.transport.broker import Access, Endpoint, Login, is_password

NOW = datetime(2026, 5, 1, tzinfo=UTC)


class Broker:
    """Stands for the broker: keeps the logins it was told."""

    can_set_logins = True
    on_failure: Callable[[BrokerError], None] | None = None

    def __init__(self) -> None:
        self.logins: dict[str, Login] = {}

    async def start(self) -> Endpoint:
        return Endpoint(host="127.0.0.1", port=1)

    async def stop(self) -> None: ...

    async def set_logins(self, logins: Sequence[Login]) -> None:
        self.logins = {login.name: login for login in logins}


class Repository:
    """Stands for the database."""

    def __init__(self) -> None:
        self.rows: dict[str, StoredLogin] = {}

    async def all(self) -> list[StoredLogin]:
        return list(self.rows.values())

    async def save(self, login: StoredLogin) -> None:
        self.rows[login.name] = login

    async def remove(self, name: str) -> None:
        self.rows.pop(name, None)


class Bench:
    def __init__(self, *, auto_approve: bool = False, repository: Repository | None = None) -> None:
        self.broker, self.repository, self.home = Broker(), repository or Repository(), Home()
        self.pairings = Pairings(
            broker=self.broker,
            endpoint=Endpoint(host="127.0.0.1", port=1883),
            repository=self.repository,  # type: ignore[arg-type]  # stands for the real one
            home=self.home,
            clock=SystemClock(),
            hub_id="hub1",
            auto_approve=auto_approve,
        )

    def ask(self, device_id: str = "lamp", kind: str = "light", peer: str = "127.0.0.1") -> "asyncio.Task[Credentials]":
        return asyncio.create_task(self.pairings.ask(device_id, "Lamp", kind, peer))


def run(steps: Callable[[Bench], Awaitable[None]], bench: Bench | None = None) -> Bench:
    async def main() -> Bench:
        used = bench or Bench()
        await used.pairings.start()
        await steps(used)
        return used

    return asyncio.run(main())


def test_a_device_waits_for_the_owner_and_gets_a_login_of_its_own() -> None:
    async def steps(bench: Bench) -> None:
        asking = bench.ask()
        await asyncio.sleep(0)
        (waiting,) = bench.pairings.pending()
        assert not bench.home.devices()[0].is_adopted
        with pytest.raises(PairingError, match="digits"):
            await bench.pairings.adopt("lamp", "x" + waiting.code[1:])
        assert not asking.done()
        await bench.pairings.adopt("lamp", waiting.code)
        offer = await asking
        assert (offer.login, offer.mqtt_port, offer.hub_id) == ("lamp", 1883, "hub1")
        assert is_password(offer.password, bench.broker.logins["lamp"].password_hash)
        assert bench.home.devices()[0].is_adopted
        assert bench.pairings.pending() == ()
        with pytest.raises(PairingError, match="not asking"):
            await bench.pairings.adopt("lamp")

    run(steps)


def test_a_device_that_is_sent_away_or_asks_anew() -> None:
    async def steps(bench: Bench) -> None:
        first = bench.ask()
        await asyncio.sleep(0)
        second = bench.ask()
        with pytest.raises(PairingError):
            await first  # the newer connection took its place
        bench.pairings.deny("lamp")
        with pytest.raises(PairingError, match="not let in"):
            await second
        assert bench.broker.logins == {}

    run(steps)


def test_the_demo_lets_in_by_itself_but_only_on_this_machine() -> None:
    async def steps(bench: Bench) -> None:
        assert (await bench.ask("a")).login == "a"
        far = bench.ask("b", peer="192.168.1.7")
        await asyncio.sleep(0)
        assert not far.done()
        far.cancel()

    run(steps, Bench(auto_approve=True))


@pytest.mark.parametrize("device_id", ["", "#", "+", "a/b", "A", "aios.hub", "x" * 65, "a\nb"])
def test_an_id_that_is_none_gets_no_login(device_id: str) -> None:
    async def steps(bench: Bench) -> None:
        with pytest.raises(PairingError):
            await bench.ask(device_id)

    run(steps, Bench(auto_approve=True))


def test_logins_come_back_after_a_restart_and_go_when_revoked() -> None:
    repository = Repository()

    async def first(bench: Bench) -> None:
        await bench.ask()

    async def second(bench: Bench) -> None:
        assert set(bench.broker.logins) == {"lamp"}
        await bench.pairings.revoke("lamp")
        await bench.pairings.revoke("lamp")
        assert bench.broker.logins == {}

    run(first, Bench(auto_approve=True, repository=repository))
    run(second, Bench(repository=repository))
    assert repository.rows == {}


def test_a_phone_may_speak_for_the_earbuds_that_were_granted() -> None:
    async def steps(bench: Bench) -> None:
        await bench.pairings.ask("phone", "Phone", "phone", "127.0.0.1", ("buds",))
        rules = {(rule.access, rule.filter) for rule in bench.broker.logins["phone"].topics}
        assert (Access.WRITE, "aios/v1/device/buds/state") in rules
        assert (Access.READ, "aios/v1/device/buds/command") in rules
        await bench.ask("lamp")
        with pytest.raises(PairingError, match="login of its own"):
            await bench.pairings.ask("evil", "Evil", "phone", "127.0.0.1", ("lamp",))
        with pytest.raises(PairingError, match="speaks for"):
            await bench.ask("buds")

    run(steps, Bench(auto_approve=True))


def login(role: str, *grants: str) -> StoredLogin:
    return StoredLogin(name="me", role=role, password_hash="", created=NOW, grants=grants)


def test_a_device_writes_and_reads_its_own_topics_only() -> None:
    rules = topic_rules(login(DEVICE, "other"))
    assert {rule.filter.split("/")[3] for rule in rules} == {"me"}
    writes = {rule.filter.rsplit("/", 1)[1] for rule in rules if rule.access is Access.WRITE}
    reads = {rule.filter.rsplit("/", 1)[1] for rule in rules if rule.access is Access.READ}
    assert writes == {"announce", "availability", "state", "event", "result", "request", "transcript"}
    assert reads == {"command", "reply", "notify"}
    assert not any("+" in rule.filter or "#" in rule.filter for rule in rules)


def test_an_observer_writes_nothing() -> None:
    assert {rule.access for rule in topic_rules(login(OBSERVER))} == {Access.READ}


def test_only_a_companion_uses_its_grants() -> None:
    assert role_of("light") == DEVICE
    assert {rule.filter.split("/")[3] for rule in topic_rules(login(COMPANION, "buds"))} == {"me", "buds"}
