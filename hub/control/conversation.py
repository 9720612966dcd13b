"""The one face of control: a request comes in, is decided once, carried out, answered, and can be explained."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from typing import Protocol

from hub.contracts.errors import StorageError
from hub.contracts.messages import Event, Outcome, Receipt, ReceiptStatus, Reply, Request
from hub.contracts.skill import HomeView, Skill
from hub.control.decide import Understands, decide, scene_of
from hub.control.decision import Decision, Policy, Session, UndoRequest
from hub.control.dispatcher import Dispatcher
from hub.control.execute import Executor, Schedules, Step, Work, offline_receipt
from hub.control.gather import Scene
from hub.control.record import Record
from hub.control.scheduled import request_of, run_due
from hub.control.sessions import Sessions
from hub.control.undoing import Undoing, decide_undoing
from hub.control.wording import wording
from hub.runtime.bus import Bus
from hub.runtime.clock import Clock
from hub.runtime.logs import get_logger
from hub.storage.records import Begun, Repeat, Scheduled, ScheduleStatus
from hub.storage.requests import RequestRepository
from hub.storage.transactions import TransactionRepository
from hub.understanding.index import HomeIndex

RECENT_LIMIT = 1000  # answers kept in memory too, so that a failing disk does not make repeats act twice
HISTORY = timedelta(days=30)  # how long `aios explain` can look back

OnReply = Callable[[Reply], Awaitable[None]]
_Key = tuple[str, str]

log = get_logger(__name__)


class IndexedHome(HomeView, Protocol):
    """The home as control needs it: the view, and the index that grounding reads."""

    def index(self) -> HomeIndex:
        """Return the index, kept until something in it changes."""
        ...


class Conversation:
    """Everything that people say to the hub goes through here, whatever the way in."""

    def __init__(
        self,
        *,
        understander: Understands,
        skills: Mapping[str, Skill],
        home: IndexedHome,
        dispatcher: Dispatcher,
        schedule: Schedules,
        requests: RequestRepository,
        transactions: TransactionRepository,
        bus: Bus,
        clock: Clock,
        zone: tzinfo,
        policy: Policy,
    ) -> None:
        self.understander = understander  # replaced once the model is loaded
        self.skills = skills  # replaced when a skill comes or goes
        self._home = home
        self._executor = Executor(dispatcher, schedule, transactions)
        self._schedule = schedule
        self._requests = requests
        self._transactions = transactions
        self._bus = bus
        self._clock = clock
        self._zone = zone
        self._policy = policy
        self._sessions = Sessions()
        self._at_work: dict[_Key, tuple[str, asyncio.Future[Reply]]] = {}
        self._recent: OrderedDict[_Key, tuple[str, Reply]] = OrderedDict()
        self._followers: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Answer what an earlier process took and never answered, and forget what is too old."""
        for stored in await self._requests.unfinished():
            reply = self._plain(stored.asker_id, stored.request_id, "interrupted", self._policy.language)
            await self._requests.finish(stored.asker_id, stored.request_id, reply, b"null")
        await self._requests.purge(self._clock.now() - HISTORY)

    async def stop(self) -> None:
        """End the waiting for slow devices; their first answer stands."""
        followers = tuple(self._followers)
        for task in followers:
            task.cancel()
        await asyncio.gather(*followers, return_exceptions=True)

    async def handle(self, request: Request, on_reply: OnReply) -> Reply:
        """Work on a request, once for each (asker, id); a repeat gets the first answer again.

        Returns:
            The first reply. `on_reply` gets it too, and a later final one where a slow device was still at it.
        """
        key = (request.asker.id, request.id)
        running = self._at_work.get(key)
        if running is not None:
            text, future = running
            reply = await asyncio.shield(future) if text == request.text else self._conflict(request)
        elif key in self._recent:
            text, known = self._recent[key]
            reply = known if text == request.text else self._conflict(request)
        else:
            future = asyncio.get_running_loop().create_future()
            self._at_work[key] = (request.text, future)
            try:
                reply = await self._begin(request, on_reply)
                future.set_result(reply)
            finally:
                del self._at_work[key]
                if not future.done():
                    future.cancel()
        await on_reply(reply)
        return reply

    async def dry_run(self, request: Request) -> Decision:
        """Return what the request would come to; nothing is sent, stored or remembered."""
        now = self._now()
        session = self._sessions.find(request, now)
        decision = self._decide(request, session, now)
        if decision.undo is UndoRequest.LAST:
            decision, _ = await self._decide_undo(request, decision, now)
        return decision

    async def run_scheduled(self, scheduled: Scheduled) -> tuple[ScheduleStatus, str]:
        """Carry out a due row with the rights of its creator, as they are now; return what became of it.

        What needs a yes is done only if the asker said yes to exactly this when it was scheduled.
        """
        request = request_of(scheduled)
        scene = self._scene(request, scheduled.language, self._now())
        status, text = await run_due(scheduled, self._executor, scene)
        self._tell("scheduled", request, {"id": scheduled.id, "text": text, "status": status.value})
        return status, text

    async def _begin(self, request: Request, on_reply: OnReply) -> Reply:
        try:
            begun = await self._requests.begin(request.asker.id, request.id, request.text, self._clock.now())
        except StorageError as error:  # control still works; the memory below keeps repeats from acting twice
            log.warning("request not stored", request_id=request.id, what=error.what)
            begun = Begun.NEW
        if begun is Begun.CONFLICT:
            return self._conflict(request)
        if isinstance(begun, Repeat):
            return begun.reply or self._plain(request.asker.id, request.id, "interrupted", self._language(request))
        return await self._work(request, on_reply)

    async def _work(self, request: Request, on_reply: OnReply) -> Reply:
        now = self._now()
        record = Record(request=request, received=self._clock.now())
        started = self._clock.monotonic()
        self._tell("request", request, {"text": request.text})
        try:
            reply, rest = await self._decide_and_run(request, record, now)
        except Exception as error:
            log.exception("a request failed", request_id=request.id)
            key = "not_stored" if isinstance(error, StorageError) else "error"
            reply, rest = self._plain(request.asker.id, request.id, key, self._language(request)), None
        record.duration_ms = (self._clock.monotonic() - started) * 1000
        await self._finish(request, reply, record)
        if rest is not None:
            self._follow(request, reply, record, rest, on_reply)
        return reply

    async def _decide_and_run(
        self, request: Request, record: Record, now: datetime
    ) -> tuple[Reply, AsyncGenerator[Step, None] | None]:
        session = self._sessions.find(request, now)
        decision = self._decide(request, session, now)
        self._sessions.keep(request, decision.session)
        undoing = Undoing()
        if decision.undo is UndoRequest.LAST:
            decision, undoing = await self._decide_undo(request, decision, now)
            self._sessions.keep(request, decision.session)
            for row in undoing.rows:
                await self._schedule.cancel(row)
        record.decision = decision
        work = Work.of(decision, is_undo=undoing.transaction is not None)
        if not work.effects:
            receipts = tuple(map(offline_receipt, work.unavailable))
            record.receipts = receipts
            return self._reply(request, decision, decision.text, receipts), None
        if undoing.transaction is not None:
            await self._transactions.mark_undone(undoing.transaction)
        scene = self._scene(request, decision.language, now)
        steps = self._executor.run(work, scene)
        step = await anext(steps)
        record.receipts, record.scheduled = step.receipts, step.scheduled
        text = scene.phraser.words.text([*step.sentences, *decision.notes])
        reply = self._reply(request, decision, text, step.receipts, is_final=step.is_final)
        if step.is_final:
            await steps.aclose()
        return reply, None if step.is_final else steps

    def _follow(
        self, request: Request, first: Reply, record: Record, steps: AsyncGenerator[Step, None], on_reply: OnReply
    ) -> None:
        task = asyncio.create_task(
            self._finish_later(request, first, record, steps, on_reply), name=f"follow {request.id}"
        )
        self._followers.add(task)
        task.add_done_callback(self._followers.discard)

    async def _finish_later(
        self, request: Request, first: Reply, record: Record, steps: AsyncGenerator[Step, None], on_reply: OnReply
    ) -> None:
        try:
            async with aclosing(steps):
                step = await anext(steps)
            record.receipts = step.receipts
            text = wording(first.language).text(step.sentences)
            outcome = Outcome.ACT if first.outcome is Outcome.ASK else first.outcome  # the question was put before
            reply = replace(first, outcome=outcome, text=text, receipts=step.receipts, question=None, is_final=True)
            await self._finish(request, reply, record)
            await on_reply(reply)
        except Exception:
            log.exception("the final reply failed", request_id=request.id)

    async def _finish(self, request: Request, reply: Reply, record: Record) -> None:
        record.replies.append(reply)
        key = (request.asker.id, request.id)
        self._recent[key] = (request.text, reply)
        self._recent.move_to_end(key)
        while len(self._recent) > RECENT_LIMIT:
            self._recent.popitem(last=False)
        try:
            await self._requests.finish(request.asker.id, request.id, reply, record.encode())
        except StorageError as error:
            log.warning("reply not stored", request_id=request.id, what=error.what)
        self._tell("reply", request, {"outcome": reply.outcome.value, "text": reply.text, "is_final": reply.is_final})
        for receipt in reply.receipts:
            self._tell("receipt", request, {"device": receipt.device, "command": receipt.command,
                                            "status": receipt.status.value, "is_open": receipt.is_open})  # fmt: skip

    def _decide(self, request: Request, session: Session, now: datetime) -> Decision:
        return decide(
            request,
            self._home,
            self._home.index(),
            session,
            understander=self.understander,
            skills=self.skills,
            policy=self._policy,
            now=now,
        )

    async def _decide_undo(self, request: Request, decision: Decision, now: datetime) -> tuple[Decision, Undoing]:
        scene = self._scene(request, decision.language, now)
        return await decide_undoing(decision, scene, self._transactions, self._schedule)

    def _scene(self, request: Request, language: str, now: datetime) -> Scene:
        return scene_of(request, self._home, language, skills=self.skills, policy=self._policy, now=now)

    def _reply(
        self,
        request: Request,
        decision: Decision,
        text: str,
        receipts: tuple[Receipt, ...],
        *,
        is_final: bool = True,
    ) -> Reply:
        outcome, reason = decision.outcome, decision.reason
        if outcome is Outcome.ACT and receipts and all(r.status is ReceiptStatus.FAILED for r in receipts):
            outcome, reason = Outcome.REFUSE, receipts[0].reason
        return Reply(
            request=request.id,
            outcome=outcome,
            text=text,
            session=decision.session.id,
            receipts=receipts,
            question=decision.pending.text if decision.pending else None,
            reason=reason,
            language=decision.language,
            is_final=is_final,
        )

    def _conflict(self, request: Request) -> Reply:
        text = wording(self._language(request)).say("refuse", "conflict")
        return replace(self._plain(request.asker.id, request.id, "error", "en"), text=text, reason="conflict")

    def _plain(self, asker_id: str, request_id: str, key: str, language: str) -> Reply:
        text = wording(language).say("say", key)
        return Reply(request=request_id, outcome=Outcome.REFUSE, text=text, session="", reason=key, language=language)

    def _language(self, request: Request) -> str:
        return request.language or self._policy.language

    def _now(self) -> datetime:
        return self._clock.now().astimezone(self._zone)

    def _tell(self, kind: str, request: Request, data: Mapping[str, object]) -> None:
        data = {"request": request.id, "asker": request.asker.id, **data}
        self._bus.publish(Event(kind=kind, at=self._clock.now(), trace=request.trace, data=data))
