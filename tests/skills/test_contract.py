"""The contract that every skill in skills/ keeps: whatever frame comes, one of four results, and always the same."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.contracts.capability import COMMANDS
from hub.contracts.frame import Ambiguous, Frame, NoTarget, NoTargetReason, Scope, Slot, Target, When
from hub.contracts.skill import Answer, Plan, Question, Refusal, SkillContext
from hub.plugins import SkillPlugin, load_plugins
from tests.skills.home import ASKER, DEVICES, NOW, house

PLUGINS = load_plugins(kind="skill").skills
WORDS = st.sampled_from(
    """on off open closed red warm max min half small heat eco low auto temperature battery jazz hdmi1 glorp 灯 最大
    一点 关 {x} %s""".split()
)
SLOTS = st.builds(
    Slot,
    name=st.sampled_from("value color mode media attribute state item person".split()),
    text=WORDS,
    number=st.none() | st.floats(-1e6, 1e6),
    unit=st.sampled_from(["", "%", "°C", "°F", "K", "s"]),
    canonical=WORDS | st.just(""),
)
IDS = st.lists(st.sampled_from([device.id for device in DEVICES] + ["gone"]), max_size=4, unique=True).map(tuple)
TARGETS = st.builds(
    Target,
    scope=st.sampled_from(Scope),
    devices=IDS,
    areas=st.lists(st.sampled_from(["den", "kitchen", "nowhere"]), max_size=2).map(tuple),
    kind=st.sampled_from(["", "light", "cover", "media", "scene", "strange"]),
    is_plural=st.booleans(),
    problem=st.none()
    | st.builds(Ambiguous, said=WORDS, candidates=IDS)
    | st.builds(NoTarget, reason=st.sampled_from(NoTargetReason), said=WORDS),
)


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda plugin: plugin.manifest.id)
@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_every_frame_gets_a_result_within_what_was_declared(plugin: SkillPlugin, data: st.DataObject) -> None:
    declared = plugin.skill.manifest
    frame = Frame(
        intent=data.draw(st.sampled_from([spec.name for spec in declared.intents])),
        text=data.draw(st.lists(WORDS, max_size=5).map(" ".join)),
        slots=data.draw(st.lists(SLOTS, max_size=3).map(tuple)),
        target=data.draw(TARGETS),
        when=data.draw(st.none() | st.just(When(delay_s=60))),
        is_negated=data.draw(st.booleans()),
    )
    context = SkillContext(
        asker=ASKER,
        language=data.draw(st.sampled_from(["en", "zh", "zh-CN", "fr"])),
        area=data.draw(st.sampled_from([None, "den", "nowhere"])),
        now=NOW,
        home=house(),
        temperature_unit=data.draw(st.sampled_from(["C", "F"])),
    )
    result = plugin.skill.handle(frame, context)
    assert result == plugin.skill.handle(frame, context)
    assert isinstance(result, Answer | Plan | Question | Refusal)
    if isinstance(result, Plan):
        assert result.effects
        for effect in result.effects:
            assert effect.command in declared.commands
            assert effect.device in {device.id for device in DEVICES}
            assert set(effect.params) <= set(COMMANDS[effect.command].params)
            assert effect.when == frame.when
    else:
        assert result.text


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda plugin: plugin.manifest.id)
def test_a_manifest_agrees_with_its_class(plugin: SkillPlugin) -> None:
    declared = plugin.skill.manifest
    assert (declared.id, declared.version, declared.languages) == (
        plugin.manifest.id,
        plugin.manifest.version,
        plugin.manifest.languages,
    )
    assert len({spec.name for spec in declared.intents}) == len(declared.intents)
    assert declared.commands <= set(COMMANDS)
