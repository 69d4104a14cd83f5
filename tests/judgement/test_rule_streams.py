"""EG315, EG317 and EG318: dumps that the target's joblib, copyreg or lz4 can read."""

from __future__ import annotations

import pytest

from envguard.facts.artifact import Anomaly, ArrayKind, ObjectState

WRAPPER = "joblib.numpy_pickle.NumpyArrayWrapper"
PADDED = "numpy_array_alignment_bytes"


def dump(build, joblib, *, keys=(PADDED,), dtype="<f8", value="int:16", numpy="1.26.4", **parts):
    """A joblib dump of one array, and a target with that joblib."""
    state = ObjectState(
        module="joblib.numpy_pickle",
        name="NumpyArrayWrapper",
        count=1,
        shapes=("dict",),
        keys=("dtype", *keys),
        values=tuple((key, (value,)) for key in keys),
    )
    artifact = build.artifact(
        build.need("joblib.numpy_pickle", "NumpyArrayWrapper", "joblib"),
        format="joblib",
        serializer="joblib",
        states=(state,),
        arrays=(ArrayKind(maker=WRAPPER, dtype=dtype),),
        **parts,
    )
    packages = build.packages(joblib=joblib, numpy=numpy)
    return build.case(artifact, build.target(artifact, packages=packages))


@pytest.mark.parametrize("joblib", ["0.11", "0.17.0", "1.1.1"])
def test_padded_arrays_do_not_load_with_joblib_before_1_2(build, joblib):
    case = dump(build, joblib)
    found = build.finding(case, "EG315")
    assert (found.expected, found.found) == ("joblib 1.2 or newer", f"joblib {joblib}")
    assert found.fix == 'python -m pip install "joblib>=1.2"'
    assert build.judge(case).load.static.outcome == "fails"


@pytest.mark.parametrize("joblib", ["1.2.0", "1.6.0", None])
def test_joblib_since_1_2_reads_padding_and_a_missing_one_is_told_elsewhere(build, joblib):
    assert build.silent(dump(build, joblib), "EG315")


def test_arrays_without_padding_load_with_every_joblib(build):
    assert build.silent(dump(build, "1.1.1", keys=()), "EG315")
    assert build.silent(dump(build, "1.1.1", value="none"), "EG315")


@pytest.mark.parametrize("dtype", ["|O8", "|O", "StringDType"])
def test_arrays_of_objects_are_never_padded(build, dtype):
    assert build.silent(dump(build, "1.1.1", dtype=dtype), "EG315")


def test_an_unknown_joblib_cannot_be_told_to_read_padding(build):
    case = dump(build, build.unknown)
    assert build.doubts(case, "EG315") == ["the joblib of /venv is not known"]
    assert build.judge(case).load.static.outcome == "undecided"


def test_a_joblib_that_swaps_bytes_by_a_method_that_numpy_2_removed_fails(build):
    found = build.finding(dump(build, "1.3.2", dtype=">f8", numpy="2.0.2"), "EG315")
    assert found.found == "joblib 1.3.2 with numpy 2.0.2"
    assert ">f8" in found.evidence


@pytest.mark.parametrize(
    ("joblib", "numpy", "dtype"),
    [("1.4.2", "2.0.2", ">f8"), ("1.3.2", "1.26.4", ">f8"), ("1.3.2", "2.0.2", "<f8")],
)
def test_other_joblibs_numpys_and_byte_orders_swap_or_need_not(build, joblib, numpy, dtype):
    assert build.silent(dump(build, joblib, dtype=dtype, numpy=numpy), "EG315")


def test_a_target_of_the_other_byte_order_need_not_swap(build):
    case = dump(build, "1.3.2", dtype=">f8", numpy="2.0.2")
    interpreter = build.interpreter(byte_order="big")
    there = build.replace(case.target.environment, interpreter=interpreter)
    bent = build.replace(case, target=build.replace(case.target, environment=there))
    assert build.silent(bent, "EG315")


def test_lz4_needs_its_package(build):
    case = dump(build, "1.4.2", compression="lz4")
    found = build.finding(case, "EG318")
    assert (found.found, found.fix) == ("no lz4", "python -m pip install lz4")
    assert build.judge(case).load.static.outcome == "fails"


def lz4_case(build, joblib):
    case = dump(build, joblib, keys=(), compression="lz4")
    packages = (*case.target.environment.packages, build.distribution("lz4", "4.3.3"))
    environment = build.replace(case.target.environment, packages=packages)
    return build.replace(case, target=build.replace(case.target, environment=environment))


def test_lz4_with_its_package_loads(build):
    assert build.silent(lz4_case(build, "1.4.2"), "EG318")
    assert build.silent(lz4_case(build, None), "EG318")


def test_joblib_before_0_13_does_not_know_lz4(build):
    assert build.finding(lz4_case(build, "0.11"), "EG318").found == "joblib 0.11"


def test_whether_an_unknown_joblib_knows_lz4_cannot_be_told(build):
    assert build.doubts(lz4_case(build, build.unknown), "EG318")


@pytest.mark.parametrize("compression", ["zlib", "gzip", None])
def test_other_compressions_need_nothing(build, compression):
    assert build.silent(dump(build, "1.4.2", compression=compression), "EG318")


def test_extension_codes_fail_a_plain_load(build):
    anomaly = Anomaly(kind="extension-code", offset=11, text="extension code 240")
    case = build.case(build.artifact(anomalies=(anomaly,)))
    assert build.finding(case, "EG317").evidence == "model.pkl: extension code 240"
    assert build.judge(case).load.static.outcome == "fails"


def test_other_anomalies_are_no_extension_codes(build):
    anomaly = Anomaly(kind="trailing-data", offset=11, text="3 bytes after the end")
    assert build.silent(build.case(build.artifact(anomalies=(anomaly,))), "EG317")
    assert build.silent(build.case(), "EG317")
