"""Writes models with inputs and the answers scikit-learn gives, for the tests to compare.

A script makes `cases = Cases(sys.argv[1])`, calls `cases.add(...)` for each model and ends with
`cases.close()`. The directory then has `index.json`, a list of

    {"name": ..., "model": file, "input": INPUT, "expected": {method: ARRAY or [ARRAY, ...]},
     "tolerance": relative, "error": text or null}

ARRAY is {"dtype": "f8" | "f4" | "i8" | "b1", "shape": [...], "file": raw little-endian values} or
{"dtype": "str", "shape": [...], "values": [text, number, boolean or null, ...]}.
INPUT is {"kind": "dense", "values": ARRAY, "names": [...]} or
{"kind": "table", "rows": n, "names": [...], "columns": [ARRAY, ...]}.
"""
import json
import os
import pickle
import warnings

import joblib
import numpy as np

warnings.filterwarnings("ignore")

METHODS = ["predict", "predict_proba", "decision_function", "transform"]


class Cases:
    def __init__(self, directory):
        self.directory = directory
        os.makedirs(directory, exist_ok=True)
        self.index = []
        self.files = 0

    def add(self, name, model, x, methods=None, how="joblib", tolerance=1e-9, proba_tolerance=None):
        """`how`: "joblib", a joblib compression ("zlib", "lz4"), or a pickle protocol (0 to 5)."""
        expected = {}
        for method in METHODS + ["score_samples"] if methods is None else methods:
            if methods is None and (
                not hasattr(model, method) or (method == "score_samples" and hasattr(model, "predict"))
            ):
                continue
            answer = getattr(model, method)(x)
            expected[method] = (
                [self.array(part) for part in answer] if isinstance(answer, list) else self.answer(answer)
            )
        self.index.append(
            {
                "name": name,
                "model": self.dump(model, how),
                "input": self.input(x),
                "expected": expected,
                "tolerance": tolerance,
            }
        )

    def dump(self, model, how):
        file = "model-%d" % len(self.index)
        path = os.path.join(self.directory, file)
        if isinstance(how, int):
            with open(path, "wb") as stream:
                pickle.dump(model, stream, protocol=how)
        else:
            joblib.dump(model, path, compress=0 if how == "joblib" else (how, 3))
        return file

    def input(self, x):
        if hasattr(x, "iloc"):
            columns = [x.iloc[:, i].to_numpy() for i in range(x.shape[1])]
            names = [str(name) for name in x.columns]
            return {
                "kind": "table",
                "rows": len(x),
                "names": names,
                "columns": [self.array(c) for c in columns],
            }
        if hasattr(x, "toarray"):
            x = x.toarray()
        if isinstance(x, list):
            x = np.array(x, dtype=object)
        if x.dtype.kind in "OUS":
            x = x.reshape(len(x), -1)
            columns = [self.array(x[:, i]) for i in range(x.shape[1])]
            return {"kind": "table", "rows": len(x), "names": [], "columns": columns}
        return {"kind": "dense", "values": self.array(x), "names": []}

    def answer(self, value):
        if hasattr(value, "toarray"):
            value = value.toarray()
        if hasattr(value, "to_numpy"):
            value = value.to_numpy()
        return self.array(value)

    def array(self, value):
        if hasattr(value, "toarray"):
            value = value.toarray()
        value = np.asarray(value)
        kind = value.dtype.kind
        if kind in "OUSM":
            flat = [plain(v) for v in value.ravel().tolist()]
            return {"dtype": "str", "shape": list(value.shape), "values": flat}
        dtype = {"f": "f4" if value.dtype.itemsize == 4 else "f8", "i": "i8", "u": "i8", "b": "b1"}[kind]
        file = "array-%d" % self.files
        self.files += 1
        np.ascontiguousarray(value, dtype="<" + dtype if dtype != "b1" else "?").tofile(
            os.path.join(self.directory, file)
        )
        return {"dtype": dtype, "shape": list(value.shape), "file": file}

    def close(self):
        with open(os.path.join(self.directory, "index.json"), "w") as stream:
            json.dump(self.index, stream)


def plain(value):
    """Python values as JSON has them; NaN as the text of a missing value."""
    if value is None:
        return None
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, float) and value != value:
        return {"nan": True}
    if isinstance(value, (bool, int, float, str)):
        return value
    return str(value)
