"""Pipelines, column transformers and unions, small and as they are in practice."""
import sys

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer, make_column_selector, make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.feature_extraction.text import HashingVectorizer, TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline, make_union
from sklearn.preprocessing import (
    FunctionTransformer,
    MaxAbsScaler,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    StandardScaler,
)
from sklearn.svm import LinearSVC

from agreement import Cases

SEED = 22
random = np.random.RandomState(SEED)
cases = Cases(sys.argv[1])

WORDS = "fast slow kind rude late early broken fine great awful box parcel late-fee 100% naïve Über".split(" ")


def orders(count, unseen=False):
    frame = pd.DataFrame(
        {
            "age": random.normal(40, 15, count).round(1),
            "visits": random.randint(0, 30, count),
            "spent": random.exponential(100, count),
            "city": random.choice(["Oslo", "Rīga", "Bern"] + (["Paris"] if unseen else []), count),
            "plan": random.choice(["free", "pro"], count),
            "member": random.rand(count) < 0.4,
            "review": [" ".join(random.choice(WORDS, random.randint(0, 9))) for _ in range(count)],
        }
    )
    frame.loc[random.rand(count) < 0.1, "age"] = np.nan
    frame.loc[random.rand(count) < 0.1, "plan"] = np.nan
    return frame


known = orders(500)
many = orders(1500)
strange = orders(1500, unseen=True)
y = ((known["spent"] > 70) ^ (known["city"] == "Oslo")).astype(int).to_numpy()
words = np.where(y == 1, "yes", "no")
numbers = random.normal(size=(300, 6))
asked = random.normal(size=(1000, 6))
target = (numbers[:, 0] + numbers[:, 1] ** 2 > 1).astype(int)


