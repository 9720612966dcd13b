"""Carries out a decision: schedules what is for later, dispatches what is for now, keeps what undo needs."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from hub.contracts.errors import StorageError
from hub.contracts.frame import When
from hub.contracts.ids import new_id
from hub.contracts.messages import Receipt, ReceiptStatus, Request, Trace
from hub.contracts.skill import Effect, Plan
from hub.control.conclude import CONTROL
from hub.control.decision import Decision, Verdict
from hub.control.dispatcher import Dispatcher
from hub.control.flight import Progress, component_states
from hub.control.gather import Scene, is_delayed
from hub.control.report import report
from hub.control.undo import way_back
from hub.runtime.logs import get_logger
from hub.schedule.due import resolve_due
from hub.storage.records import Scheduled, Transaction
from hub.storage.transactions import TransactionRepository

log = get_logger(__name__)


class Schedules(Protocol):
    """What control needs of the schedule."""

    async def add(self, scheduled: Scheduled) -> None:
        """Take a row; it will happen once this returned."""
        ...

    async def cancel(self, scheduled_id: str) -> bool:
        """Take a row back; False when it has begun."""
        ...

    async def pending(self) -> Sequence[Scheduled]:
        """Return what is still to come."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Effects that the guard allowed, with what it takes to carry them out in somebody's name."""

    effects: tuple[Effect, ...]
    skills: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    unavailable: tuple[Effect, ...] = ()
    is_confirmed: bool = False
    is_undo: bool = False

    @classmethod
    def of(cls, decision: Decision, *, is_undo: bool = False) -> "Work":
        """Return the work that a decision asks for."""
        return cls(
            effects=decision.plan.effects if decision.plan else (),
            skills=decision.plan_skills,
            verdicts=decision.verdicts,
            unavailable=decision.unavailable,
            is_confirmed=decision.is_confirmed,
            is_undo=is_undo,
        )


@dataclass(slots=True, kw_only=True)
class Step:
    """Where the work stands: its receipts, and the sentences that they allow."""

    receipts: tuple[Receipt, ...]
    sentences: list[str]
    is_final: bool
    scheduled: list[tuple[datetime, tuple[Effect, ...]]] = field(default_factory=list)


