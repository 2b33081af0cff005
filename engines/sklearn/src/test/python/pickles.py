"""Small pickles for the reader: every protocol and compression, and hostile ones."""
import os
import pickle
import sys

import joblib
import numpy as np
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

directory = sys.argv[1]
os.makedirs(directory, exist_ok=True)
shared = np.arange(5.0)
value = {
    "big endian": np.arange(6, dtype=">i4").reshape(2, 3),
    "fortran": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
    "axes": np.arange(24.0).reshape(2, 3, 4).transpose(1, 2, 0),
    "objects": np.array(["a", 1, None, 2.5], dtype=object),
    "text": np.array(["ab", "c"]),
    "bytes": np.array([b"ab", b"c"]),
    "structured": np.array([(1, 2.5), (3, 4.5)], dtype=[("a", "<i4"), ("b", "<f8")]),
    "empty": np.zeros((0, 3)),
    "half": np.float16(1.5),
    "long double": np.longdouble(-1.25),
    "scalar": np.int32(-7),
    "truth": np.bool_(True),
    "big": 2**70,
    "list": [1, -2, 3.5, True, None, "\u00e9\u1234\U0001f600\\ \n"],
    "set": {1},
    "shared": [shared, shared],
}


def write(name, data):
    with open(os.path.join(directory, name), "wb") as stream:
        stream.write(data)


for protocol in range(6):
    write("values-%d.pkl" % protocol, pickle.dumps(value, protocol=protocol))
for compression in ["zlib", "gzip", "bz2", "xz", "lzma"]:
    joblib.dump(value, os.path.join(directory, "values-%s.joblib" % compression), compress=(compression, 3))
joblib.dump(value, os.path.join(directory, "values-plain.joblib"))
model = LogisticRegression().fit(*load_iris(return_X_y=True))
write("model.pkl", pickle.dumps(model))
joblib.dump(model, os.path.join(directory, "model.joblib"))


class Call:
    def __init__(self, function, *arguments):
        self.function, self.arguments = function, arguments

    def __reduce__(self):
        return self.function, self.arguments


marker = os.path.join(directory, "executed")
command = "touch " + marker
for protocol in range(6):
    write("system-%d.pkl" % protocol, pickle.dumps(Call(os.system, command), protocol=protocol))
    write("eval-%d.pkl" % protocol, pickle.dumps(Call(eval, "open(%r, 'w')" % marker), protocol=protocol))
joblib.dump(Call(os.system, command), os.path.join(directory, "system.joblib"), compress=3)
