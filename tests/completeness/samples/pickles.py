"""Pickles of every protocol, joblib dumps, and pickles inside of pickles."""

# ruff: noqa: UP031  (a library is imported where it is used; Python 3.8)

import decimal
import fractions
import gzip
import pickle
import uuid

from registry import case, load_gzip, load_joblib, load_mapped, write
from values import Own, Reading, Slotted, arrays, everything, model, zoo


def _protocol(number):
    def save(path):
        write(path, pickle.dumps([*everything(), Slotted(1) if number > 1 else None], number))

    save.__name__ = "pickle_protocol_%d" % number
    case(".pkl")(save)


for _number in range(6):
    _protocol(_number)


@case(".pkl")
def pickle_by_the_python_pickler(path):
    with open(path, "wb") as stream:
        pickle._Pickler(stream, 4).dump(everything())


@case(".pkl")
def pickle_without_fixed_imports(path):
    write(path, pickle.dumps(zoo(), 2, fix_imports=False))


@case(".pkl")
def pickle_of_large_parts(path):
    import numpy as np

    write(path, pickle.dumps([b"x" * 200000, "y" * 200000, np.zeros(100000), zoo()], 4))


@case(".pkl")
def pickle_of_many_entries(path):
    write(path, pickle.dumps([{str(i): (i, float(i)) for i in range(20000)}, Own(zoo())], 4))


@case(".pkl")
def pickle_of_itself(path):
    value = Own([])
    value.value.append(value)
    value.other = Slotted({"back": value})
    write(path, pickle.dumps(value, 4))


def _joblib(name, make, compress=0, protocol=None, load=load_joblib, suffix=".joblib"):
    def save(path):
        import joblib

        joblib.dump(make(), path, compress=compress, protocol=protocol)

    save.__name__ = "joblib_" + name
    case(suffix, load)(save)


_joblib("raw", everything)
_joblib("model", model)
_joblib("of_arrays", arrays)
_joblib("of_no_array", zoo)
_joblib("mapped", lambda: [Own(1), arrays()["plain"], arrays()["last"]], load=load_mapped)
for _number in (2, 3, 4, 5):
    _joblib("protocol_%d" % _number, everything, protocol=_number)
for _compression in ("zlib", "gzip", "bz2", "xz", "lzma"):
    _joblib(_compression, everything, compress=(_compression, 3), suffix=".joblib." + _compression)


@case(".joblib", load_joblib)
def joblib_object_arrays(path):
    import joblib
    import numpy as np

    inner = np.array([np.array([decimal.Decimal(1), Own(2)], object), None], object)
    joblib.dump([inner, {"k": np.array([uuid.UUID(int=3)], object)}, np.ones(3), Own(1)], path)


@case(".joblib", load_joblib)
def joblib_old_compressed_file(path):
    from joblib.numpy_pickle_compat import write_zfile

    with open(path, "wb") as stream:
        write_zfile(stream, pickle.dumps(zoo(), 2))


@case(".joblib", load_joblib)
def joblib_by_a_stream(path):
    import joblib

    with open(path, "wb") as stream:
        stream.seek(0)
        joblib.dump(everything(), stream)


@case(".pkl.gz", load_gzip)
def pickle_gzipped(path):
    with gzip.open(path, "wb") as stream:
        pickle.dump(everything(), stream)


@case(".pkl")
def nested_in_bytes(path):
    write(path, pickle.dumps([Reading(Reading(decimal.Decimal(1))), Own(2)], 4))


@case(".pkl")
def nested_in_old_bytes(path):
    write(path, pickle.dumps(Reading(fractions.Fraction(1, 2)), 2))
