"""Starts the simulator for each test, points boto3 at it, and stops it."""

import json
import pathlib
import re
import subprocess
import urllib.request

import pytest

FOLDER = pathlib.Path(__file__).parent
# Not npx: it would not pass the signal on that ends the simulator.
COMMAND = FOLDER / "node_modules" / ".bin" / "aws-marketplace-simulator"


class Simulator:
    """The simulator's control API."""

    def __init__(self, endpoint):
        self.endpoint = endpoint

    def ask(self, method, path, body=None):
        request = urllib.request.Request(f"{self.endpoint}/_marketplace{path}", method=method)
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("content-type", "application/json")
        with urllib.request.urlopen(request, timeout=10) as response:
            return json.load(response)

    @property
    def agreement(self):
        """The agreement of start.json."""
        return self.ask("GET", "/agreements")[0]

    def token(self):
        """The registration token that AWS Marketplace posts to the seller."""
        return self.ask("POST", f"/agreements/{self.agreement['agreementId']}/token")["token"]

    def billed(self):
        """What AWS would bill: hours and quantities."""
        return [(record["hour"], record["quantity"]) for record in self.ask("GET", "/ledger")["records"]]


@pytest.fixture
def simulator(monkeypatch):
    command = [COMMAND, "--port", "0", "--start-file", FOLDER / "start.json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        # The first line is printed once it answers, and names its address. There is none when it could not start.
        address = re.search(r"http://\S+", process.stdout.readline())
        assert address, "The simulator did not start. What it printed above says why."
        for service in ("METERING", "ENTITLEMENT_SERVICE", "AGREEMENT"):
            monkeypatch.setenv(f"AWS_ENDPOINT_URL_MARKETPLACE_{service}", address.group())
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        yield Simulator(address.group())
    finally:
        process.terminate()
        process.communicate(timeout=10)
