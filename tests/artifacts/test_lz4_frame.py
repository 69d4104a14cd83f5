from __future__ import annotations

import os
import pickle
import random

import lz4.frame
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envguard.artifacts.lz4_frame import Lz4Frame, unfold_block

SAMPLES = {
    "nothing": b"",
    "byte": b"x",
    "zeros": bytes(3_000_000),
    "noise": os.urandom(700_000),
    "text": pickle.dumps([{"name": str(i), "value": i * 1.5} for i in range(20_000)]),
    "digits": bytes(random.Random(0).choices(range(4), k=300_000)),
}
WAYS = [
    {},
    {"block_linked": False},
    {"block_checksum": True, "content_checksum": True},
    {"compression_level": 9},
    {"block_size": lz4.frame.BLOCKSIZE_MAX4MB},
    {"store_size": False},
]


def unfold(packed: bytes, piece: int = 1 << 18) -> bytes:
    frame, out, at = Lz4Frame(), b"", 0
    while not frame.eof:
        assert at < len(packed) or not frame.needs_input
        given = packed[at : at + piece] if frame.needs_input else b""
        at += len(given)
        out += frame.decompress(given, 1 << 18)
    assert frame.unused_data == b""
    return out


@pytest.mark.parametrize("way", WAYS, ids=str)
@pytest.mark.parametrize("name", SAMPLES)
def test_what_the_package_compresses_is_unfolded(name, way):
    assert unfold(lz4.frame.compress(SAMPLES[name], **way)) == SAMPLES[name]


@pytest.mark.parametrize("piece", [1, 7, 4096])
def test_the_data_may_come_in_pieces_of_any_size(piece):
    content = SAMPLES["text"][:30_000]
    assert unfold(lz4.frame.compress(content), piece) == content


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.binary(max_size=9), st.integers(0, 700))), st.booleans())
def test_any_bytes_come_back(parts, linked):
    content = b"".join(part * count for part, count in parts)
    assert unfold(lz4.frame.compress(content, block_linked=linked)) == content


def test_what_follows_the_frame_is_left_over():
    frame = Lz4Frame()
    assert frame.decompress(lz4.frame.compress(b"abc") + b"more", 1000) == b"abc"
    assert (frame.eof, frame.unused_data) == (True, b"more")


@pytest.mark.parametrize(
    "packed",
    [
        pytest.param(b"\x04\x22\x4d\x19" + bytes(20), id="another-mark"),
        pytest.param(b"\x04\x22\x4d\x18\x80\x40\0" + bytes(20), id="another-version"),
        pytest.param(b"\x04\x22\x4d\x18\x40\x10\0" + bytes(20), id="no-block-size"),
        pytest.param(b"\x04\x22\x4d\x18\x41\x40\0" + bytes(20), id="dictionary"),
        pytest.param(b"\x04\x22\x4d\x18\x40\x40\0\xff\xff\xff\x7f" + bytes(20), id="large-block"),
        pytest.param(b"\x04\x22\x4d\x18\x40\x40\0\x03\0\0\0\x01\xff\xff", id="before-the-start"),
        pytest.param(b"\x04\x22\x4d\x18\x40\x40\0\x01\0\0\0\xf0", id="ends-in-a-length"),
        pytest.param(b"\x04\x22\x4d\x18\x40\x40\0\x02\0\0\0\x50x", id="literals-beyond-the-end"),
    ],
)
def test_damaged_data_are_refused(packed):
    with pytest.raises(ValueError, match=r"LZ4|block"):
        Lz4Frame().decompress(packed, 1000)


def test_a_block_unfolds_to_no_more_than_it_may():
    block = b"\x1fx\x01\x00" + b"\xff" * 4000 + b"\x00\x00"
    with pytest.raises(ValueError, match="too much"):
        unfold_block(block, b"", 65_536)


def test_a_frame_cut_short_waits_for_more():
    packed = lz4.frame.compress(SAMPLES["digits"])
    frame = Lz4Frame()
    while frame.decompress(packed[:-9] if frame.needs_input else b"", 1 << 20):
        packed = b""
    assert not frame.eof
