"""Asks a running model server as clients of each gRPC protocol and of V2's REST form do.

Usage: clients.py PROTOS OUT PORT MODEL_FILE. PROTOS holds slipway/*.proto, from which the clients are
generated into OUT. Served is one model `m` that doubles FP64[-1, 2] `x` into `y`, and refuses
negative numbers; MODEL_FILE is another of its kind.
"""

import importlib.resources
import json
import struct
import sys
import urllib.error
import urllib.request

import grpc
from grpc_tools import protoc

PROTOS, OUT, PORT, MODEL_FILE = sys.argv[1:5]


def generate():
    well_known = str(importlib.resources.files("grpc_tools") / "_proto")
    names = ["inference", "tensorflow", "tensorflow_serving", "seldon"]
    files = [f"slipway/{name}.proto" for name in names]
    with open(f"{OUT}/health.proto", "w", encoding="utf-8") as health:
        health.write(
            'syntax = "proto3"; package grpc.health.v1;'
            "message HealthCheckRequest { string service = 1; }"
            "message HealthCheckResponse { enum S { UNKNOWN = 0; SERVING = 1; NOT_SERVING = 2; }"
            " S status = 1; }"
            "service Health { rpc Check(HealthCheckRequest) returns (HealthCheckResponse);"
            " rpc Watch(HealthCheckRequest) returns (stream HealthCheckResponse); }"
        )
    options = [f"-I{PROTOS}", f"-I{OUT}", f"-I{well_known}"]
    outs = [f"--python_out={OUT}", f"--grpc_python_out={OUT}"]
    assert protoc.main(["protoc", *options, *outs, *files, "health.proto"]) == 0
    sys.path.insert(0, OUT)


generate()

import health_pb2  # noqa: E402
import health_pb2_grpc  # noqa: E402
from slipway import inference_pb2 as oip  # noqa: E402
from slipway import inference_pb2_grpc  # noqa: E402
from slipway import seldon_pb2 as seldon  # noqa: E402
from slipway import seldon_pb2_grpc  # noqa: E402
from slipway import tensorflow_pb2 as tf  # noqa: E402
from slipway import tensorflow_serving_pb2 as serving  # noqa: E402
from slipway import tensorflow_serving_pb2_grpc  # noqa: E402
from google.protobuf import (  # noqa: E402
    descriptor_pb2,
    descriptor_pool,
    empty_pb2,
    struct_pb2,
)

channel = grpc.insecure_channel(f"127.0.0.1:{PORT}")


def same(found, expected):
    assert found == expected, f"found {found!r}, expected {expected!r}"


def refused(call, request, code, words):
    try:
        call(request)
    except grpc.RpcError as problem:
        same(problem.code(), code)
        assert words in problem.details(), problem.details()
        return
    raise AssertionError(f"{request} was answered")


# The Open Inference Protocol


def oip_input(datatype, shape=(1, 2), **contents):
    return oip.ModelInferRequest.InferInputTensor(
        name="x", datatype=datatype, shape=shape, contents=oip.InferTensorContents(**contents)
    )


