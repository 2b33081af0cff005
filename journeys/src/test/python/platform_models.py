"""Writes the models of the platform's journey, and what Python says of some rows.

usage: platform_models.py DIRECTORY
"""

import json
import pickle
import sys
from pathlib import Path

import joblib
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

MLMODEL = """\
artifact_path: model
flavors:
  python_function:
    env: conda.yaml
    loader_module: mlflow.sklearn
    model_path: model.pkl
    python_version: 3.12.3
  sklearn:
    code: null
    pickled_model: model.pkl
    serialization_format: cloudpickle
    sklearn_version: 1.9.1
"""

target = Path(sys.argv[1])
flowers = load_iris()
rows = flowers.data[[0, 20, 60, 80, 120, 140]]
answers = {"rows": rows.tolist()}
# Each model answers otherwise for every row, so that an answer says which model gave it.
for shift, name in enumerate(["first", "second", "third"]):
    model = LogisticRegression(max_iter=500).fit(flowers.data, (flowers.target + shift) % 3)
    (target / name).mkdir()
    joblib.dump(model, target / name / "model.joblib")
    answers[name] = model.predict(rows).tolist()
    if name == "first":
        # As mlflow.sklearn.save_model leaves it.
        (target / "mlflow").mkdir()
        (target / "mlflow" / "model.pkl").write_bytes(pickle.dumps(model))
        (target / "mlflow" / "MLmodel").write_text(MLMODEL)
(target / "expected.json").write_text(json.dumps(answers))
(target / "damaged").mkdir()
(target / "damaged" / "model.joblib").write_bytes(b"no pickle at all")
(target / "empty").mkdir()
