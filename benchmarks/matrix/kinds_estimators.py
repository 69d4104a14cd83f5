"""Estimators and pipelines of scikit-learn, fitted on small data, where a release has them."""

import importlib

import numpy as np
from kind import Kind

RANDOM = np.random.RandomState(0)
X = RANDOM.normal(size=(60, 5))
Y2 = (X[:, 0] + 0.3 * X[:, 1] > 0).astype(int)
Y3 = np.digitize(X[:, 0], [-0.5, 0.5])
YR = X[:, 0] * 2 + X[:, 1] - 0.5 * X[:, 2]
YM = np.column_stack([YR, X[:, 3]])
POSITIVE = np.abs(X)
HOLES = X.copy()
HOLES[::7, 1] = np.nan
WORDS = ["red green", "blue red", "green green blue", "yellow", "red yellow blue", "blue"] * 10
CATEGORIES = np.array([["a", "x"], ["b", "y"], ["c", "x"], ["a", "z"]] * 15, dtype=object)
METHODS = (
    "predict",
    "predict_proba",
    "decision_function",
    "transform",
    "score_samples",
    "kneighbors",
)
INPUTS = {"x": X, "positive": POSITIVE, "holes": HOLES, "words": WORDS, "categories": CATEGORIES}


def _use(inputs):
    def call(method):
        return lambda model: getattr(model, method)(INPUTS[inputs][:20])

    return {method: call(method) for method in METHODS}


def _fit(path, target=None, inputs="x", **parameters):
    def make():
        module, _, name = path.rpartition(".")
        if name in (
            "HistGradientBoostingClassifier",
            "HistGradientBoostingRegressor",
            "IterativeImputer",
        ):
            enabling = (
                "iterative_imputer" if name == "IterativeImputer" else "hist_gradient_boosting"
            )
            try:
                importlib.import_module("sklearn.experimental.enable_" + enabling)
            except ImportError:
                pass
        model = getattr(importlib.import_module("sklearn." + module), name)(**parameters)
        return model.fit(INPUTS[inputs]) if target is None else model.fit(INPUTS[inputs], target)

    return make


def _estimator(name, path, target=None, inputs="x", saved="pickle", **parameters):
    return Kind(name, _fit(path, target, inputs, **parameters), _use(inputs), saved)


def _pipeline():
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), LogisticRegression()).fit(X, Y2)


def _columns():
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import Ridge
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import MinMaxScaler

    steps = [("a", SimpleImputer(), [0, 1]), ("b", MinMaxScaler(), [2, 3])]
    return make_pipeline(ColumnTransformer(steps), Ridge()).fit(HOLES, YR)


def _passing():
    from sklearn.compose import ColumnTransformer
    from sklearn.preprocessing import StandardScaler

    return ColumnTransformer([("a", StandardScaler(), [0, 1])], remainder="passthrough").fit(X)


def _search():
    from sklearn.linear_model import Ridge
    from sklearn.model_selection import GridSearchCV

    return GridSearchCV(Ridge(), {"alpha": [0.1, 1.0]}, cv=3).fit(X, YR)


def _text():
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    return make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(WORDS, Y2)


def _voting():
    from sklearn.ensemble import VotingClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.naive_bayes import GaussianNB

    return VotingClassifier([("a", LogisticRegression()), ("b", GaussianNB())]).fit(X, Y2)


def _stacking():
    from sklearn.ensemble import StackingRegressor
    from sklearn.linear_model import Lasso, Ridge

    return StackingRegressor([("a", Lasso()), ("b", Ridge())]).fit(X, YR)


def _union():
    from sklearn.decomposition import PCA
    from sklearn.feature_selection import SelectKBest
    from sklearn.pipeline import make_union

    return make_union(PCA(2), SelectKBest(k=2)).fit(X, Y2)


def _calibrated():
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.svm import LinearSVC

    return CalibratedClassifierCV(LinearSVC(random_state=0), cv=3).fit(X, Y2)


def _process():
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import RBF, WhiteKernel

    return GaussianProcessRegressor(RBF() + WhiteKernel(), random_state=0).fit(X, YR)


def _selected():
    from sklearn.ensemble import ExtraTreesRegressor
    from sklearn.feature_selection import SelectFromModel

    return SelectFromModel(ExtraTreesRegressor(5, random_state=0)).fit(X, YR)


