"""``python -m envguard``."""

from envguard.cli import main

if __name__ == "__main__":
    main()
