"""A skill that the model was never trained for is understood by its phrases, and takes nothing from the others."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from hub.contracts.messages import Outcome
from hub.contracts.skill import Lesson
from hub.plugins import Loaded, load_plugins
from hub.plugins.phrases import read_lessons
from hub.testing.dialogue import Dialogue
from hub.testing.fixture import FixtureHome
from hub.understanding.encoder import MODEL_FOLDER, Model, load_model
from hub.understanding.learned import Floats, LearnedHead, fit
from hub.understanding.normalise import normalise
from hub.understanding.teaching import EVERYDAY, teach
from hub.understanding.understand import Understander

NOW = datetime(2026, 3, 11, 14, 20, tzinfo=UTC)
WATER, WATERED, FEED = "plants.water", "plants.ask_watered", "pets.feed"
MANIFEST = 'id = "{id}"\nkind = "skill"\nentry = "skill:Made"\nversion = "1.0"\n'
PLANTS = """
from hub.sdk import Answer, IntentSpec, Risk, SkillManifest


class Made:
    manifest = SkillManifest(
        id="plants", name="Plants", version="1.0", languages=("en", "zh"),
        intents=(
            IntentSpec(name="plants.water", needs_target=False),
            IntentSpec(name="plants.ask_watered", needs_target=False, is_question=True, risk=Risk.NONE),
        ),
    )

    def handle(self, frame, context):
        return Answer(text="Drip, drip." if frame.intent == "plants.water" else "This morning.")
"""
PETS = """
from hub.sdk import Answer, IntentSpec, SkillManifest


class Made:
    manifest = SkillManifest(
        id="pets", name="Pets", version="1.0", languages=("en", "zh"),
        intents=(IntentSpec(name="pets.feed", needs_target=False),),
    )

    def handle(self, frame, context):
        return Answer(text="Yum.")
"""
PLANTS_EN = """
["water"]
examples = ["water the plants", "give the {item} some water", "please water the flowers", "the plants need watering",
    "pour some water on the ficus", "water my {item} in the {area}", "can you water the tomatoes",
    "time to water the garden"]
counter = ["did you like the water", "turn on the water heater", "the plants look lovely today"]

["ask_watered"]
examples = ["when did I last water the plants", "have the plants been watered", "did anyone water the flowers today",
    "when were the flowers watered", "how long ago was the ficus watered", "were the tomatoes watered yesterday",
    "has the {item} had water this week", "when was the last watering"]
counter = ["when did it last rain", "water the plants", "I love watering my plants"]
"""
PLANTS_ZH = """
["water"]
examples = ["给植物浇水", "浇一下花", "把{area}的花浇了", "给绿萝浇点水", "帮我浇花", "植物该浇水了", "给盆栽浇浇水",
    "给番茄苗浇水"]
counter = ["烧一壶水", "花开得真好看", "打开热水器"]

["ask_watered"]
examples = ["上次浇花是什么时候", "花浇了吗", "今天给植物浇水了没有", "绿萝多久没浇水了", "谁给花浇过水",
    "番茄昨天浇水了吗", "植物最近一次浇水是哪天", "这周浇过花没有"]
counter = ["上次下雨是什么时候", "给花浇水", "我喜欢养花"]
"""
PETS_EN = """
["feed"]
examples = ["feed the cat", "give the dog his dinner", "fill the cat bowl", "time for the cat's breakfast, feed her",
    "please feed the fish", "the dog needs his food now", "dispense a portion of cat food", "put out some kibble"]
counter = ["the cat is asleep", "food is expensive", "give me the news"]
"""
PETS_ZH = """
["feed"]
examples = ["喂猫", "给狗喂点吃的", "该喂鱼了", "把猫粮放出来", "给猫咪加一份粮", "喂一下狗狗", "放一份狗粮",
    "去喂喂仓鼠"]
