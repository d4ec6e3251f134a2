"""Reports usage to POST /usage of aws-marketplace-saas. Copy this file: it needs botocore, which comes with boto3."""

import json
import os
import random
import time
from datetime import datetime, timezone

import botocore.session
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import BotoCoreError, HTTPClientError
from botocore.httpsession import URLLib3Session

EVENTS_PER_REQUEST = 100
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 30.0  # seconds
# What passes by itself, and what somebody can mend meanwhile: credentials, permission or clock (403), the address (404).
WORTH_ANOTHER_TRY = {401, 403, 404, 408, 425, 429}

# The chain of the AWS CLI: environment, profile, container, instance. It renews credentials before they expire.
credentials = botocore.session.Session().get_credentials()
http = URLLib3Session(timeout=30)


def report_usage(url, events, give_up_after=300.0, sleep=time.sleep):
    """Reports events and waits for their answers.

    events: dictionaries with id, subscriptionId, dimension, quantity, time and, if needed, tags. Derive the id from the usage
      ("job-4711"): the server stores an id once, so sending an event again is always safe. Let the quantity be text, such as
      "0.25" or str(Decimal(...)): a float is seldom what you mean.
    Returns (refused, unsent). refused: (event, reason) of events that will never be billed: tell somebody. unsent: events that
      have no answer after give_up_after seconds: keep them, and report them again under the same ids.
    """
    refused, waiting, pause = [], list(events), FIRST_PAUSE
    stop_at = time.monotonic() + give_up_after
    while waiting and time.monotonic() < stop_at:
        batch, waiting = waiting[:EVENTS_PER_REQUEST], waiting[EVENTS_PER_REQUEST:]
        again = []
        for event, answer in zip(batch, send(url, batch)):
            if answer["status"] == "retry":
                again.append(event)
            elif answer["status"] == "rejected":
                refused.append((event, answer["reason"]))
            elif answer.get("contentDiffers"):
                refused.append((event, "contentDiffers"))  # its id is stored with another quantity, dimension or tags
        if again:
            waiting = again + waiting
            # A random part of a span that doubles, so that many applications do not come back at the same moment.
            sleep(random.uniform(0, pause))
            pause = min(LONGEST_PAUSE, pause * 2)
        else:
            pause = FIRST_PAUSE
    return refused, waiting


def send(url, batch):
    """Sends one request. Returns an answer for each event; "retry" for all of them if nothing is known."""
    request = AWSRequest("POST", url, data=json.dumps(batch), headers={"content-type": "application/json"})
    try:
        SigV4Auth(credentials.get_frozen_credentials(), "execute-api", "us-east-1").add_auth(request)
        response = http.send(request.prepare())
        results = json.loads(response.content)["results"] if response.status_code == 200 else []
    except (BotoCoreError, HTTPClientError, ValueError, KeyError):
        return [{"status": "retry"}] * len(batch)
    if len(results) == len(batch):
        return results
    if 400 <= response.status_code < 500 and response.status_code not in WORTH_ANOTHER_TRY:
        return [{"status": "rejected", "reason": f"requestRefused: {response.status_code}"}] * len(batch)
    return [{"status": "retry"}] * len(batch)


if __name__ == "__main__":
    used = {
        "id": "python-job-1",
        "subscriptionId": os.environ["SUBSCRIPTION_ID"],
        "dimension": "events",
        "quantity": "1.5",
        "time": datetime.now(timezone.utc).isoformat(),
    }
    refused, unsent = report_usage(os.environ["USAGE_URL"], [used])
    print("refused:", refused, "unsent:", unsent)
