"""Pickles inside of other files: numpy's, zip archives, JSON documents."""

import base64
import datetime as dt
import decimal
import fractions
import gzip
import io
import json
import pickle
import uuid
import zipfile
import zlib

from registry import case, load_numpy, load_zip
from values import Own, everything, zoo


@case(".npy", load_numpy)
def numpy_objects(path):
    import numpy as np

    with open(path, "wb") as stream:
        np.save(stream, np.array([decimal.Decimal(1), Own(1), None], object))


@case(".npy", load_numpy)
def numpy_records_of_objects(path):
    import numpy as np

    value = np.zeros(2, [("a", "f8"), ("b", "O")])
    value["b"] = [uuid.UUID(int=1), Own(2)]
    with open(path, "wb") as stream:
        np.save(stream, value)


@case(".npz", load_numpy)
def numpy_archive(path):
    import numpy as np

    with open(path, "wb") as stream:
        np.savez(stream, plain=np.arange(3), objects=np.array([fractions.Fraction(1, 2)], object))


@case(".npz", load_numpy)
def numpy_compressed_archive(path):
    import numpy as np

    with open(path, "wb") as stream:
        np.savez_compressed(stream, objects=np.array([dt.date(2020, 1, 1), {}], object))


@case(".pkl")
def numpy_array_dumped(path):
    import numpy as np

    np.array([decimal.Decimal(1)], object).dump(path)


@case(".zip", load_zip)
def zip_of_pickles(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("deep/er/model.pkl", pickle.dumps(zoo(), 4))
        archive.writestr("other.bin", pickle.dumps(Own(decimal.Decimal(1)), 2))
        archive.writestr("read.me", "no pickle")


@case(".zip", load_zip)
def zip_of_a_stored_pickle(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("model.pkl", pickle.dumps(everything(), 4))


def load_zip_of_zip(path):
    with zipfile.ZipFile(path) as archive:
        return load_zip(io.BytesIO(archive.read("inner.zip")))


@case(".zip", load_zip_of_zip)
def zip_in_a_zip(path):
    inner = io.BytesIO()
    zip_of_pickles(inner)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("inner.zip", inner.getvalue())


def _unwrapped(decode, unpack):
    def load(path):
        with open(path, encoding="utf-8") as stream:
            document = json.load(stream)
        return pickle.loads(unpack(decode(document["steps"][1]["model"])))

    return load


def _json(name, encode, decode, pack=bytes, unpack=bytes):
    def save(path):
        content = encode(pack(pickle.dumps(everything(), 4))).decode()
        document = {"name": "a", "steps": [None, {"model": content, "rate": 0.5}]}
        with open(path, "w", encoding="utf-8") as stream:
            json.dump(document, stream)

    save.__name__ = "json_" + name
    case(".json", _unwrapped(decode, unpack))(save)


_json("base64", base64.b64encode, base64.b64decode)
_json("base64_for_urls", base64.urlsafe_b64encode, base64.urlsafe_b64decode)
_json("base64_zlib", base64.b64encode, base64.b64decode, zlib.compress, zlib.decompress)
_json("base64_gzip", base64.b64encode, base64.b64decode, gzip.compress, gzip.decompress)
_json(
    "base64_for_urls_zlib",
    base64.urlsafe_b64encode,
    base64.urlsafe_b64decode,
    zlib.compress,
    zlib.decompress,
)
