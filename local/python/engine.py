"""Runs ministack, the emulator of AWS. Usage: engine.py HOME [--until-stdin-closes]

`src/cloud/engine.rs` starts this program and sets its environment variables.

- HOME/lock contains the process id and the ports. This process locks the file while it runs. The
  operating system releases the lock of a killed process.
- HOME/saved exists if the files in HOME are the complete state. This process removes the file at
  its start, and creates it again after it has saved the state.

The functions run as child processes in the process group of this process.
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
    """Replaces the port in the saved URLs of queues, because this run can use another port."""
    endpoint = f"http://localhost:{os.environ['GATEWAY_PORT']}/"
    for name in ("sqs.json", "cloudformation.json"):
        file = pathlib.Path(home, "state", name)
        if file.exists():
            text = file.read_text()
            updated = re.sub(r"http://localhost:\d+/", endpoint, text)
            if updated != text:
                file.write_text(updated)


def stop_with_parent():
    """Waits until standard input closes, and then stops this process. Standard input is a pipe from
    the parent process, which closes when the parent ends.
    """
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


def main():
    """Runs ministack until SIGTERM or SIGINT, and then stops all functions."""
    home, *options = sys.argv[1:]
    saved = pathlib.Path(home, "saved")
    with open(pathlib.Path(home, "lock"), "a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        lock.truncate(0)
        lock.write(f"{os.getpid()} {os.environ['GATEWAY_PORT']} {os.environ['SITE_PORT']}")
        lock.flush()
        saved.unlink(missing_ok=True)
        if "--until-stdin-closes" in options:
            threading.Thread(target=stop_with_parent, daemon=True).start()
        sys.argv = sys.argv[:1]  # ministack parses the arguments, too.
        update_queue_urls(home)
        patches.apply()
        # Imported late, so that this process locks HOME before it loads ministack.
        from ministack.app import main as serve

        try:
            serve()  # Saves the state after SIGTERM or SIGINT, and then returns.
            saved.touch()
        finally:
            # Stops the functions, which are the other processes of the process group.
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            os.killpg(0, signal.SIGTERM)


main()
