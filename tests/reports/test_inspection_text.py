from __future__ import annotations

import pytest

from envguard.facts.artifact import Anomaly, ArtifactFacts, EmbeddedVersion, Need, Producer
from envguard.facts.report import Danger
from envguard.reports.forms import Screen, render_inspections
from envguard.reports.inspection_text import kind_of, size_of
from envguard.reports.visible import cells

CLEAN = """\
models/model.pkl
kind      joblib, protocol 4, zlib compressed, 12.3 MB
made by   scikit-learn 1.5.2
sha256    9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
needs     6 names of 3 packages
  features (1)  .clean_text
  numpy (2)     .dtype, .ndarray
  sklearn (3)   .ensemble._forest.RandomForestClassifier,
                .tree._classes.DecisionTreeClassifier, .tree._tree.Tree
dangers   none known in it (this is no malware scan)
complete  every byte was accounted for
"""

CLEAN_50 = """\
models/model.pkl
kind      joblib, protocol 4, zlib compressed,
          12.3 MB
made by   scikit-learn 1.5.2
sha256    9f86d081884c7d659a2feaa0c55ad015a3bf4f1b
          2b0b822cd15d6c15b0f00a08
needs     6 names of 3 packages
  features (1)  .clean_text
  numpy (2)     .dtype, .ndarray
  sklearn (3)   .ensemble._forest.
                RandomForestClassifier,
                .tree._classes.
                DecisionTreeClassifier,
                .tree._tree.Tree
dangers   none known in it (this is no malware
          scan)
complete  every byte was accounted for
"""

DANGEROUS = """\
evil\\x1b[2J.pkl
kind      pickle, protocol 4, 1 byte
versions  scikit-learn 1.5.2
sha256    9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
needs     6 names of 3 packages
  features (1)  .clean_text
  numpy (2)     .dtype, .ndarray
  sklearn (3)   .ensemble._forest.RandomForestClassifier,
                .tree._classes.DecisionTreeClassifier, .tree._tree.Tree
code      clean_text: bytecode of Python 3.11 or 3.12, uses name0, name1, name2,
          name3, name4, name5, name6, name7 and 4 more
danger    posix.system: It runs a command of a shell.
unknown   shop.Model: Nobody vouches for it.
anomaly   at byte 812: Bytes follow the end of the pickle. (trailing-data)
partial   not fully read: nothing here speaks for the rest of it
"""


def test_clean_artifact_tells_its_kind_maker_and_needs(results):
    assert render_inspections("rich", [results.inspection()]) == CLEAN


def test_narrow_screen_wraps_the_names(results):
    text = render_inspections("rich", [results.inspection()], Screen(width=50, ascii=True))
    assert text == CLEAN_50
    assert max(map(cells, text.splitlines())) <= 50


def test_dangerous_artifact_tells_code_dangers_and_what_was_not_read(
    results, danger, anomaly, embedded
):
    unknown = Danger(module="shop", name="Model", level="unknown", why="Nobody vouches for it.")
    inspection = results.inspection(
        path="evil\x1b[2J.pkl",
        dangers=(unknown, danger),
        code=(embedded,),
        anomalies=(anomaly,),
        complete=False,
        producer=None,
        compression=None,
        format="pickle",
        serializer="pickle",
        size=1,
    )
    assert render_inspections("rich", [inspection]) == DANGEROUS


def test_artifacts_are_parted_by_an_empty_line(results):
    text = render_inspections("rich", [results.inspection()] * 2)
    assert text == f"{CLEAN}\n{CLEAN}"


def test_artifact_that_was_not_read_whole_is_never_called_clean(results):
    text = render_inspections("rich", [results.inspection(complete=False)])
    assert "dangers   none known in what was read (this is no malware scan)\n" in text
    assert "complete" not in text


def test_unknown_format_is_said(results):
    inspection = results.inspection(format=None, needs=(), protocol=None)
    text = render_inspections("rich", [inspection])
    assert "kind      no format that envguard knows, 12.3 MB\n" in text
    assert "needs     no names\n" in text


def test_code_without_known_release_or_names_is_told(results, embedded):
    import msgspec

    bare = msgspec.structs.replace(embedded, pythons=(), names=())
    text = render_inspections("rich", [results.inspection(code=(bare,))])
    assert "code      clean_text: bytecode of Python an unknown release\n" in text


def test_releases_in_the_state_are_told_where_the_maker_does_not_say_them(results):
    versions = tuple(
        EmbeddedVersion(library="scikit-learn", version=version, where=where)
        for version, where in (("1.5.2", "a"), ("1.5.2", "b"), ("1.4.0", "c"))
    )
    text = render_inspections("rich", [results.inspection(versions=versions)])
    assert "versions  scikit-learn 1.5.2, scikit-learn 1.4.0\n" in text


def test_maker_without_a_release_is_named_alone(results):
    producer = Producer(library="skops")
    assert "made by   skops\n" in render_inspections(
        "rich", [results.inspection(producer=producer)]
    )


def test_needed_module_and_names_without_module_are_told(results):
    needs = (Need(module="numpy", name="", kind="module"), Need(module="", name="loner"))
    text = render_inspections("rich", [results.inspection(needs=needs)])
    assert "  loner (1)  loner\n  numpy (1)  numpy\n" in text


def test_flood_of_names_packages_and_anomalies_is_counted(results):
    needs = (
        *(Need(module=f"package{n}", name="x") for n in range(60)),
        *(Need(module="a", name=f"x{n:03}") for n in range(100)),
    )
    anomalies = tuple(Anomaly(kind="odd", offset=n, text="Odd.") for n in range(50))
    inspection = results.inspection(needs=needs, anomalies=anomalies)
    text = render_inspections("rich", [inspection])
    assert "needs     160 names of 61 packages\n" in text
    assert ".x039 and 60 more\n" in text
    assert "  and 21 more: --format json has them all\n" in text
    assert "anomaly   and 10 more: --format json has them all\n" in text
    assert text.count("\n") < 110


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (999_949, "999.9 kB"),
        (999_950, "1.0 MB"),
        (12_345_678, "12.3 MB"),
        (5 * 10**15, "5000.0 TB"),
    ],
)
def test_sizes_are_said_as_people_say_them(size, words):
    assert size_of(size) == words


def test_serializer_is_named_where_the_format_does_not_say_it(results):
    facts = results.facts(format="pickle", serializer="dill", compression=None)
    assert kind_of(facts) == "pickle, by dill, protocol 4"


def test_kind_without_a_protocol_is_its_format():
    facts = ArtifactFacts(name="x", size=1, digests={}, format="numpy")
    assert kind_of(facts) == "numpy"
