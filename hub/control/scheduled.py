"""A due row of the schedule: judged again by the guard, as its creator's rights are now, and carried out."""

from dataclasses import replace

from hub.contracts.messages import ReceiptStatus, Request, Trace
from hub.contracts.skill import Plan
from hub.control.conclude import rights_of
from hub.control.decide import redecide
from hub.control.decision import VerdictKind, VerdictReason
from hub.control.execute import Executor, Step, Work
from hub.control.gather import Scene
from hub.control.guard import Rights
from hub.storage.records import Scheduled, ScheduleStatus


def request_of(scheduled: Scheduled) -> Request:
    """Return the request that the row came from, as far as carrying it out needs it."""
    return Request(
        text=scheduled.text,
        asker=scheduled.asker,
        id=scheduled.request_id,
        at=scheduled.created,
        language=scheduled.language,
        trace=Trace(parent=scheduled.request_id, source="schedule"),
    )


async def run_due(scheduled: Scheduled, executor: Executor, scene: Scene) -> tuple[ScheduleStatus, str]:
    """Carry out the row and wait for slow devices; return what became of it, in the asker's words."""
    verdicts = redecide(Plan(effects=scheduled.effects), scheduled.skills, scene, _rights(scheduled, scene))
    allowed = [verdict for verdict in verdicts if verdict.kind is VerdictKind.ALLOW]
    offline = tuple(verdict.effect for verdict in verdicts if verdict.reason is VerdictReason.UNAVAILABLE)
    denied = [v.effect for v in verdicts if v.kind is not VerdictKind.ALLOW and v.effect not in offline]
    work = Work(
        effects=tuple(verdict.effect for verdict in allowed),
        skills=tuple(verdict.skill for verdict in allowed),
        verdicts=verdicts,
        unavailable=offline,
        is_confirmed=scheduled.is_confirmed,
    )
    said: list[str] = []
    step = Step(receipts=(), sentences=[], is_final=True)
    async for step in executor.run(work, scene):
        said = step.sentences
    if denied:
        said.append(scene.phraser.words.say("say", "needs_yes", actions=scene.phraser.actions(denied)))
    is_done = not denied and not any(receipt.status is ReceiptStatus.FAILED for receipt in step.receipts)
    return (ScheduleStatus.DONE if is_done else ScheduleStatus.FAILED), scene.phraser.words.text(said)


def _rights(scheduled: Scheduled, scene: Scene) -> Rights:
    """Return the creator's rights now; a yes holds for exactly the effects that were scheduled with it."""
    device_id = scheduled.asker.device
    device = scene.home.device(device_id) if device_id is not None else None
    is_known = device_id is None or (device is not None and device.is_adopted)
    rights = rights_of(request_of(scheduled), has_confirmed=scheduled.is_confirmed)
    return replace(rights, may_confirm=rights.may_confirm and scheduled.is_confirmed and is_known)
