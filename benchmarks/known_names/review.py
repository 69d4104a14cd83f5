"""What is let into the lists of known names, what stays out, and the verdicts of a person."""

from __future__ import annotations

TESTS = r"(^|\.)(tests?|conftest|setup|_?testing|_build_utils|_?examples|benchmarks)(\.|$)"
LIBRARIES: dict[str, dict[str, str]] = {
    "sklearn": {
        "leave": r"datasets|externals|__check_build|experimental|_?show_versions|"
        r"_?mocking|estimator_checks|_?plot(ting)?\b|_estimator_html|_repr_html|_array_api",
        "functions": r"sklearn\.(metrics\.(?!_plot)|feature_selection|feature_extraction\.text|"
        r"preprocessing|kernel_approximation|utils\.extmath)[\w.]* \w+",
    },
    "numpy": {
        "leave": r"f2py|distutils|ctypeslib|_datasource|npyio|(_?utils(_impl)?|introspect)$|"
        r"_?format(_impl)?$|user_array|core\._internal|compat|_pyinstaller|typing|_typing|"
        r"array_api|_pytesttester|memmap|dual|_distributor_init|_configtool|"
        r"code_generators|__config__|_tests$|timer_comparison|lapack_lite|_simd",
        "functions": r"numpy\.random\._pickle __\w+_ctor|numpy\.ma\.core _mareconstruct",
    },
    "scipy": {
        "leave": r"scipy\.(io|misc|datasets|weave)|_lib\.(?!_bunch)|setup|_ccallback|array_api",
        "functions": r"scipy\.(spatial\.distance|stats\.(_?stats(_py)?|_?morestats)) [a-z]\w+",
    },
    "pandas": {
        "leave": r"pandas\.(io|plotting|util|compat|_config|_version|_typing)|computation|"
        r"interchange|"
        r"config_init|api\.|_numba|_testing|core\.(apply|methods|tools|window|resample|groupby|"
        r"reshape|strings|indexing|accessor|ops)\b|_libs\.(parsers|sas|writers|json|window|testing)",
        "functions": r"pandas\.(core|_libs)[\w.]* "
        r"(_new_\w+|\w*unpickle\w*|make_block|new_block(_2d)?)",
    },
    "xgboost": {
        "leave": r"dask|spark|plotting|rabit|tracker|federated|collective|libpath|data$|"
        r"_data_utils|dmlc-core",
        "functions": "$^",
    },
    "lightgbm": {"leave": r"dask|plotting|libpath", "functions": "$^"},
    "catboost": {"leave": r"datasets|widget|eval|utils|plot|dev_utils|hnsw", "functions": "$^"},
    "statsmodels": {
        "leave": r"datasets|graphics|compat|sandbox|formula|print_version|tools\.web|parallel|"
        r"_version|iolib\.(foreign|openfile|smpickle)|x13",
        "functions": "$^",
    },
    "patsy": {"leave": r"eval|highlevel|user_util|test_", "functions": "$^"},
    "torch": {
        "keep": r"torch\.(nn\.(modules|parameter|backends|utils)\b|"
        r"(ao\.)?nn\.(quantized|qat|intrinsic)"
        r"|optim\b|distributions\b|storage$|_tensor$|tensor$|utils\.data\.(dataset|sampler)$)",
        "leave": r"utils\.data\.datapipes|_multi_tensor",
        "functions": r"torch\.(_utils|_tensor|tensor) _rebuild_\w+|torch\.nn\.functional [a-z]\w+",
    },
}
REVIEWED = {
    # Kept although their syntax tree shows something; reasons from reading the sources.
    "sklearn.utils._metadata_requests.MetadataRequest": "its variable requests is no module",
    "scipy.interpolate._ndgriddata.NearestNDInterpolator": "queries a tree of its own",
    "scipy.interpolate.ndgriddata.NearestNDInterpolator": "the same",
    "scipy.interpolate._rbfinterp.RBFInterpolator": "the same",
    "statsmodels.base.data.ModelData": "its state is looked at in judgement/argued_names.py",
    "statsmodels.base.data.PandasData": "the same",
    "statsmodels.base.data.PatsyData": "the same",
    "torch.storage.TypedStorage": "writes only when it is pickled",
    "torch.storage.UntypedStorage": "the same",
    "xgboost.core.Booster": "reads only a model file that its arguments name; no code comes in",
    "lightgbm.basic.Booster": "the same",
    "lightgbm.basic.Dataset": "the same, of data",
    "sklearn.feature_extraction.text.CountVectorizer": "opens the texts that it is given to fit",
    "sklearn.feature_extraction.text.TfidfVectorizer": "the same",
    "sklearn.feature_extraction.text.HashingVectorizer": "the same",
    "sklearn.feature_extraction.text.VectorizerMixin": "the same",
    "sklearn.feature_extraction.text._VectorizerMixin": "the same",
}
REFUSED = {
    # Left out although nothing shows in their own syntax tree.
    "scipy.LowLevelCallable": "wraps a pointer to machine code",
    "xgboost.core.DMatrix": "opens the file that its arguments name, and is never pickled",
    "catboost.core.Pool": "the same",
    "_catboost._PoolBase": "the same",
    "_catboost.polars": "a module of another library",
    "lightgbm.basic._TempFile": "makes and removes files",
    "numpy.memmap": "opens the file that its arguments name; may empty it",
    "torch.storage._load_from_bytes": "a nested pickle: judged by what is in it",
    "torch.optim.swa_utils.AveragedModel": "calls the function in its state with the model",
}
EXECUTING = frozenset(
    """
    eval exec compile open __import__ execfile input dmatrices dmatrix EvalEnvironment
    breakpoint
    """.split()  # noqa: SIM905  (reads better in rows)
)
ROOTS = frozenset(
    """
    os subprocess shutil socket pickle cPickle joblib importlib tempfile ctypes urllib
    requests mmap webbrowser multiprocessing marshal patsy imp runpy
    """.split()  # noqa: SIM905  (reads better in rows)
)
HARMLESS = frozenset(
    """
    os.path os.linesep os.cpu_count os.environ os.getpid joblib.Parallel joblib.delayed
    ctypes.c ctypes.POINTER ctypes.byref ctypes.cast joblib.effective_n_jobs joblib.hash
    os.fspath ctypes.pythonapi
    """.split()  # noqa: SIM905  (reads better in rows)
)
METHODS = frozenset(
    """
    load loads open_memmap memmap fromfile tofile loadtxt savetxt genfromtxt
    import_module system popen Popen urlopen load_library read_pickle to_pickle read_csv
    to_csv save query
    """.split()  # noqa: SIM905  (reads better in rows)
)
REACHED = frozenset(
    """
    __new__ __init__ __setstate__ __setattr__ __getattr__ __del__ __call__ __setitem__
    append extend add __hash__ __eq__ __len__ __iter__ __getattribute__
    __init_subclass__ __enter__ __contains__
    """.split()  # noqa: SIM905  (reads better in rows)
)
