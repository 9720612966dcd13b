"""What may get into the broker's files."""

import pytest

from hub.contracts.errors import BrokerError
from hub.transport.broker.logins import HUB_LOGIN, Login, check_logins, hash_password, is_password
from tests.transport.brokers import rules

HASH = hash_password("secret")


@pytest.mark.parametrize(
    "name", ["#", "+", "a/b", "", "a:b", "a\nuser aios.hub", "A", "a b", "x" * 65, "$SYS", HUB_LOGIN, "ä", "%u"]
)
def test_hostile_login_names_are_refused(name: str) -> None:
    with pytest.raises(BrokerError, match="no name for a login"):
        check_logins([Login(name=name, password_hash=HASH)])


@pytest.mark.parametrize(
    "topic_filter", ["a\ntopic readwrite #", "", "a#", " a", "a ", "$SYS/#", "$share/g/a", "a\x00", "a\r"]
)
def test_a_rule_cannot_break_out_of_its_line(topic_filter: str) -> None:
    topics = tuple(rule for rule in rules(read="x"))
    hostile = type(topics[0])(access=topics[0].access, filter=topic_filter)
    with pytest.raises(BrokerError, match="no topic filter"):
        check_logins([Login(name="lamp", password_hash=HASH, topics=(hostile,))])


@pytest.mark.parametrize("password_hash", ["", "secret", "$7$101$x", f"{HASH}\nevil:{HASH}", "$6$abc$def"])
def test_a_login_without_a_proper_hash_is_refused(password_hash: str) -> None:
    with pytest.raises(BrokerError, match="not hashed"):
        check_logins([Login(name="lamp", password_hash=password_hash)])


def test_a_name_is_there_once() -> None:
    with pytest.raises(BrokerError, match="twice"):
        check_logins([Login(name="lamp", password_hash=HASH), Login(name="lamp", password_hash=HASH)])


def test_passwords() -> None:
    assert is_password("secret", HASH)
    assert hash_password("secret") != HASH  # salted
    for wrong in ("", "Secret", "secre", "secret "):
        assert not is_password(wrong, HASH)
    assert not is_password("", hash_password(""))
    for malformed in ("", "$7$0$eA==$eA==", "secret", "$7$101$eA==$"):
        assert not is_password("secret", malformed)
