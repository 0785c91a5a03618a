"""``python -m rnd_lab``."""

from rnd_lab.cli import main

if __name__ == "__main__":
    main()
