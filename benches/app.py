#!/usr/bin/env python3
"""The service's speed as ratios taken in one run: one command, one table.

    python3 benches/app.py                    (builds, measures, ten minutes of memory under load)
    python3 benches/app.py --soak 60          (a shorter look at the memory)

The service has one processor to itself, the load has another, which it shares with PostgreSQL. Where
it has it alone the load looks for answers instead of sleeping until it is woken, since to wake it
would be work of the service, which callers on other machines do not make. Rates are those of the
best window of half a second, since neighbours disturb; goals are ratios within the run:

* logins: answers signed beforehand are posted to the ACS, each a request claimed, an assertion
  claimed, a session and two log entries on the disk; compared with verifying the same answers on one thread and nothing else, by the
  backend that the service uses, which is the goal, and with the exponentiation of the rsa crate in its place, which is told;
* SCIM reads: compared with scim2-server (Python), installed into an environment of its own;
* PostgreSQL: compared with SQLite, which is its goal, under the same load, one that sleeps; its other
  ratios are told and not judged;
* memory: resident size under a steady mix of logins and reads, second half against first.

Standard library only. A missing counterpart is said, and so is a row for which a figure is missing,
which is neither met nor missed; both fail where CI_REQUIRE_COUNTERPARTS=1.
"""
import argparse
import contextlib
import json
import os
import pathlib
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "examples/okta-sso/scripts"))

from service import end, free_port, postgres, postgres_programs, process, until  # noqa: E402
PEER = "scim2-server"
PEER_CALLERS = 4  # it serves one connection at a time and lets five wait; more would knock in vain for seconds
NO_FIGURE = "no figure"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=2_000, help="users of the organisation")
    parser.add_argument("--logins", type=int, default=12_000, help="logins per engine")
    parser.add_argument("--seconds", type=float, default=5.0, help="of each kind of read")
    parser.add_argument("--soak", type=float, default=600.0, help="seconds of memory under load; 0 leaves it out")
    parser.add_argument("--built", action="store_true", help="take the programs as they were built last")
    parser.add_argument("--peer", help="the program scim2-server, if it is installed already")
    return parser.parse_args()


class Machine:
    """Who runs where."""

    def __init__(self):
        cores = sorted(os.sched_getaffinity(0))
        self.service, self.load = cores[0], cores[-1]

    def on(self, core, command):
        return ["taskset", "-c", str(core), *command]


def build(built):
    if not built:
        command = ["cargo", "build", "--release", "-p", "okta-sso", "-p", "benches", "--bin", "okta-sso", "--bin", "app-load"]
        subprocess.run(command, cwd=ROOT, check=True)
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve()
    return str(target / "release/okta-sso"), str(target / "release/app-load")


def listens(port):
    with socket.create_connection(("127.0.0.1", port), timeout=1):
        return True


@contextlib.contextmanager
def demonstration(machine, program, folder, data, waiting):
    """The demonstration on this database; gives its ready line, its process and how its load waits."""
    command = [program, "--demo", "--ready-json", "--listen", "127.0.0.1:0", "--data", data, "--key-file", os.path.join(folder, "key")]
    with open(os.path.join(folder, "service.log"), "w") as log:
        options = {"stdout": subprocess.PIPE, "stderr": log, "text": True, "cwd": folder, "env": {**os.environ, "OKTA_SSO_LOG": "warn"}}
        child = subprocess.Popen(machine.on(machine.service, command), **options)
        try:
            line = child.stdout.readline()
            if not line:
                raise RuntimeError(f"okta-sso did not start, see {log.name}")
            yield dict(json.loads(line), pid=child.pid, waiting=waiting)
        finally:
            end(child)


