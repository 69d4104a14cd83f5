"""Names of stock libraries that are known to only build values, by exact module and name.

Source: the needs of 55 estimators written by scikit-learn 1.2 to 1.9 with numpy 1.26 to 2.4, and
the pickling code of the standard library, numpy, scipy, pandas and joblib. A small list: what is
missing here is called unknown, never dangerous.
"""

from __future__ import annotations

_TABLE = """
__builtin__ bool bytearray complex dict float frozenset int list long object set slice str tuple
__builtin__ type unicode xrange
_codecs encode
_loss CyHalfBinomialLoss CyHalfSquaredError __pyx_unpickle_CyHalfBinomialLoss
_loss __pyx_unpickle_CyHalfSquaredError
builtins Ellipsis NoneType NotImplemented bool bytearray bytes complex dict float frozenset int
builtins list object range set slice str tuple type
builtins ArithmeticError AssertionError AttributeError Exception IndexError KeyError LookupError
builtins NotImplementedError OSError OverflowError RuntimeError RuntimeWarning StopIteration
builtins TypeError UserWarning ValueError Warning ZeroDivisionError
builtins abs all any divmod enumerate filter len map max min pow reversed round sorted sum zip
collections Counter OrderedDict defaultdict deque
copy_reg __newobj__ _reconstructor
copyreg __newobj__ __newobj_ex__ _reconstructor
datetime date datetime time timedelta timezone
decimal Decimal
fractions Fraction
functools partial
logging getLogger
joblib.numpy_pickle NDArrayWrapper NumpyArrayWrapper ZNDArrayWrapper
numpy abs bool_ cos dtype exp expm1 float16 float32 float64 int16 int32 int64 int8 log log10
numpy log1p log2 nan_to_num ndarray sin sqrt square tanh uint16 uint32 uint64 uint8
numpy._core._multiarray_umath _reconstruct scalar
numpy._core.multiarray _reconstruct array scalar
numpy._core.numeric _frombuffer
numpy.core._multiarray_umath absolute exp expm1 log log10 log1p log2 sqrt square
numpy.core.multiarray _reconstruct array scalar
numpy.core.numeric _frombuffer
numpy.ma MaskedArray
numpy.ma.core MaskedArray _mareconstruct
numpy.matrixlib.defmatrix matrix
numpy.random._mt19937 MT19937
numpy.random._pcg64 PCG64
numpy.random._philox Philox
numpy.random._pickle __bit_generator_ctor __generator_ctor __randomstate_ctor
numpy.random._sfc64 SFC64
numpy.random.bit_generator SeedSequence __pyx_unpickle_SeedSequence
pandas._libs.internals _unpickle_block
pandas.core.arrays.categorical Categorical
pandas.core.dtypes.dtypes CategoricalDtype
pandas.core.frame DataFrame
pandas.core.indexes.base Index _new_Index
pandas.core.indexes.datetimes DatetimeIndex _new_DatetimeIndex
pandas.core.indexes.multi MultiIndex
pandas.core.indexes.range RangeIndex
pandas.core.internals.blocks new_block
pandas.core.internals.managers BlockManager SingleBlockManager
pandas.core.series Series
operator itemgetter
pathlib Path PosixPath PurePath PurePosixPath PureWindowsPath WindowsPath
pathlib._local PosixPath
random Random
re _compile
scipy.interpolate._bsplines BSpline
scipy.sparse._coo coo_array coo_matrix
scipy.sparse._csc csc_array csc_matrix
scipy.sparse._csr csr_array csr_matrix
scipy.sparse.csc csc_matrix
scipy.sparse.csr csr_matrix
sklearn._loss._loss CyHalfBinomialLoss CyHalfSquaredError __pyx_unpickle_CyHalfBinomialLoss
sklearn._loss._loss __pyx_unpickle_CyHalfSquaredError
sklearn._loss.link IdentityLink Interval LogitLink
sklearn._loss.loss HalfBinomialLoss HalfSquaredError
sklearn.calibration CalibratedClassifierCV _CalibratedClassifier _SigmoidCalibration
sklearn.cluster._dbscan DBSCAN
sklearn.cluster._kmeans KMeans MiniBatchKMeans
sklearn.compose._column_transformer ColumnTransformer
sklearn.compose._target TransformedTargetRegressor
sklearn.decomposition._nmf NMF
sklearn.decomposition._pca PCA
sklearn.decomposition._truncated_svd TruncatedSVD
sklearn.discriminant_analysis LinearDiscriminantAnalysis
sklearn.dummy DummyClassifier
sklearn.ensemble._bagging BaggingClassifier BaggingRegressor
sklearn.ensemble._forest ExtraTreesClassifier ExtraTreesRegressor RandomForestClassifier
sklearn.ensemble._forest RandomForestRegressor RandomTreesEmbedding
sklearn.ensemble._gb GradientBoostingClassifier GradientBoostingRegressor
sklearn.ensemble._gb_losses BinomialDeviance
sklearn.ensemble._hist_gradient_boosting.binning _BinMapper
sklearn.ensemble._hist_gradient_boosting.gradient_boosting HistGradientBoostingClassifier
sklearn.ensemble._hist_gradient_boosting.gradient_boosting HistGradientBoostingRegressor
sklearn.ensemble._hist_gradient_boosting.predictor TreePredictor
sklearn.ensemble._iforest IsolationForest
sklearn.ensemble._stacking StackingClassifier StackingRegressor
sklearn.ensemble._voting VotingClassifier VotingRegressor
sklearn.ensemble._weight_boosting AdaBoostClassifier AdaBoostRegressor
sklearn.feature_extraction._dict_vectorizer DictVectorizer
sklearn.feature_extraction.text CountVectorizer HashingVectorizer TfidfTransformer
sklearn.feature_extraction.text TfidfVectorizer
sklearn.feature_selection._univariate_selection SelectKBest SelectPercentile chi2 f_classif
sklearn.feature_selection._univariate_selection f_regression
sklearn.feature_selection._variance_threshold VarianceThreshold
sklearn.gaussian_process._gpc GaussianProcessClassifier _BinaryGaussianProcessClassifierLaplace
sklearn.gaussian_process.kernels ConstantKernel Product RBF
sklearn.impute._base MissingIndicator SimpleImputer
sklearn.impute._knn KNNImputer
sklearn.isotonic IsotonicRegression
sklearn.linear_model._base LinearRegression
sklearn.linear_model._bayes ARDRegression BayesianRidge
sklearn.linear_model._coordinate_descent ElasticNet ElasticNetCV Lasso LassoCV MultiTaskLasso
sklearn.linear_model._huber HuberRegressor
sklearn.linear_model._logistic LogisticRegression LogisticRegressionCV
sklearn.linear_model._perceptron Perceptron
sklearn.linear_model._ridge Ridge RidgeCV RidgeClassifier RidgeClassifierCV
sklearn.linear_model._sgd_fast Hinge
sklearn.linear_model._stochastic_gradient SGDClassifier SGDRegressor
sklearn.metrics._dist_metrics EuclideanDistance EuclideanDistance64 newObj
sklearn.mixture._gaussian_mixture GaussianMixture
sklearn.model_selection._search GridSearchCV RandomizedSearchCV
sklearn.multiclass OneVsOneClassifier OneVsRestClassifier
sklearn.multioutput MultiOutputClassifier MultiOutputRegressor
sklearn.naive_bayes BernoulliNB CategoricalNB ComplementNB GaussianNB MultinomialNB
sklearn.neighbors._ball_tree BallTree newObj
sklearn.neighbors._classification KNeighborsClassifier
sklearn.neighbors._kd_tree KDTree newObj
sklearn.neighbors._regression KNeighborsRegressor
sklearn.neural_network._multilayer_perceptron MLPClassifier MLPRegressor
sklearn.neural_network._stochastic_optimizers AdamOptimizer
sklearn.pipeline FeatureUnion Pipeline
sklearn.preprocessing._data KernelCenterer MaxAbsScaler MinMaxScaler Normalizer PowerTransformer
sklearn.preprocessing._data QuantileTransformer RobustScaler StandardScaler
sklearn.preprocessing._discretization Binarizer KBinsDiscretizer
sklearn.preprocessing._encoders OneHotEncoder OrdinalEncoder
sklearn.preprocessing._function_transformer FunctionTransformer
sklearn.preprocessing._label LabelBinarizer LabelEncoder MultiLabelBinarizer
sklearn.preprocessing._polynomial PolynomialFeatures SplineTransformer
sklearn.svm._classes LinearSVC LinearSVR NuSVC NuSVR OneClassSVM SVC SVR
sklearn.tree._classes DecisionTreeClassifier DecisionTreeRegressor ExtraTreeClassifier
sklearn.tree._classes ExtraTreeRegressor
sklearn.tree._tree Tree
sklearn.utils._bunch Bunch
types SimpleNamespace
uuid UUID
"""


def _table() -> dict[str, frozenset[str]]:
    """The names of each module of the table, whose lines are a module and its names."""
    known: dict[str, frozenset[str]] = {}
    for line in _TABLE.strip().splitlines():
        module, *names = line.split()
        known[module] = known.get(module, frozenset()) | frozenset(names)
    return known


KNOWN = _table()
"""Names that are neither dangerous nor unknown, by module."""
