"""`python -m models …`: the models' own command line, so that the chat side never needs torch."""

from __future__ import annotations

from models.cli.main import main

if __name__ == "__main__":
    main()
