"""Fits scikit-learn models, writes each as a PMML document and its answers as CSV."""

import csv
import sys
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import numpy as np
from sklearn.cluster import KMeans
from sklearn.datasets import make_classification, make_regression
from sklearn.ensemble import (
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, SVR
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

OUT = Path(sys.argv[1])
ROWS = 2000
FEATURES = 8
NAMES = [f"x{i}" for i in range(FEATURES)]


def tag(element, body="", /, **attributes):
    written = "".join(f" {key.rstrip('_')}={quoteattr(str(value))}" for key, value in attributes.items())
    return f"<{element}{written}>{body}</{element}>" if body else f"<{element}{written}/>"


def number(value):
    return repr(float(value))


def schema(target=None):
    fields = [tag("MiningField", name=name) for name in NAMES]
    if target:
        fields.append(tag("MiningField", name=target, usageType="target"))
    return tag("MiningSchema", "".join(fields))


def document(model, labels=None, target="y"):
    fields = [tag("DataField", name=name, optype="continuous", dataType="double") for name in NAMES]
    if labels is not None:
        values = "".join(tag("Value", value=label) for label in labels)
        fields.append(tag("DataField", values, name=target, optype="categorical", dataType="string"))
    elif target:
        fields.append(tag("DataField", name=target, optype="continuous", dataType="double"))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        + tag(
            "PMML",
            tag("Header", description="test") + tag("DataDictionary", "".join(fields)) + model,
            version="4.4",
            xmlns="http://www.dmg.org/PMML-4_4",
        )
    )


def node(tree, at, score, condition):
    attributes, extra = ({}, "")
    if tree.children_left[at] < 0:
        attributes, extra = score(at)
        return tag("Node", condition + extra, **attributes)
    feature, threshold = NAMES[tree.feature[at]], number(tree.threshold[at])
    low = tag("SimplePredicate", field=feature, operator="lessOrEqual", value=threshold)
    high = tag("SimplePredicate", field=feature, operator="greaterThan", value=threshold)
    body = node(tree, tree.children_left[at], score, low) + node(tree, tree.children_right[at], score, high)
    return tag("Node", condition + body)


def regression_tree(estimator, factor=1.0, target=None):
    tree = estimator.tree_
    score = lambda at: ({"score": number(tree.value[at][0][0] * factor)}, "")
    return tag(
        "TreeModel",
        schema(target) + node(tree, 0, score, "<True/>"),
        functionName="regression",
        splitCharacteristic="binarySplit",
    )


def class_tree(estimator, labels, target=None):
    tree = estimator.tree_

    def score(at):
        shares = tree.value[at][0] / tree.value[at][0].sum()
        counts = "".join(
            tag("ScoreDistribution", value=label, recordCount=number(share * 100), probability=number(share))
            for label, share in zip(labels, shares)
        )
        return {"score": labels[int(np.argmax(shares))]}, counts

    return tag("TreeModel", schema(target) + node(tree, 0, score, "<True/>"), functionName="classification")


def ensemble(models, method, function, target=None, extra=""):
    segments = "".join(tag("Segment", "<True/>" + model, id=i + 1) for i, model in enumerate(models))
    return tag(
        "MiningModel",
        schema(target) + extra + tag("Segmentation", segments, multipleModelMethod=method),
        functionName=function,
    )


def table(intercept, coefficients, names, **attributes):
    predictors = "".join(
        tag("NumericPredictor", name=name, coefficient=number(c)) for name, c in zip(names, coefficients)
    )
    return tag("RegressionTable", predictors, intercept=number(intercept), **attributes)


def scaled(scaler):
    fields = ""
    for i, name in enumerate(NAMES):
        mean, scale = scaler.mean_[i], scaler.scale_[i]
        minus = tag("Apply", tag("FieldRef", field=name) + tag("Constant", number(mean)), function="-")
        whole = tag("Apply", minus + tag("Constant", number(scale)), function="/")
        fields += tag("DerivedField", whole, name=f"s({name})", optype="continuous", dataType="double")
    return tag("LocalTransformations", fields), [f"s({name})" for name in NAMES]


