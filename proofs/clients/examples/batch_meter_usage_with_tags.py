"""Example 4 of the seller guide: the same with the usage split up by the buyer's tags."""
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
            "Quantity": 10,
            "UsageAllocations": [
                {
                    "AllocatedUsageQuantity": 7,
                    "Tags": [
                        {"Key": "BusinessUnit", "Value": "IT"},
                        {"Key": "AccountId", "Value": account_id},
                    ],
                },
                {"AllocatedUsageQuantity": 2, "Tags": [{"Key": "BusinessUnit", "Value": "Finance"}]},
                {"AllocatedUsageQuantity": 1},
            ],
        }
    ],
)
print(json.dumps([answer["Results"][0]["Status"], answer["UnprocessedRecords"]]))
