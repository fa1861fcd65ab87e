"""The official Python client against `hubfolk sim`: every journey of a person through its public API.

Run by `cargo xtask test`. By hand, with any Python that has huggingface_hub:
    python tests/python/test_client.py --hubfolk target/debug/hubfolk
"""

import argparse
import os
import tempfile
import traceback
import warnings

# In the order in which the journeys are made; the last one looks back on all of them.
import people  # noqa: F401
import repositories  # noqa: F401
import talks  # noqa: F401
import gates  # noqa: F401
import shelves  # noqa: F401
import hooks  # noqa: F401
import scope  # noqa: F401
from checks import CHECKS
from simulator import Simulator
from world import world


class Watched:
    """The client's `HfApi`, remembering which of its methods were called."""

    def __init__(self, api):
        self._api = api
        self.called = set()

    def __getattr__(self, name):
        found = getattr(self._api, name)
        if callable(found):
            self.called.add(name)
        return found


class Hub:
    """The client's package; imported only after HF_ENDPOINT is set, because it reads it once."""

    def __init__(self, address):
        import huggingface_hub
        from huggingface_hub import errors, get_session
        from huggingface_hub.utils import build_hf_headers

        self.address = address
        self.package = huggingface_hub
        self.session = get_session
        self.headers = build_hf_headers
        self.version = huggingface_hub.__version__
        self.errors = errors
        self.api = Watched(huggingface_hub.HfApi())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hubfolk", required=True, help="the program whose simulator to test")
    parser.add_argument("--only", default="", help="checks whose name contains this")
    arguments = parser.parse_args()

    # Hiding a comment warns that it cannot be undone; that is the client's business.
    warnings.simplefilter("ignore")
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder, Simulator(arguments.hubfolk, world(), folder) as address:
        for name in [name for name in os.environ if name.startswith(("HF_", "HUGGING"))]:
            del os.environ[name]
        os.environ.update(HF_ENDPOINT=address, HF_HOME=folder, HF_HUB_DISABLE_TELEMETRY="1", NO_PROXY="127.0.0.1")
        hub = Hub(address)
        print(f"huggingface_hub {hub.version} against {address}")
        for function in CHECKS:
            name = function.__name__.replace("_", " ")
            if arguments.only not in name:
                continue
            try:
                function(hub)
            except Exception:
                failed += 1
                print(f"FAILED  {name}")
                traceback.print_exc()
            else:
                passed += 1
                print(f"ok      {name}")
    print(f"{passed} passed, {failed} failed")
    raise SystemExit(failed != 0)


if __name__ == "__main__":
    main()
