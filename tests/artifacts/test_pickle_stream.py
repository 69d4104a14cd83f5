from __future__ import annotations

import datetime as dt
import pickle
import struct

import pytest

NAME = b"\x8c\x09posixpath\x8c\x04join\x93"


def text(value: str) -> bytes:
    raw = value.encode()
    return b"\x8c" + bytes([len(raw)]) + raw


@pytest.mark.parametrize(
    ("stream", "found"),
    [
        pytest.param(b"cos\nsystem\n.", ("os", "system"), id="global"),
        pytest.param(b"\x80\x04" + NAME + b".", ("posixpath", "join"), id="stack-global"),
        pytest.param(
            b"\x80\x04" + text("os") + text("decoy") + b"0" + text("x.y") + b"\x93.",
            ("os", "x.y"),
            id="a-popped-decoy-and-a-dotted-name",
        ),
        pytest.param(
            b"\x80\x04" + text("a") + b"\x94" + text("b") + b"\x94h\x00h\x01\x93.",
            ("a", "b"),
            id="names-from-the-memo",
        ),
        pytest.param(
            b"\x80\x04" + text("a") + text("b") + b"(" + text("c") + b"1\x93.",
            ("a", "b"),
            id="pop-mark-over-a-decoy",
        ),
        pytest.param(b"\x80\x04" + text("a") + b"2\x93.", ("a", "a"), id="dup"),
        pytest.param(
            b"\x80\x04" + text("a") + text("b") + b"(0\x93.", ("a", "b"), id="pop-of-a-mark"
        ),
        pytest.param(
            b"\x80\x04" + text("x") + b"q\x000" + text("m") + b"q\x000h\x00" + text("n") + b"\x93.",
            ("m", "n"),
            id="a-memo-entry-put-twice",
        ),
        pytest.param(
            b"\x80\x04" + text("m") + b"q\x05" + b"\x94" + b"0h\x01" + text("n") + b"\x93.",
            ("m", "n"),
            id="memoize-counts-entries-not-the-highest-index",
        ),
        pytest.param(
            b"\x80\x04" + text("m") + b"r\xff\xff\xff\x7f0j\xff\xff\xff\x7f" + text("n") + b"\x93.",
            ("m", "n"),
            id="an-index-far-away",
        ),
        pytest.param(
            b"\x80\x02Nr\x02\0\0\0r\x03\0\0\0r\x01\0\0\0r\0\0\0\0U\x01m\x940h\x04U\x01n\x93.",
            ("m", "n"),
            id="a-gap-in-the-memo-that-is-filled",
        ),
        pytest.param(
            b"\x80\x02Nr\0\0\x01\x7fU\x01mr\0\0\x01\x7f0j\0\0\x01\x7fU\x01n\x93.",
            ("m", "n"),
            id="a-far-entry-put-twice",
        ),
        pytest.param(b"S'm'\np7\n0g7\nVn\n\x93.", ("m", "n"), id="text-lines-and-memo-lines"),
        pytest.param(b"U\x01mT\x01\0\0\0n\x93.", ("m", "n"), id="old-binary-strings"),
        pytest.param(
            b"X\x01\0\0\0m\x8d\x01\0\0\0\0\0\0\0n\x93.", ("m", "n"), id="long-binary-text"
        ),
        pytest.param(b"V\\u006d\nS'\\x6e'\n\x93.", ("m", "n"), id="escapes-are-decoded"),
    ],
)
def test_a_name_is_what_stands_on_the_stack(read, names, stream, found):
    facts = read(stream)
    assert names(facts) == {found}
    assert facts.complete


@pytest.mark.parametrize(
    ("stream", "found"),
    [
        (b"c__builtin__\nxrange\n.", ("builtins", "range")),
        (b"\x80\x02ccopy_reg\n_reconstructor\n.", ("copyreg", "_reconstructor")),
        (b"\x80\x02cStringIO\nStringIO\n.", ("io", "StringIO")),
        (b"\x80\x03c__builtin__\nxrange\n.", ("__builtin__", "xrange")),
        (b"\x80\x04" + text("copy_reg") + text("x") + b"\x93.", ("copy_reg", "x")),
        (b"\x80\x04\x80\x02c__builtin__\nlist\n.", ("builtins", "list")),
    ],
)
def test_old_names_are_mapped_where_the_declared_protocol_is_below_3(read, names, stream, found):
    assert names(read(stream)) == {found}


@pytest.mark.parametrize(
    ("stream", "kind"),
    [
        (b"cm\nn\n.", "reference"),
        (b"cm\nn\n)R.", "call"),
        (b"\x80\x02cm\nn\n)\x81.", "call"),
        (b"\x80\x04cm\nn\n)}\x92.", "call"),
        (b"(I1\nim\nn\n.", "call"),
        (b"(cm\nn\nK\x01o.", "call"),
        (b"\x80\x04cm\nn\n\x94h\x00)R.", "call"),
        (b"ccopy_reg\n_reconstructor\n(cm\nn\nc__builtin__\nobject\nNtR.", "call"),
        (b"cm\nf\n(cm\nn\ntR.", "reference"),
        (b"cm\n__pyx_unpickle_X\n(cm\nn\nI1\nNtR.", "call"),
    ],
)
def test_a_called_name_is_told_from_one_that_is_only_referred_to(read, stream, kind):
    kinds = {need.name: need.kind for need in read(stream).needs}
    assert kinds["n"] == kind


