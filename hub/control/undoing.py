"""What "undo that" means for an asker now: what is still to come is called off, what was done is taken back."""

from dataclasses import dataclass, replace

from hub.contracts.messages import Outcome
from hub.control.decide import decide_undo
from hub.control.decision import Decision
from hub.control.execute import Schedules
from hub.control.gather import Scene
from hub.control.undo import plan_undo
from hub.storage.transactions import TransactionRepository


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoing:
    """What an undo takes back: a transaction, and rows of the schedule that are called off."""

    transaction: str | None = None
    rows: tuple[str, ...] = ()


async def decide_undoing(
    decision: Decision, scene: Scene, transactions: TransactionRepository, schedule: Schedules
) -> tuple[Decision, Undoing]:
    """Return what undoing comes to: what is still to come is called off, what was done is taken back."""
    asker_id = scene.request.asker.id
    last = await transactions.last(asker_id)
    rows = [row for row in await schedule.pending() if row.asker.id == asker_id]
    newest = max(rows, key=lambda row: row.created, default=None)
    if newest is not None and (last is None or (newest.created > last.at and newest.request_id != last.request_id)):
        called_off = tuple(row for row in rows if row.request_id == newest.request_id)
        actions = scene.phraser.actions([effect for row in called_off for effect in row.effects])
        text = scene.phraser.words.say("say", "undone_schedule", actions=actions)
        decision = replace(decision, outcome=Outcome.ANSWER, text=text, reason="called_off")
        return decision, Undoing(rows=tuple(row.id for row in called_off))
    if last is None:
        text = scene.phraser.words.say("say", "nothing_to_undo")
        return replace(decision, outcome=Outcome.REFUSE, text=text, reason="nothing_to_undo"), Undoing()
    later = [other for other in await transactions.since(last.at) if other.id != last.id]
    backs = tuple(row.id for row in rows if row.request_id == last.request_id)  # a timed effect's own way back
    undo = plan_undo(last, later, scene.home)
    return decide_undo(decision, undo, scene), Undoing(transaction=last.id, rows=backs)
