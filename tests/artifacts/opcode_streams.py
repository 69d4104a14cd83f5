"""Streams of opcodes that hypothesis draws: valid ones, step by step, and damaged ones.

Every number drawn picks one of the opcodes that are possible where the stream stands, and its
argument, so that a failing stream shrinks well. What stands on the stack is followed by kinds,
as far as a real unpickler's demands go: a key must be hashable, what is called a class, and so on.
"""

from __future__ import annotations

import copyreg
import struct
from dataclasses import dataclass, field

from hypothesis import strategies as st

NAMES = (
    "os", "system", "posix.system", "builtins", "__builtin__", "eval", "collections", "OrderedDict",
    "copy_reg", "_reconstructor", "numpy", "ndarray", "m\u00f6del", "a.b.c", "", "x" * 40,
)  # fmt: skip
LINES = tuple(name for name in NAMES if name and "\n" not in name)
EXTENSION = (240, ("extension_module", "extension_name"))
MOST_LEAVES = 500
"""Tuples that share so many items are no keys: hashing them takes for ever."""


@dataclass(frozen=True)
class Thing:
    """What is known of a value on the stack."""

    kind: str
    hashable: bool = True
    leaves: int = 1


MARK = Thing("mark")
TEXT, NUMBER, BYTES, CLASS = Thing("text"), Thing("number"), Thing("bytes"), Thing("class")
OBJECT, BUFFER = Thing("object"), Thing("buffer", hashable=False)


def container(kind: str, items: list[Thing] | tuple[Thing, ...] = ()) -> Thing:
    leaves = 1 + sum(item.leaves for item in items)
    frozen = kind in {"tuple", "frozenset"}
    hashable = frozen and all(item.hashable for item in items) and leaves < MOST_LEAVES
    return Thing(kind, hashable, leaves)


@dataclass
class Stream:
    """The opcodes so far, and what stands on the stack after them."""

    parts: list[bytes] = field(default_factory=list)
    stack: list[Thing] = field(default_factory=list)
    memo: dict[int, Thing] = field(default_factory=dict)

    def push(self, part: bytes, thing: Thing) -> None:
        self.parts.append(part)
        self.stack.append(thing)

    def above(self) -> list[Thing]:
        """What stands above the topmost mark."""
        marks = [i for i, thing in enumerate(self.stack) if thing is MARK]
        return self.stack[marks[-1] + 1 :] if marks else self.stack

    def marked(self) -> bool:
        return MARK in self.stack

    def take_marked(self) -> list[Thing]:
        items = self.above()
        del self.stack[len(self.stack) - len(items) - 1 :]
        return items


def _line(text: str) -> bytes:
    return text.encode() + b"\n"


def _text(name: str) -> tuple[bytes, ...]:
    raw = name.encode()
    return (
        b"\x8c" + bytes([len(raw)]) + raw,
        b"X" + struct.pack("<I", len(raw)) + raw,
        b"\x8d" + struct.pack("<Q", len(raw)) + raw,
        b"V" + name.encode("raw-unicode-escape") + b"\n",
        *((b"S'" + raw + b"'\n", b"U" + bytes([len(raw)]) + raw) if name.isascii() else ()),
        *((b"T" + struct.pack("<i", len(raw)) + raw,) if name.isascii() else ()),
    )


TEXTS = tuple(form for name in NAMES for form in _text(name))
NUMBERS = (
    b"N", b"\x88", b"\x89", b"I01\n", b"I00\n", b"I-7\n", b"L12L\n", b"L5\n", b"F1.5\n", b"FNaN\n",
    b"K\x07", b"M\x07\x01", b"J\xff\xff\xff\xff", b"G" + struct.pack(">d", 2.5),
    b"G" + struct.pack(">d", 2.5) + b"0N", b"\x8a\x00", b"\x8a\x02\x01\x02",
    b"\x8b" + struct.pack("<i", 3) + b"abc",
)  # fmt: skip
OF_BYTES = (
    b"C\x02ab", b"B" + struct.pack("<I", 3) + b"c.\n", b"\x8e" + struct.pack("<Q", 1) + b"R",
    b"C\x00",
)  # fmt: skip