def oip_protocol():
    stub = inference_pb2_grpc.GRPCInferenceServiceStub(channel)
    assert stub.ServerLive(oip.ServerLiveRequest()).live
    assert stub.ServerReady(oip.ServerReadyRequest()).ready
    assert stub.ModelReady(oip.ModelReadyRequest(name="m")).ready
    same(stub.ServerMetadata(oip.ServerMetadataRequest()).name, "slipway")
    meta = stub.ModelMetadata(oip.ModelMetadataRequest(name="m"))
    same((meta.name, list(meta.versions), meta.platform), ("m", ["1"], "fake"))
    same((meta.inputs[0].datatype, list(meta.inputs[0].shape)), ("FP64", [-1, 2]))
    typed = {
        "FP64": {"fp64_contents": [1.5, 2]},
        "FP32": {"fp32_contents": [1.5, 2]},
    }
    whole = {
        "INT8": "int_contents",
        "INT16": "int_contents",
        "INT32": "int_contents",
        "INT64": "int64_contents",
        "UINT8": "uint_contents",
        "UINT16": "uint_contents",
        "UINT32": "uint_contents",
        "UINT64": "uint64_contents",
        "BOOL": "bool_contents",
    }
    for datatype, field in whole.items():
        typed[datatype] = {field: [1, 1]}
    for datatype, contents in typed.items():
        asked = oip.ModelInferRequest(
            model_name="m", id="7", inputs=[oip_input(datatype, **contents)]
        )
        told = stub.ModelInfer(asked)
        same((told.model_name, told.model_version, told.id), ("m", "1", "7"))
        expected = [2, 2] if datatype in whole else [3, 4]
        same(list(told.outputs[0].contents.fp64_contents), expected)
        same(list(told.outputs[0].shape), [1, 2])
        assert not told.raw_output_contents
    raw = {"FP64": "<2d", "FP32": "<2f", "FP16": "<2e", "INT16": "<2h", "UINT8": "<2B"}
    for datatype, form in raw.items():
        asked = oip.ModelInferRequest(
            model_name="m",
            inputs=[oip_input(datatype)],
            raw_input_contents=[struct.pack(form, 1, 2)],
        )
        told = stub.ModelInfer(asked)
        same(struct.unpack("<2d", told.raw_output_contents[0]), (2, 4))
        assert told.id and not told.outputs[0].HasField("contents")
    large = oip.ModelInferRequest(
        model_name="m",
        inputs=[oip_input("FP64", (5000, 2))],
        raw_input_contents=[struct.pack("<10000d", *range(10000))],
    )
    told = struct.unpack("<10000d", stub.ModelInfer(large).raw_output_contents[0])
    same(told, tuple(2.0 * each for each in range(10000)))
    row = {"model_name": "m", "inputs": [oip_input("FP64", fp64_contents=[1, 2])]}
    wanted = oip.ModelInferRequest.InferRequestedOutputTensor
    refused(
        stub.ModelInfer,
        oip.ModelInferRequest(model_name="none", inputs=row["inputs"]),
        grpc.StatusCode.NOT_FOUND,
        "none",
    )
    bad = [
        (oip.ModelInferRequest(**row, raw_input_contents=[b"12345678" * 2]), "one of them"),
        (oip.ModelInferRequest(**row, outputs=[wanted(name="z")]), 'no output "z"'),
        (oip.ModelInferRequest(model_name="m", inputs=[oip_input("FP9")]), "FP9"),
        (oip.ModelInferRequest(model_name="m", inputs=[oip_input("FP16")]), "FP16"),
        (
            oip.ModelInferRequest(model_name="m", inputs=[oip_input("FP64", fp64_contents=[-1, 2])]),
            "negative",
        ),
        (
            oip.ModelInferRequest(model_name="m", inputs=[oip_input("FP64", fp32_contents=[1, 2])]),
            "fp64_contents",
        ),
        (
            oip.ModelInferRequest(model_name="m", inputs=[oip_input("FP64", fp64_contents=[1])]),
            "2 elements",
        ),
    ]
    for request, words in bad:
        refused(stub.ModelInfer, request, grpc.StatusCode.INVALID_ARGUMENT, words)
    answers = list(stub.ModelStreamInfer(iter([oip.ModelInferRequest(**row), bad[1][0]])))
    same(list(answers[0].infer_response.outputs[0].contents.fp64_contents), [2, 4])
    assert 'no output "z"' in answers[1].error_message
    counted = stub.ModelStatistics(oip.ModelStatisticsRequest(name="m")).model_stats[0]
    assert counted.inference_stats.success.count > 0 and counted.inference_stats.fail.count > 0
    listed = stub.RepositoryIndex(oip.RepositoryIndexRequest()).models
    same([(each.name, each.version, each.state) for each in listed], [("m", "1", "READY")])
    assert stub.RepositoryModelUnload(oip.RepositoryModelUnloadRequest(model_name="m")).isUnloaded
    refused(stub.ModelInfer, oip.ModelInferRequest(**row), grpc.StatusCode.NOT_FOUND, "m")
    assert stub.RepositoryModelLoad(oip.RepositoryModelLoadRequest(model_name="m")).isLoaded
    assert stub.ModelReady(oip.ModelReadyRequest(name="m")).ready


# TensorFlow Serving


def shaped(*shape):
    return tf.TensorShapeProto(dim=[tf.TensorShapeProto.Dim(size=size) for size in shape])


def predict(tensor, **spec):
    return serving.PredictRequest(
        model_spec=serving.ModelSpec(**{"name": "m", **spec}), inputs={"x": tensor}
    )


