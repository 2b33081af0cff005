"""Writes small ONNX models, inputs and what Python's onnxruntime answers to them.

Each case is a directory: model.onnx, cases/N/input_I.pb and output_I.pb as in ONNX's own test data.
"""
import sys
from pathlib import Path

import ml_dtypes
import numpy
import onnx
import onnxruntime
from onnx import TensorProto as T, helper, numpy_helper

out = Path(sys.argv[1])
random = numpy.random.default_rng(7)
ROUNDS = 12


def save(name, nodes, inputs, outputs, feeds, initializers=(), opset=18, opsets=()):
    graph = helper.make_graph(nodes, name, inputs, outputs, list(initializers))
    imports = [helper.make_opsetid("", opset), *opsets]
    model = helper.make_model(graph, opset_imports=imports, ir_version=9)
    place = out / name
    place.mkdir(parents=True, exist_ok=True)
    onnx.save(model, place / "model.onnx")
    bfloat = any(value.dtype == ml_dtypes.bfloat16 for feed in feeds for value in feed.values())
    session = None if bfloat else onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"])
    for number, feed in enumerate(feeds):
        case = place / f"test_data_set_{number}"
        case.mkdir(exist_ok=True)
        answer = list(feed.values())[:1] if session is None else session.run(None, feed)
        for i, value in enumerate(feed.values()):
            (case / f"input_{i}.pb").write_bytes(numpy_helper.from_array(value).SerializeToString())
        for i, value in enumerate(answer):
            if isinstance(value, numpy.ndarray):
                (case / f"output_{i}.pb").write_bytes(
                    numpy_helper.from_array(value).SerializeToString())


def tensor(name, kind, shape):
    return helper.make_tensor_value_info(name, kind, shape)


def values(dtype, shape):
    if dtype == bool:
        return random.integers(0, 2, shape).astype(bool)
    if dtype == object:
        words = ["", "a", "naïve", "日本", "👍", "long " * 20]
        return random.choice(words, shape).astype(object)
    if numpy.issubdtype(dtype, numpy.integer):
        limits = numpy.iinfo(dtype)
        return random.integers(limits.min, limits.max, shape, dtype=dtype, endpoint=True)
    return random.normal(size=shape).astype(dtype)


KINDS = {
    "bool": (T.BOOL, bool), "uint8": (T.UINT8, numpy.uint8), "uint16": (T.UINT16, numpy.uint16),
    "uint32": (T.UINT32, numpy.uint32), "uint64": (T.UINT64, numpy.uint64),
    "int8": (T.INT8, numpy.int8), "int16": (T.INT16, numpy.int16), "int32": (T.INT32, numpy.int32),
    "int64": (T.INT64, numpy.int64), "float16": (T.FLOAT16, numpy.float16),
    "bfloat16": (T.BFLOAT16, ml_dtypes.bfloat16), "float": (T.FLOAT, numpy.float32),
    "double": (T.DOUBLE, numpy.float64), "string": (T.STRING, object),
}
for name, (kind, dtype) in KINDS.items():
    feeds = [{"x": values(dtype, (rows, 3))} for rows in (1, 2, 1, 5, 0, 2, 17)]
    save(f"identity_{name}", [helper.make_node("Identity", ["x"], ["y"])],
         [tensor("x", kind, ["N", 3])], [tensor("y", kind, ["N", 3])], feeds)
    save(f"scalar_{name}", [helper.make_node("Identity", ["x"], ["y"])],
         [tensor("x", kind, [])], [tensor("y", kind, [])], [{"x": numpy.array(values(dtype, ()))}])


def mlp(name, sizes, rows):
    nodes, weights, last = [], [], "x"
    for i, (a, b) in enumerate(zip(sizes, sizes[1:])):
        weights += [numpy_helper.from_array(values(numpy.float32, (a, b)) / a ** 0.5, f"w{i}"),
                    numpy_helper.from_array(values(numpy.float32, (b,)), f"b{i}")]
        nodes.append(helper.make_node("Gemm", [last, f"w{i}", f"b{i}"], [f"h{i}"]))
        last = f"h{i}"
        if i + 2 < len(sizes):
            nodes.append(helper.make_node("Relu", [last], [f"r{i}"]))
            last = f"r{i}"
    nodes.append(helper.make_node("Softmax", [last], ["y"], axis=-1))
    save(name, nodes, [tensor("x", T.FLOAT, ["N", sizes[0]])],
         [tensor("y", T.FLOAT, ["N", sizes[-1]])],
         [{"x": values(numpy.float32, (n, sizes[0]))} for n in rows], weights)


