"""What `decide` takes and gives beside the contracts: policy, session, pending question, verdict and decision."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Self

import msgspec

from hub.config import Settings
from hub.contracts.frame import Frame, Turn, Understanding
from hub.contracts.messages import Asker, Outcome
from hub.contracts.skill import Effect, Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The owner's choices as far as deciding needs them."""

    heat_limit_c: float = 26.0
    question_valid_s: float = 60.0
    language: str = "en"
    temperature_unit: str = "C"

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Return the policy that the settings give."""
        return cls(
            heat_limit_c=settings.home.heat_limit_c,
            question_valid_s=settings.control.question_valid_s,
            language=settings.home.language,
            temperature_unit=settings.home.temperature_unit,
        )


class PendingKind(StrEnum):
    """What the hub is waiting for."""

    CONFIRM = "confirm"  # a yes to a plan that is dangerous, or that was not surely meant
    CHOICE = "choice"  # which device, or the value of a slot


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A question to one asker; its answer counts once, and only until `expires_at`.

    Attributes:
        plan_hash: what a yes is bound to; a plan that differs from it is not carried out.
        frame: for CHOICE, the frame that the answer completes, and `slot` what it fills.
        choices: device ids or words; empty where any device or value will do.
    """

    kind: PendingKind
    asker_id: str
    text: str
    expires_at: datetime
    plan: Plan | None = None
    plan_hash: str = ""
    skills: tuple[str, ...] = ()
    frame: Frame | None = None
    slot: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A dialogue with one asker: earlier turns, and the question that is open."""

    id: str
    asker_id: str
    turns: tuple[Turn, ...] = ()
    pending: Pending | None = None
    area: str | None = None
    language: str | None = None
    updated: datetime


class VerdictKind(StrEnum):
    """What the guard says to one effect."""

    ALLOW = "allow"
    CONFIRM = "confirm"
    DENY = "deny"


class VerdictReason(StrEnum):
    """Why: the check that failed (deny), or the risk that has to be confirmed."""

    FINE = "fine"
    CONFIRMED = "confirmed"  # risky, and the asker said yes
    # confirm
    UNLOCK = "unlock"
    DISARM = "disarm"
    OPEN = "open"
    HEAT = "heat"
    SIREN = "siren"
    REBOOT = "reboot"
    INSTALL = "install"
    # deny
    NO_SUCH_DEVICE = "no_such_device"
    NOT_ADOPTED = "not_adopted"
    UNAVAILABLE = "unavailable"
    NOT_CAPABLE = "not_capable"
    UNKNOWN_COMMAND = "unknown_command"
    NOT_DECLARED = "not_declared"
    MISSING_VALUE = "missing_value"
    UNKNOWN_PARAM = "unknown_param"
    WRONG_TYPE = "wrong_type"
    OUT_OF_RANGE = "out_of_range"
    NOT_AN_OPTION = "not_an_option"
    NOT_VERIFIED = "not_verified"  # the asker is not proven, or has no clock, and the effect is risky
    ODD_SPELLING = "odd_spelling"  # letters of several scripts in one word, and the effect is risky


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The guard's word on one effect of one skill; `detail` names the range, options or parameter."""

    effect: Effect
    skill: str
    kind: VerdictKind
    reason: VerdictReason = VerdictReason.FINE
    detail: str = ""


class UndoRequest(StrEnum):
    """Whether the last transaction is to be undone; that needs the store, so `decide` only asks for it."""

    NONE = "none"
    LAST = "last"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a request comes to, before anything was done.

    Attributes:
        text: the whole answer where nothing is to be carried out; else what would be done (a dry run says it).
        plan: effects that the guard allows now (those with `when` are to be scheduled); None for none.
        plan_skills: for each effect of the plan, the skill that made it.
        unavailable: effects that were meant but whose device is offline; they become failed receipts.
        notes: sentences to be said after the receipts: answers, what was left out, and why.
        pending: the question that is asked, also in `session`.
        is_confirmed: whether the plan runs because the asker said yes to it.
    """

    outcome: Outcome
    text: str
    language: str
    understanding: Understanding
    session: Session
    plan: Plan | None = None
    plan_skills: tuple[str, ...] = ()
    unavailable: tuple[Effect, ...] = ()
    reads: tuple[Effect, ...] = ()
    notes: tuple[str, ...] = ()
    pending: Pending | None = None
    reason: str | None = None
    verdicts: tuple[Verdict, ...] = ()
    undo: UndoRequest = UndoRequest.NONE
    is_confirmed: bool = False
    asker: Asker = field(kw_only=True)


def plan_hash(plan: Plan) -> str:
    """Return the hash that a yes is bound to: every effect with its parameters, in order."""
    return hashlib.sha256(msgspec.json.encode(plan.effects, order="sorted")).hexdigest()
