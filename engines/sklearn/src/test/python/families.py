"""Support vectors, neighbours, naive Bayes, discriminants, perceptrons, clusters, decompositions."""
import atexit
import os
import sys

os.environ["OMP_NUM_THREADS"] = "1"  # with more, which of equally far neighbours are found depends on their number

import numpy as np
import scipy.sparse as sp
from sklearn import cluster, covariance, cross_decomposition, decomposition, discriminant_analysis
from sklearn import datasets as d
from sklearn import kernel_ridge, mixture, naive_bayes, neighbors, neural_network, svm
from sklearn.preprocessing import StandardScaler, minmax_scale

from agreement import Cases

cases = Cases(sys.argv[1])
atexit.register(cases.close)
rng = np.random.default_rng(11)


def scaled(load):
    x, y = load(return_X_y=True)
    return StandardScaler().fit_transform(x), y


iris, cancer, wine = scaled(d.load_iris), scaled(d.load_breast_cancer), scaled(d.load_wine)
xg, yg = d.load_digits(return_X_y=True)
digits = xg[:500], yg[:500]
x, y = iris
xd, yd = d.load_diabetes(return_X_y=True)
names = np.array(["setosa", "versicolor", "virginica"])[y]
random = rng.normal(size=(400, 5))
target = (random[:, 0] + random[:, 1] ** 2 > 0.5).astype(int)
fresh = rng.normal(size=(300, 5))
sets = {"iris": iris, "cancer": cancer, "wine": wine, "names": (x, names)}
two_targets = np.column_stack([yd, -yd + rng.normal(size=len(yd))])
several = np.column_stack([y == 0, x[:, 0] > 0, x[:, 1] > 0]).astype(int)

# support vectors
for kernel in ["linear", "poly", "rbf", "sigmoid"]:
    for label, (a, b) in sets.items():
        cases.add("SVC %s, %s" % (kernel, label), svm.SVC(kernel=kernel).fit(a, b), a)
    cases.add("SVR " + kernel, svm.SVR(kernel=kernel).fit(xd, yd), xd)
    cases.add("NuSVR " + kernel, svm.NuSVR(kernel=kernel).fit(xd, yd), xd)
    one = svm.OneClassSVM(kernel=kernel).fit(random)
    cases.add("OneClassSVM " + kernel, one, fresh, ["predict", "decision_function", "score_samples"])
for label, (a, b) in sets.items():
    cases.add("SVC with probabilities, " + label, svm.SVC(probability=True, random_state=0).fit(a, b), a)
cases.add("SVC with probabilities, digits", svm.SVC(probability=True, random_state=0).fit(*digits), digits[0])
cases.add("NuSVC", svm.NuSVC().fit(x, y), x)
cases.add("NuSVC with probabilities", svm.NuSVC(probability=True, random_state=0).fit(random, target), fresh)
cases.add("SVC ovo", svm.SVC(decision_function_shape="ovo").fit(x, y), x)
cases.add("SVC break ties", svm.SVC(break_ties=True).fit(*digits), digits[0])
cases.add("SVC gamma, degree, coef0", svm.SVC(kernel="poly", gamma=0.3, degree=4, coef0=1.5).fit(x, y), x)
cases.add("SVC weights", svm.SVC(class_weight="balanced", C=3).fit(random, target), fresh)
cases.add("SVC sparse", svm.SVC(probability=True, random_state=0).fit(sp.csr_matrix(x), y), x)
cases.add("SVC sparse poly", svm.SVC(kernel="poly").fit(sp.csr_matrix(x), y), x)
cases.add("SVC precomputed", svm.SVC(kernel="precomputed").fit(x @ x.T, y), x @ x.T)
for kernel in ["linear", "poly", "rbf", "sigmoid", "laplacian", "cosine"]:
    cases.add("KernelRidge " + kernel, kernel_ridge.KernelRidge(kernel=kernel).fit(xd, yd), xd)
cases.add("KernelRidge two targets", kernel_ridge.KernelRidge(kernel="rbf").fit(xd, two_targets), xd)

