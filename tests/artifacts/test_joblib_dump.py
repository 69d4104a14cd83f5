from __future__ import annotations

import io
import pickle
import struct

import joblib
import numpy as np
import pytest

TAIL = "the name after every array"


def dumped(value, protocol=None) -> bytes:
    file = io.BytesIO()
    joblib.dump(value, file, protocol=protocol)
    return file.getvalue()


def test_names_after_raw_arrays_are_found(read, names):
    facts = read(dumped([np.arange(1000), np.array([None, 1]), np.ones((2, 3)), pickle.Pickler]))
    assert ("_pickle", "Pickler") in names(facts)
    assert (facts.format, facts.serializer, facts.compression) == ("joblib", "joblib", None)
    assert facts.complete


def test_array_bytes_that_look_like_opcodes_name_nothing(read, names):
    array = np.frombuffer(b"cos\nsystem\n)R." * 64, dtype=np.uint8)
    facts = read(dumped([array]))
    assert ("os", "system") not in names(facts)
    assert facts.complete


@pytest.mark.parametrize("protocol", [0, 1, 2, 5])
def test_every_protocol_of_a_dump_is_read_whole(read, protocol):
    facts = read(dumped({"a": np.arange(30), "b": np.zeros(3, [("x", "O")])}, protocol))
    assert facts.complete, facts.anomalies
    assert facts.format == "joblib"


def test_a_dump_without_arrays_is_a_pickle_byte_for_byte(read):
    assert read(dumped([1, "a"])).format == "pickle"


def test_the_producer_of_a_lone_array_is_numpy(read):
    assert read(dumped(np.arange(3))).producer.library == "numpy"
    assert read(pickle.dumps(np.arange(3))).producer.library == "numpy"


def wrapper(shape: bytes, dtype: bytes = b"", alignment: bytes = b"N", tail: bytes = b"") -> bytes:
    dtype = dtype or b"cnumpy\ndtype\n(U\x02u1I0\nI1\ntR(I3\nU\x01|NNNI-1\nI-1\nI0\ntb"
    return (
        b"\x80\x02cjoblib.numpy_pickle\nNumpyArrayWrapper\n)\x81}("
        b"U\x05shape" + shape + b"U\x05dtype" + dtype + b"U\x05order" + b"U\x01C"
        b"U\x1bnumpy_array_alignment_bytes" + alignment + b"ub" + tail
    )


def test_a_handwritten_array_of_joblib_before_1_2_is_stepped_over(read):
    facts = read(wrapper(b"K\x04\x85", tail=b"\xff\xff\xff\xff."))
    assert facts.complete, facts.anomalies


def test_padding_before_an_array_is_stepped_over(read):
    facts = read(wrapper(b"K\x04\x85", alignment=b"K\x10", tail=b"\x02pp\xff\xff\xff\xff."))
    assert facts.complete, facts.anomalies


@pytest.mark.parametrize(
    ("stream", "kind"),
    [
        pytest.param(wrapper(b"K\x04\x85", tail=b"\xff"), "shape-beyond-data", id="too-few"),
        pytest.param(
            wrapper(b"\x8a\x08" + struct.pack("<q", 2**62) + b"\x85", tail=b"\xff."),
            "shape-beyond-data",
            id="exbibytes",
        ),
        pytest.param(wrapper(b"J\xff\xff\xff\xff\x85", tail=b"."), "array-extent", id="negative"),
        pytest.param(wrapper(b"N\x85", tail=b"."), "array-extent", id="no-number"),
        pytest.param(wrapper(b"])\x85R\x85", tail=b"."), "array-extent", id="computed-length"),
        pytest.param(wrapper(b"]", tail=b"."), "array-extent", id="shape-is-a-list"),
        pytest.param(wrapper(b")", b"N", tail=b"."), "array-extent", id="no-dtype"),
        pytest.param(wrapper(b")", b"cm\nn\n)R", tail=b"."), "array-extent", id="not-a-dtype"),
        pytest.param(
            wrapper(b")", b"cnumpy\ndtype\n(U\x02q9I0\nI1\ntR}b", tail=b"."),
            "array-extent",
            id="unknown-item-size",
        ),
        pytest.param(
            wrapper(b")", b"cnumpy\ndtype\n)R}b", tail=b"."), "array-extent", id="empty-dtype"
        ),
        pytest.param(
            wrapper(b")", b"cnumpy\ndtype\n(U\x02V9I0\nI1\ntR}b", tail=b"."),
            "array-extent",
            id="dtype-without-its-state",
        ),
        pytest.param(
            b"\x80\x02cjoblib.numpy_pickle\nNumpyArrayWrapper\n)\x81Nb.",
            "array-extent",
            id="no-state",
        ),
        pytest.param(wrapper(b")", alignment=b"K\x10"), "truncated", id="no-padding-byte"),
    ],
)
def test_an_array_whose_end_cannot_be_told_ends_the_walk(read, kinds, stream, kind):
    facts = read(stream)
    assert kind in kinds(facts)
    assert facts.format == "joblib"
    assert not facts.complete


def test_an_array_inside_of_a_frame_is_told(read, kinds):
    content = wrapper(b"K\x04\x85", tail=b"\xff\xff\xff\xff.")[2:]
    framed = b"\x80\x04\x95" + struct.pack("<Q", len(content)) + content
    assert "frame-straddling" in kinds(read(framed))


def test_arrays_in_files_beside_the_dump_are_told(read, kinds):
    stream = b"\x80\x02cjoblib.numpy_pickle_compat\nNDArrayWrapper\n)\x81}U\x08filenameU\x01xsb."
    facts = read(stream)
    assert kinds(facts) == ["companion-file"]
    assert facts.format == "joblib"


def test_the_state_of_another_joblib_class_is_no_array(read):
    assert read(b"\x80\x02cjoblib.memory\nMemory\n)\x81}b.").complete
