"""Writes models and what Python says they predict into the directory given."""
import json
import sys
from pathlib import Path

import joblib
import lightgbm
import numpy
import pandas
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_breast_cancer, load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

target = Path(sys.argv[1])
expected = {}

x, y = load_iris(return_X_y=True)
forest = RandomForestClassifier(100, random_state=0).fit(x, y)
joblib.dump(forest, target / "iris.joblib", compress=3)
expected["iris"] = {
    "rows": x.tolist(),
    "predict": forest.predict(x).tolist(),
    "proba": forest.predict_proba(x).ravel().tolist(),
}

random = numpy.random.default_rng(7)
people = pandas.DataFrame(
    {
        "age": random.integers(18, 80, 200).astype(float),
        "city": random.choice(["Oslo", "Lima", "Hanoi"], 200),
        "income": random.normal(50_000, 9_000, 200),
    }
)
people.loc[::9, "age"] = numpy.nan
label = numpy.where(people["income"] > 50_000, "buys", "waits")
columns = ColumnTransformer(
    [
        ("numbers", make_pipeline(SimpleImputer(), StandardScaler()), ["age", "income"]),
        ("words", OneHotEncoder(handle_unknown="ignore"), ["city"]),
    ]
)
pipeline = make_pipeline(columns, LogisticRegression()).fit(people, label)
joblib.dump(pipeline, target / "people.joblib")
records = [
    {key: (None if value != value else value) for key, value in row.items()}
    for row in people.to_dict("records")
]
records.append({"age": 30.0, "city": "Quito", "income": 61_000.0})
frame = pandas.DataFrame(records).astype({"age": float})
expected["people"] = {"records": records, "predict": pipeline.predict(frame).tolist()}

x, y = load_breast_cancer(return_X_y=True)
boosted = lightgbm.train(
    {"objective": "binary", "verbose": -1, "num_threads": 1}, lightgbm.Dataset(x, y), 50
)
boosted.save_model(target / "boosted.txt")
expected["boosted"] = {"rows": x.tolist(), "predict": boosted.predict(x, num_threads=1).tolist()}

(target / "expected.json").write_text(json.dumps(expected))