def write(name, text, x, answers):
    (OUT / f"{name}.pmml").write_text(text)
    with open(OUT / f"{name}.csv", "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(NAMES + ["=" + key for key in answers])
        for i in range(len(x)):
            cells = [v[i] if isinstance(v[i], str) else number(v[i]) for v in answers.values()]
            writer.writerow([number(v) for v in x[i]] + cells)


def classes(estimator, x, labels):
    shares = estimator.predict_proba(x)
    answers = {"y": [str(label) for label in estimator.predict(x)]}
    answers.update({f"probability({label})": shares[:, i] for i, label in enumerate(labels)})
    return answers


def array(values):
    return tag("Array", " ".join(map(number, values)), n=len(values), type="real")


def machine(vectors, coefficients, intercept, **attributes):
    support = "".join(tag("SupportVector", vectorId=i) for i in vectors)
    weights = "".join(tag("Coefficient", value=number(c)) for c in coefficients)
    body = tag("SupportVectors", support) + tag("Coefficients", weights, absoluteValue=number(intercept))
    return tag("SupportVectorMachine", body, **attributes)


def vector_machine(model, machines, function, **attributes):
    fields = "".join(tag("FieldRef", field=name) for name in NAMES)
    instances = "".join(tag("VectorInstance", array(v), id=i) for i, v in enumerate(model.support_vectors_))
    kernels = {
        "rbf": tag("RadialBasisKernelType", gamma=number(model._gamma)),
        "poly": tag("PolynomialKernelType", gamma=number(model._gamma), coef0=number(model.coef0), degree=model.degree),
    }
    dictionary = tag("VectorDictionary", tag("VectorFields", fields, numberOfFields=FEATURES) + instances)
    body = schema("y") + kernels[model.kernel] + dictionary + "".join(machines)
    return tag("SupportVectorMachineModel", body, functionName=function, **attributes)


def pairs(model, labels):
    ends = np.concatenate([[0], np.cumsum(model.n_support_)])
    at = 0
    for i in range(len(labels)):
        for j in range(i + 1, len(labels)):
            mine, theirs = np.arange(ends[i], ends[i + 1]), np.arange(ends[j], ends[j + 1])
            coefficients = np.concatenate([model.dual_coef_[j - 1][mine], model.dual_coef_[i][theirs]])
            yield machine(
                np.concatenate([mine, theirs]),
                coefficients,
                model.intercept_[at],
                targetCategory=labels[i],
                alternateTargetCategory=labels[j],
            )
            at += 1


def neighbours(model, x, y, function, **attributes):
    fields = "".join(tag("InstanceField", field=name, column=name) for name in [*NAMES, "y"])
    rows = "".join(
        tag("row", "".join(tag(name, number(v)) for name, v in zip(NAMES, row)) + tag("y", escape(str(answer))))
        for row, answer in zip(x, y)
    )
    body = schema("y") + tag("TrainingInstances", tag("InstanceFields", fields) + tag("InlineTable", rows), isTransformed="true")
    body += tag("ComparisonMeasure", "<euclidean/>", kind="distance", compareFunction="absDiff")
    body += tag("KNNInputs", "".join(tag("KNNInput", field=name) for name in NAMES))
    return tag("NearestNeighborModel", body, functionName=function, numberOfNeighbors=model.n_neighbors, **attributes)


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    x, y = make_regression(ROWS, FEATURES, noise=3, random_state=1)
    x = x.astype(np.float32).astype(np.float64)
    xc, yc = make_classification(ROWS, FEATURES, n_informative=6, n_classes=3, random_state=2)
    xc = xc.astype(np.float32).astype(np.float64)
    labels = ["a b", "b", "ç&<"]
    yc = np.array(labels)[yc]

    tree = DecisionTreeRegressor(random_state=0).fit(x, y)
    write("tree", document(regression_tree(tree, target="y")), x, {"y": tree.predict(x)})
    tree = DecisionTreeClassifier(max_depth=6, random_state=0).fit(xc, yc)
    write("tree-classes", document(class_tree(tree, labels, "y"), labels), xc, classes(tree, xc, labels))

    forest = RandomForestRegressor(30, max_depth=9, random_state=0).fit(x, y)
    trees = [regression_tree(each) for each in forest.estimators_]
    write("forest", document(ensemble(trees, "average", "regression", "y")), x, {"y": forest.predict(x)})
    forest = RandomForestClassifier(100, max_depth=7, random_state=0).fit(xc, yc)
    trees = [class_tree(each, labels) for each in forest.estimators_]
    model = ensemble(trees, "average", "classification", "y")
    write("forest-classes", document(model, labels), xc, classes(forest, xc, labels))

    boosted = GradientBoostingRegressor(n_estimators=100, random_state=0).fit(x, y)
    trees = [regression_tree(each, boosted.learning_rate) for each in boosted.estimators_[:, 0]]
    targets = tag("Targets", tag("Target", field="y", rescaleConstant=number(boosted.init_.constant_[0][0])))
    model = ensemble(trees, "sum", "regression", "y", targets)
    write("boosted", document(model), x, {"y": boosted.predict(x)})

    two = yc != "b"
    xb, yb = xc[two], yc[two]
    pair = ["a b", "ç&<"]
    boosted = GradientBoostingClassifier(n_estimators=40, random_state=0).fit(xb, yb)
    trees = [regression_tree(each, boosted.learning_rate) for each in boosted.estimators_[:, 0]]
    prior = boosted.init_.class_prior_
    start = number(np.log(prior[1] / prior[0]))
    shifted = tag("Apply", tag("FieldRef", field="raw") + tag("Constant", start), function="+")
    output = tag(
        "Output",
        tag("OutputField", name="raw", feature="predictedValue", dataType="double", isFinalResult="false")
        + tag("OutputField", shifted, name="margin", feature="transformedValue", dataType="double"),
    )
    first = ensemble(trees, "sum", "regression", None, output)
    link = tag(
        "RegressionModel",
        tag("MiningSchema", tag("MiningField", name="margin") + tag("MiningField", name="y", usageType="target"))
        + table(0, [1], ["margin"], targetCategory=pair[1])
        + table(0, [], [], targetCategory=pair[0]),
        functionName="classification",
        normalizationMethod="logit",
    )
    model = ensemble([first, link], "modelChain", "classification", "y")
    write("boosted-classes", document(model, pair), xb, classes(boosted, xb, pair))

    line = make_pipeline(StandardScaler(), LinearRegression()).fit(x, y)
    local, names = scaled(line[0])
    model = tag(
        "RegressionModel",
        schema("y") + local + table(line[1].intercept_, line[1].coef_, names),
        functionName="regression",
    )
    write("linear", document(model), x, {"y": line.predict(x)})

    logit = make_pipeline(StandardScaler(), LogisticRegression()).fit(xc, yc)
    local, names = scaled(logit[0])
    tables = "".join(
        table(logit[1].intercept_[i], logit[1].coef_[i], names, targetCategory=label)
        for i, label in enumerate(labels)
    )
    model = tag(
        "RegressionModel",
        schema("y") + local + tables,
        functionName="classification",
        normalizationMethod="softmax",
    )
    write("logistic", document(model, labels), xc, classes(logit, xc, labels))

    means = KMeans(5, n_init=1, random_state=0).fit(x)
    body = schema() + tag("ComparisonMeasure", "<squaredEuclidean/>", kind="distance")
    body += "".join(tag("ClusteringField", field=name, compareFunction="absDiff") for name in NAMES)
    body += "".join(
        tag("Cluster", tag("Array", " ".join(map(number, centre)), n=FEATURES, type="real"), id=i)
        for i, centre in enumerate(means.cluster_centers_)
    )
    model = tag("ClusteringModel", body, functionName="clustering", modelClass="centerBased", numberOfClusters=5)
    write("means", document(model, target=None), x, {"predicted": [str(i) for i in means.predict(x)]})

    few = slice(0, 400)
    vectors = SVC(C=3).fit(xc[few], yc[few])
    model = vector_machine(
        vectors, pairs(vectors, labels), "classification", classificationMethod="OneAgainstOne", maxWins="true"
    )
    write("vectors-classes", document(model, labels), xc, {"y": [str(v) for v in vectors.predict(xc)]})
    vectors = SVR(kernel="poly", degree=2, coef0=0.5, C=20).fit(x[few], y[few])
    only = machine(range(len(vectors.support_)), vectors.dual_coef_[0], vectors.intercept_[0])
    write("vectors", document(vector_machine(vectors, [only], "regression")), x, {"y": vectors.predict(x)})

    near = KNeighborsRegressor(4).fit(x[few], y[few])
    model = neighbours(near, x[few], map(number, y[few]), "regression", continuousScoringMethod="average")
    write("near", document(model), x, {"y": near.predict(x)})
    near = KNeighborsClassifier(5).fit(xc[few], yc[few])
    model = neighbours(near, xc[few], yc[few], "classification", categoricalScoringMethod="majorityVote")
    write("near-classes", document(model, labels), xc, classes(near, xc, labels))


main()