mlp("mlp_4", [4, 64, 64, 3], [1, 1, 2, 1, 3, 2000] + list(random.integers(1, 40, 30)))
mlp("mlp_784", [784, 256, 128, 10], [1, 8, 1, 32, 200])

save("nonzero", [helper.make_node("NonZero", ["x"], ["y"])],
     [tensor("x", T.FLOAT, ["N"])], [tensor("y", T.INT64, [1, "M"])],
     [{"x": numpy.maximum(values(numpy.float32, (6,)), 0)} for _ in range(ROUNDS)])
save("passed_on", [helper.make_node("Relu", ["x"], ["y"]), helper.make_node("Identity", ["x"], ["z"])],
     [tensor("x", T.FLOAT, ["N", 2])], [tensor("y", T.FLOAT, ["N", 2]), tensor("z", T.FLOAT, ["N", 2])],
     [{"x": values(numpy.float32, (2, 2))} for _ in range(ROUNDS)])
save("constant", [helper.make_node("Constant", [], ["y"], value=numpy_helper.from_array(numpy.arange(3)))],
     [], [tensor("y", T.INT64, [3])], [{}])

ml = helper.make_opsetid("ai.onnx.ml", 3)
for keys, name in (({"classlabels_int64s": [3, 1, 2]}, "zipmap_int"),
                   ({"classlabels_strings": ["setosa", "b", "ä"]}, "zipmap_string")):
    kind = T.INT64 if "int" in name else T.STRING
    save(name, [helper.make_node("ZipMap", ["x"], ["y"], domain="ai.onnx.ml", **keys)],
         [tensor("x", T.FLOAT, [None, 3])],
         [helper.make_value_info("y", helper.make_sequence_type_proto(
             helper.make_map_type_proto(kind, helper.make_tensor_type_proto(T.FLOAT, []))))],
         [], opsets=[ml])

weights = values(numpy.float32, (64, 64))
graph = helper.make_graph([helper.make_node("MatMul", ["x", "w"], ["y"])], "external",
                          [tensor("x", T.FLOAT, [None, 64])], [tensor("y", T.FLOAT, [None, 64])],
                          [numpy_helper.from_array(weights, "w")])
place = out / "external"
place.mkdir(parents=True, exist_ok=True)
onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9),
          place / "model.onnx", save_as_external_data=True, location="model.onnx.data", size_threshold=0)
x = values(numpy.float32, (3, 64))
case = place / "test_data_set_0"
case.mkdir(exist_ok=True)
(case / "input_0.pb").write_bytes(numpy_helper.from_array(x).SerializeToString())
(case / "output_0.pb").write_bytes(numpy_helper.from_array(x @ weights).SerializeToString())


def text_model(name, output, nodes, shape, width):
    """Token `i` is the vector `(i, -i, i / 4, 1 - i)`, cut to the width."""
    table = numpy.array([[i, -i, i / 4, 1 - i][:width] for i in range(64)], dtype=numpy.float32)
    ids, mask = (tensor(each, T.INT64, ["batch", "length"]) for each in ("input_ids", "attention_mask"))
    graph = helper.make_graph([helper.make_node("Gather", ["table", "input_ids"], ["vectors"]), *nodes],
                              name, [ids, mask], [tensor(output, T.FLOAT, shape)],
                              [numpy_helper.from_array(table, "table"), numpy_helper.from_array(numpy.array([-1]), "last"),
                               numpy_helper.from_array(numpy.array([1]), "tokens")])
    (out / name).mkdir(parents=True, exist_ok=True)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9), out / name / "model.onnx")


text_model("text-vectors", "last_hidden_state", [helper.make_node("Identity", ["vectors"], ["last_hidden_state"])],
           ["batch", "length", 4], 4)
text_model("text-classes", "logits", [
    helper.make_node("Cast", ["attention_mask"], ["there"], to=T.FLOAT),
    helper.make_node("Unsqueeze", ["there", "last"], ["weights"]),
    helper.make_node("Mul", ["vectors", "weights"], ["masked"]),
    helper.make_node("ReduceSum", ["masked", "tokens"], ["logits"], keepdims=0),
], ["batch", 3], 3)
