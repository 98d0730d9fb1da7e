"""Runs ministack, the engine of the local cloud. Usage: engine.py HOME [--until-stdin-closes]

Settings come from the environment (see src/cloud/engine.rs). HOME/lock holds process id and port
and is locked while this runs: unlike a process id alone, a lock cannot belong to another process.
HOME/saved exists while the files below HOME are the complete state: it is missing while this runs,
and after it was killed. The functions run in the process group of this process.
"""

import fcntl
import os
import pathlib
import re
import signal
import sys
import threading

import patches


def update_queue_urls(home):
    """Replaces the port in the saved URLs of queues, so that they resolve on another port."""
    endpoint = f"http://localhost:{os.environ['GATEWAY_PORT']}/"
    for name in ("sqs.json", "cloudformation.json"):
        saved = pathlib.Path(home, "state", name)
        if saved.exists():
            text = saved.read_text()
            updated = re.sub(r"http://localhost:\d+/", endpoint, text)
            if updated != text:
                saved.write_text(updated)


def stop_with_parent():
    """Stops this process when its parent ends, which holds the other end of stdin."""
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
        update_queue_urls(home)
        patches.apply()
        from ministack.app import main as serve

        try:
            serve()  # Saves the state after SIGTERM or SIGINT.
            saved.touch()
        finally:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            os.killpg(0, signal.SIGTERM)


main()
