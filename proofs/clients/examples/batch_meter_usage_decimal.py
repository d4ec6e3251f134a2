"""Example 3 of the seller guide with a fraction: only the quantity's field differs."""
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
            "QuantityAsDecimal": "15.8",
        }
    ],
)
result = answer["Results"][0]
print(json.dumps([result["Status"], result["UsageRecord"].get("QuantityAsDecimal"), answer["UnprocessedRecords"]]))