def tensorflow_protocol():
    stub = tensorflow_serving_pb2_grpc.PredictionServiceStub(channel)
    two = shaped(1, 2)
    forms = [
        tf.TensorProto(dtype=tf.DT_DOUBLE, tensor_shape=two, double_val=[1, 2]),
        tf.TensorProto(dtype=tf.DT_FLOAT, tensor_shape=two, float_val=[1, 2]),
        tf.TensorProto(
            dtype=tf.DT_FLOAT, tensor_shape=two, tensor_content=struct.pack("<2f", 1, 2)
        ),
        tf.TensorProto(dtype=tf.DT_HALF, tensor_shape=two, half_val=[0x3C00, 0x4000]),
        tf.TensorProto(dtype=tf.DT_BFLOAT16, tensor_shape=two, half_val=[0x3F80, 0x4000]),
        tf.TensorProto(dtype=tf.DT_INT64, tensor_shape=two, int64_val=[1, 2]),
        tf.TensorProto(dtype=tf.DT_INT8, tensor_shape=two, int_val=[1, 2]),
        tf.TensorProto(dtype=tf.DT_UINT16, tensor_shape=two, int_val=[1, 2]),
        tf.TensorProto(dtype=tf.DT_UINT32, tensor_shape=two, uint32_val=[1, 2]),
        tf.TensorProto(dtype=tf.DT_UINT64, tensor_shape=two, uint64_val=[1, 2]),
        tf.TensorProto(dtype=tf.DT_DOUBLE, tensor_shape=two, double_val=[1, 2, 99]),
    ]
    for tensor in forms:
        told = stub.Predict(predict(tensor))
        output = told.outputs["y"]
        same((output.dtype, list(output.double_val)), (tf.DT_DOUBLE, [2, 4]))
        same([each.size for each in output.tensor_shape.dim], [1, 2])
        spec = told.model_spec
        same((spec.name, spec.version.value, spec.signature_name), ("m", 1, "predict"))
    repeated = tf.TensorProto(dtype=tf.DT_FLOAT, tensor_shape=shaped(3, 2), float_val=[1, 4])
    same(list(stub.Predict(predict(repeated)).outputs["y"].double_val), [2, 8, 8, 8, 8, 8])
    empty = tf.TensorProto(dtype=tf.DT_FLOAT, tensor_shape=two)
    same(list(stub.Predict(predict(empty)).outputs["y"].double_val), [0, 0])
    large = tf.TensorProto(
        dtype=tf.DT_DOUBLE,
        tensor_shape=shaped(5000, 2),
        tensor_content=struct.pack("<10000d", *range(10000)),
    )
    told = stub.Predict(predict(large))
    same(list(told.outputs["y"].double_val), [2.0 * each for each in range(10000)])
    same(told.model_spec.version.value, 1)
    row = forms[0]
    pinned = predict(row)
    pinned.model_spec.version.value = 1
    same(list(stub.Predict(pinned).outputs["y"].double_val), [2, 4])
    same(
        stub.Predict(predict(row, signature_name="serving_default")).model_spec.signature_name,
        "predict",
    )
    filtered = predict(row)
    filtered.output_filter.append("y")
    same(list(stub.Predict(filtered).outputs), ["y"])
    filtered.output_filter.append("z")
    pinned.model_spec.version.value = 9
    bomb = tf.TensorProto(dtype=tf.DT_DOUBLE, tensor_shape=shaped(1 << 29, 2), double_val=[1])
    invalid = grpc.StatusCode.INVALID_ARGUMENT
    missing = grpc.StatusCode.NOT_FOUND
    cut = tf.TensorProto(dtype=tf.DT_DOUBLE, tensor_shape=two, tensor_content=b"12345678")
    bad = [
        (serving.PredictRequest(), invalid, "Missing ModelSpec"),
        (predict(row, name="none"), missing, "Servable not found for request: Latest(none)"),
        (pinned, missing, "Servable not found for request: Specific(m, 9)"),
        (predict(row, version_label="best"), invalid, "Unrecognized servable version label: best"),
        (predict(row, signature_name="fly"), invalid, "fly"),
        (filtered, invalid, '"z"'),
        (predict(bomb), invalid, "repeating its last value"),
        (predict(cut), invalid, "needs 16 bytes"),
        (predict(tf.TensorProto(tensor_shape=two)), invalid, "dtype 0"),
        (
            predict(tf.TensorProto(dtype=tf.DT_FLOAT, tensor_shape=shaped(-1, 2))),
            invalid,
            "negative dimension",
        ),
        (
            predict(tf.TensorProto(dtype=tf.DT_FLOAT, tensor_shape=two, float_val=[-1])),
            invalid,
            "negative",
        ),
    ]
    for request, code, words in bad:
        refused(stub.Predict, request, code, words)
    asked = serving.GetModelMetadataRequest(
        model_spec=serving.ModelSpec(name="m"), metadata_field=["signature_def"]
    )
    told = stub.GetModelMetadata(asked)
    signatures = serving.SignatureDefMap()
    assert told.metadata["signature_def"].Unpack(signatures)
    info = signatures.signature_def["predict"].inputs["x"]
    same((info.dtype, [each.size for each in info.tensor_shape.dim]), (tf.DT_DOUBLE, [-1, 2]))
    asked.metadata_field[0] = "weights"
    refused(stub.GetModelMetadata, asked, invalid, "Metadata field weights is not supported")
    examples(stub)
    model_service(row, stub)


