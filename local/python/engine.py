"""Runs ministack, the local cloud, for `cargo dev`. Usage: engine.py HOME [--until-stdin-closes]

Settings come in the environment (see src/cloud/engine.rs). HOME/lock holds process id and port and is locked while this
runs: a lock can not be mistaken for another process that got the same id. HOME/saved is there while what is kept below
HOME is all that there is, that is: while nothing runs, unless it was killed. The functions are in our process group.
"""

import copy
import fcntl
import os
import pathlib
import signal
import socketserver
import sys
import threading


def tune():
    """Two waits that make each warm invocation on ministack 40 to 50 ms slower than it is."""
    from ministack.core import lambda_runtime

    # The runtime API writes headers and body apart: with Nagle's algorithm, the body waits for a delayed acknowledgement.
    socketserver.StreamRequestHandler.disable_nagle_algorithm = True
    # Seconds it waits for an invocation's first log line, for another one, and at most: 50, 5 and 250 ms by default.
    lambda_runtime.Worker._drain_stderr_bounded.__defaults__ = (0.003, 0.003, 0.250)


def keep_streams():
    """ministack saves how far each consumer of a table's stream has read, but not the stream itself: after a restart the
    consumers would wait, deaf, for as many changes as there had been before. So the streams are saved with the tables.
    """
    from ministack.services import dynamodb

    get_state, load_state = dynamodb.get_state, dynamodb.load_persisted_state
    streams = {"stream_records": dynamodb._stream_records, "stream_trimmed": dynamodb._stream_trimmed}

    def get_state_and_streams():
        return get_state() | copy.deepcopy(streams)

    def load_state_and_streams(state):
        load_state(state)
        for name, stream in streams.items():
            stream.update(state.get(name, {}))

    dynamodb.get_state, dynamodb.load_persisted_state = get_state_and_streams, load_state_and_streams


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
        tune()
        keep_streams()
        from ministack.app import main as serve

        try:
            serve()  # Saves its state after SIGTERM or SIGINT.
            saved.touch()
        finally:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            os.killpg(0, signal.SIGTERM)


main()
