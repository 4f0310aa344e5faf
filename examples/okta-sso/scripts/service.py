"""Starting and ending `okta-sso` for a script. Standard library only."""
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time


def binary(path):
    """The program: the path given, else OKTA_SSO_BIN, else what cargo built."""
    here = os.path.dirname(os.path.abspath(__file__))
    target = os.environ.get("CARGO_TARGET_DIR") or os.path.join(here, "../../../target")
    candidates = [path, os.environ.get("OKTA_SSO_BIN"), os.path.join(target, "release/okta-sso"), os.path.join(target, "debug/okta-sso")]
    for candidate in candidates:
        if candidate and os.path.exists(candidate):
            return os.path.abspath(candidate)
    skip("okta-sso is not built: cargo build --release -p okta-sso, or give --binary")


def skip(why):
    """Ends the script: not run, and not passed either. A failure where nothing may be missing."""
    print(f"skipped: {why}")
    sys.exit(1 if os.environ.get("CI_REQUIRE_COUNTERPARTS") == "1" else 0)


@contextlib.contextmanager
def running(program, *arguments):
    """A running service with a fresh database; gives its ready line as a dictionary."""
    with tempfile.TemporaryDirectory(prefix="okta-sso-") as folder:
        data = os.path.join(folder, "service.db")
        with open(os.path.join(folder, "log"), "w+") as log:
            command = [program, "--data", data, "--ready-json", *arguments]
            service = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, cwd=folder)
            try:
                line = service.stdout.readline()
                if not line:
                    log.seek(0)
                    raise RuntimeError(f"okta-sso did not start: {log.read()[-2000:]}")
                yield dict(json.loads(line), folder=folder, log=log.name)
            finally:
                end(service)


@contextlib.contextmanager
def process(command, **options):
    """Any other process, ended with the block."""
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    try:
        yield child
    finally:
        end(child)


def end(child):
    """Ends a process as Ctrl-C does, and then less kindly."""
    child.send_signal(signal.SIGINT)
    try:
        child.wait(10)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def until(what, ready, seconds=30):
    """Waits for something to be there."""
    for _ in range(seconds * 10):
        try:
            if ready():
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise RuntimeError(f"{what} did not come up")


class Report:
    """Counts what held and ends with an exit code."""

    def __init__(self):
        self.held, self.failed = 0, []

    def check(self, what, holds, seen=""):
        """Notes one expectation."""
        if holds:
            self.held += 1
        else:
            self.failed.append(what)
        print(f"  {'ok  ' if holds else 'FAIL'} {what}" + ("" if holds else f"  seen: {seen}"))
        return holds

    def finish(self):
        """The exit code of the script."""
        print(f"{self.held} held, {len(self.failed)} failed" + "".join(f"\n  {what}" for what in self.failed))
        sys.exit(1 if self.failed or not self.held else 0)
