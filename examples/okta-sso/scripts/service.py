"""Starting and ending `okta-sso` for a script. Standard library only."""
import contextlib
import glob
import json
import os
import shutil
import signal
import socket
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


def free_port():
    """A port nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def postgres_programs():
    """The folder of PostgreSQL's programs, or nothing."""
    found = shutil.which("initdb")
    places = [os.path.dirname(os.path.realpath(found))] if found else []
    places += sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True)
    return next((place for place in places if os.path.exists(os.path.join(place, "initdb"))), None)


@contextlib.contextmanager
def postgres(folder, before=()):
    """A PostgreSQL server on an empty folder, as it comes: every commit waits for the disk. Gives
    its URL. `before` goes before its command."""
    programs = postgres_programs()
    os.chmod(folder, 0o755)   # initdb refuses to run as root
    home = os.path.join(folder, "postgres")
    os.mkdir(home)
    user = []
    if os.geteuid() == 0:
        shutil.chown(home, "nobody")
        user = ["runuser", "-u", "nobody", "--"]
    plain = {"LC_ALL": "C", "PATH": os.environ["PATH"]}
    initdb = [*user, f"{programs}/initdb", "-D", f"{home}/data", "-U", "sso", "-A", "trust", "-E", "UTF8", "--locale=C"]
    subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, env=plain, cwd="/")
    port = free_port()
    with process([*before, *user, f"{programs}/postgres", "-D", f"{home}/data", "-k", home, "-h", "127.0.0.1", "-p", str(port)], cwd="/"):
        ready = [f"{programs}/pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
        until("PostgreSQL", lambda: subprocess.run(ready, check=False).returncode == 0)
        yield f"postgres://sso@127.0.0.1:{port}/postgres"


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