def _constants(stream: Stream, n: int) -> None:
    forms = [(part, TEXT) for part in TEXTS] + [(part, NUMBER) for part in NUMBERS]
    forms += [(part, BYTES) for part in OF_BYTES]
    forms += [(b"\x96" + struct.pack("<Q", 2) + b"cd", BUFFER), (b"\x97", BUFFER)]
    forms += [(b")", container("tuple")), (b"]", container("list")), (b"}", container("dict"))]
    forms += [(b"\x8f", container("set")), (b"(", MARK), (b"Pan id\n", OBJECT)]
    number = EXTENSION[0]
    forms += [(b"\x82" + bytes([number]), CLASS), (b"\x83" + struct.pack("<H", number), CLASS)]
    forms += [(b"\x84" + struct.pack("<i", number), CLASS)]
    part, thing = forms[n % len(forms)]
    stream.push(part, thing)


def _texts(stream: Stream, n: int) -> None:
    stream.push(TEXTS[n % len(TEXTS)], TEXT)


def _mark(stream: Stream, _: int) -> None:
    stream.push(b"(", MARK)


def _global(stream: Stream, n: int) -> None:
    module, name = LINES[n % len(LINES)], LINES[n // len(LINES) % len(LINES)]
    stream.push(b"c" + _line(module) + _line(name), CLASS)


def _instance(stream: Stream, n: int) -> None:
    stream.take_marked()
    module, name = LINES[n % len(LINES)], LINES[n // len(LINES) % len(LINES)]
    stream.push(b"i" + _line(module) + _line(name), OBJECT)


def _protocol(stream: Stream, n: int) -> None:
    stream.parts.append(b"\x80" + bytes([n % 6]))


def _stack_global(stream: Stream, _: int) -> None:
    del stream.stack[-2:]
    stream.push(b"\x93", CLASS)


def _call(stream: Stream, n: int) -> None:
    del stream.stack[-2:]
    stream.push((b"R", b"\x81")[n % 2], OBJECT)


def _call_with_keywords(stream: Stream, _: int) -> None:
    del stream.stack[-3:]
    stream.push(b"\x92", OBJECT)


def _object(stream: Stream, _: int) -> None:
    stream.take_marked()
    stream.push(b"o", OBJECT)


def _build(stream: Stream, _: int) -> None:
    stream.stack.pop()
    stream.parts.append(b"b")


def _few(stream: Stream, n: int) -> None:
    count = 1 + n % min(3, len(stream.above()))
    items = stream.stack[-count:]
    del stream.stack[-count:]
    stream.push(bytes([0x84 + count]), container("tuple", items))


def _collected(stream: Stream, n: int) -> None:
    part, kind = ((b"t", "tuple"), (b"l", "list"))[n % 2]
    stream.push(part, container(kind, stream.take_marked()))


def _frozen(stream: Stream, _: int) -> None:
    stream.push(b"\x91", container("frozenset", stream.take_marked()))


def _dict(stream: Stream, _: int) -> None:
    stream.push(b"d", container("dict", stream.take_marked()))


def _add_one(stream: Stream, _: int) -> None:
    item = stream.stack.pop()
    stream.stack[-1] = container(stream.stack[-1].kind, [stream.stack[-1], item])
    stream.parts.append(b"a")


def _set_one(stream: Stream, _: int) -> None:
    items = stream.stack[-2:]
    del stream.stack[-2:]
    stream.stack[-1] = container("full dict", [stream.stack[-1], *items])
    stream.parts.append(b"s")


def _add_many(part: bytes, kind: str):
    def add(stream: Stream, _: int) -> None:
        items = stream.take_marked()
        stream.stack[-1] = container(kind, [stream.stack[-1], *items])
        stream.parts.append(part)

    return add


def _pop(stream: Stream, _: int) -> None:
    stream.stack.pop()
    stream.parts.append(b"0")


def _pop_mark(stream: Stream, _: int) -> None:
    stream.take_marked()
    stream.parts.append(b"1")


def _duplicate(stream: Stream, _: int) -> None:
    stream.push(b"2", stream.stack[-1])


def _put(stream: Stream, n: int) -> None:
    index = (n // 4) % 400
    if n % 4 == 0:
        index = len(stream.memo)
        part = b"\x94"
    elif n % 4 == 1 and index < 256:
        part = b"q" + bytes([index])
    elif n % 4 == 2:
        part = b"r" + struct.pack("<I", index)
    else:
        part = b"p%d\n" % index
    stream.memo[index] = stream.stack[-1]
    stream.parts.append(part)


def _get(stream: Stream, n: int) -> None:
    index = sorted(stream.memo)[n // 3 % len(stream.memo)]
    if n % 3 == 0 and index < 256:
        part = b"h" + bytes([index])
    else:
        part = b"j" + struct.pack("<I", index) if n % 3 == 1 else b"g%d\n" % index
    stream.push(part, stream.memo[index])


def _persistent(stream: Stream, _: int) -> None:
    stream.stack[-1] = OBJECT
    stream.parts.append(b"Q")


def _read_only(stream: Stream, _: int) -> None:
    stream.stack[-1] = BUFFER
    stream.parts.append(b"\x98")


def possible(stream: Stream) -> list:
    """The steps that a stream can take from here."""
    above, stack = stream.above(), stream.stack
    kinds = [thing.kind for thing in above]
    steps = [_constants, _texts, _mark, _global, _protocol]
    steps += [_pop] if stack else []
    if above:
        steps += [_few, _duplicate, _put, _persistent]
        steps += [_read_only] if kinds[-1] in {"bytes", "buffer"} else []
    steps += [_get] if stream.memo else []
    steps += [_stack_global] * 3 if kinds[-2:] == ["text", "text"] else []
    steps += [_call] * 4 if kinds[-2:] == ["class", "tuple"] else []
    steps += [_call_with_keywords] * 4 if kinds[-3:] == ["class", "tuple", "dict"] else []
    steps += [_build] * 2 if kinds[-2:-1] == ["object"] else []
    steps += [_add_one] * 2 if kinds[-2:-1] == ["list"] else []
    if len(kinds) > 2 and kinds[-3] in {"dict", "full dict"} and above[-2].hashable:
        steps.append(_set_one)
    if stream.marked():
        steps += [_collected, _pop_mark, _instance]
        steps += [_object] * 3 if kinds[:1] == ["class"] else []
        steps += [_frozen] if all(thing.hashable for thing in above) else []
        below = stack[len(stack) - len(above) - 2 : len(stack) - len(above) - 1]
        steps += _into(below, above)
    return steps


def _into(below: list[Thing], above: list[Thing]) -> list:
    """The steps that put all above the mark into what stands below it."""
    kind = below[0].kind if below else ""
    even = not len(above) % 2 and all(thing.hashable for thing in above[::2])
    steps = [_dict] if even else []
    steps += [_add_many(b"e", "list")] * 2 if kind == "list" else []
    steps += [_add_many(b"u", "full dict")] * 2 if even and kind in {"dict", "full dict"} else []
    hashable = all(thing.hashable for thing in above)
    steps += [_add_many(b"\x90", "set")] * 2 if kind == "set" and hashable else []
    return steps


def stream_of(numbers: list[int], frames: list[int]) -> bytes:
    """The whole stream that numbers stand for; ``frames`` tells how many opcodes each one holds."""
    stream = Stream()
    for number in numbers:
        steps = possible(stream)
        steps[number % len(steps)](stream, number // len(steps))
    if not stream.above():
        stream.push(b"N", NUMBER)
    stream.parts.append(b".")
    return _framed(stream.parts, frames)


def _framed(parts: list[bytes], frames: list[int]) -> bytes:
    out, rest = [], list(parts)
    for count in frames:
        inside, rest = rest[:count], rest[count:]
        if inside:
            content = b"".join(inside)
            out += [b"\x95" + struct.pack("<Q", len(content)), content]
    return b"".join(out + rest)


def streams() -> st.SearchStrategy[bytes]:
    """Streams that a real unpickler loads."""
    numbers = st.lists(st.integers(0, 1 << 20), max_size=60)
    frames = st.just([]) | st.lists(st.integers(1, 20), max_size=3)
    return st.builds(stream_of, numbers, frames)


@st.composite
def damaged_streams(draw) -> bytes:
    """The same with some bytes changed, taken out, put in or doubled."""
    content = bytearray(draw(streams()))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(content)))
        kind = draw(st.sampled_from(["set", "cut", "put", "double"]))
        size = draw(st.integers(1, 4))
        if kind == "set":
            content[at : at + 1] = bytes([draw(st.integers(0, 255))])
        elif kind == "cut":
            del content[at : at + size]
        elif kind == "put":
            content[at:at] = draw(st.binary(min_size=size, max_size=size))
        else:
            content[at:at] = content[at : at + size * 4]
    return bytes(content)


def register_extension() -> None:
    """Gives the extension code of the streams its name."""
    number, pair = EXTENSION
    copyreg._inverted_registry[number] = pair


def forget_extension() -> None:
    """Takes it back, and what the unpickler remembers of it."""
    copyreg._inverted_registry.pop(EXTENSION[0], None)
    copyreg._extension_cache.pop(EXTENSION[0], None)
