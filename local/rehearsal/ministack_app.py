"""ministack, with what it leaves out of an HTTP API's event put back in.

AWS gives a function the request's cookies as the event's list `cookies` (payload format 2.0); ministack 1.5.33 gives it
none, and nobody with a session would be known. The template and the functions stay as they are: it is ministack that
differs from AWS. If it has learned it since, this changes nothing.
"""

from ministack.app import app
from ministack.services import lambda_svc

__all__ = ["app"]

_execute = lambda_svc._execute_function_with_config_scope


def _execute_with_cookies(record, event, *args, **kwargs):
    if isinstance(event, dict) and event.get("version") == "2.0" and "http" in event.get("requestContext", {}):
        cookie = event["headers"].get("cookie")
        if cookie and "cookies" not in event:
            headers = {name: value for name, value in event["headers"].items() if name != "cookie"}
            event = {**event, "headers": headers, "cookies": [each.strip() for each in cookie.split(";")]}
    return _execute(record, event, *args, **kwargs)


lambda_svc._execute_function_with_config_scope = _execute_with_cookies
