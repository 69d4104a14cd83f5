"""Samples made to exhaust a reader: each ends soon, small, and with a true answer.

Each is read in a process of its own under a bound on CPU time that is far above what it takes, so
that a busy machine fails nothing; memory is bounded as promised.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import pickle
import random
import struct
import zlib

import pytest

MB = 1 << 20
READ = """
import resource, sys
resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
from pathlib import Path
from envguard.artifacts.formats import read_artifact
facts = read_artifact(Path(sys.argv[1]))
print(peak())
print(facts.format, facts.complete, *sorted({one.kind for one in facts.anomalies}))
print(len(facts.needs))
"""
LIMIT = "pickle False limit"
WHOLE = "pickle True"


def flood(unit: bytes, head: bytes = b"\x80\x04", tail: bytes = b"N.", size: int = 24 * MB):
    return lambda: head + unit * (size // len(unit)) + tail


def u4(number: int) -> bytes:
    return struct.pack("<I", number)


def u8(number: int) -> bytes:
    return struct.pack("<Q", number)


CALLEE = b"\x80\x04cm\nn\n\x94"
OBJECT = b"\x80\x04cm\nn\n)R"
FLOODS = {
    # Opcodes that leave nothing behind.
    "none-pop": (flood(b"N0"), LIMIT),
    "dup-pop": (flood(b"20", b"\x80\x04N"), LIMIT),
    "get-pop": (flood(b"h\x000", b"\x80\x04N\x94"), LIMIT),
    "put-over-again": (flood(b"q\x00", b"\x80\x04N"), LIMIT),
    "put-lines": (flood(b"p1\n", b"N"), LIMIT),
    "lists": (flood(b"]0"), LIMIT),
    "empty-marks": (flood(b"(1"), LIMIT),
    "tuples": (flood(b"(t0"), LIMIT),
    "items": (flood(b"(NNu", b"\x80\x04}"), LIMIT),
    "item": (flood(b"NNs", b"\x80\x04}"), LIMIT),
    "added-items": (flood(b"(N\x90", b"\x80\x04\x8f"), LIMIT),
    "frames": (flood(b"\x95" + u8(3) + b"NN0", size=48 * MB), LIMIT),
    "int-lines": (flood(b"I1\n0"), LIMIT),
    "float-lines": (flood(b"F1.5\n0"), LIMIT),
    "string-lines": (flood(b"S'a'\n0"), LIMIT),
    "text-lines": (flood(b"Va\n0"), LIMIT),
    "longs": (flood(b"\x8b\x01\0\0\0\x010"), LIMIT),
    "names": (flood(b"cos\nx\n0"), LIMIT),
    "stack-names": (flood(b"h\x00h\x00\x930", b"\x80\x04\x8c\x01a\x94"), LIMIT),
    "calls": (flood(b"h\x00)R0", CALLEE), LIMIT),
    "calls-with-arguments": (flood(b"h\x00(NNK\x01NNNNNtR0", CALLEE), LIMIT),
    "instances": (flood(b"(im\nn\n0"), LIMIT),
    "states": (flood(b"}b", OBJECT), LIMIT),
    "persistent-ids": (flood(b"NQ0"), "pickle False limit persistent-id"),
    # What piles up.
    "nones": (flood(b"N"), LIMIT),
    "numbers-of-one-list": (flood(b"K\x07", b"\x80\x04](", b"e."), LIMIT),
    "floats-of-one-list": (flood(b"G" + b"1" * 8, b"\x80\x04](", b"e."), LIMIT),
    "dup": (flood(b"2", b"\x80\x04N"), LIMIT),
    "marks": (flood(b"("), LIMIT),
    "memo": (flood(b"\x94", b"\x80\x04N"), LIMIT),
    "memoized-dicts": (flood(b"}\x940"), LIMIT),
    "memoized-tuples": (flood(b"\x85\x94", b"\x80\x04)"), LIMIT),
    "tuples-in-tuples": (flood(b"\x85", b"\x80\x04)"), LIMIT),
    "doubled-tuples": (flood(b"2\x86\x94", b"\x80\x04)"), LIMIT),
    "calls-of-calls": (flood(b")R", b"\x80\x04cm\nn\n"), LIMIT),
    "objects": (flood(b"h\x00)\x81", CALLEE), LIMIT),
    "state-in-state": (flood(b"}b", OBJECT, b".", MB), WHOLE),
    "dicts-in-dicts": (lambda: b"\x80\x04}\x94" + b"(N}\x94" * 4_000_000, LIMIT),
    "doubling-tuples": (lambda: b"\x80\x04)" + b"2\x86" * 300 + b"}2\x86.", WHOLE),
    "far-memo": (
        lambda: b"\x80\x02N" + b"".join(b"r" + u4(i * 100_000) for i in range(40_000)) + b".",
        WHOLE,
    ),
    "very-far-memo": (
        lambda: b"\x80\x02N" + b"".join(b"r" + u4(i * 1009) for i in range(4_000_000)) + b".",
        LIMIT,
    ),
    "memo-gaps": (
        lambda: b"\x80\x02N" + b"".join(b"r" + u4(i * 60_000) for i in range(40_000)) + b".",
        LIMIT,
    ),
    "different-names": (
        lambda: b"\x80\x02" + b"".join(b"ca%d\nx\n)R0" % i for i in range(250_000)) + b"N.",
        LIMIT,
    ),
    "long-names": (
        lambda: b"".join(
            b"cm%08d" % i + b"a" * 4000 + b"\n" + b"b" * 4000 + b"\n0" for i in range(5000)
        ),
        LIMIT,
    ),
    "attributes": (
        lambda: b"".join(b"cbuiltins\ngetattr\n(cos\nx\nU\x08%08dtR0" % i for i in range(200_000)),
        LIMIT,
    ),
    # Lengths and lines.
    "exbibytes": (lambda: b"\x80\x04\x8e" + u8(2**63 - 1) + b"x", "pickle False truncated"),
    "long-of-gigabytes": (
        lambda: b"\x80\x04\x8b\xff\xff\xff\x7f1.",
        "pickle False truncated",
    ),
    "long-of-negative-length": (
        lambda: b"\x80\x04\x8b\xff\xff\xff\xff1.",
        "pickle False bad-length",
    ),
    "frame-of-exbibytes": (
        lambda: b"\x80\x04\x95" + b"\xff" * 8 + b"N.",
        "pickle False truncated",
    ),
    "line-without-an-end": (lambda: b"\x80\x02I" + b"1" * (180 * MB), LIMIT),
    "text-without-an-end": (
        lambda: b"\x80\x02V" + b"1" * (180 * MB),
        "pickle False truncated",
    ),
    "long-text-as-a-name": (
        lambda: b"\x80\x04V" + b"1" * (15 * MB) + b"\np1\n0" + b"g1\ng1\n\x930" * 400_000 + b"N.",
        "pickle False computed-name limit",
    ),
    "float-of-15-million-digits": (lambda: b"\x80\x02F" + b"1" * (15 * MB) + b"x\n.", LIMIT),
}

STATE = b"}(" + b"".join(b"U\x05%05dN" % i for i in range(500))
DTYPE = (
    b"cnumpy\ndtype\n(U\x02f8K\x00K\x01tR(K\x03U\x01<NNN" + b"J\xff\xff\xff\xff" * 2 + b"K\x00tb"
)
CODE = b"(K\x00K\x00K\x00K\x00K\x01K\x40%s(Nt(U\x01at)U\x01fU\x01fU\x01fK\x01C\x00C\x00))t"
NAMES = b"(" + b"".join(b"U\x05%05d" % i for i in range(1000)) + b"tq\x010"
INNER = b"\x80\x04" + b"N0" * 20_000 + b"N."


def nested(levels: int, steps: int = 1000) -> bytes:
    stream = b"\x80\x04" + b"N0" * steps + b"N."
    for _ in range(levels):
        one = b"cpickle\nloads\n(B" + u4(len(stream)) + stream + b"tR0"
        stream = b"\x80\x04" + one * 2 + b"N."
    return stream


# Little work in the stream, much in what listens to it, unless it is bounded as well.
REPEATED = {
    "one-large-state": (
        flood(b"h\x00b", b"\x80\x02" + STATE + b"uq\x000csklearn.m\nx\n)R", b".", 6 * MB),
        LIMIT,
    ),
    "a-large-state-of-many-classes": (
        lambda: (
            b"\x80\x02"
            + STATE
            + b"uq\x000"
            + b"".join(b"csklearn.m\nx%d\n)Rh\x00b0" % (i % 5000) for i in range(300_000))
            + b"N."
        ),
        LIMIT,
    ),
    "one-array-wrapper": (
        flood(
            b"h\x00b",
            b"\x80\x02"
            + STATE
            + b"U\x05dtype"
            + DTYPE
            + b"U\x05shapeK\x00\x85uq\x000cjoblib.numpy_pickle\nNumpyArrayWrapper\n)R",
            b".",
            6 * MB,
        ),
        "joblib False limit",
    ),
    "one-large-dtype": (
        flood(
            b"h\x02b",
            b"\x80\x02"
            + NAMES
            + b"cnumpy\ndtype\n(U\x02V8K\x00K\x01tR(K\x03U\x01<Nh\x01N"
            + b"J\xff\xff\xff\xff" * 2
            + b"K\x00tq\x02b",
            b".",
            6 * MB,
        ),
        LIMIT,
    ),
    "shared-tuples-to-forget": (
        flood(
            b"]0}0",
            b"\x80\x02("
            + b"N" * 1000
            + b"tq\x000("
            + b"h\x00" * 1000
            + b"tq\x010("
            + b"h\x01" * 1000
            + b"tq\x020"
            + (b"(" + b"h\x02" * 64) * 12,
        ),
        LIMIT,
    ),
    "one-code-object": (
        flood(
            b"h\x02h\x01R0",
            b"\x80\x03" + CODE % b"C\x04d\x00S\x00" + b"q\x010ctypes\nCodeType\nq\x020",
        ),
        LIMIT,
    ),
    "bytecode-of-megabytes": (
        flood(
            b"h\x02h\x01R0",
            b"\x80\x03"
            + CODE % (b"B" + u4(MB) + b"\x90\xff" * (MB // 2))
            + b"q\x010ctypes\nCodeType\nq\x020",
            size=MB,
        ),
        "pickle False limit",
    ),
    "one-nested-pickle": (
        flood(
            b"h\x00h\x01\x85R0",
            b"\x80\x03cpickle\nloads\nq\x000B" + u4(len(INNER)) + INNER + b"q\x010",
        ),
        LIMIT,
    ),
    "a-nested-pickle-as-text": (
        flood(
            b"h\x00h\x02h\x01\x85R\x85R0",
            b"\x80\x03cpickle\nloads\nq\x000c_codecs\nencode\nq\x020X"
            + u4(len(INNER) - 2)
            + INNER[2:]
            + b"q\x010",
        ),
        LIMIT,
    ),
    "pickles-in-pickles": (lambda: nested(10), WHOLE),
    "pickles-in-pickles-without-end": (lambda: nested(13), LIMIT),
    "pickles-in-pickles-too-deep": (lambda: nested(18, 1), "pickle False limit"),
    "pickles-after-pickles": (
        flood(b"\x80\x04N."),
        "pickle False second-pickle trailing-data",
    ),
    "globals-of-functions": (
        flood(
            b"h\x02}q\x03h\x01\x86R0",
            b"\x80\x02" + STATE + b"uq\x010cdill._dill\n_setitems\nq\x020",
        ),
        "dill False limit",
    ),
    "arrays-with-absurd-shapes": (
        lambda: (
            b"\x80\x02cjoblib.numpy_pickle\nNumpyArrayWrapper\n)R}(U\x05dtype"
            + DTYPE
            + b"U\x05shape("
            + b"\x8a\x09"
            + b"\xff" * 8
            + b"\x00"
            + b"J\xff\xff\xff\x7f" * 30
            + b"tub."
        ),
        "joblib False shape-beyond-data",
    ),
}


def opcodes() -> bytes:
    return b"\x80\x04" + b"N0" * (100 * MB) + b"N."


def zeros() -> bytes:
    return b"\x80\x04B" + u4(300 * MB) + bytes(300 * MB) + b"."


COMPRESSED = {
    "zlib-of-opcodes": (lambda: zlib.compress(opcodes(), 9), "decompression-limit"),
    "gzip-of-opcodes": (lambda: gzip.compress(opcodes(), 9), "decompression-limit"),
    "bz2-of-opcodes": (lambda: bz2.compress(opcodes()), "decompression-limit"),
    "xz-of-opcodes": (lambda: lzma.compress(opcodes()), "decompression-limit"),
    "zlib-of-zeros": (lambda: zlib.compress(zeros(), 9), "decompression-limit"),
    "bz2-of-zeros": (lambda: bz2.compress(zeros()), "decompression-limit"),
    "xz-of-zeros": (lambda: lzma.compress(zeros()), "decompression-limit"),
}


@pytest.mark.parametrize("name", [*FLOODS, *REPEATED])
def test_a_hostile_sample_ends_soon_and_small_with_a_true_answer(tmp_path, measured, name):
    content, told = (FLOODS | REPEATED)[name]
    path = tmp_path / "hostile.pkl"
    path.write_bytes(content())
    memory, answer, _ = measured(READ, path)
    assert answer == told
    assert int(memory) < 200 * MB


@pytest.mark.parametrize("name", COMPRESSED)
def test_a_dump_that_unfolds_to_far_more_is_read_up_to_a_limit(tmp_path, measured, name):
    content, told = COMPRESSED[name]
    path = tmp_path / "hostile.pkl"
    path.write_bytes(content())
    memory, answer, _ = measured(READ, path)
    assert told in answer.split()
    assert answer.split()[1] == "False"
    assert int(memory) < 200 * MB


def graph(objects: int) -> bytes:
    one = b"h\x00)\x81\x94}\x94(\x8c\x04left\x94K\x01\x8c\x05right\x94J\0\0\1\0ub"
    return b"\x80\x04cm\nn\n\x94](" + one * objects + b"e."


LARGE = {
    "a-dict-of-a-million": lambda: pickle.dumps({f"k{i}": i for i in range(1_000_000)}, 4),
    "a-list-of-2-million-floats": lambda: pickle.dumps(
        [random.random() for _ in range(2_000_000)],
        4,
    ),
    "2-million-numbers": lambda: pickle.dumps(list(range(2_000_000)), 4),
    "100000-objects": lambda: graph(100_000),
    "300000-tuples": lambda: pickle.dumps([(i, 0.5, str(i)) for i in range(300_000)], 4),
}


@pytest.mark.parametrize("name", LARGE)
def test_a_large_artifact_is_read_whole_in_little_memory(tmp_path, measured, name):
    path = tmp_path / "large.pkl"
    path.write_bytes(LARGE[name]())
    memory, answer, _ = measured(READ + "\n", path)
    assert answer == WHOLE
    assert int(memory) < 100 * MB


def test_a_walk_that_is_cut_keeps_the_names_before(tmp_path, measured):
    path = tmp_path / "hostile.pkl"
    path.write_bytes(b"\x80\x04cos\nsystem\n0" + b"N0" * (12 * MB) + b"cos\nlater\n.")
    _, answer, needs = measured(READ, path)
    assert (answer, needs) == (LIMIT, "1")