def example(**features):
    made = tf.Example()
    for name, values in features.items():
        made.features.feature[name].float_list.value.extend(values)
    return made


def examples(stub):
    listed = serving.Input()
    listed.example_list.examples.extend([example(x=[1, 2]), example(x=[3, 4])])
    over = serving.Input()
    over.example_list_with_context.context.CopyFrom(example(x=[5, 6]))
    over.example_list_with_context.examples.append(tf.Example())
    spec = serving.ModelSpec(name="m")
    asked = serving.ClassificationRequest(model_spec=spec, input=listed)
    told = stub.Classify(asked).result.classifications
    scores = [[(each.label, each.score) for each in row.classes] for row in told]
    same(scores, [[("", 2), ("", 4)], [("", 6), ("", 8)]])
    told = stub.Classify(serving.ClassificationRequest(model_spec=spec, input=over))
    same([each.score for each in told.result.classifications[0].classes], [10, 12])
    same(told.model_spec.version.value, 1)
    one = serving.Input()
    one.example_list.examples.append(example(x=[4]))
    told = stub.Regress(serving.RegressionRequest(model_spec=spec, input=one))
    same([each.value for each in told.result.regressions], [8])
    invalid = grpc.StatusCode.INVALID_ARGUMENT
    refused(
        stub.Regress,
        serving.RegressionRequest(model_spec=spec, input=listed),
        invalid,
        "is not one number for each example",
    )
    refused(
        stub.Classify, serving.ClassificationRequest(model_spec=spec), invalid, "Input is empty."
    )
    named = serving.ModelSpec(name="m", signature_name="predict")
    tasks = [
        serving.InferenceTask(model_spec=spec, method_name="tensorflow/serving/classify"),
        serving.InferenceTask(model_spec=named, method_name="tensorflow/serving/regress"),
    ]
    asked = serving.MultiInferenceRequest(tasks=tasks, input=one)
    told = stub.MultiInference(asked).results
    same(told[0].classification_result.classifications[0].classes[0].score, 8)
    same(told[1].regression_result.regressions[0].value, 8)
    asked.tasks[1].method_name = "tensorflow/serving/predict"
    refused(
        stub.MultiInference,
        asked,
        grpc.StatusCode.UNIMPLEMENTED,
        "Unsupported signature method_name: tensorflow/serving/predict",
    )


