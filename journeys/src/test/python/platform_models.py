"""Writes the models of the platform's journey, and what Python says of some rows.

usage: platform_models.py DIRECTORY
"""

import json
import sys
from pathlib import Path

import joblib
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

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
(target / "expected.json").write_text(json.dumps(answers))
(target / "damaged").mkdir()
(target / "damaged" / "model.joblib").write_bytes(b"no pickle at all")
(target / "empty").mkdir()