def _recursive():
    from sklearn.feature_selection import RFE
    from sklearn.linear_model import LinearRegression

    return RFE(LinearRegression(), n_features_to_select=2).fit(X, YR)


def _by_name():
    import pandas
    from sklearn.compose import ColumnTransformer
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    frame = pandas.DataFrame({"n": X[:, 0], "c": CATEGORIES[:, 0]})
    return ColumnTransformer(
        [("n", StandardScaler(), ["n"]), ("c", OneHotEncoder(handle_unknown="ignore"), ["c"])]
    ).fit(frame)


def _use_by_name(model):
    import pandas

    frame = pandas.DataFrame({"n": X[:20, 0], "c": CATEGORIES[:20, 0]})
    return model.transform(frame)


KINDS = [
    _estimator("linear_regression", "linear_model.LinearRegression", YR),
    _estimator("ridge", "linear_model.Ridge", YR),
    _estimator("lasso_joblib", "linear_model.Lasso", YR, saved="joblib"),
    _estimator("elastic_net", "linear_model.ElasticNet", YM),
    _estimator("logistic", "linear_model.LogisticRegression", Y2),
    _estimator("logistic_3", "linear_model.LogisticRegression", Y3),
    _estimator("logistic_ovr_liblinear", "linear_model.LogisticRegression", Y2, solver="liblinear"),
    _estimator("logistic_joblib", "linear_model.LogisticRegression", Y2, saved="joblib"),
    _estimator("logistic_cv", "linear_model.LogisticRegressionCV", Y2, cv=3),
    _estimator("sgd_classifier", "linear_model.SGDClassifier", Y2, random_state=0),
    _estimator("sgd_regressor", "linear_model.SGDRegressor", YR, random_state=0),
    _estimator("perceptron", "linear_model.Perceptron", Y2, random_state=0),
    _estimator("bayesian_ridge", "linear_model.BayesianRidge", YR),
    _estimator("huber", "linear_model.HuberRegressor", YR),
    _estimator("ransac", "linear_model.RANSACRegressor", YR, random_state=0),
    _estimator("theil_sen", "linear_model.TheilSenRegressor", YR, random_state=0),
    _estimator("poisson", "linear_model.PoissonRegressor", np.abs(YR)),
    _estimator("lars", "linear_model.Lars", YR),
    _estimator(
        "passive_aggressive", "linear_model.PassiveAggressiveClassifier", Y2, random_state=0
    ),
    _estimator("svc", "svm.SVC", Y2),
    _estimator("svc_probability", "svm.SVC", Y3, probability=True, random_state=0),
    _estimator("svr", "svm.SVR", YR),
    _estimator("nu_svc", "svm.NuSVC", Y2, nu=0.3),
    _estimator("linear_svc", "svm.LinearSVC", Y2, random_state=0),
    _estimator("one_class_svm", "svm.OneClassSVM"),
    _estimator("tree_classifier", "tree.DecisionTreeClassifier", Y3, max_depth=4, random_state=0),
    _estimator("tree_regressor", "tree.DecisionTreeRegressor", YR, max_depth=4, random_state=0),
    _estimator("forest", "ensemble.RandomForestClassifier", Y3, n_estimators=6, random_state=0),
    _estimator(
        "forest_joblib",
        "ensemble.RandomForestRegressor",
        YR,
        saved="joblib",
        n_estimators=6,
        random_state=0,
    ),
    _estimator(
        "forest_zlib",
        "ensemble.RandomForestClassifier",
        Y2,
        saved="joblib-zlib",
        n_estimators=6,
        random_state=0,
    ),
    _estimator("extra_trees", "ensemble.ExtraTreesClassifier", Y2, n_estimators=6, random_state=0),
    _estimator("isolation_forest", "ensemble.IsolationForest", n_estimators=6, random_state=0),
    _estimator(
        "gradient_boosting",
        "ensemble.GradientBoostingClassifier",
        Y2,
        n_estimators=6,
        random_state=0,
    ),
    _estimator(
        "gradient_boosting_3",
        "ensemble.GradientBoostingClassifier",
        Y3,
        n_estimators=4,
        random_state=0,
    ),
    _estimator(
        "gradient_boosting_regressor",
        "ensemble.GradientBoostingRegressor",
        YR,
        n_estimators=6,
        random_state=0,
    ),
    _estimator(
        "hist_boosting", "ensemble.HistGradientBoostingClassifier", Y2, max_iter=5, random_state=0
    ),
    _estimator(
        "hist_boosting_regressor",
        "ensemble.HistGradientBoostingRegressor",
        YR,
        max_iter=5,
        random_state=0,
    ),
    _estimator("ada_boost", "ensemble.AdaBoostClassifier", Y2, n_estimators=4, random_state=0),
    _estimator("bagging", "ensemble.BaggingRegressor", YR, n_estimators=3, random_state=0),
    _estimator("random_embedding", "ensemble.RandomTreesEmbedding", n_estimators=4, random_state=0),
    _estimator("neighbors", "neighbors.KNeighborsClassifier", Y2),
    _estimator("neighbors_ball", "neighbors.KNeighborsRegressor", YR, algorithm="ball_tree"),
    _estimator("neighbors_brute", "neighbors.KNeighborsRegressor", YR, algorithm="brute"),
    _estimator("nearest", "neighbors.NearestNeighbors", algorithm="kd_tree"),
    _estimator("outlier_factor", "neighbors.LocalOutlierFactor", novelty=True),
    _estimator("kernel_density", "neighbors.KernelDensity"),
    _estimator("nearest_centroid", "neighbors.NearestCentroid", Y3),
    _estimator("gaussian_bayes", "naive_bayes.GaussianNB", Y2),
    _estimator("multinomial_bayes", "naive_bayes.MultinomialNB", Y2, inputs="positive"),
    _estimator("mlp", "neural_network.MLPClassifier", Y2, max_iter=20, random_state=0),
    _estimator("mlp_regressor", "neural_network.MLPRegressor", YR, max_iter=20, random_state=0),
    _estimator("discriminant", "discriminant_analysis.LinearDiscriminantAnalysis", Y3),
    _estimator("quadratic", "discriminant_analysis.QuadraticDiscriminantAnalysis", Y3),
    _estimator("kernel_ridge", "kernel_ridge.KernelRidge", YR),
    Kind("isotonic", lambda: _isotonic(), lambda m: m.predict(X[:20, 0])),
    _estimator("pls", "cross_decomposition.PLSRegression", YR),
    _estimator("k_means", "cluster.KMeans", n_clusters=3, n_init=2, random_state=0),
    _estimator(
        "mini_batch_k_means", "cluster.MiniBatchKMeans", n_clusters=3, n_init=2, random_state=0
    ),
    _estimator("mean_shift", "cluster.MeanShift"),
    _estimator("birch", "cluster.Birch", n_clusters=3),
    _estimator("affinity", "cluster.AffinityPropagation"),
    _estimator("mixture", "mixture.GaussianMixture", n_components=2, random_state=0),
    _estimator(
        "bayesian_mixture", "mixture.BayesianGaussianMixture", n_components=2, random_state=0
    ),
    _estimator("pca", "decomposition.PCA", n_components=2),
    _estimator("incremental_pca", "decomposition.IncrementalPCA", n_components=2),
    _estimator("kernel_pca", "decomposition.KernelPCA", n_components=2, kernel="rbf"),
    _estimator("truncated_svd", "decomposition.TruncatedSVD", n_components=2, random_state=0),
    _estimator(
        "nmf", "decomposition.NMF", inputs="positive", n_components=2, init="random", random_state=0
    ),
    _estimator(
        "latent_dirichlet",
        "decomposition.LatentDirichletAllocation",
        inputs="positive",
        n_components=2,
        random_state=0,
    ),
    _estimator("fast_ica", "decomposition.FastICA", n_components=2, random_state=0),
    _estimator("factor_analysis", "decomposition.FactorAnalysis", n_components=2),
    _estimator("sparse_pca", "decomposition.SparsePCA", n_components=2, random_state=0),
    _estimator(
        "dictionary", "decomposition.DictionaryLearning", n_components=2, max_iter=3, random_state=0
    ),
    _estimator("standard_scaler", "preprocessing.StandardScaler"),
    _estimator("min_max_scaler", "preprocessing.MinMaxScaler"),
    _estimator("robust_scaler", "preprocessing.RobustScaler"),
    _estimator("max_abs_scaler", "preprocessing.MaxAbsScaler"),
    _estimator("normalizer", "preprocessing.Normalizer"),
    _estimator("binarizer", "preprocessing.Binarizer"),
    _estimator("quantile", "preprocessing.QuantileTransformer", n_quantiles=10),
    _estimator("power", "preprocessing.PowerTransformer"),
    _estimator("polynomial", "preprocessing.PolynomialFeatures"),
    _estimator("spline", "preprocessing.SplineTransformer"),
    _estimator("bins", "preprocessing.KBinsDiscretizer", n_bins=3),
    _estimator("one_hot", "preprocessing.OneHotEncoder", inputs="categories"),
    _estimator("one_hot_drop", "preprocessing.OneHotEncoder", inputs="categories", drop="first"),
    _estimator("ordinal", "preprocessing.OrdinalEncoder", inputs="categories"),
    _estimator("target_encoder", "preprocessing.TargetEncoder", YR, inputs="categories"),
    Kind("labels", lambda: _labels("LabelEncoder"), lambda m: m.transform(["a", "b", "c"])),
    Kind(
        "label_binarizer", lambda: _labels("LabelBinarizer"), lambda m: m.transform(["a", "b", "c"])
    ),
    Kind("function_transformer", lambda: _function(), lambda m: m.transform(X[:5])),
    _estimator("imputer", "impute.SimpleImputer", inputs="holes"),
    _estimator("imputer_indicator", "impute.SimpleImputer", inputs="holes", add_indicator=True),
    _estimator("knn_imputer", "impute.KNNImputer", inputs="holes"),
    _estimator(
        "iterative_imputer", "impute.IterativeImputer", inputs="holes", max_iter=2, random_state=0
    ),
    _estimator("count_vectorizer", "feature_extraction.text.CountVectorizer", inputs="words"),
    _estimator("tfidf", "feature_extraction.text.TfidfVectorizer", inputs="words"),
    _estimator(
        "hashing", "feature_extraction.text.HashingVectorizer", inputs="words", n_features=64
    ),
    Kind("dict_vectorizer", lambda: _dicts(), lambda m: m.transform([{"a": 1, "b": "x"}])),
    _estimator("variance_threshold", "feature_selection.VarianceThreshold"),
    _estimator("select_best", "feature_selection.SelectKBest", Y2, k=2),
    _estimator(
        "random_projection",
        "random_projection.GaussianRandomProjection",
        n_components=2,
        random_state=0,
    ),
    _estimator("nystroem", "kernel_approximation.Nystroem", n_components=5, random_state=0),
    _estimator("rbf_sampler", "kernel_approximation.RBFSampler", n_components=5, random_state=0),
    _estimator("isomap", "manifold.Isomap", n_components=2),
    _estimator("covariance", "covariance.EllipticEnvelope", random_state=0),
    _estimator("dummy", "dummy.DummyClassifier", Y2, strategy="prior"),
    Kind("pipeline", _pipeline, _use("x")),
    Kind("pipeline_joblib_lzma", _pipeline, _use("x"), "joblib-lzma"),
    Kind("pipeline_protocol_2", _pipeline, _use("x"), "pickle-2"),
    Kind("columns", _columns, _use("holes")),
    Kind("columns_passing", _passing, _use("x")),
    Kind("columns_by_name", _by_name, _use_by_name),
    Kind("grid_search", _search, _use("x")),
    Kind("text_pipeline", _text, _use("words")),
    Kind("voting", _voting, _use("x")),
    Kind("stacking", _stacking, _use("x")),
    Kind("feature_union", _union, _use("x")),
    Kind("calibrated", _calibrated, _use("x")),
    Kind("gaussian_process", _process, _use("x")),
    Kind("select_from_model", _selected, _use("x")),
    Kind("recursive_elimination", _recursive, _use("x")),
]


def _isotonic():
    from sklearn.isotonic import IsotonicRegression

    return IsotonicRegression(out_of_bounds="clip").fit(X[:, 0], YR)


def _labels(name):
    from sklearn import preprocessing

    return getattr(preprocessing, name)().fit(["a", "b", "c", "a"])


def _function():
    from sklearn.preprocessing import FunctionTransformer

    return FunctionTransformer(np.log1p, validate=True).fit(POSITIVE)


def _dicts():
    from sklearn.feature_extraction import DictVectorizer

    return DictVectorizer().fit([{"a": 1, "b": "x"}, {"a": 2, "b": "y"}])
