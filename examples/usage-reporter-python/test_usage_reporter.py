"""python -m unittest"""

import json
import threading
import unittest
from http.server import BaseHTTPRequestHandler, HTTPServer

import botocore.credentials

import usage_reporter

ACCEPT, RETRY = {"status": "accepted"}, {"status": "retry"}


class Server(HTTPServer):
    """Answers each request with the next of `replies`: (status, answers), and accepts everything when there is none left."""

    def __init__(self, *replies):
        super().__init__(("127.0.0.1", 0), Handler)
        self.replies, self.requests, self.headers = list(replies), [], []
        self.url = f"http://127.0.0.1:{self.server_port}/usage"
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        events = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.requests.append([event["id"] for event in events])
        self.server.headers.append(self.headers)
        status, answers = self.server.replies.pop(0) if self.server.replies else (200, [ACCEPT] * len(events))
        body = json.dumps({"results": answers}).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args):
        pass


def events(count):
    return [{"id": f"job-{n}", "subscriptionId": "s-1", "dimension": "events", "quantity": "1"} for n in range(count)]


class ReportUsage(unittest.TestCase):
    def setUp(self):
        usage_reporter.credentials = botocore.credentials.Credentials("test", "test", "session")
        self.pauses = []

    def report(self, *replies, count=2, **options):
        server = Server(*replies)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        answer = usage_reporter.report_usage(server.url, events(count), sleep=self.pauses.append, **options)
        return answer, server

    def test_sends_at_most_a_hundred_events_in_a_request_and_signs_it(self):
        answer, server = self.report(count=250)
        self.assertEqual((answer, [len(ids) for ids in server.requests]), (([], []), [100, 100, 50]))
        self.assertRegex(server.headers[0]["authorization"], "^AWS4-HMAC-SHA256 .*/us-east-1/execute-api/")
        self.assertEqual(server.headers[0]["x-amz-security-token"], "session")

    def test_sends_again_under_the_same_ids_what_was_not_stored(self):
        answer, server = self.report((503, []), (200, [ACCEPT, RETRY]), (200, [ACCEPT]))
        self.assertEqual((answer, server.requests), (([], []), [["job-0", "job-1"], ["job-0", "job-1"], ["job-1"]]))
        self.assertTrue(0 <= self.pauses[0] <= 0.2 and 0 <= self.pauses[1] <= 0.4)

    def test_tells_what_is_refused_and_sends_it_no_more(self):
        wrong = {"status": "rejected", "reason": "unknownDimension"}
        answer, server = self.report((200, [wrong, {"status": "duplicate", "contentDiffers": True}]))
        reasons = [(event["id"], reason) for event, reason in answer[0]]
        self.assertEqual(reasons, [("job-0", "unknownDimension"), ("job-1", "contentDiffers")])
        self.assertEqual(len(server.requests), 1)

    def test_tells_that_a_whole_request_was_refused(self):
        answer, server = self.report((400, []))
        self.assertEqual([reason for _, reason in answer[0]], ["requestRefused: 400"] * 2)
        self.assertEqual(len(server.requests), 1)

    def test_returns_what_it_could_not_send(self):
        (refused, unsent), _ = self.report(give_up_after=0)
        self.assertEqual((refused, [event["id"] for event in unsent]), ([], ["job-0", "job-1"]))


if __name__ == "__main__":
    unittest.main()