def model_service(row, prediction):
    stub = tensorflow_serving_pb2_grpc.ModelServiceStub(channel)
    asked = serving.GetModelStatusRequest(model_spec=serving.ModelSpec(name="m"))
    told = stub.GetModelStatus(asked).model_version_status
    available = serving.ModelVersionStatus.AVAILABLE
    same([(each.version, each.state) for each in told], [(1, available)])
    asked.model_spec.name = "none"
    refused(
        stub.GetModelStatus,
        asked,
        grpc.StatusCode.NOT_FOUND,
        "Could not find any versions of model none",
    )
    config = serving.ReloadConfigRequest()
    config.config.model_config_list.config.add(name="other", base_path=MODEL_FILE)
    same(stub.HandleReloadConfigRequest(config).status.error_code, 0)
    same(list(prediction.Predict(predict(row, name="other")).outputs["y"].double_val), [3, 6])
    refused(prediction.Predict, predict(row), grpc.StatusCode.NOT_FOUND, "Latest(m)")
    config.config.model_config_list.config.add(name="gone", base_path=MODEL_FILE + ".gone")
    refused(
        stub.HandleReloadConfigRequest, config, grpc.StatusCode.INVALID_ARGUMENT, "model gone"
    )
    health = health_pb2_grpc.HealthStub(channel)
    unready = health_pb2.HealthCheckResponse.NOT_SERVING
    same(health.Check(health_pb2.HealthCheckRequest()).status, unready)
    repository = inference_pb2_grpc.GRPCInferenceServiceStub(channel)
    repository.RepositoryModelUnload(oip.RepositoryModelUnloadRequest(model_name="gone"))
    repository.RepositoryModelLoad(oip.RepositoryModelLoadRequest(model_name="m"))
    repository.RepositoryModelUnload(oip.RepositoryModelUnloadRequest(model_name="other"))


# Seldon


def seldon_protocol():
    stubs = [seldon_pb2_grpc.SeldonStub(channel), seldon_pb2_grpc.ModelStub(channel)]
    tensor = seldon.DefaultData(tensor=seldon.Tensor(shape=[1, 2], values=[1.5, 2]))
    for stub in stubs:
        asked = seldon.SeldonMessage(data=tensor)
        asked.meta.puid = "p1"
        asked.meta.tags["colour"].string_value = "red"
        told = stub.Predict(asked)
        same(list(told.data.tensor.values), [3, 4])
        same((list(told.data.tensor.shape), list(told.data.names)), ([1, 2], ["t:0", "t:1"]))
        same((told.meta.puid, told.meta.tags["colour"].string_value), ("p1", "red"))
        same(list(told.meta.requestPath), ["m"])
    stub = stubs[0]
    rows = struct_pb2.ListValue()
    rows.add_list().extend([1, 2])
    rows.add_list().extend([3, 4])
    told = stub.Predict(seldon.SeldonMessage(data=seldon.DefaultData(ndarray=rows)))
    same([list(row) for row in told.data.ndarray], [[2, 4], [6, 8]])
    assert told.meta.puid
    proto = tf.TensorProto(dtype=tf.DT_FLOAT, tensor_shape=shaped(1, 2), float_val=[1, 2])
    told = stub.Predict(seldon.SeldonMessage(data=seldon.DefaultData(tftensor=proto)))
    same(list(told.data.tftensor.double_val), [2, 4])
    value = struct_pb2.Value()
    value.list_value.add_list().extend([1, 2])
    told = stub.Predict(seldon.SeldonMessage(jsonData=value))
    same(list(told.data.tensor.values), [2, 4])
    invalid = grpc.StatusCode.INVALID_ARGUMENT
    refused(stub.Predict, seldon.SeldonMessage(), invalid, "found none")
    wrong = seldon.DefaultData(tensor=seldon.Tensor(shape=[2, 2], values=[1]))
    refused(stub.Predict, seldon.SeldonMessage(data=wrong), invalid, "needs 4 values, found 1")
    negative = seldon.DefaultData(tensor=seldon.Tensor(shape=[1, 2], values=[-1, 1]))
    refused(stub.Predict, seldon.SeldonMessage(data=negative), invalid, "negative")
    stub.SendFeedback(seldon.Feedback(reward=0.5))
    told = stub.ModelMetadata(seldon.SeldonModelMetadataRequest(name="m"))
    same((told.name, list(told.versions), told.inputs[0].datatype), ("m", ["1"], "FP64"))
    same(list(stub.GraphMetadata(empty_pb2.Empty()).models), ["m"])


def health():
    stub = health_pb2_grpc.HealthStub(channel)
    good = health_pb2.HealthCheckResponse.SERVING
    for service in ["", "inference.GRPCInferenceService", "tensorflow.serving.PredictionService"]:
        same(stub.Check(health_pb2.HealthCheckRequest(service=service)).status, good)
    watched = stub.Watch(health_pb2.HealthCheckRequest())
    same(next(iter(watched)).status, good)
    watched.cancel()
    refused(
        stub.Check, health_pb2.HealthCheckRequest(service="x"), grpc.StatusCode.NOT_FOUND, "x"
    )


