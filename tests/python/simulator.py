"""`hubfolk sim` for as long as a `with` block lasts."""

import json
import pathlib
import queue
import re
import subprocess
import threading

START_SECONDS = 60


class Simulator:
    """Serves a world on a free port of this machine; the block gets its address."""

    def __init__(self, program, world, folder):
        self.path = pathlib.Path(folder) / "world.json"
        self.path.write_text(json.dumps(world))
        self.command = [program, "sim", "--world", str(self.path), "--listen", "127.0.0.1:0"]

    def __enter__(self):
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        lines = queue.Queue()
        threading.Thread(target=self._read, args=(lines,), daemon=True).start()
        said = ""
        while True:
            try:
                line = lines.get(timeout=START_SECONDS)
            except queue.Empty:
                line = None
            if line is None:
                self.__exit__()
                raise SystemExit(f"the simulator did not start:\n{said}")
            said += line
            address = re.search(r"http://127\.0\.0\.1:\d+", line)
            if address:
                return address.group()

    def _read(self, lines):
        # Read to the end, so that a talkative simulator never waits for us.
        for line in self.process.stdout:
            lines.put(line)
        lines.put(None)

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=START_SECONDS)