# neighbours
for algorithm in ["brute", "kd_tree", "ball_tree", "auto"]:
    for label, (a, b) in {**sets, "random": (random, target)}.items():
        for weights in ["uniform", "distance"]:
            knn = neighbors.KNeighborsClassifier(algorithm=algorithm, weights=weights)
            q = fresh if label == "random" else a + 1e-3 if label == "cancer" else a
            cases.add("KNN %s %s, %s" % (algorithm, weights, label), knn.fit(a, b), q)
    raw = d.load_iris(return_X_y=True)
    cases.add("KNN %s, raw iris" % algorithm, neighbors.KNeighborsClassifier(algorithm=algorithm).fit(*raw), raw[0])
    whole = rng.integers(0, 4, (300, 3)).astype(float)
    whole_y = rng.integers(0, 3, 300)
    tied = neighbors.KNeighborsClassifier(7, algorithm=algorithm, leaf_size=10).fit(whole, whole_y)
    cases.add("KNN %s, many ties" % algorithm, tied, whole)
    for metric in ["manhattan", "chebyshev", "euclidean"]:
        knn = neighbors.KNeighborsClassifier(algorithm=algorithm, metric=metric).fit(random, target)
        cases.add("KNN %s %s" % (algorithm, metric), knn, fresh)
    knn = neighbors.KNeighborsClassifier(algorithm=algorithm, p=3).fit(random, target)
    cases.add("KNN %s p=3" % algorithm, knn, fresh)
    for weights in ["uniform", "distance"]:
        knn = neighbors.KNeighborsRegressor(algorithm=algorithm, weights=weights)
        cases.add("KNN regressor %s %s" % (algorithm, weights), knn.fit(random, random[:, 0]), fresh)
        cases.add("KNN regressor %s %s, seen" % (algorithm, weights), knn.fit(xd, yd), xd[:200] + 1e-3)
        radius = neighbors.RadiusNeighborsClassifier(1.5, algorithm=algorithm, weights=weights, outlier_label=0)
        cases.add("Radius %s %s" % (algorithm, weights), radius.fit(random, target), fresh)
        radius = neighbors.RadiusNeighborsRegressor(3, algorithm=algorithm, weights=weights)
        cases.add("Radius regressor %s %s" % (algorithm, weights), radius.fit(random, target), fresh)
    lof = neighbors.LocalOutlierFactor(novelty=True, algorithm=algorithm).fit(random)
    cases.add("LocalOutlierFactor " + algorithm, lof, fresh, ["predict", "decision_function", "score_samples"])
for metric in ["cosine", "canberra", "braycurtis"]:
    cases.add("KNN " + metric, neighbors.KNeighborsClassifier(metric=metric).fit(random, target), fresh)
cases.add("KNN several outputs", neighbors.KNeighborsClassifier(3).fit(x, several), x)
cases.add("KNN regressor, two targets", neighbors.KNeighborsRegressor(algorithm="kd_tree").fit(xd, two_targets), xd)
cases.add("KNN sparse", neighbors.KNeighborsClassifier(3).fit(sp.csr_matrix(random), target), fresh)
for metric in ["euclidean", "manhattan"]:
    for label, (a, b) in sets.items():
        cases.add("NearestCentroid %s, %s" % (metric, label), neighbors.NearestCentroid(metric=metric).fit(a, b), a)

# naive Bayes and discriminants
counts, text_y = rng.poisson(1, (300, 40)), rng.integers(0, 4, 300)
for label, (a, b) in {**sets, "digits": (xg, yg)}.items():
    cases.add("GaussianNB, " + label, naive_bayes.GaussianNB().fit(a, b), a)
    cases.add("LDA, " + label, discriminant_analysis.LinearDiscriminantAnalysis().fit(a, b), a)
    reg = discriminant_analysis.QuadraticDiscriminantAnalysis(reg_param=0.1)
    cases.add("QDA, " + label, reg.fit(a, b), a)
    for solver in ["lsqr", "eigen"]:
        lda = discriminant_analysis.LinearDiscriminantAnalysis(solver=solver, shrinkage=0.1)
        cases.add("LDA %s, %s" % (solver, label), lda.fit(a, b), a, ["predict", "predict_proba", "decision_function"])
for name in ["MultinomialNB", "ComplementNB", "BernoulliNB", "CategoricalNB"]:
    cases.add(name, getattr(naive_bayes, name)().fit(counts, text_y), counts)
    cases.add(name + ", two", getattr(naive_bayes, name)().fit(counts, text_y > 1), counts)
cases.add("BernoulliNB, threshold", naive_bayes.BernoulliNB(binarize=1.5).fit(counts, text_y), counts)
cases.add("BernoulliNB, binary", naive_bayes.BernoulliNB(binarize=None).fit(counts > 0, text_y), counts > 0)
cases.add("LDA, one component", discriminant_analysis.LinearDiscriminantAnalysis(n_components=1).fit(x, y), x)

# perceptrons
for activation in ["identity", "logistic", "tanh", "relu"]:
    mlp = dict(activation=activation, hidden_layer_sizes=(20, 10), max_iter=30, random_state=0)
    for label, (a, b) in sets.items():
        cases.add("MLP %s, %s" % (activation, label), neural_network.MLPClassifier(**mlp).fit(a, b), a)
    cases.add("MLP regressor " + activation, neural_network.MLPRegressor(**mlp).fit(xd, yd), xd)
