"""Which opcodes each CPython has, by name, and when a name changed its meaning.

Source: ``opcode.opmap`` of each release, a test compares them with the interpreters on the
machine; for the changes of meaning https://docs.python.org/3/library/dis.html and
``Python/ceval.c`` (``bytecodes.c`` since 3.12) of both releases.
"""

from __future__ import annotations

_NONE = "-"
_CHANGES = (
    (
        "3.6",
        (
            "1 POP_TOP ROT_TWO ROT_THREE DUP_TOP DUP_TOP_TWO 9 NOP UNARY_POSITIVE UNARY_NEGATIVE "
            "UNARY_NOT 15 UNARY_INVERT BINARY_MATRIX_MULTIPLY INPLACE_MATRIX_MULTIPLY 19 "
            "BINARY_POWER BINARY_MULTIPLY 22 BINARY_MODULO BINARY_ADD BINARY_SUBTRACT "
            "BINARY_SUBSCR BINARY_FLOOR_DIVIDE BINARY_TRUE_DIVIDE INPLACE_FLOOR_DIVIDE "
            "INPLACE_TRUE_DIVIDE 50 GET_AITER GET_ANEXT BEFORE_ASYNC_WITH 55 INPLACE_ADD "
            "INPLACE_SUBTRACT INPLACE_MULTIPLY 59 INPLACE_MODULO STORE_SUBSCR DELETE_SUBSCR "
            "BINARY_LSHIFT BINARY_RSHIFT BINARY_AND BINARY_XOR BINARY_OR INPLACE_POWER GET_ITER "
            "GET_YIELD_FROM_ITER PRINT_EXPR LOAD_BUILD_CLASS YIELD_FROM GET_AWAITABLE 75 "
            "INPLACE_LSHIFT INPLACE_RSHIFT INPLACE_AND INPLACE_XOR INPLACE_OR BREAK_LOOP "
            "WITH_CLEANUP_START WITH_CLEANUP_FINISH RETURN_VALUE IMPORT_STAR SETUP_ANNOTATIONS "
            "YIELD_VALUE POP_BLOCK END_FINALLY POP_EXCEPT STORE_NAME DELETE_NAME UNPACK_SEQUENCE "
            "FOR_ITER UNPACK_EX STORE_ATTR DELETE_ATTR STORE_GLOBAL DELETE_GLOBAL 100 LOAD_CONST "
            "LOAD_NAME BUILD_TUPLE BUILD_LIST BUILD_SET BUILD_MAP LOAD_ATTR COMPARE_OP "
            "IMPORT_NAME IMPORT_FROM JUMP_FORWARD JUMP_IF_FALSE_OR_POP JUMP_IF_TRUE_OR_POP "
            "JUMP_ABSOLUTE POP_JUMP_IF_FALSE POP_JUMP_IF_TRUE LOAD_GLOBAL 119 CONTINUE_LOOP "
            "SETUP_LOOP SETUP_EXCEPT SETUP_FINALLY 124 LOAD_FAST STORE_FAST DELETE_FAST "
            "STORE_ANNOTATION 130 RAISE_VARARGS CALL_FUNCTION MAKE_FUNCTION BUILD_SLICE 135 "
            "LOAD_CLOSURE LOAD_DEREF STORE_DEREF DELETE_DEREF 141 CALL_FUNCTION_KW "
            "CALL_FUNCTION_EX SETUP_WITH EXTENDED_ARG LIST_APPEND SET_ADD MAP_ADD LOAD_CLASSDEREF "
            "BUILD_LIST_UNPACK BUILD_MAP_UNPACK BUILD_MAP_UNPACK_WITH_CALL BUILD_TUPLE_UNPACK "
            "BUILD_SET_UNPACK SETUP_ASYNC_WITH FORMAT_VALUE BUILD_CONST_KEY_MAP BUILD_STRING "
            "BUILD_TUPLE_UNPACK_WITH_CALL "
        ),
    ),
    (
        "3.7",
        "127 - 160 LOAD_METHOD CALL_METHOD ",
    ),
    (
        "3.8",
        "6 ROT_FOUR 53 BEGIN_FINALLY END_ASYNC_FOR 80 - 119 - - - 162 CALL_FINALLY POP_FINALLY ",
    ),
    (
        "3.9",
        (
            "48 RERAISE WITH_EXCEPT_START 53 - 74 LOAD_ASSERTION_ERROR 81 - LIST_TO_TUPLE 88 - "
            "117 IS_OP CONTAINS_OP 121 JUMP_IF_NOT_EXC_MATCH 149 - - - - - 158 - 162 LIST_EXTEND "
            "SET_UPDATE DICT_MERGE DICT_UPDATE "
        ),
    ),
    (
        "3.10",
        (
            "30 GET_LEN MATCH_MAPPING MATCH_SEQUENCE MATCH_KEYS COPY_DICT_WITHOUT_KEYS 48 - 99 "
            "ROT_N 119 RERAISE 129 GEN_START 152 MATCH_CLASS "
        ),
    ),
    (
        "3.11",
        (
            "0 CACHE 2 PUSH_NULL - - - - 16 - - 19 - - 22 - - - 26 - - - - 34 - PUSH_EXC_INFO "
            "CHECK_EXC_MATCH CHECK_EG_MATCH 53 BEFORE_WITH 55 - - - 59 - 62 - - - - - - 72 - - 75 "
            "RETURN_GENERATOR - - - - 87 ASYNC_GEN_WRAP PREP_RERAISE_STAR 99 SWAP 113 - "
            "POP_JUMP_FORWARD_IF_FALSE POP_JUMP_FORWARD_IF_TRUE 120 COPY - BINARY_OP SEND 128 "
            "POP_JUMP_FORWARD_IF_NOT_NONE POP_JUMP_FORWARD_IF_NONE 131 GET_AWAITABLE 134 "
            "JUMP_BACKWARD_NO_INTERRUPT MAKE_CELL LOAD_CLOSURE LOAD_DEREF STORE_DEREF "
            "DELETE_DEREF JUMP_BACKWARD - 143 - 149 COPY_FREE_VARS 151 RESUME 154 - 161 - 166 "
            "PRECALL 171 CALL KW_NAMES POP_JUMP_BACKWARD_IF_NOT_NONE POP_JUMP_BACKWARD_IF_NONE "
            "POP_JUMP_BACKWARD_IF_FALSE POP_JUMP_BACKWARD_IF_TRUE "
        ),
    ),
    (
        "3.12",
        (
            "3 INTERPRETER_EXIT END_FOR END_SEND 10 - 17 RESERVED 26 BINARY_SLICE STORE_SLICE 55 "
            "CLEANUP_THROW 70 - 82 - 84 - 86 - LOAD_LOCALS - 111 - - 114 POP_JUMP_IF_FALSE "
            "POP_JUMP_IF_TRUE 121 RETURN_CONST 127 LOAD_FAST_CHECK POP_JUMP_IF_NOT_NONE "
            "POP_JUMP_IF_NONE 141 LOAD_SUPER_ATTR 143 LOAD_FAST_AND_CLEAR 148 - 150 YIELD_VALUE "
            "160 - 166 - 173 CALL_INTRINSIC_1 CALL_INTRINSIC_2 LOAD_FROM_DICT_OR_GLOBALS "
            "LOAD_FROM_DICT_OR_DEREF "
        ),
    ),
    (
        "3.13",
        (
            "0 CACHE BEFORE_ASYNC_WITH BEFORE_WITH 4 BINARY_SLICE BINARY_SUBSCR CHECK_EG_MATCH "
            "CHECK_EXC_MATCH CLEANUP_THROW DELETE_SUBSCR END_ASYNC_FOR END_FOR END_SEND "
            "EXIT_INIT_CHECK FORMAT_SIMPLE FORMAT_WITH_SPEC GET_AITER RESERVED GET_ANEXT GET_ITER "
            "GET_LEN GET_YIELD_FROM_ITER INTERPRETER_EXIT LOAD_ASSERTION_ERROR LOAD_BUILD_CLASS "
            "LOAD_LOCALS MAKE_FUNCTION MATCH_KEYS MATCH_MAPPING MATCH_SEQUENCE NOP POP_EXCEPT "
            "POP_TOP PUSH_EXC_INFO PUSH_NULL RETURN_GENERATOR RETURN_VALUE SETUP_ANNOTATIONS "
            "STORE_SLICE STORE_SUBSCR TO_BOOL UNARY_INVERT UNARY_NEGATIVE UNARY_NOT "
            "WITH_EXCEPT_START BINARY_OP BUILD_CONST_KEY_MAP BUILD_LIST BUILD_MAP BUILD_SET "
            "BUILD_SLICE BUILD_STRING BUILD_TUPLE CALL CALL_FUNCTION_EX CALL_INTRINSIC_1 "
            "CALL_INTRINSIC_2 CALL_KW COMPARE_OP CONTAINS_OP CONVERT_VALUE COPY COPY_FREE_VARS "
            "DELETE_ATTR DELETE_DEREF DELETE_FAST DELETE_GLOBAL DELETE_NAME DICT_MERGE "
            "DICT_UPDATE ENTER_EXECUTOR EXTENDED_ARG FOR_ITER GET_AWAITABLE IMPORT_FROM "
            "IMPORT_NAME IS_OP JUMP_BACKWARD JUMP_BACKWARD_NO_INTERRUPT JUMP_FORWARD LIST_APPEND "
            "LIST_EXTEND LOAD_ATTR LOAD_CONST LOAD_DEREF LOAD_FAST LOAD_FAST_AND_CLEAR "
            "LOAD_FAST_CHECK LOAD_FAST_LOAD_FAST LOAD_FROM_DICT_OR_DEREF "
            "LOAD_FROM_DICT_OR_GLOBALS LOAD_GLOBAL LOAD_NAME LOAD_SUPER_ATTR MAKE_CELL MAP_ADD "
            "MATCH_CLASS POP_JUMP_IF_FALSE POP_JUMP_IF_NONE POP_JUMP_IF_NOT_NONE POP_JUMP_IF_TRUE "
            "RAISE_VARARGS RERAISE RETURN_CONST SEND SET_ADD SET_FUNCTION_ATTRIBUTE SET_UPDATE "
            "STORE_ATTR STORE_DEREF STORE_FAST STORE_FAST_LOAD_FAST STORE_FAST_STORE_FAST "
            "STORE_GLOBAL STORE_NAME SWAP UNPACK_EX UNPACK_SEQUENCE YIELD_VALUE 149 RESUME "
        ),
    ),
)
"""Release, and what it changed: a number, then the names from there on; ``-`` takes one away.

3.13 numbered nearly all of them anew and stands whole.
"""
_NUMBERED_ANEW = "3.13"