counter = ["猫在睡觉", "我饿了", "给我放新闻"]
"""

HELD_OUT = {
    ("en", WATER): """
        give the plants a drink | could you water the basil | the roses are thirsty, water them
        let's get the orchids watered | water the seedlings on the balcony | sprinkle some water over the herbs
        the cactus could use some water | start watering the garden | please see that the ferns get water
        water everything on the windowsill | my lemon tree needs water | go ahead and water the houseplants
    """,
    ("en", WATERED): """
        when did the orchids last get water | did I water the basil this morning | has anybody watered the roses
        how many days since the plants were watered | when was the garden watered last
        were the ferns given water today | did you water the seedlings already | what day did I water the cactus
        have I watered the herbs yet | is it long since the flowers got water
        do you know when the lemon tree was watered | was the lawn watered last night
    """,
    ("zh", WATER): """
        浇浇阳台上的花 | 给多肉浇点水 | 把月季浇一浇 | 花该浇水了 | 麻烦给兰花浇水 | 帮忙浇一下院子里的菜
        给我的君子兰喝点水 | 窗台上的植物要浇水 | 去给花园浇水 | 现在浇花吧 | 绿植都浇一遍水 | 给玫瑰浇一些水
    """,
    ("zh", WATERED): """
        兰花上次是什么时候浇的水 | 月季今天浇过没有 | 多肉几天没浇水了 | 昨天有人浇花吗 | 花园浇水了没
        君子兰最近浇过水吗 | 上一次给玫瑰浇水是几号 | 我早上浇过花了吗 | 阳台的花浇了没有 | 距离上次浇水过了多久
        有没有给菜浇过水 | 什么时候给绿植浇的水
    """,
}
HOME = """
    turn on the kitchen light | turn off all the lights | dim the lamp to thirty percent | open the blinds
    close the garage door | lock the front door | is the front door locked | what's the temperature in the bedroom
    set the heating to 21 degrees | turn on the water heater | start the vacuum | play some jazz | turn the volume down
    is the washing machine done | turn on the garden lights | when did the front door last open
    have the lights been turned off | make me a coffee | start the kettle | turn off the sprinkler
    打开客厅的灯 | 关掉所有的灯 | 窗帘拉上 | 大门锁了吗 | 卧室现在多少度 | 空调调到二十六度 | 开始扫地 | 打开热水器
    加湿器开了没有 | 花园的灯关一下 | 烧水 | 洗衣机洗完了吗 | 电视声音小一点 | 播放音乐 | 打开加湿器 | 谁把灯关了
    把水阀关掉 | 阳台灯亮一点 | 浴室的水温是多少 | 车库门关上
"""
REMARKS = """
    I had a lovely day | the flowers smell wonderful | what a beautiful garden you have | I drank too much water
    my grandmother loves roses | it rained all night | the kids are finally asleep
    I should buy a plant for her birthday | the soup needs salt | we went for a walk in the park | this film is boring
    he gave me flowers yesterday | I'm so thirsty | the grass is green | she planted a tree
    water is important for life
    今天真累 | 这花真香 | 昨天下雨了 | 我口渴了 | 他送了我一束花 | 孩子睡着了 | 公园里的花都开了 | 这汤太咸了
    我想买一盆绿萝 | 水是生命之源 | 电影真好看 | 她种了一棵树 | 菜市场的番茄涨价了 | 河里有很多鱼 | 奶奶喜欢月季
    天气真热 | 花钱太多了 | 他泼了我一身水
