"""Tells what compiled modules and numpy's name spaces hold; runs in the environment, on 3.6 too.

``extensions.py SITE_PACKAGES RULES``: the rules as JSON, by library. Prints ``@@`` and JSON.
"""

import importlib
import json
import os
import re
import sys
import warnings

BARE = ("_loss", "_catboost", "mtrand", "ckdtree", "qhull")
"""What extension modules call themselves where they were compiled outside of their package."""
_DENIED = (
    "load save savez savez_compressed loadtxt savetxt genfromtxt fromregex fromfile memmap "
    "DataSource open_memmap lookfor info source who byte_bounds safe_eval test show_config "
    "deprecate deprecate_with_doc disp frompyfunc apply_along_axis apply_over_axes "
    "fromfunction piecewise asmatrix bmat fastCopyAndTranspose mafromtxt ndfromtxt recfromcsv "
    "recfromtxt loads include_if show_runtime show array2string array_repr array_str errstate "
    "nested_iters printoptions asscalar chararray from_dlpack dump dumps obj2sctype "
    "_ArrayFunctionDispatcher"
)
DENIED = frozenset(_DENIED.split())
"""Names of numpy that act, call what they are given, or are never pickled."""
UFUNCS = ("ufunc", "MultiUFunc")
FUNCTIONS = ("function", "builtin_function_or_method", "_ArrayFunctionDispatcher")
CORES = r"numpy(\.core|\._core)?(\.umath|\.multiarray|\._multiarray_umath|\.numeric)?$|scipy$"
PUBLIC_PANDAS = re.compile(
    r"pandas(\.(arrays|errors|tseries\.(offsets|holiday)|api\.(typing|extensions|indexers)))?$"
)
FILES_OF_PANDAS = ("ExcelFile", "ExcelWriter", "HDFStore")


def compiled(site, library, rules):
    """Dotted names of the extension modules of a library that the rules let in."""
    for folder, _, files in os.walk(site + os.sep + library):
        for name in sorted(files):
            where = os.path.relpath(folder + os.sep + name.split(".")[0], site)
            module = where.replace(os.sep, ".")
            kept = "keep" not in rules or re.match(rules["keep"], module)
            left = re.search(rules["leave"], module) or re.search(rules["tests"], module)
            if name.endswith((".so", ".pyd")) and kept and not left:
                yield module


def of_extension(library, module, found):
    """Adds the types, what rebuilds objects, and the ufuncs of one extension module."""
    try:
        loaded = importlib.import_module(module)
    except BaseException:  # noqa: BLE001  (modules that need what is not here)
        return
    for attribute, value in sorted(vars(loaded).items()):
        own = getattr(value, "__module__", None) or ""
        ours = own.split(".")[0] == library or own in BARE
        rebuilds = "unpickle" in attribute or attribute == "newObj"
        if isinstance(value, type):
            if ours:
                found.add((library, own, value.__qualname__))
        elif rebuilds and attribute != "__pyx_unpickle_Enum":
            found.add((library, module, attribute))
            if ours:
                found.add((library, own, attribute))
        elif type(value).__name__ in UFUNCS and library in ("numpy", "scipy"):
            found.add((library, module, attribute))


def of_numpy(found):
    """Adds numpy's functions, ufuncs, scalars and dtype classes, by every name they go by."""
    numpy = importlib.import_module("numpy")

    for place in ("numpy", "numpy.linalg", "numpy.fft", "numpy.ma"):
        module = importlib.import_module(place)
        for attribute in sorted(dir(module)):
            if attribute in DENIED or attribute.startswith(("_", "set", "add_", "get")):
                continue
            try:
                value = getattr(module, attribute)
            except Exception:  # noqa: BLE001  (names that warn or raise on their way out)
                continue
            of_name_space(place, attribute, value, found)
    for scalar in sorted(set(numpy.typecodes["All"])):
        kind = type(numpy.dtype(scalar))
        found.add(("numpy", kind.__module__, kind.__name__))
        found.add(("numpy", "numpy", numpy.dtype(scalar).type.__name__))


def of_name_space(place, attribute, value, found):
    """Adds one name of a name space of numpy."""
    own, kind = getattr(value, "__module__", None) or "", type(value).__name__
    name = getattr(value, "__name__", None)
    ours = own.split(".")[0] == "numpy"
    if isinstance(value, type):
        if ours:
            found.add(("numpy", own, value.__qualname__))
    elif kind == "ufunc" or (ours and kind in FUNCTIONS):
        found.add(("numpy", place, attribute))
        if ours and name and name not in DENIED:
            found.add(("numpy", own, name))
        for other in sorted(sys.modules) if kind == "ufunc" else ():
            if re.match(CORES, other) and vars(sys.modules[other]).get(attribute) is value:
                found.add((other.split(".")[0], other, attribute))


def of_pandas(rules, found):
    """Adds the classes that pandas calls by their public place, which is not where they are."""
    for name in ("pandas", "pandas.arrays", "pandas.tseries.offsets"):
        importlib.import_module(name)
    for place in sorted(sys.modules):
        if re.match(r"pandas\.(core|_libs|tseries|errors)\b", place) and not re.search(
            rules["leave"], place
        ):
            for value in vars(sys.modules[place]).values():
                is_public = isinstance(value, type) and PUBLIC_PANDAS.match(value.__module__ or "")
                if is_public and value.__name__ not in FILES_OF_PANDAS:
                    found.add(("pandas", value.__module__, value.__qualname__))


def main():
    warnings.simplefilter("ignore")
    site, libraries = sys.argv[1], json.loads(sys.argv[2])
    found = set()
    for library, rules in libraries.items():
        for module in compiled(site, library, rules):
            of_extension(library, module, found)
    if "numpy" in libraries:
        of_numpy(found)
    if "pandas" in libraries:
        of_pandas(libraries["pandas"], found)
    for place in ("scipy.special", "scipy.special._ufuncs") if "scipy" in libraries else ():
        for attribute, value in sorted(vars(importlib.import_module(place)).items()):
            if type(value).__name__ in UFUNCS:
                found.add(("scipy", place, attribute))
    sys.stdout.write("\n@@" + json.dumps(sorted(found)))


if __name__ == "__main__":
    main()
