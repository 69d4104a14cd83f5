"""The smallest program of two commands that typer makes: what any start must cost."""

from __future__ import annotations

import typer

app = typer.Typer()


@app.command()
def one() -> None:
    """Do one thing."""


@app.command()
def two() -> None:
    """Do another."""


if __name__ == "__main__":
    app()
