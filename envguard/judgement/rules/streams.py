"""EG3, continued: the dump itself, apart from what is in it, can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envguard.facts.unknown import Unknown
from envguard.judgement.libraries.contract import END
from envguard.judgement.rules.rule import Rule
from envguard.judgement.versions import parsed, within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from envguard.judgement.case import Case
    from envguard.judgement.rules.rule import Judged

JOBLIB_STREAM_NEWER = Rule(
    code="EG315",
    name="joblib-stream-newer",
    level="error",
    why="The older joblib reads the padding as data, and the rest of the data as pickle.",
)
EXTENSION_UNREGISTERED = Rule(
    code="EG317",
    name="extension-unregistered",
    level="error",
    why="A pickle's extension code means something only to a program that registered it.",
)
COMPRESSION_UNREADABLE = Rule(
    code="EG318",
    name="compression-unreadable",
    level="error",
    why="Loading ends before the first byte of the pickle is read.",
)

# Source: joblib 1.2.0, joblib/numpy_pickle.py, NUMPY_ARRAY_ALIGNMENT_BYTES: arrays are padded.
PADDING_SINCE = "1.2"
# Source: joblib 0.13.0, joblib/compressor.py, LZ4CompressorWrapper.
LZ4_SINCE = "0.13"
# Source: joblib/numpy_pickle_utils.py, _ensure_native_byte_order: 1.1 swaps foreign byte orders
# by ndarray.newbyteorder, which numpy 2.0 removed; 1.4 does not use it.
SWAPS = ("1.1", "1.4")
NEWBYTEORDER_UNTIL = "2.0"
_WRAPPER = "NumpyArrayWrapper"
_ALIGNMENT = "numpy_array_alignment_bytes"
_EXTENSION = "extension-code"


def joblib_stream_newer(case: Case) -> Iterator[Judged]:
    """The arrays of a joblib dump are stored in a way that the target's joblib reads.

    What it checks:
        Whether the arrays in the dump are padded, as joblib 1.2 and newer pad them, and whether
        they are of a foreign byte order, against the joblib and numpy of the target.
    Why it breaks:
        joblib 1.1 and older take the padding for the array's first bytes, so the array's end is
        read as opcodes: loading ends with ``KeyError: 0``, ``EOFError`` or another odd error.
        joblib 1.1 to 1.3 cannot swap bytes with numpy 2.
    Example:
        A scaler dumped with joblib 1.4, loaded with joblib 1.1.1.
    Fix:
        Install joblib 1.2 or newer in the target.
    When it cannot tell:
        The joblib of the target is not known.
    """
    padded, swapped = _padded(case), _swapped(case)
    if not padded and not swapped:
        return
    version = case.target_version("joblib")
    if version is None:
        return  # told by module-missing
    if isinstance(version, Unknown) or parsed(version) is None:
        yield JOBLIB_STREAM_NEWER.unchecked(f"the joblib of {case.label} is not known")
        return
    if padded and within(version, "0", PADDING_SINCE):
        yield JOBLIB_STREAM_NEWER.finding(
            subject="joblib",
            expected=f"joblib {PADDING_SINCE} or newer",
            found=f"joblib {version}",
            evidence=f"{case.artifact_name}: its arrays are padded ({_ALIGNMENT})",
            fix=f'python -m pip install "joblib>={PADDING_SINCE}"',
        )
    numpy = case.target_version("numpy")
    removed = isinstance(numpy, str) and within(numpy, NEWBYTEORDER_UNTIL, END)
    if swapped and removed and within(version, *SWAPS):
        yield JOBLIB_STREAM_NEWER.finding(
            subject="joblib",
            expected=f"joblib {SWAPS[1]} or newer, or numpy before {NEWBYTEORDER_UNTIL}",
            found=f"joblib {version} with numpy {numpy}",
            evidence=f"{case.artifact_name}: arrays of dtype {swapped}",
            why="The array's bytes are to be swapped by a method that numpy 2 removed.",
            fix=f'python -m pip install "joblib>={SWAPS[1]}"',
        )


def _padded(case: Case) -> bool:
    """Whether an array follows that joblib 1.2 or newer padded; those of objects never are."""
    facts = case.facts
    if facts is None:
        return False
    aligned = any(
        state.name == _WRAPPER
        and _ALIGNMENT in {*state.keys, *state.sometimes}
        and dict(state.values).get(_ALIGNMENT) != ("none",)
        for state in facts.states
    )
    return aligned and any(
        array.maker.endswith(_WRAPPER)
        and not array.dtype.startswith("|O")
        and array.dtype != "StringDType"
        for array in facts.arrays
    )


def _swapped(case: Case) -> str | None:
    """A dtype of big-endian arrays in a joblib dump, for a target of the other byte order."""
    facts = case.facts
    if facts is None or case.target.environment.interpreter.byte_order != "little":
        return None
    found = [
        array.dtype
        for array in facts.arrays
        if array.maker.endswith(_WRAPPER) and array.dtype.startswith(">")
    ]
    return found[0] if found else None


def compression_unreadable(case: Case) -> Iterator[Judged]:
    """The target can undo the compression of the artifact.

    What it checks:
        lz4, the one compression of joblib that needs a package of its own.
    Why it breaks:
        joblib ends with ``LZ4 is not installed``; joblib before 0.13 does not know it.
    Example:
        joblib.dump(model, "model.joblib.lz4") on a machine with lz4, loaded on one without.
    Fix:
        Install lz4 in the target, or dump with compress=("zlib", 3).
    When it cannot tell:
        The joblib of the target is not known.
    """
    if case.facts is None or case.facts.compression != "lz4":
        return
    joblib = case.target_version("joblib")
    if "lz4" not in case.target_packages:
        found, fix = "no lz4", "python -m pip install lz4"
    elif isinstance(joblib, Unknown):
        yield COMPRESSION_UNREADABLE.unchecked(f"the joblib of {case.label} is not known")
        return
    elif joblib is not None and within(joblib, "0", LZ4_SINCE):
        found, fix = f"joblib {joblib}", f'python -m pip install "joblib>={LZ4_SINCE}"'
    else:
        return
    yield COMPRESSION_UNREADABLE.finding(
        subject="lz4",
        expected=f"lz4 and joblib {LZ4_SINCE} or newer",
        found=found,
        evidence=f"{case.artifact_name}: compressed with lz4",
        fix=fix,
    )


def extension_unregistered(case: Case) -> Iterator[Judged]:
    """The artifact uses no extension codes.

    What it checks:
        The opcodes EXT1, EXT2 and EXT4, which stand for a name of the registry of ``copyreg``.
    Why it breaks:
        A process that did not register the code before ends with ``ValueError: unregistered
        extension code``. Nothing registers codes by itself.
    Example:
        A program that called copyreg.add_extension before it pickled.
    Fix:
        Register the same codes before loading, or write the artifact without them.
    When it cannot tell:
        The program that loads may register the code: envguard judges a plain load.
    """
    texts = [a.text for a in case.facts.anomalies if a.kind == _EXTENSION] if case.facts else []
    if texts:
        yield EXTENSION_UNREGISTERED.finding(
            subject="copyreg",
            expected="its extension codes registered by the program that loads",
            found="an empty registry, as in a plain load",
            evidence=f"{case.artifact_name}: {texts[0]}",
            fix="Call copyreg.add_extension as the writing program did, before loading",
        )
