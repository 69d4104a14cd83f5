"""A pickle walked from its first opcode to STOP, with nothing built and nothing imported.

The machine keeps the stack, the marks and the memo as the real unpickler does, so that a name is
what really stands on the stack, however it came there. Payloads are stepped over unread, and a
constant is only its offset (``abstract_values``): memory does not grow with the payload.

Who wants more than names listens: to each call, and to each state that is set. The listener of
``built`` also says where the stream goes on, for formats that put raw data between opcodes.

Source: https://github.com/python/cpython/blob/main/Modules/_pickle.c (the load functions).
"""

from __future__ import annotations

import gc
import re
import struct
from itertools import repeat
from operator import length_hint
from typing import TYPE_CHECKING

from envguard.artifacts import bounds
from envguard.artifacts.abstract_values import OPAQUE, Entries
from envguard.artifacts.journal import MalformedError
from envguard.artifacts.memo import MOST_ENTRIES, MemoFullError
from envguard.artifacts.opcodes import (
    APPENDS,
    BINFLOAT,
    BINGET,
    BININT,
    BININT1,
    BININT2,
    BINPUT,
    BINUNICODE,
    EMPTY_DICT,
    EMPTY_LIST,
    EMPTY_TUPLE,
    FRAME,
    INTRODUCED,
    LONG_BINGET,
    LONG_BINPUT,
    MARK,
    MEMOIZE,
    NEWFALSE,
    NEWTRUE,
    NONE,
    SETITEMS,
    SHORT_BINUNICODE,
    STOP,
    TUPLE,
    TUPLE1,
    TUPLE2,
    TUPLE3,
    UINT4,
)
from envguard.artifacts.seldom_opcodes import EFFECTS

if TYPE_CHECKING:
    from envguard.artifacts.machine import Machine

_CHUNK = 1 << 15
"""So many opcodes are walked between two looks at what has grown."""
_SELDOM = 7
"""Steps that an opcode with a function of its own costs besides."""
_GROWN = 5
"""Steps that each container, or item of one, costs besides."""
_FLOATS = re.compile(rb"(?:G.{8}){2,}", re.DOTALL).match


def walk(machine: Machine, start: int) -> int:
    """The offset after the STOP of the pickle that starts here.

    Raises:
        MalformedError: the stream ends or breaks before STOP; the names so far are kept.
    """
    collects = gc.isenabled()
    gc.disable()  # it would go over all that is kept, again and again: bounds.check calls it
    try:
        return _loop(machine, start)
    except MemoFullError:
        text = f"more than {MOST_ENTRIES} memo entries, or gaps between them"
        raise MalformedError("limit", start, text) from None
    finally:
        if collects:
            gc.enable()


