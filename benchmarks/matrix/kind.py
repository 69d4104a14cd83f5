"""What a kind of artifact is: how it is made, saved, loaded and used. Runs on Python 3.6."""

import math


class Kind(object):
    """One kind: ``make()`` gives the object, each of ``uses`` takes it and answers something.

    A use that raises where the artifact is written is left out: it belongs to another release.
    """

    def __init__(self, name, make, uses=None, saved="pickle"):
        self.name = name
        self.make = make
        self.uses = uses if isinstance(uses, dict) else {"use": uses or plain}
        self.saved = saved


def save(obj, path, saved):
    """Write an object the way that people save such objects; ``saved`` is of LOADERS or below."""
    if saved.startswith("joblib"):
        import joblib

        option = saved.partition("-")[2]
        joblib.dump(obj, path, compress=(option, 3) if option else 0)
    elif saved == "dill-recurse":
        import dill

        with open(path, "wb") as stream:
            dill.dump(obj, stream, recurse=True)
    elif saved in ("dill", "cloudpickle"):
        module = __import__(saved)
        with open(path, "wb") as stream:
            module.dump(obj, stream)
    elif saved.startswith("pandas"):
        option = saved.partition("-")[2]
        obj.to_pickle(path, compression=option or None)
    else:
        import pickle

        protocol = saved.partition("-")[2]
        with open(path, "wb") as stream:
            pickle.dump(obj, stream, int(protocol) if protocol else pickle.HIGHEST_PROTOCOL)


def load(path, saved):
    """Read it back with the loader that belongs to how it was saved."""
    if saved.startswith("joblib"):
        import joblib

        return joblib.load(path)
    if saved.startswith("pandas"):
        import pandas

        return pandas.read_pickle(path, compression=saved.partition("-")[2] or None)
    module = saved.partition("-")[0]
    if module == "cloudpickle":
        module = "pickle"  # its files are read by pickle, where cloudpickle can be imported
    loader = __import__(module)
    with open(path, "rb") as stream:
        return loader.load(stream)


SUFFIXES = {"joblib": ".joblib", "dill": ".dill", "cloudpickle": ".cpkl", "pandas": ".pkl"}


def file_name(kind):
    """``NAME.SUFFIX`` of a kind's artifact."""
    tool, _, option = kind.saved.partition("-")
    suffix = SUFFIXES.get(tool, ".pkl")
    return kind.name + suffix + ("." + option if tool == "pandas" and option else "")


def plain(value, depth=0):  # noqa: PLR0911  (one for each sort of value)
    """A value as JSON can hold it: numbers, texts, lists; arrays and frames by their items."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, float)):
        return repr(value) if isinstance(value, float) and not math.isfinite(value) else value
    if depth > 6:
        return "deep"
    if hasattr(value, "toarray"):
        value = value.toarray()
    if isinstance(value, dict):
        return [[str(key), plain(value[key], depth + 1)] for key in sorted(value, key=str)]
    if hasattr(value, "to_numpy") and hasattr(value, "index"):
        return [plain(list(value.index.astype(str)), depth + 1), plain(value.to_numpy(), depth + 1)]
    if hasattr(value, "tolist"):
        value = value.tolist()
        return plain(value, depth + 1)
    if isinstance(value, (list, tuple)):
        return [plain(item, depth + 1) for item in value]
    if isinstance(value, complex):
        return [value.real, value.imag]
    return str(value)


def same(one, other, tolerance=1e-5):
    """Whether two plain values agree, numbers within a relative tolerance."""
    if isinstance(one, list) or isinstance(other, list):
        if not (isinstance(one, list) and isinstance(other, list)) or len(one) != len(other):
            return False
        return all(same(a, b, tolerance) for a, b in zip(one, other))
    numbers = (int, float)
    if isinstance(one, numbers) and isinstance(other, numbers):
        return abs(one - other) <= tolerance * max(1.0, abs(one), abs(other))
    return one == other
