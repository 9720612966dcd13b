"""From a trained network to model folders, on a random one of a single layer; needs the `train` extra."""

import json
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")

from hub.understanding.encoder import MODEL_FOLDER, load_model  # noqa: E402
from training import export, quantize, variants  # noqa: E402
from training.corpus.generate import intents  # noqa: E402
from training.encoder import RequestModel  # noqa: E402
from training.fake import Grain, affine, quantise_weights, settle_weights, symmetric  # noqa: E402
from training.labels import ROLES, TAGS  # noqa: E402
from training.vocabulary import trim  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")  # torch's exporter and onnxruntime warn of their own ways


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the work folder of a run that never learned."""
    folder = tmp_path_factory.mktemp("run")
    text = (MODEL_FOLDER / "tokenizer.json").read_text(encoding="utf-8")
    rows = 1 + max(json.loads(text)["model"]["vocab"].values())
    torch.manual_seed(0)
    torch.save(RequestModel(rows, len(intents()), len(TAGS), len(ROLES), layers=1).state_dict(), folder / "model.pt")
    (folder / "tokenizer.json").write_text(text, encoding="utf-8")
    (folder / "run.json").write_text(json.dumps({"samples": 1500, "seed": 1, "intents": intents()}))
    return folder


@pytest.fixture(autouse=True)
def few_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FIT_SAMPLES", "CALIBRATION_SAMPLES", "GATE_SAMPLES"):
        monkeypatch.setattr(export, name, 300)
    monkeypatch.setattr(variants, "_LITE_LAYERS", (0,))


@pytest.mark.parametrize("name", sorted(variants.VARIANTS))
def test_every_variant_is_a_model_that_the_hub_loads(work: Path, tmp_path: Path, name: str) -> None:
    quantize.write_variant(name, quantize.load(work), None, tmp_path / name, steps=2)
    model = load_model(tmp_path / name)
    encoded = model.encode("turn on the lamp, 打开灯")
    assert sum(encoded.probabilities.values()) == pytest.approx(1.0, abs=1e-3)
    assert np.isfinite(encoded.tags).all()
    assert model.manifest.gates
    assert json.loads((tmp_path / name / "manifest.json").read_text())["method"] == name


def test_a_folder_without_a_run_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="aios model train"):
        quantize.load(tmp_path)


def test_a_run_of_another_grammar_is_refused(work: Path, tmp_path: Path) -> None:
    for path in work.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "run.json").write_text(json.dumps({"samples": 10, "seed": 1, "intents": ["none"]}))
    with pytest.raises(SystemExit, match="other intents"):
        quantize.load(tmp_path)


@pytest.mark.parametrize("rounded", [symmetric, affine])
def test_finer_grains_and_more_bits_lose_less(rounded: "object") -> None:
    assert callable(rounded)
    values = torch.randn(8, 64, generator=torch.Generator().manual_seed(1)) * torch.logspace(-1, 1, 8)[:, None]

    def error(bits: int, grain: Grain) -> float:
        return float((rounded(values, bits, grain) - values).abs().mean())

    assert error(4, Grain.GROUP) < error(4, Grain.ROW) < error(4, Grain.TENSOR)
    assert error(8, Grain.ROW) < error(4, Grain.ROW) < error(2, Grain.ROW)


def test_rounding_twice_changes_nothing_and_gradients_pass_through() -> None:
    values = torch.randn(4, 64, requires_grad=True)
    once = symmetric(values, 4, Grain.GROUP)
    assert torch.allclose(symmetric(once, 4, Grain.GROUP), once, atol=1e-6)
    once.sum().backward()
    assert torch.equal(values.grad, torch.ones(4, 64))


@pytest.mark.parametrize("keep_rounded", [True, False])
def test_weights_settle_as_asked(keep_rounded: bool) -> None:
    model = RequestModel(64, 3, len(TAGS), len(ROLES), layers=1)
    before = model.encoder.words.weight.detach().clone()
    quantise_weights(model, 4, Grain.GROUP)
    settle_weights(model, keep_rounded=keep_rounded)
    after = model.encoder.words.weight.detach()
    assert torch.equal(after, before) is not keep_rounded


def test_the_trimmed_vocabulary_reads_what_the_corpus_uses_alike() -> None:
    from tokenizers import Tokenizer

    text = (MODEL_FOLDER / "tokenizer.json").read_text(encoding="utf-8")
    whole = Tokenizer.from_str(text)
    ids = whole.encode("please dim the chandelier, 把燈關了").ids
    smaller, rows = trim(text, set(ids), 6000)
    assert len(rows) == 6000
    assert [rows[new] for new in Tokenizer.from_str(smaller).encode("please dim the chandelier, 把燈關了").ids] == ids
    assert Tokenizer.from_str(smaller).encode("開燈").ids == Tokenizer.from_str(smaller).encode("开灯").ids
