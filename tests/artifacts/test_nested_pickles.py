from __future__ import annotations

import io
import pickle
import struct

import pytest

INNER = b"cos\nsystem\n."
LOADS = b"c_pickle\nloads\n"


def binary(raw: bytes) -> bytes:
    return b"B" + struct.pack("<I", len(raw)) + raw


@pytest.mark.parametrize(
    "stream",
    [
        pytest.param(b"\x80\x03" + LOADS + binary(INNER) + b"\x85R.", id="bytes"),
        pytest.param(
            b"\x80\x03" + LOADS + binary(INNER) + b"q\x000h\x00\x85R.", id="bytes-from-the-memo"
        ),
        pytest.param(b"\x80\x03cdill\nloads\n" + binary(INNER) + b"\x85R.", id="dill"),
        pytest.param(b"\x80\x03cdill._dill\nloads\n" + binary(INNER) + b"\x85R.", id="dill-inner"),
        pytest.param(
            b"\x80\x03ccloudpickle\nloads\n" + binary(INNER) + b"\x85R.", id="cloudpickle"
        ),
        pytest.param(b"\x80\x02ccPickle\nloads\n" + binary(INNER) + b"\x85R.", id="python-2"),
        pytest.param(
            b"\x80\x03" + LOADS + b"cbuiltins\nbytearray\n" + binary(INNER) + b"\x85R\x85R.",
            id="bytearray",
        ),
        pytest.param(
            b"\x80\x03c_pickle\nload\nc_io\nBytesIO\n" + binary(INNER) + b"\x85R\x85R.",
            id="file-of-bytes",
        ),
        pytest.param(
            LOADS + b"(c_codecs\nencode\n(Vcos\\u000asystem\\u000a.\nVlatin1\ntRtR.",
            id="text-encoded",
        ),
        pytest.param(
            b"\x80\x03ctorch.storage\n_load_from_bytes\n" + binary(INNER) + b"\x85R.", id="torch"
        ),
        pytest.param(b"(" + binary(INNER) + b"i_pickle\nloads\n.", id="inst"),
    ],
)
def test_names_in_bytes_that_a_loader_gets_are_found(read, names, stream):
    facts = read(stream)
    assert ("os", "system") in names(facts)
    assert facts.complete, facts.anomalies


def test_bytes_that_no_loader_gets_are_data(read, names):
    assert names(read(pickle.dumps([INNER, len]))) == {("builtins", "len")}


@pytest.mark.parametrize(
    "arguments",
    [
        b")",
        b"]",
        b"N\x85",
        b"c_io\nBytesIO\n)R\x85",
        b"cm\nn\n)R\x85",
        b"c_codecs\nencode\n)R\x85",
        b"c_codecs\nencode\nK\x01\x85R\x85",
        b"c_codecs\nencode\nX\x02\0\0\0\xc4\x80\x85R\x85",
        b"cm\nn\n)R)R\x85",
        b"cbuiltins\nbytes\n" * 9 + binary(INNER) + b"\x85R" * 9 + b"\x85",
    ],
)
def test_a_loader_of_something_else_is_told(read, kinds, arguments):
    facts = read(b"\x80\x03" + LOADS + arguments + b"R.")
    assert kinds(facts) == ["nested-pickle"]
    assert not facts.complete


@pytest.mark.parametrize(
    ("inner", "kind"),
    [
        (INNER[:-1], "nested-pickle"),
        (INNER + b"more", "nested-pickle"),
        (b"", "nested-pickle"),
        (b"\x82\x01.", "extension-code"),
    ],
)
def test_what_is_wrong_with_a_nested_pickle_is_told(read, kinds, inner, kind):
    assert kinds(read(b"\x80\x03" + LOADS + binary(inner) + b"\x85R.")) == [kind]


def test_what_is_wrong_in_decoded_bytes_is_told_where_they_stand(read):
    facts = read(LOADS + b"(c_codecs\nencode\n(V\\u0082\\u0001.\nVlatin1\ntRtR.")
    assert [(one.kind, one.offset) for one in facts.anomalies] == [("extension-code", 59)]
    assert "byte 0 of the nested data" in facts.anomalies[0].text


def test_pickles_in_pickles_end_at_a_depth(read, kinds):
    content = INNER
    for _ in range(40):
        content = b"\x80\x03" + LOADS + binary(content) + b"\x85R."
    assert kinds(read(content)) == ["limit"]


def test_a_nested_pickle_knows_no_array_wrappers(read, names):
    # joblib would step over the array; pickle.loads reads on, and so must the walk.
    dtype = b"cnumpy\ndtype\n(U\x02u1I0\nI1\ntR(I3\nU\x01|NNNI-1\nI-1\nI0\ntb"
    wrapper = b"cjoblib.numpy_pickle\nNumpyArrayWrapper\n)\x81}(U\x05shapeK\x0b\x85U\x05dtype"
    inner = wrapper + dtype + b"ub" + INNER
    facts = read(b"\x80\x03" + LOADS + binary(inner) + b"\x85R.")
    assert ("os", "system") in names(facts)


def test_a_real_file_object_is_looked_into_or_told(read, kinds):
    class Reader:
        def __reduce__(self):
            return pickle.load, (io.BytesIO(INNER),)

    facts = read(pickle.dumps(Reader()))
    assert ("nested-pickle" in kinds(facts)) or ("os", "system") in {
        (need.module, need.name) for need in facts.needs
    }
