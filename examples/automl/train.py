"""Trains one model on a CSV file, prints its cross-validated score, and keeps the best of all.

    train.py DATA.csv OUT --target COLUMN --family lightgbm --rate 0.1 --size 200 --depth 6

Prints `score=...`: R2 where the target is a number with many values, accuracy otherwise. OUT/best
holds the best model so far as a pipeline of scikit-learn (model.joblib), which `slipway serve` and
an InferenceService take as it is; OUT/best/score is what it reached.
"""

import argparse
import fcntl
import os
import shutil
import tempfile

import joblib
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler


def estimator(family, regression, rate, size, depth):
    if family == "linear":
        from sklearn.linear_model import LogisticRegression, Ridge

        return Ridge(alpha=rate * size) if regression else LogisticRegression(C=1 / rate, max_iter=2000)
    if family == "forest":
        from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

        kind = RandomForestRegressor if regression else RandomForestClassifier
        return kind(n_estimators=size, max_depth=depth, random_state=0)
    if family == "boosting":
        from sklearn.ensemble import GradientBoostingClassifier, GradientBoostingRegressor

        kind = GradientBoostingRegressor if regression else GradientBoostingClassifier
        return kind(n_estimators=size, learning_rate=rate, max_depth=depth, random_state=0)
    if family == "lightgbm":
        import lightgbm

        kind = lightgbm.LGBMRegressor if regression else lightgbm.LGBMClassifier
        return kind(n_estimators=size, learning_rate=rate, max_depth=depth, verbose=-1, n_jobs=1)
    if family == "xgboost":
        import xgboost

        kind = xgboost.XGBRegressor if regression else xgboost.XGBClassifier
        return kind(n_estimators=size, learning_rate=rate, max_depth=depth, n_jobs=1)
    raise SystemExit(f"--family: {family!r} is none of linear, forest, boosting, lightgbm, xgboost")


def pipeline(columns, model):
    numbers = [at for at, each in enumerate(columns.dtypes) if pd.api.types.is_numeric_dtype(each)]
    words = [at for at in range(columns.shape[1]) if at not in numbers]
    parts = [("numbers", make_pipeline(SimpleImputer(), StandardScaler()), numbers)]
    if words:
        parts.append(("words", OneHotEncoder(handle_unknown="ignore", sparse_output=False), words))
    return make_pipeline(ColumnTransformer(parts), model)


def keep(model, score, out):
    """Puts a model in place of the best, if it is better; one trial at a time."""
    os.makedirs(out, exist_ok=True)
    with open(os.path.join(out, "lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        best = os.path.join(out, "best")
        told = os.path.join(best, "score")
        if os.path.exists(told) and float(open(told).read()) >= score:
            return False
        fresh = tempfile.mkdtemp(dir=out)
        os.chmod(fresh, 0o755)
        joblib.dump(model, os.path.join(fresh, "model.joblib"))
        with open(os.path.join(fresh, "score"), "w") as file:
            file.write(repr(score))
        shutil.rmtree(best, ignore_errors=True)
        os.rename(fresh, best)
        return True


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data")
    parser.add_argument("out")
    parser.add_argument("--target", required=True)
    parser.add_argument("--family", required=True)
    parser.add_argument("--rate", type=float, default=0.1)
    parser.add_argument("--size", type=int, default=100)
    parser.add_argument("--depth", type=int, default=6)
    asked = parser.parse_args()

    table = pd.read_csv(asked.data)
    if asked.target not in table:
        raise SystemExit(f"--target: {asked.target!r} is none of {', '.join(table.columns)}")
    columns, target = table.drop(columns=[asked.target]), table[asked.target]
    regression = pd.api.types.is_float_dtype(target) and target.nunique() > 20
    inputs = columns.to_numpy()
    model = pipeline(columns, estimator(asked.family, regression, asked.rate, asked.size, asked.depth))
    score = float(cross_val_score(model, inputs, target, cv=3).mean())
    model.fit(inputs, target)
    if keep(model, score, asked.out):
        print("the best so far")
    print(f"score={score}", flush=True)


if __name__ == "__main__":
    main()
