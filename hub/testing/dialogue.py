"""Say-and-expect: a dialogue with the pure half of the hub over a home on paper; nothing is sent."""

from collections.abc import Mapping
from datetime import datetime

from hub.contracts.messages import Asker, Channel, Outcome, Request
from hub.contracts.skill import Effect, HomeView, Skill
from hub.control.decide import Understands, decide
from hub.control.decision import Decision, Policy, Session
from hub.understanding.index import HomeIndex

ASKER = Asker(id="owner", channel=Channel.EVALUATION)


class Dialogue:
    """One asker talking; what was said before is remembered as in the hub."""

    def __init__(
        self,
        home: HomeView,
        index: HomeIndex,
        *,
        understander: Understands,
        skills: Mapping[str, Skill],
        now: datetime,
        policy: Policy | None = None,
        area: str | None = None,
        asker: Asker = ASKER,
    ) -> None:
        self._home = home
        self._index = index
        self._understander = understander
        self._skills = skills
        self._policy = policy or Policy()
        self._area = area
        self._asker = asker
        self._session = Session(id="dialogue", asker_id=asker.id, updated=now)
        self.now = now

    def say(self, text: str) -> Decision:
        """Return what the hub decides on the next utterance; `now` may be moved between two of them."""
        request = Request(text=text, asker=self._asker, at=self.now, area=self._area)
        decision = decide(
            request,
            self._home,
            self._index,
            self._session,
            understander=self._understander,
            skills=self._skills,
            policy=self._policy,
            now=self.now,
        )
        self._session = decision.session
        return decision

    def expect(self, text: str, outcome: Outcome, *effects: str) -> Decision:
        """Say it and compare: effects as "device.command" or "device.command(param=value)".

        Raises:
            AssertionError: the outcome or the effects are others; the message shows both.
        """
        decision = self.say(text)
        made = {described(effect) for effect in (decision.plan.effects if decision.plan else ())}
        if decision.outcome is not outcome or made != set(effects):
            heard = ", ".join(frame.intent for frame in decision.understanding.frames)
            raise AssertionError(
                f"{text!r} ({heard}): expected {outcome.value} {sorted(effects)}, "
                f"got {decision.outcome.value} {sorted(made)}: {decision.text}"
            )
        return decision


def described(effect: Effect) -> str:
    """Return an effect as "device.command(param=value)"."""
    params = ", ".join(f"{name}={value}" for name, value in sorted(effect.params.items()))
    return f"{effect.device or 'hub'}.{effect.command}" + (f"({params})" if params else "")
