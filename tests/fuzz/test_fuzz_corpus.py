"""The kept corpus of the fuzz session, read once in every run of the suite."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
CORPUS = HERE / "corpus"
SECONDS = 2.0
PEAK_MEGABYTES = 200


@pytest.fixture(scope="module")
def answers():
    """What a child process under watch says of each file; an audit hook cannot be taken back."""
    done = subprocess.run(
        [sys.executable, str(HERE / "read_watched.py"), str(CORPUS)],
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    return json.loads(done.stdout)


def test_no_file_of_the_corpus_breaks_what_holds_for_any_bytes(answers):
    broken = {name: one["answer"] for name, one in answers["files"].items()}
    assert {n: told for n, told in broken.items() if told.startswith("VIOLATION")} == {}
    assert set(answers["files"]) == {path.name for path in CORPUS.iterdir()}


def test_each_is_read_in_2_seconds_and_all_in_200_megabytes(answers):
    slow = {n: one["seconds"] for n, one in answers["files"].items() if one["seconds"] > SECONDS}
    assert slow == {}
    assert answers["megabytes"] < PEAK_MEGABYTES


def test_the_corpus_is_small_and_has_every_format():
    sizes = [path.stat().st_size for path in CORPUS.iterdir()]
    assert len(sizes) >= 60
    assert sum(sizes) < 200_000


def test_the_watch_sees_what_a_load_would_do(tmp_path):
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); import read_watched as r, pickle\n"
        "watch = r.Watch(); watch.armed = True\n"
        "try: pickle.load(open(sys.argv[2], 'rb'))\n"
        "except r.ViolationError as error: print(error)\n"
    )
    argv = [sys.executable, "-c", script, str(HERE), str(CORPUS / "system.pkl")]
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    assert "posix" in done.stdout
    assert "system" in done.stdout
