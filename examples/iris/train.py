"""Trains the small classifier of this example and writes model.joblib beside this file.

Needs scikit-learn: python -m pip install scikit-learn, then python train.py
"""

from pathlib import Path

import joblib
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

flowers = load_iris()
train_x, test_x, train_y, test_y = train_test_split(
    flowers.data, flowers.target, test_size=0.2, random_state=1, stratify=flowers.target
)
model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=200))
model.fit(train_x, train_y)

target = Path(__file__).with_name("model.joblib")
joblib.dump(model, target, compress=3)
print(f"accuracy={model.score(test_x, test_y):.3f}")
print(f"first flowers: {model.predict(flowers.data[[0, 60, 120]]).tolist()} (0, 1 and 2 are right)")
print(f"wrote {target}")
