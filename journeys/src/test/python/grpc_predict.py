"""Asks a model over gRPC with grpcio alone, the messages written by hand from the protocol's numbers.

usage: grpc_predict.py HOST:PORT AUTHORITY MODEL ROWS_JSON; prints the INT64 outputs as JSON
"""

import json
import struct
import sys

import grpc


def varint(value):
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def field(number, payload):
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def read(data):
    """The fields of a message: (number, value)."""
    at = 0

    def number():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(data):
        key = number()
        if key & 7 == 0:
            yield key >> 3, number()
        elif key & 7 == 2:
            size = number()
            yield key >> 3, data[at : at + size]
            at += size
        else:
            raise ValueError(f"wire type {key & 7}")


address, authority, model, rows = sys.argv[1:]
rows = json.loads(rows)
contents = field(7, b"".join(struct.pack("<d", each) for row in rows for each in row))
tensor = (
    field(1, b"x")
    + field(2, b"FP64")
    + field(3, varint(len(rows)) + varint(len(rows[0])))
    + field(5, contents)
)
request = field(1, model.encode()) + field(5, tensor)
options = [("grpc.default_authority", authority)]
with grpc.insecure_channel(address, options=options) as channel:
    infer = channel.unary_unary("/inference.GRPCInferenceService/ModelInfer")
    answer = infer(request, timeout=60)
values = []
for number, output in read(answer):
    if number == 5:
        for inner, part in read(output):
            if inner == 5:
                for kind, packed in read(part):
                    assert kind == 3, kind
                    at = 0
                    while at < len(packed):
                        value = shift = 0
                        while True:
                            byte = packed[at]
                            at += 1
                            value |= (byte & 127) << shift
                            shift += 7
                            if byte < 128:
                                break
                        values.append(value)
print(json.dumps(values))