@pytest.mark.parametrize(
    ("stream", "protocol"),
    [
        (pickle.dumps([1, "a"], 0), 0),
        (pickle.dumps([1, "a"], 1), 1),
        (pickle.dumps((1, "a"), 2), 2),
        (pickle.dumps(b"a", 3), 3),
        (pickle.dumps([1, "a"], 4), 4),
        (pickle.dumps(bytearray(b"a"), 5), 5),
        (b"\x80\x02\x8c\x01a.", 4),
        (b"\x88.", 2),
        (b"\x80\x02\x96\x00\0\0\0\0\0\0\0.", 5),
    ],
)
def test_the_protocol_is_the_highest_that_an_opcode_or_its_declaration_needs(
    read, stream, protocol
):
    assert read(stream).protocol == protocol


@pytest.mark.parametrize(
    ("stream", "kind", "offset"),
    [
        pytest.param(b"\x80\x04", "truncated", 2, id="nothing-after-proto"),
        pytest.param(b"\x80\x04" + NAME, "truncated", 20, id="no-stop"),
        pytest.param(b"\x80\x04K", "truncated", 3, id="argument-missing"),
        pytest.param(b"\x80\x04\x8c", "truncated", 2, id="length-missing"),
        pytest.param(b"\x80\x04X\x01\0", "truncated", 2, id="half-a-length"),
        pytest.param(b"\x80\x04\x8e" + b"\xff" * 8, "truncated", 11, id="length-beyond-the-data"),
        pytest.param(b"\x80\x04cos\n", "truncated", 5, id="half-a-global"),
        pytest.param(b"\x80\x04\xff.", "bad-opcode", 2, id="bad-opcode"),
        pytest.param(b"\x80\x040.", "stack-underflow", 2, id="pop-of-nothing"),
        pytest.param(b"\x80\x04.", "stack-underflow", 2, id="stop-of-nothing"),
        pytest.param(b"\x80\x04Ka(\x86.", "stack-underflow", 5, id="a-tuple-across-a-mark"),
        pytest.param(b"\x80\x04Kae.", "stack-underflow", 4, id="no-mark"),
        pytest.param(b"\x80\x04(\x90.", "stack-underflow", 3, id="items-into-nothing"),
        pytest.param(b"\x80\x04Kaa.", "stack-underflow", 4, id="append-to-nothing"),
        pytest.param(b"\x80\x04(o.", "stack-underflow", 3, id="object-of-nothing"),
        pytest.param(b"\x80\x04h\x00.", "unknown-memo", 2, id="memo-entry-never-written"),
        pytest.param(b"\x80\x04j\0\0\0\1.", "unknown-memo", 2, id="long-memo-entry-never-written"),
        pytest.param(b"\x80\x04Nr\x05\0\0\0j\x03\0\0\0.", "unknown-memo", 8, id="memo-gap"),
        pytest.param(b"\x80\x04g1\n.", "unknown-memo", 2, id="memo-line-never-written"),
        pytest.param(b"\x80\x04gx\n.", "bad-line", 2, id="memo-line-no-number"),
        pytest.param(b"\x80\x04S'x\n.", "bad-line", 2, id="string-not-quoted"),
        pytest.param(b"\x80\x04Ix\n.", "bad-line", 2, id="integer-no-number"),
        pytest.param(b"\x80\x04Fx\n.", "bad-line", 2, id="float-no-number"),
        pytest.param(b"\x80\x04I" + b"1" * (17 << 20) + b"\n.", "limit", 2, id="endless-line"),
        pytest.param(b"\x80\x04T\xff\xff\xff\xff.", "bad-length", 2, id="negative-length"),
        pytest.param(b"\x80\x04)." + b"junk", "trailing-data", 4, id="junk-after-stop"),
        pytest.param(b"\x80\x04).\x80\x04N.", "second-pickle", 4, id="second-pickle"),
        pytest.param(b"\x80\x04).\x80\x04NN", "second-pickle", 4, id="broken-second-pickle"),
        pytest.param(b"\x80\x06N.", "bad-protocol", 0, id="protocol-6"),
        pytest.param(b"\x80\x04\x82\x01.", "extension-code", 2, id="ext1"),
        pytest.param(b"\x80\x04\x83\x01\x02.", "extension-code", 2, id="ext2"),
        pytest.param(b"\x80\x04\x84\x01\0\0\0.", "extension-code", 2, id="ext4"),
        pytest.param(b"\x80\x04Pid\n.", "persistent-id", 2, id="persistent-line"),
        pytest.param(b"\x80\x04NQ.", "persistent-id", 3, id="persistent-object"),
        pytest.param(b"\x80\x05\x97.", "out-of-band-buffer", 2, id="out-of-band"),
        pytest.param(b"\x80\x05\x97\x98.", "out-of-band-buffer", 2, id="read-only-out-of-band"),
        pytest.param(b"\x80\x04S'm\\x'\nVn\n\x93.", "computed-name", 12, id="bad-escape"),
        pytest.param(b"\x80\x04Vm\nV\\u00\n\x93.", "computed-name", 11, id="bad-unicode-escape"),
        pytest.param(b"\x80\x04U\x01m" + b"I9\n\x93.", "computed-name", 8, id="number-for-a-name"),
        pytest.param(b"\x80\x04NN\x93.", "computed-name", 4, id="names-that-are-no-text"),
        pytest.param(b"\x80\x04c\xff\nx\n.", "computed-name", 2, id="name-not-utf-8"),
        pytest.param(b"\x80\x04c" + b"m" * 5000 + b"\nx\n.", "computed-name", 2, id="huge-name"),
        pytest.param(b"\x80\x04cm\nn\n}b.", "build-on-name", 8, id="state-of-a-class"),
    ],
)
def test_what_a_clean_pickle_does_not_have_is_told_with_its_offset(read, stream, kind, offset):
    facts = read(stream)
    assert (kind, offset) in [(one.kind, one.offset) for one in facts.anomalies]
    assert facts.format == "pickle"
    assert not facts.complete


