"""Example 4 of the seller guide with fractions: the allocations are decimals, too."""
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
            "QuantityAsDecimal": "0.6",
            "UsageAllocations": [
                {
                    "AllocatedUsageQuantityAsDecimal": "0.1",
                    "Tags": [
                        {"Key": "BusinessUnit", "Value": "IT"},
                        {"Key": "AccountId", "Value": account_id},
                    ],
                },
                {"AllocatedUsageQuantityAsDecimal": "0.2", "Tags": [{"Key": "BusinessUnit", "Value": "Finance"}]},
                {"AllocatedUsageQuantityAsDecimal": "0.300000"},
            ],
        }
    ],
)
print(json.dumps([answer["Results"][0]["Status"], answer["UnprocessedRecords"]]))
