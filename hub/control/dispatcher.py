"""Carries out a plan as one household transaction, and turns what devices then say into receipts."""

from collections.abc import AsyncGenerator, Sequence

from hub.config import ControlSettings
from hub.contracts.errors import HubError
from hub.contracts.messages import Trace
from hub.contracts.skill import HomeView, Plan
from hub.control.decision import Verdict, VerdictKind
from hub.control.expect import expectation
from hub.control.flight import Job, Progress, Run, Sends, component_states
from hub.home.changes import CommandResulted
from hub.runtime.clock import Clock
from hub.runtime.logs import get_logger

log = get_logger(__name__)


class UnguardedError(HubError):
    """A plan holds an effect that the guard did not allow: a fault in the hub itself, nothing was sent."""


class Dispatcher:
    """Sends commands, watches the devices' states, gives receipts; the only way from a plan to the gateway."""

    def __init__(self, gateway: Sends, home: HomeView, clock: Clock, settings: ControlSettings) -> None:
        self._gateway = gateway
        self._home = home
        self._clock = clock
        self._settings = settings
        self._running: set[Run] = set()
        gateway.add_listener(self._on_change)

    async def carry_out(self, plan: Plan, trace: Trace, verdicts: Sequence[Verdict]) -> AsyncGenerator[Progress, None]:
        """Carry out a plan whose every effect the guard allowed.

        Yields:
            Progress within `reply_within_s`; where a slow device is still at it, a second and final one later.

        Raises:
            UnguardedError: an effect has no ALLOW verdict; then nothing was sent.
        """
        allowed = [verdict.effect for verdict in verdicts if verdict.kind is VerdictKind.ALLOW]
        for effect in plan.effects:
            if effect not in allowed:
                raise UnguardedError(f"The guard did not allow {effect.command} on {effect.device}.")
        run = Run(self._gateway, self._home, self._clock, self._jobs(plan))
        self._running.add(run)
        log.info("plan carried out", trace_id=trace.id, effects=len(plan.effects))
        try:
            await run.until(self._settings.reply_within_s, is_first=True)
            run.close_immediate()
            yield run.progress()
            if run.is_open:
                await run.until(self._settings.confirm_within_s, is_first=False)
                run.close()
                yield run.progress()
        finally:
            self._running.discard(run)
            await run.stop()

    def _jobs(self, plan: Plan) -> list[Job]:
        jobs: list[Job] = []
        for effect in plan.effects:
            if any(job.effect == effect for job in jobs) and not effect.command.startswith("change_"):
                continue  # said twice, done once
            before = {name: value.value for name, value in component_states(self._home, effect).items()}
            jobs.append(Job(effect=effect, expected=expectation(effect, before), before=before))
        return jobs

    def _on_change(self, change: object) -> None:
        for run in self._running:
            if isinstance(change, CommandResulted) and not change.is_ok:
                run.refuse(change.command, change.reason)
            run.wake.set()