"""


def texts(table: str) -> list[str]:
    return [text.strip() for line in table.strip().splitlines() for text in line.split("|")]


def write_skill(folder: Path, code: str, english: str, chinese: str) -> None:
    (folder / "phrases").mkdir(parents=True)
    (folder / "manifest.toml").write_text(MANIFEST.format(id=folder.name), encoding="utf-8")
    (folder / "skill.py").write_text(code, encoding="utf-8")
    (folder / "phrases" / "en.toml").write_text(english, encoding="utf-8")
    (folder / "phrases" / "zh.toml").write_text(chinese, encoding="utf-8")


@cache
def shipped() -> Model:
    return load_model(MODEL_FOLDER)


@cache
def embed(text: str) -> Floats:
    return shipped().embed(normalise(text).text or text)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    """The built-in skills and that of the plants."""
    folder = tmp_path_factory.mktemp("skills")
    write_skill(folder / "plants", PLANTS, PLANTS_EN, PLANTS_ZH)
    loaded = load_plugins([folder], "skill")
    assert loaded.failed == []
    return loaded


@pytest.fixture(scope="module")
def lessons(installed: Loaded) -> tuple[Lesson, ...]:
    return read_lessons(installed, shipped().manifest.intents)


@pytest.fixture(scope="module")
def taught(lessons: tuple[Lesson, ...]) -> Model:
    return teach(shipped(), lessons)


@pytest.fixture(scope="module")
def pets(tmp_path_factory: pytest.TempPathFactory) -> tuple[Lesson, ...]:
    folder = tmp_path_factory.mktemp("more")
    write_skill(folder / "pets", PETS, PETS_EN, PETS_ZH)
    return read_lessons(load_plugins([folder], "skill", has_builtin=False), ())


def head_of(lessons: tuple[Lesson, ...]) -> LearnedHead:
    known = shipped().manifest.intents
    new = [lesson for lesson in lessons if lesson.intent not in known]
    head = fit(new, [EVERYDAY, *(lesson for lesson in lessons if lesson.intent in known)], embed)
    assert head is not None
    return head


def top(model: Model, text: str) -> tuple[str, float]:
    return next(iter(model.encode(normalise(text).text).probabilities.items()))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_paraphrases_that_no_file_holds_reach_their_intent(taught: Model, language: str) -> None:
    wanted = [(text, intent) for (lang, intent), table in HELD_OUT.items() if lang == language for text in texts(table)]
    found = {text: top(taught, text) for text, _ in wanted}
    missed = {text: found[text] for text, intent in wanted if found[text][0] != intent or found[text][1] < 0.5}
    assert len(wanted) == 24
    assert len(missed) <= 0.2 * len(wanted), missed


def test_no_command_of_the_home_and_no_remark_is_taken(taught: Model) -> None:
    said = texts(HOME) + texts(REMARKS)
    taken = {text: top(taught, text) for text in said if top(taught, text)[0].startswith("plants.")}
    assert len(said) >= 70
    assert taken == {}


def test_what_the_model_knew_it_still_knows(taught: Model) -> None:
    for text in texts(HOME):
        before, after = top(shipped(), text), top(taught, text)
        assert after[0] == before[0], text
        assert after[1] > 0.75 * before[1], text


def test_a_learned_command_is_not_broken_up_and_still_parts_from_another(taught: Model) -> None:
    def starts(text: str) -> list[str]:
        encoded = taught.encode(text)
        pairs = zip(encoded.spans, encoded.segments, strict=True)
        return [text[start:] for (start, _), logit in pairs if start > 0 and logit > 0]

    assert starts("when did I last water the orchids") == []
    assert starts("上一次给玫瑰浇水是几号") == []
    assert starts("when were the plants watered and is the door locked") == ["is the door locked"]
    assert starts("water the plants and turn on the kitchen light") == ["turn on the kitchen light"]


def test_what_is_learned_is_not_out_of_scope(taught: Model) -> None:
    text = "time to water the garden"
    learned = taught.encode(text)
    assert learned.energy >= taught.manifest.energy_min
    assert sum(learned.probabilities.values()) == pytest.approx(1.0, abs=1e-3)
    values = list(learned.probabilities.values())
    assert values == sorted(values, reverse=True)


def test_a_model_without_a_head_answers_as_if_there_were_none(taught: Model) -> None:
    untaught = taught.taught(None)
    for text in ("water the plants", "turn on the lamp", "打开灯"):
        before, after = shipped().encode(text), untaught.encode(text)
        assert (before.probabilities, before.energy, before.polarity) == (
            after.probabilities,
            after.energy,
            after.polarity,
        )
        assert np.array_equal(before.tags, after.tags)


def test_nothing_is_embedded_where_the_model_knows_every_intent(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Model, text: str) -> Floats:
        raise AssertionError(text)

    monkeypatch.setattr(Model, "embed", fail)
    known = Lesson(intent="home.turn_on", examples=("turn on the lamp",))
    assert teach(shipped(), (known,)) is shipped()
    assert teach(shipped(), ()) is shipped()


def test_the_order_of_lessons_does_not_matter(lessons: tuple[Lesson, ...], pets: tuple[Lesson, ...]) -> None:
    one, other = head_of((*lessons, *pets)), head_of((*pets, *reversed(lessons)))
    assert one.intents == other.intents
    assert np.array_equal(one.weight, other.weight)
    assert np.array_equal(one.slopes, other.slopes)


def test_a_second_skill_leaves_the_answers_of_the_first(
    taught: Model, lessons: tuple[Lesson, ...], pets: tuple[Lesson, ...]
) -> None:
    both = taught.taught(head_of((*lessons, *pets)))
    sure = [text for table in HELD_OUT.values() for text in texts(table) if top(taught, text)[1] >= 0.7]
    assert len(sure) >= 30
    changed = {
        text: (top(taught, text), top(both, text)) for text in sure if top(taught, text)[0] != top(both, text)[0]
    }
    assert len(changed) <= len(sure) // 30, changed
    for text in ("please feed the cat now", "给猫喂点吃的"):
        assert top(both, text)[0] == FEED


def test_probabilities_are_of_each_intent_and_highest_first(lessons: tuple[Lesson, ...]) -> None:
    head = head_of(lessons)
    assert set(head.intents) == {WATER, WATERED}
    assert head.weight.shape == (len(embed("water")), 2)
    found = head.probabilities(embed("water the plants"))
    assert next(iter(found)) == WATER
    assert all(0.0 < value <= 1.0 for value in found.values())
    assert head.probabilities(np.zeros_like(embed("water"))) == {}


def test_a_sentence_far_from_every_example_is_none_of_them(lessons: tuple[Lesson, ...]) -> None:
    head = head_of(lessons)
    examples = head.examples.astype(np.float32)
    across = head.weight[:, 0] - examples.T @ np.linalg.lstsq(examples.T, head.weight[:, 0])[0]
    beyond = (head.weight[:, 0] + 50 * across).astype(np.float32)
    beyond /= np.linalg.norm(beyond)
    assert float(beyond @ head.weight[:, 0] + head.bias[0]) > float(head.begin[0])
    assert float((examples @ beyond).max()) < 0.45
    assert head.probabilities(beyond) == {}


def test_nothing_to_learn_makes_no_head() -> None:
    assert fit((), (EVERYDAY,), embed) is None
    assert fit((Lesson(intent="plants.water", examples=()),), (EVERYDAY,), embed) is None


def test_leaving_a_row_out_is_what_the_formula_says() -> None:
    """The threshold of one intent, against one that was fitted again without each of its rows."""
    random = np.random.default_rng(3)
    vectors = {f"{kind}{i}": random.normal(kind == "yes", 1.0, 12) for kind in ("yes", "no") for i in range(14)}
    unit = {text: (vector / np.linalg.norm(vector)).astype(np.float32) for text, vector in vectors.items()}
    yes, no = (tuple(text for text in unit if text.startswith(kind)) for kind in ("yes", "no"))
    head = fit((Lesson(intent="a.yes", examples=yes),), (Lesson(intent="b.no", examples=no),), unit.__getitem__)
    assert head is not None

    def without(text: str) -> float:
        rows = [one for one in unit if one != text]
        data = np.array([[*unit[one], 1.0] for one in rows], dtype=np.float64)
        aims = np.array([1.0 if one in yes else -1.0 for one in rows])
        solved = np.linalg.solve(data.T @ data + 0.002 * len(unit) * np.eye(13), data.T @ aims)
        return float(np.array([*unit[text], 1.0]) @ solved)

    low = float(np.sort([without(text) for text in no])[-8:].mean())
    high = max(float(np.median([without(text) for text in yes])), low + 0.2)
    assert head.begin[0] == pytest.approx(low + 0.2 * (high - low), abs=1e-4)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("please water the plants", "Drip, drip."),
        ("给阳台的植物浇水", "Drip, drip."),
        ("when did I last water the orchids", "This morning."),
        ("今天花浇了没有？", "This morning."),
    ],
)
def test_a_foreign_skill_answers_a_request(installed: Loaded, taught: Model, text: str, answer: str) -> None:
    skills = {plugin.manifest.id: plugin.skill for plugin in installed.skills}
    intents = {spec.name: spec for skill in skills.values() for spec in skill.manifest.intents}
    home = FixtureHome()
    talk = Dialogue(home, home.index(), understander=Understander(taught, intents), skills=skills, now=NOW)
    decision = talk.say(text)
    assert (decision.outcome, decision.text) == (Outcome.ANSWER, answer)
    silent = Dialogue(home, home.index(), understander=Understander(shipped(), intents), skills=skills, now=NOW)
    assert silent.say(text).text != answer
