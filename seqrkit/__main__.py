"""``python -m seqrkit`` is ``seqrkit``."""

from seqrkit.cli import main

if __name__ == "__main__":
    main()
