"""Names that can do harm when a pickle names them: whole modules, and exact pairs.

Source: the advisories and threads of picklescan, modelscan and fickling; the CPython library
reference; the sources of numpy, pandas, torch and joblib. It is no complete list and need not be:
what is neither here nor known is reported as unknown.
"""

from __future__ import annotations

import re

RUNS = "it runs programs or code"
WRITES = "it opens, changes or deletes files"
CONNECTS = "it talks to the network"
RESOLVES = "it reaches any name there is"
LOADS = "it loads another pickle, which can call anything"
CALLS = "it calls what it is given, now or later"

_FAMILIES = {
    RUNS: """
        _aix_support _osx_support _posixsubprocess _pyrepl _testcapi _testinternalcapi
        _xxsubinterpreters _interpreters _thread aiofiles antigravity asyncio bdb cProfile cffi
        code codeop commands compileall concurrent ctypes _ctypes distutils doctest ensurepip
        faulthandler idlelib invoke IPython lib2to3 mailcap multiprocessing multiprocess nt os
        paramiko pdb pexpect pip pipes popen2 posix profile pty py_compile rlcompleter runpy
        sched setuptools pkg_resources sh signal _signal subprocess test threading timeit
        tkinter _tkinter trace turtle unittest venv webbrowser winreg _winapi msvcrt fabric
        plumbum execnet nose pytest _pytest numpy.distutils numpy.f2py numpy.testing
        numpy._pytesttester scipy.weave pandas.core.computation patsy.eval patsy.highlevel
        patsy.build torch._dynamo torch._inductor torch._functorch torch.fx torch.jit torch.hub
        torch.package torch.distributed.rpc torch.distributed.run torch.distributed.launch
        torch.distributed.launcher torch.distributed.elastic torch.testing
        torch.utils.bottleneck torch.utils.collect_env torch.utils.cpp_extension
        torch.utils._config_module torch.utils.data.datapipes torch.utils.benchmark torch.ops
        torch._ops torch._library torch._C._jit joblib.externals.loky joblib._parallel_backends
        joblib.executor
    """,
    WRITES: """
        _io _pyio io shutil tempfile pathlib fileinput filecmp glob mmap zipfile zipapp tarfile
        gzip bz2 lzma _bz2 _lzma sqlite3 _sqlite3 dbm _gdbm _dbm linecache logging mailbox netrc
        csv configparser plistlib tracemalloc resource syslog fcntl termios crypt dotenv wave
        aifc sndhdr chunk tokenize numpy.lib.npyio numpy.lib._npyio_impl numpy.lib._datasource
        numpy.lib.format numpy.lib._format_impl numpy.core.memmap numpy._core.memmap
        numpy.ctypeslib scipy.io pandas.io joblib.disk joblib.backports
        joblib._memmapping_reducer joblib.logger
    """,
    CONNECTS: """
        socket _socket ssl _ssl http urllib urllib2 httplib ftplib smtplib imaplib poplib
        telnetlib nntplib xmlrpc xmlrpclib socketserver SocketServer BaseHTTPServer select
        selectors wsgiref requests aiohttp httpx urllib3 websocket websockets boto3 botocore
        fsspec s3fs gcsfs tornado twisted flask django zmq smbclient sklearn.datasets
        scipy.datasets statsmodels.datasets statsmodels.tools.web catboost.datasets
        xgboost.tracker xgboost.rabit xgboost.collective xgboost.federated
    """,
    RESOLVES: """
        importlib imp _imp _frozen_importlib _frozen_importlib_external pkgutil zipimport
        inspect gc sys site sitecustomize usercustomize sysconfig pydoc modulefinder atexit
        pyclbr contextvars
    """,
    LOADS: "marshal shelve jsonpickle yaml ruamel klepto",
}
DANGEROUS_MODULES = {
    module: why for why, modules in _FAMILIES.items() for module in modules.split()
}
"""Every name of these, and of what lies under them, is dangerous unless it is known."""

