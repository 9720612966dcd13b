"""The home skill's face: every home.* intent to a plan, an answer, a question or a refusal."""

from hub.sdk import Frame, SkillContext, SkillResult

from .asking import Ask
from .intents import INTENTS, MANIFEST
from .planning import plan
from .questions import answer
from .words import words_of

_QUESTIONS = frozenset(intent.name for intent in INTENTS if intent.is_question)


class HomeSkill:
    """Commands to and questions about the devices of the house; pure."""

    manifest = MANIFEST

    def handle(self, frame: Frame, context: SkillContext) -> SkillResult:
        """Answer one frame; a negated command ("don't ...") leaves everything as it is."""
        ask = Ask(frame=frame, context=context, words=words_of(context.language))
        if frame.intent in _QUESTIONS:
            return answer(ask)
        if frame.is_negated:
            return ask.refuse("negated", "negated")
        return plan(ask)
