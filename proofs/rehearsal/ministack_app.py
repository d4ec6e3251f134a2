"""ministack 1.5.33, closer to AWS where the deployed stack would notice. README.md says why each.

Nothing here makes up for a fault of the template or the functions: each is something that AWS does and ministack does
not. If it has learned it since, this changes nothing.
"""

import logging

from ministack.app import app
from ministack.core.responses import get_account_id, get_region
from ministack.services import lambda_svc
from ministack.services.cloudformation import provisioners

__all__ = ["app"]

_log = logging.getLogger("rehearsal")
_execute = lambda_svc._execute_function_with_config_scope
_alarm_record = provisioners._cw_metric_alarm_record


def _execute_with_cookies(record, event, *args, **kwargs):
    """AWS gives a function the request's cookies as a list of their own (payload format 2.0)."""
    if isinstance(event, dict) and event.get("version") == "2.0" and "http" in event.get("requestContext", {}):
        cookie = event["headers"].get("cookie")
        if cookie and "cookies" not in event:
            headers = {name: value for name, value in event["headers"].items() if name != "cookie"}
            event = {**event, "headers": headers, "cookies": [each.strip() for each in cookie.split(";")]}
    return _execute(record, event, *args, **kwargs)


def _alarm_record_of_metric_math(name, props):
    """An alarm on an expression is kept as one on its first metric, and never evaluated as what it is."""
    stats = [each["MetricStat"] for each in props.get("Metrics") or [] if "MetricStat" in each]
    if not stats:
        return _alarm_record(name, props)
    _log.warning("Alarm %s is on an expression: it is accepted, not evaluated.", name)
    metric = stats[0]["Metric"]
    rest = {key: value for key, value in props.items() if key != "Metrics"}
    names = {"Namespace": metric["Namespace"], "MetricName": metric["MetricName"]}
    return _alarm_record(name, {**rest, **names, "Period": stats[0].get("Period", 60), "ActionsEnabled": False})


def _composite_alarm(name):
    _log.warning("Composite alarm %s is accepted, not evaluated.", name)
    return name, {"Arn": f"arn:aws:cloudwatch:{get_region()}:{get_account_id()}:alarm:{name}"}


def _composite_alarm_create(logical_id, props, stack_name):
    return _composite_alarm(props.get("AlarmName") or f"{stack_name}-{logical_id}")


def _composite_alarm_update(physical_id, _old, _new, _stack_name):
    return _composite_alarm(physical_id)


lambda_svc._execute_function_with_config_scope = _execute_with_cookies
provisioners._cw_metric_alarm_record = _alarm_record_of_metric_math
provisioners._RESOURCE_HANDLERS.setdefault(
    "AWS::CloudWatch::CompositeAlarm",
    {"create": _composite_alarm_create, "update": _composite_alarm_update, "delete": lambda *_: None},
)
