"""The dialogues that are going on: bounded in number and in time, each bound to its asker."""

from collections import OrderedDict
from datetime import datetime, timedelta

from hub.contracts.ids import new_id
from hub.contracts.messages import Request
from hub.control.decision import Session

SESSION_LIMIT = 500  # the longest silent ones are forgotten first
SESSION_LIFE = timedelta(minutes=10)
_Place = tuple[str, str, str]


class Sessions:
    """Sessions by asker and id; a request without one continues the asker's latest at the same place."""

    def __init__(self) -> None:
        self._sessions: OrderedDict[tuple[str, str], Session] = OrderedDict()
        self._latest: dict[_Place, str] = {}

    def find(self, request: Request, now: datetime) -> Session:
        """Return the session that the request continues, else a new one; nobody gets somebody else's."""
        session_id = request.session or self._latest.get(_place(request))
        known = self._sessions.get((request.asker.id, session_id)) if session_id else None
        if known is not None and now - known.updated <= SESSION_LIFE:
            return known
        return Session(
            id=request.session or new_id(), asker_id=request.asker.id, language=request.language, updated=now
        )

    def keep(self, request: Request, session: Session) -> None:
        """Keep the session as the next request will find it."""
        key = (request.asker.id, session.id)
        self._sessions[key] = session
        self._sessions.move_to_end(key)
        self._latest[_place(request)] = session.id
        while len(self._sessions) > SESSION_LIMIT:
            old, _ = self._sessions.popitem(last=False)
            self._latest = {place: found for place, found in self._latest.items() if (place[0], found) != old}


def _place(request: Request) -> _Place:
    return request.asker.id, request.asker.channel.value, request.asker.device or ""
