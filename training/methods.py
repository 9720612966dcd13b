"""The ways to quantise the float network with onnxruntime: from one ONNX file to another."""

import logging
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_dynamic,
    quantize_static,
)
from onnxruntime.quantization.matmul_nbits_quantizer import DefaultWeightOnlyQuantConfig, MatMulNBitsQuantizer

GROUP = 32  # weights that share a scale in the weight-only methods
_INT8_INSIDE = 4  # accuracy_level of MatMulNBits: activations are int8 inside the kernel; fp32 takes ten times as long
_HEADS = ("/tag_head/", "/segment_head/", "/role_head/")  # 36 of 9,000 columns: grouping them would save nothing
_SENTENCES = 512  # for calibration; MiniLM's ranges have settled by then
_TOKENS = 12  # of each of them: onnxruntime's histograms take one shape only, and a request has 12.5 on average
_BATCH = 16

Ids = Sequence[Sequence[int]]


def quantise(method: str, plain: Path, out: Path, calibration: Ids) -> None:
    """Write `plain`, quantised by one of METHODS, to `out`.

    Args:
        calibration: token ids of corpus sentences, for the methods that observe activations.
    """
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)  # onnxruntime tells of each node, and of steps that we leave out
    try:
        METHODS[method](plain, out, calibration)
    finally:
        logging.disable(before)


def _keep(plain: Path, out: Path, _: Ids) -> None:
    out.write_bytes(plain.read_bytes())


def _dynamic(plain: Path, out: Path, _: Ids) -> None:
    quantize_dynamic(plain, out, per_channel=True, weight_type=QuantType.QInt8)


def _static(observe: CalibrationMethod, **options: object) -> Callable[[Path, Path, Ids], None]:
    """Return static int8 for the linear layers; outputs and the products of activations stay in float32."""

    def apply(plain: Path, out: Path, calibration: Ids) -> None:
        quantize_static(
            plain, out, _Sentences(calibration),
            quant_format=QuantFormat.QDQ, per_channel=True, op_types_to_quantize=["MatMul"],
            activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8, calibrate_method=observe,
            extra_options={"MatMulConstBOnly": True, "OpTypesToExcludeOutputQuantization": ["MatMul"], **options},
        )  # fmt: skip
        _embeddings_int8(out, out)

    return apply


def _grouped_int8(plain: Path, out: Path, _: Ids) -> None:
    _embeddings_int8(plain, out)
    _group(out, out, 8, ("MatMul",))


def _grouped_int4(plain: Path, out: Path, _: Ids) -> None:
    _group(plain, out, 4, ("MatMul", "Gather"))


METHODS: Mapping[str, Callable[[Path, Path, Ids], None]] = {
    "float": _keep,
    "dynamic-int8": _dynamic,
    "static-minmax": _static(CalibrationMethod.MinMax),
    "static-entropy": _static(CalibrationMethod.Entropy),
    "static-percentile": _static(CalibrationMethod.Percentile, CalibPercentile=99.99),
    "weights-int8": _grouped_int8,
    "weights-int4": _grouped_int4,
}


class _Sentences(CalibrationDataReader):  # type: ignore[misc]  # onnxruntime publishes no types
    """Feeds sentences of one length to onnxruntime's calibration."""

    def __init__(self, calibration: Ids) -> None:
        chosen = [list(ids) for ids in calibration if len(ids) == _TOKENS][:_SENTENCES]
        self._batches: Iterator[NDArray[np.int64]] = iter(
            np.array(chosen[start : start + _BATCH], dtype=np.int64)
            for start in range(0, len(chosen) - _BATCH + 1, _BATCH)
        )

    def get_next(self) -> dict[str, NDArray[np.int64]] | None:
        """Return the next batch, or None after the last (onnxruntime's name and contract)."""
        ids = next(self._batches, None)
        return None if ids is None else {"input_ids": ids, "attention_mask": np.ones_like(ids)}


def _embeddings_int8(source: Path, out: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "source.onnx"
        copy.write_bytes(source.read_bytes())
        quantize_dynamic(copy, out, op_types_to_quantize=["Gather"], weight_type=QuantType.QInt8)


def _group(source: Path, out: Path, bits: int, kinds: tuple[str, ...]) -> None:
    settings = DefaultWeightOnlyQuantConfig(
        block_size=GROUP, is_symmetric=True, accuracy_level=_INT8_INSIDE, bits=bits, op_types_to_quantize=kinds,
        quant_axes=(("MatMul", 0), ("Gather", 1)),
    )  # fmt: skip
    model = onnx.load(source)
    heads = [node.name for node in model.graph.node if node.name.startswith(_HEADS)]
    quantizer = MatMulNBitsQuantizer(model, nodes_to_exclude=heads, algo_config=settings)
    quantizer.process()
    quantizer.model.save_model_to_file(str(out))
