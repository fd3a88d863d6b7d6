"""Run the stand-in as a process: `python -m tests.standin --port 0` prints its address."""

import argparse

from tests.standin.provider import StandIn
from tests.standin.server import Server


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--webhook", default="", help="where incoming texts are brought")
    chosen = parser.parse_args()
    stand_in = StandIn()
    stand_in.moods.webhook = chosen.webhook
    server = Server(stand_in, chosen.port)
    print(server.url, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