class Load:
    """The load generator on its processor."""

    def __init__(self, machine, program, settings):
        self.machine, self.program, self.settings = machine, program, settings

    def run(self, core, *words):
        done = subprocess.run(self.machine.on(core, [self.program, *map(str, words)]), check=True, stdout=subprocess.PIPE, text=True)
        return json.loads(done.stdout)

    def verify(self, backend="default"):
        return self.run(self.machine.service, "verify", "--backend", backend)["best"]

    def logins(self, ready, count):
        words = ["--base", ready["base_url"], "--org", ready["org_id"], "--people", self.settings.people, "--pid", ready["pid"], "--waiting", ready["waiting"]]
        return self.run(self.machine.load, "logins", *words, "--count", count)

    def endpoint(self, ready):
        given = [("--token", ready.get("scim_token")), ("--callers", ready.get("callers")), ("--waiting", ready.get("waiting"))]
        optional = [word for pair in given if pair[1] for word in pair]
        return ["--base", ready["scim_base_url"], "--pid", ready["pid"], *optional]

    def provision(self, ready, count, ids):
        return self.run(self.machine.load, "provision", *self.endpoint(ready), "--count", count, "--ids", ids)

    def read(self, ready, what, ids):
        return self.run(self.machine.load, "read", *self.endpoint(ready), "--what", what, "--ids", ids, "--seconds", self.settings.seconds)

    def steadily(self, ready, ids, seconds):
        """The commands of a load that lasts."""
        logins = ["logins", "--base", ready["base_url"], "--org", ready["org_id"], "--people", self.settings.people, "--count", 10**9, "--callers", 4, "--sign-as-you-go"]
        read = ["read", *self.endpoint({**ready, "callers": 4, "waiting": "asleep"}), "--what", "lookup", "--ids", ids, "--seconds", seconds + 60]
        return [self.machine.on(self.machine.load, [self.program, *map(str, words)]) for words in (logins, read)]


def figures(load, ready, folder):
    """All rates of a running service."""
    ids = os.path.join(folder, "ids")
    people = load.settings.people
    seen = {"create": load.provision(ready, people, ids)}
    load.logins(ready, people)  # the first login of each ties the name to the account
    return {**seen, **lasting(load, ready, folder)}


def lasting(load, ready, folder):
    """The rates of what can be done again and again."""
    ids = os.path.join(folder, "ids")
    login = load.logins(ready, load.settings.logins)
    return {"login": login, "get": load.read(ready, "get", ids), "look-up": load.read(ready, "lookup", ids)}


def peer(machine, load, given):
    """The reads of scim2-server; nothing where it cannot be had."""
    with tempfile.TemporaryDirectory(prefix="okta-sso-peer-") as folder:
        program = given or shutil.which(PEER)
        if program is None:
            made = subprocess.run([sys.executable, "-m", "venv", folder], check=False)
            made = made.returncode or subprocess.run([f"{folder}/bin/pip", "install", "--quiet", PEER], check=False).returncode
            if made:
                return None
            program = f"{folder}/bin/{PEER}"
        port = free_port()
        with process(machine.on(machine.service, [program, "--port", str(port)])) as child:
            until(PEER, lambda: listens(port))
            ready = {"scim_base_url": f"http://127.0.0.1:{port}", "pid": child.pid, "callers": PEER_CALLERS, "waiting": "awake"}
            ids = os.path.join(folder, "ids")
            seen = {"create": load.provision(ready, min(load.settings.people, 1_000), ids)}
            seen["get"] = load.read(ready, "get", ids)
            seen["look-up"] = load.read(ready, "lookup", ids)
            return seen