MEANING_CHANGED = {
    # Absolute before 3.11, in bytes before 3.10.
    "JUMP_IF_FALSE_OR_POP": ("3.10", "3.11"),
    "JUMP_IF_TRUE_OR_POP": ("3.10", "3.11"),
    "JUMP_ABSOLUTE": ("3.10",),
    "POP_JUMP_IF_FALSE": ("3.10", "3.12"),
    "POP_JUMP_IF_TRUE": ("3.10", "3.12"),
    "JUMP_IF_NOT_EXC_MATCH": ("3.10",),
    "JUMP_FORWARD": ("3.10",),
    "FOR_ITER": ("3.10", "3.12"),
    "SETUP_WITH": ("3.10",),
    "SETUP_FINALLY": ("3.10",),
    "SETUP_ASYNC_WITH": ("3.10",),
    "SEND": ("3.12",),
    # What END_FINALLY finds on the stack where nothing was raised.
    "END_FINALLY": ("3.8",),
    "WITH_CLEANUP_START": ("3.8",),
    "WITH_CLEANUP_FINISH": ("3.8",),
    # Key and value changed places (PEP 572).
    "MAP_ADD": ("3.8",),
    # The name of the function is no longer on the stack; later flags became an opcode.
    "MAKE_FUNCTION": ("3.11", "3.13"),
    # A callable stands above a NULL.
    "CALL_FUNCTION_EX": ("3.11",),
    # Arguments count all local variables, not those of closures apart.
    "LOAD_CLOSURE": ("3.11",),
    "LOAD_DEREF": ("3.11",),
    "STORE_DEREF": ("3.11",),
    "DELETE_DEREF": ("3.11",),
    "LOAD_CLASSDEREF": ("3.11",),
    # The lowest bit of the argument became a flag.
    "LOAD_GLOBAL": ("3.11",),
    "LOAD_ATTR": ("3.12",),
    "COMPARE_OP": ("3.12", "3.13"),
    "MATCH_CLASS": ("3.11",),
    "MATCH_KEYS": ("3.11",),
    "POP_EXCEPT": ("3.11",),
    "RERAISE": ("3.10", "3.11"),
    "WITH_EXCEPT_START": ("3.11",),
    "GET_AWAITABLE": ("3.11",),
}
"""The releases since when an opcode of one name does another thing."""
SAME_AS = {
    "POP_JUMP_FORWARD_IF_FALSE": "POP_JUMP_IF_FALSE",
    "POP_JUMP_FORWARD_IF_TRUE": "POP_JUMP_IF_TRUE",
    "POP_JUMP_FORWARD_IF_NONE": "POP_JUMP_IF_NONE",
    "POP_JUMP_FORWARD_IF_NOT_NONE": "POP_JUMP_IF_NOT_NONE",
}
"""Names of 3.11 alone, and those under which 3.12 has the same."""


def _tables() -> dict[str, dict[int, str]]:
    tables: dict[str, dict[int, str]] = {}
    table: dict[int, str] = {}
    for release, changes in _CHANGES:
        table = {} if release == _NUMBERED_ANEW else dict(table)
        number = 0
        for word in changes.split():
            if word.isdigit():
                number = int(word)
                continue
            if word == _NONE:
                table.pop(number, None)
            else:
                table[number] = word
            number += 1
        tables[release] = table
    return tables


NAMES = _tables()
"""The name of each opcode number, by release."""