# V2 over REST


def post(path, body, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(f"http://127.0.0.1:{PORT}{path}", body, named)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as problem:
        return problem.code, problem.headers, problem.read()


def rest():
    path = "/v2/models/m/infer"
    tensor = {"name": "x", "shape": [1, 2], "datatype": "FP64"}
    plain = {"id": "a-1", "inputs": [{**tensor, "data": [[1.5, 2]]}]}
    status, headers, body = post(path, json.dumps(plain).encode())
    same((status, headers["content-type"]), (200, "application/json"))
    told = json.loads(body)
    same((told["id"], told["outputs"][0]["data"]), ("a-1", [3.0, 4.0]))
    head = {
        "inputs": [{**tensor, "parameters": {"binary_data_size": 16}}],
        "outputs": [{"name": "y", "parameters": {"binary_data": True}}],
    }
    text = json.dumps(head).encode()
    status, headers, body = post(
        path,
        text + struct.pack("<2d", 1.5, 2),
        Inference_Header_Content_Length=str(len(text)),
        Content_Type="application/octet-stream",
    )
    same(status, 200)
    length = int(headers["Inference-Header-Content-Length"])
    told = json.loads(body[:length])
    same(told["outputs"][0]["parameters"]["binary_data_size"], 16)
    same(struct.unpack("<2d", body[length:]), (3, 4))
    plain["outputs"] = [{"name": "y", "parameters": {"classification": 1}}]
    status, _, body = post(path, json.dumps(plain).encode())
    output = json.loads(body)["outputs"][0]
    same((status, output["datatype"], output["data"]), (200, "BYTES", ["4.000000:1"]))
    plain["outputs"] = [{"name": "z"}]
    status, _, body = post(path, json.dumps(plain).encode())
    same(status, 400)
    assert 'no output "z"' in json.loads(body)["error"]
    status, _, body = post("/v2/models/none/infer", json.dumps(plain).encode())
    same(status, 404)
    assert "none" in json.loads(body)["error"]


# Reflection


def varint(value):
    return bytes([value]) if value < 128 else bytes([value & 127 | 128]) + varint(value >> 7)


def delimited(message):
    """The fields of a message that has none but delimited ones, as pairs."""
    at, fields = 0, []

    def number():
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(message):
        tag, length = number(), number()
        fields.append((tag >> 3, message[at : at + length]))
        at += length
    return fields


def reflection():
    """What is told of each file is what protoc makes of it."""
    for version in ("v1", "v1alpha"):
        ask = channel.stream_stream(f"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo")

        def asked(field, text):
            request = bytes([field << 3 | 2]) + varint(len(text)) + text.encode()
            answer = dict(delimited(next(iter(ask(iter([request]))))))
            return answer

        listed = [dict(delimited(each))[1].decode() for _, each in delimited(asked(7, "*")[6])]
        for service in (
            "inference.GRPCInferenceService",
            "tensorflow.serving.PredictionService",
            "tensorflow.serving.ModelService",
            "seldon.protos.Seldon",
            "grpc.health.v1.Health",
        ):
            assert service in listed, listed
        for module, symbol in (
            (oip, "inference.GRPCInferenceService"),
            (oip, "inference.GRPCInferenceService.ModelInfer"),
            (serving, "tensorflow.serving.PredictionService"),
            (seldon, "seldon.protos.Seldon"),
            (tf, "tensorflow.TensorProto"),
            (struct_pb2, "google.protobuf.Struct"),
        ):
            files = [each for _, each in delimited(asked(4, symbol)[4])]
            found = descriptor_pb2.FileDescriptorProto.FromString(files[0])
            wanted = descriptor_pb2.FileDescriptorProto.FromString(module.DESCRIPTOR.serialized_pb)
            same(plain(found), plain(wanted))
            pool = descriptor_pool.DescriptorPool()
            for each in reversed(files):
                pool.AddSerializedFile(each)


def plain(file):
    """Without what only protoc writes: names in JSON and the options of other languages."""
    file.ClearField("options")

    def walk(message):
        for each in message.field:
            each.ClearField("json_name")
        for each in message.nested_type:
            walk(each)

    for each in file.message_type:
        walk(each)
    return file


oip_protocol()
tensorflow_protocol()
reflection()
seldon_protocol()
health()
rest()
print("all answered")
