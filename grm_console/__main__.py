"""`python -m grm_console` is the command `grm`."""

from grm_console.cli.main import run

if __name__ == "__main__":
    run()
