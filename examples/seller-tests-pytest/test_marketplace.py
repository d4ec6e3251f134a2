import datetime

import botocore.exceptions
import pytest

import marketplace

NOW = datetime.datetime(2026, 11, 15, 12, 30, tzinfo=datetime.timezone.utc)


def usage_of(agreement, ago, quantity):
    """What the buyer used, `ago` hours before now."""
    return {
        "account_id": agreement["accountId"],
        "license_arn": agreement["licenseArn"],
        "dimension": "requests",
        "hour": NOW - datetime.timedelta(hours=ago),
        "quantity": quantity,
    }


def test_a_buyer_who_comes_from_aws_marketplace_is_recognized(simulator):
    assert marketplace.register(simulator.token()) == {
        "account_id": "111122223333",
        "license_arn": simulator.agreement["licenseArn"],
    }


def test_a_token_that_has_expired_is_refused(simulator):
    token = simulator.token()
    simulator.ask("POST", "/clock/advance", {"seconds": 3600})
    with pytest.raises(botocore.exceptions.ClientError, match="ExpiredTokenException"):
        marketplace.register(token)


def test_usage_is_billed_in_the_hour_in_which_it_was_used(simulator):
    agreement = simulator.agreement
    assert marketplace.report([usage_of(agreement, 2, "7"), usage_of(agreement, 1, "0.25")]) == []
    assert simulator.billed() == [("2026-11-15T10:00:00.000Z", "7"), ("2026-11-15T11:00:00.000Z", "0.25")]


def test_records_that_aws_leaves_unprocessed_are_billed_and_none_is_billed_twice(simulator):
    simulator.ask("POST", "/faults", {"kind": "unprocessed", "next": 2, "fraction": 0.5})
    usage = [usage_of(simulator.agreement, ago, str(ago)) for ago in (1, 2, 3, 4)]
    marketplace.report(usage)
    marketplace.report(usage)
    assert sorted(quantity for _, quantity in simulator.billed()) == ["1", "2", "3", "4"]


def test_usage_of_a_buyer_whom_aws_has_suspended_is_reported_as_refused(simulator):
    simulator.ask("PATCH", "/buyers/111122223333", {"suspended": True})
    [refused] = marketplace.report([usage_of(simulator.agreement, 1, "5")])
    assert (refused["Status"], simulator.billed()) == ("CustomerNotSubscribed", [])
