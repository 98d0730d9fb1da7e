"""Runs ministack, the local cloud, for `cargo dev`. Usage: engine.py HOME [--until-stdin-closes]

Settings come in the environment (see src/cloud/engine.rs). HOME/lock holds process id and port and is locked while this
runs: a lock can not be mistaken for another process that got the same id. HOME/saved is there while what is kept below
HOME is all that there is, that is: while nothing runs, unless it was killed. The functions are in our process group.
"""

import fcntl
import os
import pathlib
import re
import signal
import sys
import threading

import patches


def move_queues(home):
    """What was saved names each queue by its address, port included: on another port nobody would find it any more."""
    here = f"http://localhost:{os.environ['GATEWAY_PORT']}/"
    for name in ("sqs.json", "cloudformation.json"):
        saved = pathlib.Path(home, "state", name)
        if saved.exists():
            text = saved.read_text()
            moved = re.sub(r"http://localhost:\d+/", here, text)
            if moved != text:
                saved.write_text(moved)


def stop_with_parent():
    """Whoever started us holds the other end of stdin: when it goes, however it goes, so do we."""
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


def main():
    home, *options = sys.argv[1:]
    saved = pathlib.Path(home, "saved")
    with open(pathlib.Path(home, "lock"), "a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        lock.truncate(0)
        lock.write(f"{os.getpid()} {os.environ['GATEWAY_PORT']}")
        lock.flush()
        saved.unlink(missing_ok=True)
        if "--until-stdin-closes" in options:
            threading.Thread(target=stop_with_parent, daemon=True).start()
        sys.argv = sys.argv[:1]
        move_queues(home)
        patches.apply()
        from ministack.app import main as serve

        try:
            serve()  # Saves its state after SIGTERM or SIGINT.
            saved.touch()
        finally:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            os.killpg(0, signal.SIGTERM)


main()