mlp = neural_network.MLPClassifier(hidden_layer_sizes=(64, 32), max_iter=20, random_state=0)
cases.add("MLP digits", mlp.fit(xg, yg), xg)
mlp = neural_network.MLPClassifier(hidden_layer_sizes=(10,), max_iter=30, random_state=0)
cases.add("MLP several labels", mlp.fit(x, several), x)
mlp = neural_network.MLPRegressor(hidden_layer_sizes=(10,), max_iter=30, random_state=0)
cases.add("MLP two targets", mlp.fit(xd, two_targets), xd)
rbm = neural_network.BernoulliRBM(10, n_iter=3, random_state=0).fit(minmax_scale(xg))
cases.add("BernoulliRBM", rbm, minmax_scale(xg), ["transform"])

# clusters
for label, a in {"iris": x, "wine": wine[0], "random": random, "digits": xg}.items():
    q = fresh if label == "random" else a
    cases.add("KMeans, " + label, cluster.KMeans(4, n_init=2, random_state=0).fit(a), q)
    cases.add("MiniBatchKMeans, " + label, cluster.MiniBatchKMeans(4, n_init=2, random_state=0).fit(a), q)
    cases.add("BisectingKMeans, " + label, cluster.BisectingKMeans(5, random_state=0).fit(a), q)
    for kind in ["full", "tied", "diag", "spherical"]:
        mix = mixture.GaussianMixture(3, covariance_type=kind, random_state=0).fit(a[:, :4])
        cases.add("GaussianMixture %s, %s" % (kind, label), mix, q[:, :4], ["predict", "predict_proba", "score_samples"])
for kind in ["full", "tied", "diag", "spherical"]:
    for prior in ["dirichlet_process", "dirichlet_distribution"]:
        mix = mixture.BayesianGaussianMixture(n_components=3, covariance_type=kind, weight_concentration_prior_type=prior, random_state=0)
        cases.add("BayesianGaussianMixture %s %s" % (kind, prior), mix.fit(random), fresh, ["predict", "predict_proba", "score_samples"])
cases.add("Birch", cluster.Birch(n_clusters=3).fit(x), x + 0.01)
cases.add("MeanShift", cluster.MeanShift().fit(x), x)
cases.add("AffinityPropagation", cluster.AffinityPropagation(random_state=0).fit(x), x)
env = covariance.EllipticEnvelope(random_state=0).fit(random)
cases.add("EllipticEnvelope", env, fresh, ["predict", "decision_function", "score_samples"])

# decompositions
both = ["transform", "inverse_transform"]
for whiten in [False, True]:
    cases.add("PCA, whiten=%s" % whiten, decomposition.PCA(3, whiten=whiten).fit(wine[0]), wine[0], ["transform"])
    inc = decomposition.IncrementalPCA(3, whiten=whiten).fit(wine[0])
    cases.add("IncrementalPCA, whiten=%s" % whiten, inc, wine[0], ["transform"])
cases.add("PCA, fraction", decomposition.PCA(0.9).fit(xg), xg, ["transform"])
cases.add("PCA, back", decomposition.PCA(whiten=True).fit(x), x, both)
cases.add("TruncatedSVD", decomposition.TruncatedSVD(4, random_state=0).fit(xg), xg, ["transform"])
cases.add("FastICA", decomposition.FastICA(3, random_state=0).fit(wine[0]), wine[0], ["transform"])
cases.add("NMF", decomposition.NMF(4, init="nndsvd", random_state=0, max_iter=50).fit(xg), xg, ["transform"])
nmf = decomposition.NMF(4, random_state=0, alpha_W=0.01, l1_ratio=0.5, max_iter=50).fit(xg)
cases.add("NMF, penalties", nmf, xg, ["transform"])
for kernel in ["linear", "poly", "rbf", "sigmoid", "cosine"]:
    cases.add("KernelPCA " + kernel, decomposition.KernelPCA(3, kernel=kernel).fit(x), x, ["transform"])
for name in ["PLSRegression", "PLSCanonical", "CCA"]:
    cases.add(name, getattr(cross_decomposition, name)(2).fit(xd, two_targets), xd)
cases.add("PLSRegression, one target", cross_decomposition.PLSRegression(2).fit(xd, yd), xd)
cases.add("PLSSVD", cross_decomposition.PLSSVD(2).fit(xd, two_targets), xd, ["transform"])