def columns():
    table = known[["age", "visits", "spent", "city", "plan", "member"]]
    asked_table = many[table.columns]
    full = table.dropna()
    asked_full = asked_table.dropna()
    number = make_pipeline(SimpleImputer(add_indicator=True), StandardScaler())
    word = make_pipeline(
        SimpleImputer(strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore")
    )
    for name, model in {
        "by name": ColumnTransformer([("n", number, ["age", "spent"]), ("w", word, ["city", "plan"])]),
        "rest passed": make_pipeline(
            ColumnTransformer([("w", word, ["plan", "city"])], remainder="passthrough"), MaxAbsScaler()
        ),
        "rest scaled": ColumnTransformer([("w", word, ["plan", "city"])], remainder=number),
        "by position": ColumnTransformer([("n", number, [0, 2]), ("w", word, [3, 4])]),
        "by slice": ColumnTransformer([("n", number, slice(0, 3)), ("w", word, slice("city", "plan"))]),
        "by mask": ColumnTransformer([("n", number, [True, False, True, False, False, False])]),
        "by type": make_column_transformer(
            (number, make_column_selector(dtype_include=np.number)),
            (word, make_column_selector(dtype_include=object)),
        ),
        "dense": ColumnTransformer([("w", word, ["city"])], sparse_threshold=0),
        "sparse": ColumnTransformer([("w", word, ["city"]), ("n", number, ["age"])], sparse_threshold=1),
        "weighted": ColumnTransformer(
            [("n", number, ["age"]), ("w", word, ["city"])], transformer_weights={"n": 3.0, "w": 0.5}
        ),
        "dropped": ColumnTransformer([("n", "drop", ["age"]), ("w", word, ["city"]), ("e", number, [])]),
        "passed through": ColumnTransformer([("n", "passthrough", ["visits", "spent"]), ("w", word, ["city"])]),
    }.items():
        cases.add("columns " + name, model.fit(table), asked_table)
    by_name = ColumnTransformer([("n", number, ["age", "spent"]), ("w", word, ["city"])]).fit(table)
    turned = asked_table[["city", "spent", "age"]].copy()
    turned.insert(0, "more", 1)
    cases.add("columns in another order, and more", by_name, turned)
    words_passed = ColumnTransformer([("w", "passthrough", ["city", "visits"])]).fit(full)
    cases.add("columns of text passed through", words_passed, asked_full)
    nested = make_pipeline(
        ColumnTransformer([("w", "passthrough", ["city", "plan"]), ("n", "passthrough", ["spent"])]),
        ColumnTransformer([("w", OneHotEncoder(), [0, 1]), ("n", MinMaxScaler(), [2])]),
    ).fit(full)
    cases.add("columns of columns", nested, asked_full)
    pandas = make_pipeline(
        ColumnTransformer(
            [("w", OrdinalEncoder(), ["city", "plan"]), ("n", number, ["spent"])],
            verbose_feature_names_out=False,
        ),
        ColumnTransformer([("a", StandardScaler(), ["spent", "plan"])], remainder="passthrough"),
    ).set_output(transform="pandas")
    cases.add("columns of tables", pandas.fit(full), asked_full)
    plain = ColumnTransformer([("a", StandardScaler(), [0, 1]), ("b", MinMaxScaler(), slice(3, None))])
    cases.add("columns of a matrix", plain.fit(numbers), asked)
    plain = ColumnTransformer([("a", StandardScaler(), [-1])], remainder=MinMaxScaler())
    cases.add("columns from the end", plain.fit(numbers), asked)


def unions():
    for name, model in {
        "union": make_union(StandardScaler(), PolynomialFeatures(2)),
        "union, weighted": FeatureUnion(
            [("a", StandardScaler()), ("b", "passthrough"), ("c", "drop")], transformer_weights={"a": 2.0}
        ),
        "union, sparse": make_union(StandardScaler(), OneHotEncoder(handle_unknown="ignore")),
    }.items():
        cases.add(name, model.fit(numbers), asked)
    model = make_union(TfidfVectorizer(), HashingVectorizer(n_features=32)).fit(known["review"])
    cases.add("union of texts", model, many["review"].tolist())


def functions():
    positive = np.abs(asked) + 0.01
    signed = "expm1 square sin cos tan arctan tanh sinh arcsinh floor ceil rint trunc sign abs negative exp"
    for name in signed.split() + ["cbrt", "reciprocal", "deg2rad", "rad2deg", "exp2"]:
        cases.add("function " + name, FunctionTransformer(getattr(np, name)).fit(numbers), asked)
    for name in ["log", "log1p", "log2", "log10", "sqrt"]:
        model = FunctionTransformer(getattr(np, name), validate=True).fit(np.abs(numbers))
        cases.add("function " + name, model, positive)
    cases.add("no function", FunctionTransformer().fit(numbers), asked)


def pipelines():
    for name, model in {
        "pipeline of a classifier": make_pipeline(StandardScaler(), LogisticRegression()),
        "pipeline with nothing between": Pipeline(
            [("a", "passthrough"), ("b", StandardScaler()), ("c", None), ("d", LogisticRegression())]
        ),
        "pipeline in a pipeline": make_pipeline(make_pipeline(MinMaxScaler()), make_pipeline(LogisticRegression())),
        "pipeline of margins": make_pipeline(StandardScaler(), LinearSVC()),
        "pipeline of a regressor": make_pipeline(PolynomialFeatures(2), Ridge()),
        "pipeline that transforms": make_pipeline(StandardScaler(), MinMaxScaler()),
        "pipeline that passes": Pipeline([("a", StandardScaler()), ("b", "passthrough")]),
        "pipeline of one": make_pipeline(LogisticRegression()),
    }.items():
        cases.add(name, model.fit(numbers, target), asked)


def practice():
    number = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    word = make_pipeline(
        SimpleImputer(strategy="constant", fill_value="missing"),
        OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=20),
    )
    all_columns = ColumnTransformer(
        [
            ("numbers", number, ["age", "visits", "spent"]),
            ("words", word, ["city", "plan", "member"]),
            ("review", TfidfVectorizer(ngram_range=(1, 2)), "review"),
        ]
    )
    for name, last in {
        "logistic regression": LogisticRegression(max_iter=1000),
        "forest": RandomForestClassifier(20, random_state=0),
    }.items():
        model = make_pipeline(all_columns, last).fit(known, words)
        cases.add("in practice, " + name, model, strange, how="zlib")
    boosted = make_pipeline(
        ColumnTransformer(
            [
                ("n", "passthrough", ["age", "visits", "spent"]),
                (
                    "w",
                    OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1),
                    ["city", "plan"],
                ),
            ]
        ),
        HistGradientBoostingClassifier(max_iter=20, categorical_features=[3, 4]),
    )
    cases.add("in practice, boosting", boosted.fit(known, y), many, how=4)
    texts = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(known["review"], words)
    cases.add("in practice, texts", texts, many["review"].tolist())
    hashed = make_pipeline(HashingVectorizer(), LogisticRegression()).fit(known["review"], words)
    cases.add("in practice, hashed texts", hashed, many["review"].tolist()[:200])


columns()
unions()
functions()
pipelines()
practice()
cases.close()