def resident(pid):
    """Mebibytes of a process."""
    with open(f"/proc/{pid}/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def soak(load, ready, folder, seconds):
    """Resident sizes every second under a load that lasts, after a tenth of the time to warm up."""
    sizes = []
    with contextlib.ExitStack() as stack:
        running = [stack.enter_context(process(command)) for command in load.steadily(ready, os.path.join(folder, "ids"), seconds)]
        time.sleep(seconds / 10)
        end = time.monotonic() + seconds * 9 / 10
        while time.monotonic() < end:
            sizes.append(resident(ready["pid"]))
            if any(child.poll() is not None for child in running):
                raise RuntimeError("the load ended early")
            time.sleep(1)
    return sizes


class Table:
    """The rows, and whether each met its goal."""

    def __init__(self):
        self.rows, self.skipped = [], []

    def row(self, what, ours, theirs, goal, judge):
        """A row of two cells and a goal; `judge` gives the ratio and whether it meets the goal, or nothing without both figures."""
        ratio, met = judge or ("-", None)
        self.rows.append((what, ours, theirs, ratio, goal, {True: "ok", False: "missed", None: NO_FIGURE}[met]))

    def at_least(self, what, ours, theirs, goal):
        """A ratio with its goal; `None` for one that is told and not judged."""
        cells = [f"{rate:,.0f}/s" if rate else "-" for rate in (ours, theirs)]
        ratio = ours / theirs if ours and theirs else None
        judge = (f"{ratio:.2f}", goal is None or ratio >= goal) if ratio else None
        self.row(what, *cells, f">= {goal:.2f}" if goal else "-", judge)

    def at_most_a_tenth_more(self, what, sizes):
        """The greatest size of the second half beside the median of the first."""
        half = len(sizes) // 2
        first, last = (statistics.median(sizes[:half]), max(sizes[half:])) if half else (None, None)
        cells = [f"{size:.1f} MiB" if size else "-" for size in (last, first)]
        self.row(what, *cells, "<= 1.10", (f"{last / first:.2f}", last <= first * 1.10) if half else None)

    def incomplete(self):
        """Whether something was not measured."""
        return bool(self.skipped) or any(row[-1] == NO_FIGURE for row in self.rows)

    def print(self):
        head = ("what", "ours", "beside", "ratio", "goal", "")
        widths = [max(len(row[n]) for row in [head, *self.rows]) for n in range(6)]
        for row in [head, *self.rows]:
            print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
        for what in self.skipped:
            print(f"skipped: {what}")


def measure(settings):
    machine, table = Machine(), Table()
    program, generator = build(settings.built)
    load = Load(machine, generator, settings)
    engines = {}
    verify = load.verify()
    with tempfile.TemporaryDirectory(prefix="okta-sso-speed-") as folder:
        with demonstration(machine, program, folder, os.path.join(folder, "service.db"), "awake") as ready:
            engines["SQLite"] = figures(load, ready, folder)
            asleep = {**engines["SQLite"], **lasting(load, {**ready, "waiting": "asleep"}, folder)} if postgres_programs() else {}
            sizes = soak(load, ready, folder, settings.soak) if settings.soak else []
    if postgres_programs():
        with tempfile.TemporaryDirectory(prefix="okta-sso-speed-") as folder, postgres(folder, machine.on(machine.load, [])) as url:
            with demonstration(machine, program, folder, url, "asleep") as ready:
                engines["PostgreSQL"] = figures(load, ready, folder)
    else:
        table.skipped.append("PostgreSQL")
    verify, general = max(filter(None, (verify, load.verify())), default=None), load.verify("rsa-crate")
    for engine, seen in engines.items():
        table.at_least(f"login, {engine}, beside verification alone", seen["login"]["best"], verify, 0.5 if engine == "SQLite" else None)
        table.at_least(f"login, {engine}, beside verification by the rsa crate", seen["login"]["best"], general, None)
    other = peer(machine, load, settings.peer)
    if other:
        for engine, seen in engines.items():
            for what in ("get", "look-up"):
                table.at_least(f"SCIM {what}, {engine}, beside {PEER}", seen[what]["best"], other[what]["best"], 20 if engine == "SQLite" else None)
    else:
        table.skipped.append(PEER)
    for what in ("login", "get", "look-up", "create") if "PostgreSQL" in engines else ():
        table.at_least(f"{what}, PostgreSQL beside SQLite", engines["PostgreSQL"][what]["best"], asleep[what]["best"], 1 / 3)
    if settings.soak:
        table.at_most_a_tenth_more(f"memory, {settings.soak:.0f} s of load", sizes)
    print(f"\nload average {os.getloadavg()[0]:.1f}; service on core {machine.service}, load on core {machine.load}")
    for engine, seen in engines.items():
        spent = ", ".join(f"{what} {rate['cpu_micros_per_request']:.0f}" for what, rate in seen.items())
        print(f"{engine}: processor microseconds per request: {spent}")
    table.print()
    return table


if __name__ == "__main__":
    done = measure(arguments())
    sys.exit(1 if done.incomplete() and os.environ.get("CI_REQUIRE_COUNTERPARTS") == "1" else 0)
