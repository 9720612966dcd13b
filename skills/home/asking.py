"""What every handler works with: the frame with its context and words, and the ways to say what cannot be done."""

from dataclasses import dataclass

from hub.sdk import Device, Effect, Frame, ParamValue, Question, Refusal, SkillContext

from .words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Cannot:
    """A device that cannot do what was asked: the key of the `[need]` it lacks."""

    device: Device
    need: str


Made = tuple[Effect, ...] | Cannot | Refusal | Question
"""What a handler makes of one device: effects, or why there are none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One frame to answer."""

    frame: Frame
    context: SkillContext
    words: Words

    @property
    def intent(self) -> str:
        """Return the intent without the skill's name."""
        return self.frame.intent.partition(".")[2]

    def effect(self, device: Device, command: str, capability: str, **params: ParamValue) -> Effect:
        """Return the effect on the component that offers the capability, due when the request said."""
        found = device.find(capability)
        return Effect(
            command=command,
            device=device.id,
            params=params,
            component=found[0] if found is not None else "",
            when=self.frame.when,
        )

    def each(self, device: Device, command: str, capability: str) -> tuple[Effect, ...]:
        """Return the effect on the main component, or on every other one that offers the capability."""
        names = [name for name, capabilities in sorted(device.components.items()) if capability in capabilities]
        return tuple(
            Effect(command=command, device=device.id, component=name, when=self.frame.when)
            for name in ([""] if "" in names else names)
        )

    def refuse(self, key: str, reason: str, **values: str) -> Refusal:
        """Return a refusal in the asker's language."""
        return Refusal(text=self.words.say("refusal", key, **values), reason=reason)

    def question(self, key: str, slot: str, choices: tuple[str, ...] = (), **values: str) -> Question:
        """Return a question in the asker's language."""
        return Question(text=self.words.say("question", key, **values), frame=self.frame, slot=slot, choices=choices)

    def which(self, devices: tuple[Device, ...] | list[Device]) -> Question:
        """Return the question which of these is meant."""
        names = [self.words.name(device) for device in devices]
        listed = self.words.say("list", "or", head=self.words.say("list", "comma").join(names[:-1]), tail=names[-1])
        return self.question("which", "target", tuple(device.id for device in devices), names=listed)
