"""Messages of inference.proto by Google's library.

oip_messages.py encode PROTO DIR: writes requests to DIR, to be read by us.
oip_messages.py decode PROTO DIR: reads the answers we wrote to DIR, and prints them.
"""

import pathlib
import struct
import sys

from grpc_tools import protoc


def messages(proto, directory):
    proto = pathlib.Path(proto)
    protoc.main(["", f"-I{proto.parent}", f"--python_out={directory}", str(proto)])
    sys.path.insert(0, str(directory))
    import inference_pb2

    return inference_pb2


VALUES = {
    "BOOL": ("bool_contents", [True, False]),
    "INT8": ("int_contents", [-128, 127]),
    "INT16": ("int_contents", [-32768, 32767]),
    "INT32": ("int_contents", [-(2**31), 2**31 - 1]),
    "INT64": ("int64_contents", [-(2**63), 2**63 - 1]),
    "UINT8": ("uint_contents", [0, 255]),
    "UINT16": ("uint_contents", [0, 65535]),
    "UINT32": ("uint_contents", [0, 2**32 - 1]),
    "UINT64": ("uint64_contents", [0, 2**64 - 1]),
    "FP32": ("fp32_contents", [0.5, -1.25]),
    "FP64": ("fp64_contents", [0.1, -1e300]),
    "BYTES": ("bytes_contents", [b"", "é".encode()]),
}


def typed(pb):
    request = pb.ModelInferRequest(model_name="iris", model_version="2", id="7")
    request.parameters["flag"].bool_param = True
    request.parameters["count"].int64_param = -3
    request.parameters["text"].string_param = "é"
    request.parameters["rate"].double_param = 0.5
    for datatype, (field, values) in VALUES.items():
        tensor = request.inputs.add(name=datatype.lower(), datatype=datatype, shape=[1, 2])
        getattr(tensor.contents, field).extend(values)
    request.inputs[0].parameters["content_type"].string_param = "np"
    request.outputs.add(name="y").parameters["classification"].int64_param = 2
    request.outputs.add(name="z")
    return request


def raw(pb):
    request = pb.ModelInferRequest(model_name="iris")
    request.inputs.add(name="a", datatype="FP32", shape=[2])
    request.inputs.add(name="h", datatype="FP16", shape=[1])
    request.inputs.add(name="s", datatype="BYTES", shape=[2])
    request.raw_input_contents.append(struct.pack("<2f", 1.5, -2))
    request.raw_input_contents.append(struct.pack("<e", 0.25))
    request.raw_input_contents.append(struct.pack("<I", 2) + b"hi" + struct.pack("<I", 0))
    return request


def encode(pb, directory):
    (directory / "typed.bin").write_bytes(typed(pb).SerializeToString())
    (directory / "raw.bin").write_bytes(raw(pb).SerializeToString())
    ref = pb.ModelReadyRequest(name="iris", version="3")
    (directory / "ref.bin").write_bytes(ref.SerializeToString())
    load = pb.RepositoryModelLoadRequest(model_name="iris")
    (directory / "load.bin").write_bytes(load.SerializeToString())
    triton = pb.RepositoryModelLoadRequest(model_name="repository", triton_model_name="iris")
    (directory / "triton.bin").write_bytes(triton.SerializeToString())
    index = pb.RepositoryIndexRequest(ready=True)
    (directory / "index.bin").write_bytes(index.SerializeToString())


def decode(pb, directory):
    for path in sorted(directory.glob("*.answer")):
        message = getattr(pb, path.stem.split("-")[0])()
        message.ParseFromString(path.read_bytes())
        print(f"== {path.stem}")
        print(message)


def main(step, proto, directory):
    directory = pathlib.Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    pb = messages(proto, directory)
    {"encode": encode, "decode": decode}[step](pb, directory)


main(*sys.argv[1:])
