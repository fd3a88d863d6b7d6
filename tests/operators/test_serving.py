"""`engage web`, `worker` and `run` as an operator starts them: real processes, clean ends."""

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from tests.database import ENVIRON
from tests.waiting import ended, free_port
from tests.waiting import wait_for as wait


class Installation:
    """Processes of one installation on one port."""

    def __init__(self, folder):
        self.folder = folder
        self.port = free_port()
        self.processes = []
        self.environ = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("ENGAGE_", "TWILIO_"))},
            **ENVIRON,
            "ENGAGE_ENVIRONMENT": "demo",
            "ENGAGE_PUBLIC_URL": f"http://localhost:{self.port}",
            "DATABASE_URL": f"sqlite:///{folder / 'engage.db'}",
            "ENGAGE_METRICS_TOKEN": "token",
            "ENGAGE_LOG_LEVEL": "INFO",
            "PORT": str(self.port),
            "WEB_CONCURRENCY": "2",
        }
        subprocess.run([*self.command("db", "upgrade")], env=self.environ, check=True,
                       capture_output=True)  # fmt: skip

    @staticmethod
    def command(*words):
        return [sys.executable, "-m", "engage.cli", *words]

    def start(self, word):
        log = (self.folder / f"{word}.log").open("w")
        process = subprocess.Popen(self.command(word), env=self.environ, stdout=log, stderr=log)
        log.close()
        self.processes.append(process)
        return process

    def get(self, path, **headers):
        request = urllib.request.Request(f"http://localhost:{self.port}{path}", headers=headers)
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def log(self, word):
        return (self.folder / f"{word}.log").read_text()

    def end(self, process):
        process.send_signal(signal.SIGTERM)
        return ended(process)


@pytest.fixture
def house(tmp_path):
    made = Installation(tmp_path)
    yield made
    for process in made.processes:
        if process.poll() is None:
            process.kill()
            process.wait()


def test_web_is_ready_when_a_worker_is_and_both_end_cleanly(house):
    web = house.start("web")
    wait(lambda: house.get("/healthz/live")[0] == 200, "web answers", 120)
    assert house.get("/healthz/ready")[0] == 503
    worker = house.start("worker")
    wait(lambda: house.get("/healthz/ready")[0] == 200, "the worker's heartbeat", 120)
    for _ in range(20):
        house.get("/c/7HQ2K9MXA4B7C")
    status, page = house.get("/metrics", Authorization="Bearer token")
    assert status == 200
    # Two processes answered; their counters are added up.
    line = next(x for x in page.splitlines() if 'route="/c/<code>"' in x and "total" in x)
    assert float(line.split()[-1]) == 20
    assert (house.end(worker), house.end(web)) == (0, 0)
    requests = [json.loads(x) for x in house.log("web").splitlines() if '"request"' in x]
    assert {x["route"] for x in requests} >= {"/c/<code>", "/healthz/live", "/metrics"}
    assert "7HQ2K9" not in house.log("web") and "Traceback" not in house.log("web")


def test_run_is_both_halves_in_one(house):
    both = house.start("run")
    wait(lambda: house.get("/healthz/ready")[0] == 200, "web and worker", 120)
    assert house.end(both) == 0
    assert "Traceback" not in house.log("run")


def test_a_taken_port_is_named_in_one_line(house):
    web = house.start("web")
    wait(lambda: house.get("/healthz/live")[0] == 200, "web answers", 120)
    demo = house.command("demo", "--port", str(house.port), "--data", str(house.folder / "d"))
    done = subprocess.run(demo, env=house.environ, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.strip() == (
        f"Error: Port {house.port} is in use. Stop what uses it, or add --port."
    )
    assert house.end(web) == 0


# What `engage worker` asks before its first step. In a process of its own: here every table has
# been loaded long ago, and a worker, which has no pages, must load them itself.
MAY_START = """
import os
from engage import app, cli, config
cli.ready(app.create_app(config.load(os.environ), with_pages=False))
print("may start")
"""


def test_a_worker_may_start_in_production(house):
    real = {
        "ENGAGE_ENVIRONMENT": "production",
        "ENGAGE_PUBLIC_URL": "https://engage.example",
        "ENGAGE_SMS_PROVIDER": "twilio",
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": "0" * 32,
        "TWILIO_NUMBER": "+447700900000",
    }
    command = [sys.executable, "-c", MAY_START]
    done = subprocess.run(
        command, env=house.environ | real, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.returncode) == ("may start\n", 0), done.stderr