_BUILTINS = {
    RUNS: "eval exec compile execfile breakpoint input raw_input help exit quit reload",
    WRITES: "open file",
    RESOLVES: "__import__ getattr setattr delattr hasattr globals locals vars dir apply super "
    "__build_class__ memoryview",
    CALLS: "map filter staticmethod classmethod property reduce",
}
_PAIRS = {
    RESOLVES: """
        operator:attrgetter operator:methodcaller operator:call operator:setitem
        operator:delitem _operator:attrgetter _operator:methodcaller _operator:call
        _operator:setitem _operator:delitem numpy.core:_ufunc_reconstruct
        numpy._core:_ufunc_reconstruct numpy:_ufunc_reconstruct string:Formatter
        string:Formatter.get_field types:MethodType types:ModuleType types:DynamicClassAttribute
        typing:get_type_hints typing:_eval_type copyreg:add_extension copyreg:remove_extension
        copyreg:pickle copyreg:constructor copyreg:dispatch_table copyreg:_extension_registry
    """,
    CALLS: """
        functools:reduce _functools:reduce functools:partialmethod functools:cmp_to_key
        functools:singledispatch functools:lru_cache functools:cache functools:wraps
        functools:update_wrapper functools:cached_property functools:_lru_cache_wrapper
        itertools:starmap itertools:accumulate itertools:dropwhile itertools:takewhile
        itertools:filterfalse itertools:groupby contextlib:ExitStack contextlib:closing
        contextlib:contextmanager weakref:finalize numpy:frompyfunc
        numpy:apply_along_axis numpy:apply_over_axes numpy:fromfunction numpy:piecewise
        builtins:iter sklearn.utils.parallel:delayed
    """,
    LOADS: """
        torch:load torch.serialization:load torch.serialization:_load
        torch.serialization:_legacy_load torch.storage:_load_from_bytes pandas:read_pickle
        pandas:HDFStore numpy:load numpy:loads numpy.core.numeric:load numpy.core.numeric:loads
        numpy.ma.core:load numpy.ma.core:loads joblib.numpy_pickle:NDArrayWrapper
        joblib.numpy_pickle_compat:NDArrayWrapper joblib.numpy_pickle:_unpickle
        joblib.numpy_pickle_compat:load_compatibility joblib:wrap_non_picklable_objects
        sklearn.externals.joblib:load sklearn.externals.joblib.numpy_pickle:load
        statsmodels.iolib.smpickle:load_pickle statsmodels.base.model:Results.load
        pandas.compat.pickle_compat:load pandas.compat.pickle_compat:loads
        pandas.compat.pickle_compat:Unpickler skops.io:load skops.io:loads
        keras.models:load_model tensorflow.keras.models:load_model lightgbm.basic:_load_pickle
        mlflow.pyfunc:load_model
    """,
    WRITES: """
        codecs:open codecs:StreamReaderWriter argparse:FileType numpy:memmap numpy:save
        numpy:savez numpy:savez_compressed numpy:savetxt numpy:loadtxt numpy:genfromtxt
        numpy:fromfile numpy:fromregex numpy:DataSource numpy:recfromcsv numpy:recfromtxt
        joblib:dump joblib.numpy_pickle:dump torch:save torch.serialization:save torch:from_file
        torch.storage:UntypedStorage.from_file torch.multiprocessing:reductions pandas:ExcelFile
        pandas:ExcelWriter pandas:to_pickle uuid:getnode
    """,
    RUNS: """
        types:CodeType types:FunctionType types:LambdaType types:new_class types:CellType
        collections:eval uuid:_popen uuid:_get_command_stdout platform:popen
        platform:_syscmd_ver platform:_syscmd_file platform:processor dataclasses:_create_fn
        dataclasses:make_dataclass torch:compile gettext:c2py numpy.lib.utils:safe_eval
        numpy:safe_eval numpy:bmat sympy:sympify sympy:lambdify numexpr:evaluate pandas:eval
        readline:read_init_file enum:Enum._convert
    """,
    CONNECTS: """
        torch.utils.model_zoo:load_url torchvision.datasets.utils:download_url
        transformers:pipeline huggingface_hub:hf_hub_download
    """,
}
_PICKLERS = (
    "pickle _pickle cPickle dill dill._dill dill.session cloudpickle cloudpickle.cloudpickle "
    "cloudpickle.cloudpickle_fast joblib joblib.numpy_pickle joblib.externals.cloudpickle "
    "joblib.externals.cloudpickle.cloudpickle"
)
_LOADERS = (
    "load loads Unpickler _Unpickler _load _loads load_module load_session load_module_asdict "
    "dump Pickler _Pickler _dump _pickle_load"
)
DANGEROUS_NAMES = {
    **{
        (module, name): why
        for module in ("builtins", "__builtin__", "__builtins__")
        for why, names in _BUILTINS.items()
        for name in names.split()
    },
    **{(module, name): LOADS for module in _PICKLERS.split() for name in _LOADERS.split()},
    **{
        (module, name): why
        for why, pairs in _PAIRS.items()
        for module, _, name in (pair.partition(":") for pair in pairs.split())
    },
}
"""Exact pairs, by module and name."""

_REACHING = (
    "__builtins__ __globals__ __dict__ __subclasses__ __loader__ __spec__ __code__ "
    "__getattribute__ __getattr__ __setattr__ __mro__ __bases__ __base__ __closure__ "
    "__func__ __self__ __module__ __import__ __reduce__ __reduce_ex__ f_globals f_locals "
    "f_builtins gi_frame func_globals"
)
REACHING = frozenset(_REACHING.split())
"""Attributes by which any name can be reached, or what a class does changed."""
_BARE_MODULES = (
    "os sys subprocess shutil builtins __builtin__ importlib posix nt socket ctypes pickle "
    "runpy pty _os _sys marshal threading multiprocessing"
)
BARE_MODULES = frozenset(_BARE_MODULES.split())
"""Modules that many modules hold as a name of their own."""
_POWER = re.compile(
    r"(^|_)(eval|exec|execute|system|popen|spawn|fork|run|runctx|runcode|runcommand|runsource|"
    r"runstring|import|compile|urlopen|urlretrieve|download|fetch|open|unlink|rmtree|remove|"
    r"rename|chmod|kill|shell|connect|load|loads|unpickle|deserialize)($|_)|^read_|^save|^dump|"
    r"^to_(pickle|csv|parquet|sql|json|excel|hdf|feather|stata|html|gbq|orc|xml|clipboard)$|"
    r"^tofile$|^fromfile$|^query$|^write",
    re.IGNORECASE,
)
POWER = "a name like this runs, opens or loads something"


def is_powerful(name: str) -> bool:
    """Whether the last part of a name says that it runs, opens, loads or connects."""
    return _POWER.search(name.rpartition(".")[2]) is not None
