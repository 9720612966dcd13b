"""Sessions: whose they are, how long they last, how many are kept."""

from dataclasses import replace
from datetime import timedelta

from hub.contracts.messages import Asker, Channel
from hub.control.sessions import SESSION_LIFE, SESSION_LIMIT, Sessions
from tests.control.homes import ANA, NOW, OWNER, request


def test_a_request_without_a_session_continues_the_askers_latest_at_the_same_place() -> None:
    sessions = Sessions()
    first = sessions.find(request("a"), NOW)
    sessions.keep(request("a"), first)
    assert sessions.find(request("b"), NOW).id == first.id
    elsewhere = replace(OWNER, channel=Channel.HTTP)
    assert sessions.find(request("b", elsewhere), NOW).id != first.id
    other_device = Asker(id=OWNER.id, channel=OWNER.channel, device="speaker")
    assert sessions.find(request("b", other_device), NOW).id != first.id


def test_nobody_gets_somebody_elses_session_by_its_id() -> None:
    sessions = Sessions()
    mine = replace(sessions.find(request("a"), NOW), area="kitchen")
    sessions.keep(request("a"), mine)
    stolen = sessions.find(request("b", ANA, session=mine.id), NOW)
    assert (stolen.asker_id, stolen.area, stolen.pending) == (ANA.id, None, None)


def test_a_session_ends_by_itself() -> None:
    sessions = Sessions()
    first = sessions.find(request("a"), NOW)
    sessions.keep(request("a"), first)
    assert sessions.find(request("b"), NOW + SESSION_LIFE).id == first.id
    assert sessions.find(request("b"), NOW + SESSION_LIFE + timedelta(seconds=1)).id != first.id


def test_the_longest_silent_sessions_are_forgotten_first() -> None:
    sessions = Sessions()
    for number in range(SESSION_LIMIT + 5):
        asked = request("a", session=f"s{number}")
        sessions.keep(asked, replace(sessions.find(asked, NOW), area="kitchen"))
    kept = [sessions.find(request("a", session=f"s{number}"), NOW).area for number in range(SESSION_LIMIT + 5)]
    assert kept == [None] * 5 + ["kitchen"] * SESSION_LIMIT