class Executor:
    """The only road from a decision to devices and schedule."""

    def __init__(self, dispatcher: Dispatcher, schedule: Schedules, transactions: TransactionRepository) -> None:
        self._dispatcher = dispatcher
        self._schedule = schedule
        self._transactions = transactions

    async def run(self, work: Work, scene: Scene) -> AsyncGenerator[Step, None]:
        """Yield a first step within the reply time, and a final one where a slow device was still at it.

        What is for later is stored before anything is sent.

        Raises:
            StorageError: it could not be stored; nothing was sent.
        """
        now: list[tuple[Effect, str]] = []
        later: list[tuple[Effect, str]] = []
        for effect, skill in zip(work.effects, work.skills, strict=True):
            (later if is_delayed(effect.when) else now).append((effect, skill))
        scheduled = await self._schedule_later(later, work, scene)
        sentences = _promises(scheduled, scene, "will_at")
        effects, backs, dropped = _timed([effect for effect, _ in now], scene)
        back_rows = [await self._add(due, [(back, CONTROL.id)], work, scene) for due, back in backs]
        said = sentences + _promises([(due, (back,)) for due, back in backs], scene, "back_at")
        said += [scene.phraser.words.say("refuse", "no_way_back")] if dropped else []
        scheduled += [(due, (back,)) for due, back in backs]
        offline = tuple(map(offline_receipt, work.unavailable))
        if not effects:
            receipts = report(offline, scene.phraser, is_final=True)
            yield Step(receipts=offline, sentences=[*receipts, *said], is_final=True, scheduled=scheduled)
            return
        async with aclosing(self._dispatch(effects, offline, work, scene)) as steps:
            async for step in steps:
                if all(receipt.status is ReceiptStatus.FAILED for receipt in step.receipts):
                    await self._cancel(back_rows)  # nothing was done that would have to end
                    said = sentences
                step.sentences += said
                step.scheduled = scheduled
                yield step
                said = []

    async def _cancel(self, rows: list[str]) -> None:
        for row in rows:
            await self._schedule.cancel(row)

    async def _dispatch(
        self, effects: list[Effect], offline: tuple[Receipt, ...], work: Work, scene: Scene
    ) -> AsyncGenerator[Step, None]:
        trace = Trace(parent=scene.request.trace.id, source=scene.request.trace.source)
        verdicts = [replace(verdict, effect=_untimed(verdict.effect)) for verdict in work.verdicts]
        plan = Plan(effects=tuple(map(_untimed, effects)))
        transaction: Transaction | None = None
        opened: set[int] = set()
        async with aclosing(self._dispatcher.carry_out(plan, trace, verdicts)) as stages:
            async for progress in stages:
                transaction = await self._keep(progress, transaction, work, scene)
                told = [r for index, r in enumerate(progress.receipts) if not opened or index in opened]
                told += () if opened else offline
                sentences = report(told, scene.phraser, is_final=progress.is_final)
                opened = {index for index, receipt in enumerate(progress.receipts) if receipt.is_open}
                yield Step(receipts=(*progress.receipts, *offline), sentences=sentences, is_final=progress.is_final)

    async def _keep(
        self, progress: Progress, transaction: Transaction | None, work: Work, scene: Scene
    ) -> Transaction | None:
        if not progress.effects:
            return transaction
        try:
            if transaction is not None:
                transaction = replace(transaction, effects=progress.effects)
                await self._transactions.update(transaction)
                return transaction
            transaction = Transaction(
                id=new_id(),
                asker_id=scene.request.asker.id,
                request_id=scene.request.id,
                at=scene.now,
                effects=progress.effects,
                is_undone=work.is_undo,  # an undo is no step that "undo" takes back
            )
            await self._transactions.add(transaction)
        except StorageError as error:  # it happened, and is said; only undo will not know of it
            log.warning("transaction not kept", request_id=scene.request.id, what=error.what)
        return transaction

    async def _schedule_later(
        self, later: list[tuple[Effect, str]], work: Work, scene: Scene
    ) -> list[tuple[datetime, tuple[Effect, ...]]]:
        by_due: dict[datetime, list[tuple[Effect, str]]] = {}
        for effect, skill in later:
            if effect.when is not None:
                by_due.setdefault(resolve_due(effect.when, scene.now), []).append((_at_due(effect), skill))
        for due, entries in by_due.items():
            await self._add(due, entries, work, scene)
        return [(due, tuple(effect for effect, _ in entries)) for due, entries in by_due.items()]

    async def _add(self, due: datetime, entries: list[tuple[Effect, str]], work: Work, scene: Scene) -> str:
        request: Request = scene.request
        row = Scheduled(
            id=new_id(),
            due=due,
            effects=tuple(effect for effect, _ in entries),
            skills=tuple(skill for _, skill in entries),
            asker=request.asker,
            language=scene.language,
            text=request.text,
            request_id=request.id,
            created=scene.now,
            is_confirmed=work.is_confirmed,
        )
        await self._schedule.add(row)
        return row.id


def _timed(effects: list[Effect], scene: Scene) -> tuple[list[Effect], list[tuple[datetime, Effect]], list[Effect]]:
    """Return (what is done now, what ends the timed ones and when, what has no way back and is left out)."""
    kept, backs, dropped = [], [], []
    for effect in effects:
        duration_s = effect.when.duration_s if effect.when is not None else None
        if duration_s is None:
            kept.append(effect)
            continue
        before = {name: state.value for name, state in component_states(scene.home, effect).items()}
        ways = way_back(_untimed(effect), before, scene.home)
        if ways is None:
            dropped.append(effect)
            continue
        kept.append(effect)
        backs += [(scene.now + timedelta(seconds=duration_s), way) for way in ways]
    return kept, backs, dropped


def _promises(scheduled: list[tuple[datetime, tuple[Effect, ...]]], scene: Scene, key: str) -> list[str]:
    by_due: dict[datetime, list[Effect]] = {}
    for due, effects in scheduled:
        by_due.setdefault(due, []).extend(effects)
    words = scene.phraser.words
    return [
        words.say(
            "say",
            key,
            actions=scene.phraser.actions(effects),
            time=words.time(due.astimezone(scene.now.tzinfo), scene.now),
        )
        for due, effects in by_due.items()
    ]


def _untimed(effect: Effect) -> Effect:
    return effect if effect.when is None or is_delayed(effect.when) else replace(effect, when=None)


def _at_due(effect: Effect) -> Effect:
    duration_s = effect.when.duration_s if effect.when is not None else None
    return replace(effect, when=When(duration_s=duration_s) if duration_s is not None else None)


def offline_receipt(effect: Effect) -> Receipt:
    """Return the receipt of an effect whose device is offline: nothing was sent."""
    return Receipt(
        device=effect.device or "",
        command=effect.command,
        params=effect.params,
        component=effect.component,
        status=ReceiptStatus.FAILED,
        reason="unavailable",
    )
