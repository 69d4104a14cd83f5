"""The repository of an artifact, asked for while the target is."""

from __future__ import annotations

import threading
from pathlib import Path

from envguard.facts.source import GitState, NoRepository
from envguard.facts.unknown import Unknown
from envguard.source.git_state import read_git_state


class Meanwhile(threading.Thread):
    """The state of the repository, asked for beside other work."""

    def __init__(self, folders: tuple[str, ...]) -> None:
        super().__init__(daemon=True)
        self._folders = folders
        self._answer: GitState | NoRepository | Unknown = Unknown("git was not asked")
        self.start()

    def run(self) -> None:
        """Ask."""
        try:
            self._answer = _repository(self._folders)
        except OSError as error:
            self._answer = Unknown(f"git could not be asked: {error}")

    def result(self) -> GitState | NoRepository | Unknown:
        """The answer, waited for."""
        self.join()
        return self._answer


def _repository(folders: tuple[str, ...]) -> GitState | NoRepository | Unknown:
    """The state of the first repository that holds one of ``folders``."""
    answers = []
    for folder in dict.fromkeys(folders):
        answer = read_git_state(Path(folder))
        if not isinstance(answer, NoRepository):
            return answer
        answers.append(answer)
    return answers[0]
