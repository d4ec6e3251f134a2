"""Example 3 of the seller guide: metering a customer's usage of an hour."""
import json
import sys
from datetime import datetime, timezone

import boto3

account_id, license_arn, dimension = sys.argv[1:]
metering = boto3.client("meteringmarketplace", region_name="us-east-1")
answer = metering.batch_meter_usage(
    UsageRecords=[
        {
            "Timestamp": datetime.now(timezone.utc),
            "CustomerAWSAccountId": account_id,
            "LicenseArn": license_arn,
            "Dimension": dimension,
            "Quantity": 15,
        }
    ],
)
print(json.dumps([answer["Results"][0]["Status"], answer["UnprocessedRecords"]]))
