"""Writes SavedModels, inputs and TensorFlow's own answers into the directory given.

Each case is NAME/model (the SavedModel) and NAME/cases.json: calls with signature, inputs and
outputs as {name: {dtype, shape, data}}.
"""

import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import numpy as np
import tensorflow as tf

OUT = sys.argv[1]
random = np.random.default_rng(7)
WORDS = {
    "float32": "FP32", "float64": "FP64", "int64": "INT64", "int32": "INT32", "int16": "INT16",
    "int8": "INT8", "uint8": "UINT8", "uint16": "UINT16", "uint32": "UINT32", "uint64": "UINT64",
    "bool": "BOOL", "float16": "FP16", "bfloat16": "BF16", "object": "BYTES",
}


def written(tensor):
    dtype = tensor.dtype.name
    array = tensor.numpy()
    if dtype == "string":
        flat = [bytes(each).decode() for each in np.asarray(array, dtype=object).reshape(-1)]
        return {"dtype": "BYTES", "shape": list(tensor.shape), "data": flat}
    if dtype in ("float16", "bfloat16"):
        bits = array.reshape(-1).view(np.uint16)
        return {"dtype": WORDS[dtype], "shape": list(tensor.shape), "data": bits.tolist()}
    if dtype == "bool":
        array = array.astype(np.uint8)
    return {"dtype": WORDS[dtype], "shape": list(tensor.shape), "data": array.reshape(-1).tolist()}


def case(name, module, calls, signatures=None):
    home = os.path.join(OUT, name)
    os.makedirs(home, exist_ok=True)
    path = os.path.join(home, "model")
    if isinstance(module, tf.keras.Model):
        module.export(path, verbose=False)
    else:
        tf.saved_model.save(module, path, signatures=signatures)
    loaded = tf.saved_model.load(path)
    written_calls = []
    for signature, inputs in calls:
        outputs = loaded.signatures[signature](**inputs)
        written_calls.append({
            "signature": signature,
            "inputs": {key: written(value) for key, value in inputs.items()},
            "outputs": {key: written(value) for key, value in outputs.items()},
        })
    with open(os.path.join(home, "cases.json"), "w") as file:
        json.dump(written_calls, file)
    return path


def floats(*shape):
    return tf.constant(random.normal(size=shape).astype(np.float32))


def mlp():
    inputs = tf.keras.Input((4,), name="flower")
    hidden = tf.keras.layers.Dense(16, activation="relu")(inputs)
    model = tf.keras.Model(inputs, tf.keras.layers.Dense(3, activation="softmax")(hidden))
    return case("mlp", model, [("serving_default", {"flower": floats(n, 4)}) for n in (1, 7, 300)])


def two_inputs():
    module = tf.Module()
    module.a = tf.Variable(floats(5, 2))
    module.b = tf.Variable(floats(5, 1))

    @tf.function(input_signature=[tf.TensorSpec((None, 3), name="left"),
                                  tf.TensorSpec((None, 2), name="right")])
    def serve(left, right):
        joined = tf.concat([left, right], 1)
        return {"a": joined @ module.a, "b": tf.sigmoid(joined @ module.b)}

    module.serve = serve
    calls = [("serving_default", {"left": floats(n, 3), "right": floats(n, 2)}) for n in (1, 50)]
    case("two_inputs", module, calls, {"serving_default": serve})


class Words(tf.Module):
    def __init__(self):
        keys = tf.constant(["cat", "dog", "a rather long word that is not stored inline"])
        values = tf.constant([1, 2, 3], tf.int64)
        self.table = tf.lookup.StaticHashTable(
            tf.lookup.KeyValueTensorInitializer(keys, values), -1)

    @tf.function(input_signature=[tf.TensorSpec((None,), tf.string, name="word")])
    def look_up(self, word):
        return {"id": self.table.lookup(word), "length": tf.strings.length(word)}

    @tf.function(input_signature=[tf.TensorSpec((None,), tf.string, name="word"),
                                  tf.TensorSpec((), tf.string, name="tail")])
    def append(self, word, tail):
        return {"joined": tf.strings.join([word, tf.fill(tf.shape(word), tail)])}


def words():
    module = Words()
    texts = tf.constant(["cat", "bird", "", "a rather long word that is not stored inline", "ü€"])
    case("words", module,
         [("serving_default", {"word": texts}),
          ("append", {"word": texts, "tail": tf.constant(" and a tail of some length")})],
         {"append": module.append, "serving_default": module.look_up})


class Types(tf.Module):
    pass


def types():
    module = Types()
    kinds = ["float32", "float64", "int64", "int32", "int16", "int8", "uint8", "uint16", "uint32",
             "uint64", "bool", "float16", "bfloat16", "string"]
    signatures, calls = {}, []
    for kind in kinds:
        spec = tf.TensorSpec((None, 2), getattr(tf, kind), name="x")

        def echo(x):
            return {"y": tf.reverse(x, [0])} if x.dtype != tf.string else {"y": tf.identity(x)}

        signatures[kind] = tf.function(echo, input_signature=[spec])
        if kind == "string":
            value = tf.constant([["a", "b" * 100], ["", "d"]])
        elif kind == "bool":
            value = tf.constant([[True, False], [False, False]])
        else:
            value = tf.cast(tf.constant([[1, 2], [3, 100]]), getattr(tf, kind))
        calls.append((kind, {"x": value}))
    module.functions = list(signatures.values())
    case("types", module, calls, signatures)


def failing():
    @tf.function(input_signature=[tf.TensorSpec((None,), tf.int32, name="at")])
    def pick(at):
        return {"picked": tf.gather(tf.constant([1.0, 2.0, 3.0]), at)}

    @tf.function(input_signature=[tf.TensorSpec(None, tf.float32, name="x")])
    def double(x):
        return {"twice": x * 2}

    module = tf.Module()
    module.functions = [pick, double]
    case("failing", module,
         [("pick", {"at": tf.constant([2, 0])}), ("double", {"x": floats(2, 3)})],
         {"pick": pick, "double": double})


def reaching():
    @tf.function(input_signature=[tf.TensorSpec((), tf.string, name="path")])
    def read(path):
        return {"content": tf.io.read_file(path)}

    module = tf.Module()
    module.read = read
    tf.saved_model.save(module, os.path.join(OUT, "reaching", "model"), {"serving_default": read})
    tf.saved_model.save(tf.Module(), os.path.join(OUT, "unsigned", "model"))


def warm_up(path):
    """A request as TensorFlow Serving records it: PredictionLog in a TFRecord file, by hand."""

    def field(number, body):
        size = b""
        length = len(body)
        while True:
            size += bytes([length & 0x7F | (0x80 if length > 0x7F else 0)])
            length >>= 7
            if not length:
                return bytes([number << 3 | 2]) + size + body

    tensor = tf.make_tensor_proto(np.ones((2, 4), np.float32)).SerializeToString()
    spec = field(3, b"serving_default")
    request = field(1, spec) + field(2, field(1, b"flower") + field(2, tensor))
    log = field(6, field(1, request))
    folder = os.path.join(path, "assets.extra")
    os.makedirs(folder, exist_ok=True)
    with tf.io.TFRecordWriter(os.path.join(folder, "tf_serving_warmup_requests")) as writer:
        writer.write(log)


warm_up(mlp())
two_inputs()
words()
types()
failing()
reaching()
