from __future__ import annotations

import base64
import bz2
import decimal
import gzip
import io
import json
import lzma
import pickle
import zipfile
import zlib

import joblib
import numpy as np
import pytest

OBJECT = [decimal.Decimal(2), {"array": np.arange(40.0)}, "text " * 40]
NAMES = {("decimal", "Decimal"), ("numpy", "ndarray"), ("numpy", "dtype")}


def dumped(**options) -> bytes:
    file = io.BytesIO()
    joblib.dump(OBJECT, file, **options)
    return file.getvalue()


def zipped(content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("model", content)
    return file.getvalue()


PICKLE = pickle.dumps(OBJECT)
PACKED = {
    **{f"protocol-{number}": pickle.dumps(OBJECT, number) for number in range(6)},
    "zlib": zlib.compress(PICKLE),
    "gzip": gzip.compress(PICKLE),
    "bz2": bz2.compress(PICKLE),
    "xz": lzma.compress(PICKLE),
    "zip": zipped(PICKLE),
    "joblib": dumped(),
    "joblib-zlib": dumped(compress=3),
}
ALPHABETS = {
    "standard": base64.b64encode,
    "url-safe": base64.urlsafe_b64encode,
    "no-padding": lambda raw: base64.b64encode(raw).rstrip(b"="),
    "lines": base64.encodebytes,
    "uri": lambda raw: b"data:application/octet-stream;base64," + base64.b64encode(raw),
}
DOCUMENTS = {
    "json": lambda text: json.dumps({"name": "m", "parts": [1, {"model": text}], "z": 'a"b'}),
    "indented": lambda text: json.dumps({"model": text, "after": [True, None]}, indent=2),
    "a-text": json.dumps,
    "lines": lambda text: '{"a": 1}\n' * 30 + json.dumps({"model": text}) + "\n",
    "escaped-slashes": lambda text: json.dumps([text]).replace("/", "\\/").replace("+", "\\u002B"),
    "json-in-json": lambda text: json.dumps({"inner": json.dumps({"model": text})}),
}


@pytest.mark.parametrize("packed", PACKED)
@pytest.mark.parametrize("alphabet", ALPHABETS)
def test_a_pickle_in_a_json_document_is_found(read, names, packed, alphabet):
    text = ALPHABETS[alphabet](PACKED[packed]).decode()
    facts = read(json.dumps({"model": text}).encode(), "model.json")
    assert names(facts) >= ({("decimal", "Decimal")} if packed == "protocol-5" else set())
    assert ("decimal", "Decimal") in names(facts)
    assert (facts.format, facts.complete) == ("base64-pickle", True), facts.anomalies


@pytest.mark.parametrize("document", DOCUMENTS)
@pytest.mark.parametrize("alphabet", ALPHABETS)
def test_wherever_it_stands_in_the_document(read, names, document, alphabet):
    text = ALPHABETS[alphabet](PICKLE).decode()
    facts = read(DOCUMENTS[document](text).encode(), "model.json")
    assert names(facts) >= NAMES - {("numpy", "ndarray")}
    assert facts.complete, facts.anomalies


@pytest.mark.parametrize("alphabet", ["standard", "url-safe", "no-padding", "lines"])
def test_a_file_of_nothing_but_base64_is_read(read, names, alphabet):
    facts = read(ALPHABETS[alphabet](PICKLE), "model.txt")
    assert ("decimal", "Decimal") in names(facts)
    assert facts.format == "base64-pickle"


def test_all_pickles_of_a_document_are_found(read, names):
    texts = [base64.b64encode(pickle.dumps(one)).decode() for one in (OBJECT, zlib.compress, len)]
    found = names(read(json.dumps(texts).encode()))
    assert {("decimal", "Decimal"), ("zlib", "compress"), ("builtins", "len")} <= found


def test_what_is_wrong_inside_is_told_with_its_place(read, kinds):
    text = base64.b64encode(PICKLE[:-5]).decode()
    facts = read(json.dumps({"model": text}).encode())
    assert set(kinds(facts)) == {"truncated"}
    assert "the text in base64 at byte 11" in facts.anomalies[0].text
    assert not facts.complete


def test_a_long_text_is_decoded_in_parts(read, names):
    content = pickle.dumps([bytes(range(256)) * 9000, decimal.Decimal(1)])
    for text in (base64.b64encode(content), base64.encodebytes(content)):
        facts = read(json.dumps({"model": text.decode()}).replace("/", "\\/").encode())
        assert ("decimal", "Decimal") in names(facts)
        assert facts.complete, facts.anomalies


@pytest.mark.parametrize(
    "document",
    [
        {"a": [1, 2.5, None], "b": "text"},
        ["d41d8cd98f00b204e9800998ecf8427e"] * 50,
        {"learner": {"version": "abcdefghijklmnop"}},
        ["aGVsbG8gd29ybGQgYWdhaW4="],
        {"image": "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB"},
    ],
)
def test_a_document_without_pickles_has_no_format(read, kinds, document):
    facts = read(json.dumps(document).encode())
    assert (facts.format, kinds(facts)) == (None, ["unknown-format"])


def test_texts_beyond_what_is_looked_into_are_told(monkeypatch, read, kinds):
    from envguard.artifacts import base64_texts

    monkeypatch.setattr(base64_texts, "_MOST_TEXTS", 3)
    texts = [base64.b64encode(pickle.dumps([number, "text"])).decode() for number in range(5)]
    assert kinds(read(json.dumps(texts).encode())) == ["limit"]
