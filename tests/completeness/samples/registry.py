"""The table of all cases, and how files are written and read. Runs on Python 3.8 and newer."""

# ruff: noqa: ICN001  (a library is imported where it is used: environments may lack it)

import gzip
import pickle
import zipfile

CASES = {}


def case(suffix, load=None):
    """Registers a function that writes one artifact; ``load`` reads it for real."""

    def register(save):
        CASES[save.__name__] = (save, suffix, load or load_pickle)
        return save

    return register


def write(path, content):
    with open(path, "wb") as stream:
        stream.write(content)


def read(path):
    with open(path, "rb") as stream:
        return stream.read()


def load_pickle(path):
    with open(path, "rb") as stream:
        return pickle.load(stream)


def load_joblib(path):
    import joblib

    return joblib.load(path)


def load_mapped(path):
    import joblib

    return joblib.load(path, mmap_mode="r")


def load_dill(path):
    import dill

    with open(path, "rb") as stream:
        return dill.load(stream)


def load_numpy(path):
    import numpy

    loaded = numpy.load(path, allow_pickle=True)
    return [loaded[name] for name in loaded.files] if hasattr(loaded, "files") else loaded


def load_gzip(path):
    with gzip.open(path) as stream:
        return pickle.load(stream)


def load_zip(path):
    with zipfile.ZipFile(path) as archive:
        return [
            pickle.loads(archive.read(name))
            for name in archive.namelist()
            if name.endswith((".pkl", ".bin"))
        ]