def test_names_before_a_break_are_kept(read, names):
    facts = read(b"\x80\x04" + NAME + b"\xff")
    assert names(facts) == {("posixpath", "join")}
    assert not facts.complete


def test_names_of_a_second_pickle_are_told(read, names):
    assert names(read(b"\x80\x04N.\x80\x04" + NAME + b".")) == {("posixpath", "join")}


def test_names_in_junk_after_a_pickle_are_not_told(read, names, kinds):
    facts = read(b"\x80\x04N.cjunk\nname\nxx")
    assert names(facts) == set()
    assert kinds(facts) == ["trailing-data"]


def test_many_pickles_after_the_first_end_the_walk(read, kinds):
    facts = read(b"\x80\x04N." * 100)
    assert kinds(facts).count("second-pickle") == 64
    assert "trailing-data" in kinds(facts)


def frame(content: bytes, length: int | None = None) -> bytes:
    return b"\x95" + struct.pack("<Q", len(content) if length is None else length) + content


def test_frames_that_end_between_opcodes_are_clean(read):
    assert read(b"\x80\x04" + frame(b"K\x01") + frame(b"K\x020") + b".").complete


def test_a_frame_that_ends_within_an_opcode_is_told_and_walked_on(read, names):
    facts = read(b"\x80\x04" + frame(NAME + b".", 5))
    assert [(one.kind, one.offset) for one in facts.anomalies] == [("frame-straddling", 16)]
    assert names(facts) == {("posixpath", "join")}


def test_a_frame_inside_a_frame_is_told(read, kinds):
    assert "frame-straddling" in kinds(read(b"\x80\x04" + frame(frame(b"N") + b"0N.")))


def test_a_frame_beyond_the_data_is_told_and_walked_on(read, names, kinds):
    facts = read(b"\x80\x04" + frame(NAME + b".", 2**62))
    assert kinds(facts) == ["truncated"]
    assert names(facts) == {("posixpath", "join")}


@pytest.mark.parametrize("protocol", range(6))
def test_every_kind_of_object_is_walked_whole(read, names, protocol):
    class_of_all = [
        1,
        -5,
        300,
        70_000,
        2**40,
        -(2**70),
        2**3000,
        1.5,
        float("inf"),
        None,
        True,
        False,
        "text",
        "ü\n\\",
        "x" * 70_000,
        b"",
        b"x" * 300,
        b"x" * 70_000,
        bytearray(b"abc"),
        (),
        (1,),
        (1, 2),
        (1, 2, 3),
        (1, 2, 3, 4),
        [1],
        {"k": "v"},
        {1, 2},
        frozenset([1]),
        [0.5] * 3000,
        {str(i): i for i in range(3000)},
        complex(1, 2),
        slice(1, 2),
        range(3),
        dt.datetime(2020, 1, 1),  # noqa: DTZ001  (any datetime)
    ]
    class_of_all.append(class_of_all)
    facts = read(pickle.dumps(class_of_all, protocol))
    assert facts.complete, facts.anomalies
    assert ("datetime", "datetime") in names(facts)


def test_a_boolean_of_protocol_0_is_no_number(read):
    facts = read(b"cm\nn\n(I01\nI7\nL8L\nI0x10\nL" + b"9" * 30 + b"L\ntR.")
    told = ("bool:True", "int:7", "int:8", "other", "other")
    assert [one.arguments for one in facts.constructors] == [told]