def _loop(machine: Machine, i: int) -> int:  # noqa: C901, PLR0912, PLR0915  (one loop: a call for each opcode would treble the time)
    buffer, marks, memo = machine.buffer, machine.marks, machine.memo
    codes, objects, dense = memo.codes, memo.objects, True
    stack, checkpoint, made, made_before = machine.stack, 0, 0, 0
    push = stack.append
    binary = short = modern = False
    newest = seldom = memoized_before = 0
    counter = repeat(None, 0)
    try:
        while True:
            counter = repeat(None, _CHUNK)
            for _ in counter:
                if i >= checkpoint:
                    machine.stack = stack
                    checkpoint = machine.pause(i)
                opcode = buffer[i]
                if opcode >= 0x80:  # noqa: PLR2004  (halves the comparisons)
                    if opcode == SHORT_BINUNICODE:
                        modern = True
                        at = i
                        push(i)
                        i += 2 + buffer[i + 1]
                        if i < checkpoint and buffer[i] == MEMOIZE and dense:
                            codes.append(at)
                            i += 1
                        continue
                    if opcode == MEMOIZE:
                        modern = True
                        value = stack[-1]
                        if not dense:
                            made += 1
                            memo.memoize(value)
                        elif type(value) is int:
                            codes.append(value)
                        elif value is OPAQUE:
                            codes.append(-1)
                        else:
                            made += 1
                            objects.append(value)
                            codes.append(-len(objects))
                        i += 1
                        continue
                    if TUPLE1 <= opcode <= NEWFALSE:
                        short = True
                        made += 1
                        if opcode == TUPLE2:
                            stack[-2:] = [(stack[-2], stack[-1])]
                        elif opcode == NEWTRUE or opcode == NEWFALSE:  # noqa: PLR1714, SIM109  (twice as fast)
                            push(i)
                        elif opcode == TUPLE3:
                            stack[-3:] = [(stack[-3], stack[-2], stack[-1])]
                        else:
                            stack[-1] = (stack[-1],)
                        i += 1
                        continue
                elif opcode == BINGET:
                    binary = True
                    if dense:
                        code = codes[buffer[i + 1]]
                        push(code if code >= 0 else objects[~code])
                    else:
                        push(memo.get(buffer[i + 1]))
                    i += 2
                    continue
                elif opcode == BININT1:
                    binary = True
                    push(i)
                    i += 2
                    continue
                elif opcode == BINFLOAT:
                    binary = True
                    if i + 9 < checkpoint and buffer[i + 9] == BINFLOAT:
                        run = _FLOATS(buffer, i, checkpoint)
                        if run is not None:
                            stack.extend(range(i, run.end(), 9))
                            i = run.end()
                            continue
                    push(i)
                    i += 9
                    continue
                elif opcode == MARK:
                    marks.append(stack)
                    stack = []
                    push = stack.append
                    i += 1
                    continue
                elif opcode == BININT:
                    binary = True
                    push(i)
                    i += 5
                    continue
                elif opcode == BININT2:
                    binary = True
                    push(i)
                    i += 3
                    continue
                elif opcode == SETITEMS or opcode == APPENDS:  # noqa: PLR1714, SIM109  (twice as fast)
                    binary = True
                    items, stack = stack, marks.pop()
                    push = stack.append
                    target = stack[-1]
                    made += 3  # dear, where there is little in them
                    if opcode == SETITEMS:
                        if len(items) & 1:
                            raise LookupError  # noqa: TRY301  (a key without its value)
                        if type(target) is Entries:
                            made += bounds.gather(target, items)
                    i += 1
                    continue
                elif opcode == LONG_BINGET:
                    binary = True
                    index = UINT4(buffer, i + 1)[0]
                    if dense:
                        code = codes[index]
                        push(code if code >= 0 else objects[~code])
                    else:
                        push(memo.get(index))
                    i += 5
                    continue
                elif opcode == EMPTY_DICT:
                    binary = True
                    made += 1
                    push(Entries([]))
                    i += 1
                    continue
                elif opcode == EMPTY_LIST:
                    binary = True
                    push(OPAQUE)
                    i += 1
                    continue
                elif opcode == NONE:
                    push(i)
                    i += 1
                    continue
                elif opcode == BINPUT or opcode == LONG_BINPUT:  # noqa: PLR1714, SIM109  (twice as fast)
                    binary = True
                    index = buffer[i + 1] if opcode == BINPUT else UINT4(buffer, i + 1)[0]
                    value = stack[-1]
                    if dense and index == len(codes):
                        codes.append(value if type(value) is int else memo.code(value))
                    else:
                        memo.put(index, value)
                        dense = memo.dense
                        seldom += 2
                    i += 2 if opcode == BINPUT else 5
                    continue
                elif opcode == BINUNICODE:
                    binary = True
                    push(i)
                    i += 5 + UINT4(buffer, i + 1)[0]
                    continue
                elif opcode == TUPLE:
                    items, stack = stack, marks.pop()
                    push = stack.append
                    push(tuple(items) if len(items) <= bounds.LONGEST_TUPLE else OPAQUE)
                    made += 1 + min(len(items), bounds.LONGEST_TUPLE)
                    i += 1
                    continue
                elif opcode == STOP:
                    machine.result = stack.pop()
                    return i + 1
                if opcode == EMPTY_TUPLE:
                    binary = True
                    push(())
                    i += 1
                    continue
                if INTRODUCED[opcode] > newest:  # noqa: PLR1730  (max takes three times as long)
                    newest = INTRODUCED[opcode]
                effect = EFFECTS.get(opcode)
                if effect is None:
                    raise MalformedError("bad-opcode", i, f"byte 0x{opcode:02x} is no opcode")
                machine.stack = stack
                made += 1
                seldom += 1
                i = effect(machine, i)
                stack = machine.stack
                push = stack.append
                dense = memo.dense
                if opcode == FRAME:
                    checkpoint = 0
            machine.stack, machine.made = stack, made
            grown = made - made_before
            memoized, memoized_before = len(codes) - memoized_before, len(codes)
            steps = _CHUNK + memoized + seldom * _SELDOM + grown * _GROWN
            machine.journal.effort.spend(steps, i)
            seldom = 0
            bounds.check(machine, i)
            made = made_before = machine.made
    except (LookupError, struct.error):
        raise machine.diagnosis(i) from None
    finally:
        machine.journal.effort.left -= _CHUNK - length_hint(counter) + seldom * _SELDOM
        machine.journal.uses(max(newest, modern * 4, short * 2, int(binary)))
