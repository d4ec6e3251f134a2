"""Example 3 of the seller guide, as older products meter: by product code and customer identifier."""
import json
import sys
from datetime import datetime, timezone

import boto3

product_code, customer_identifier, dimension = sys.argv[1:]
metering = boto3.client("meteringmarketplace", region_name="us-east-1")
answer = metering.batch_meter_usage(
    ProductCode=product_code,
    UsageRecords=[
        {
            "Timestamp": datetime.now(timezone.utc),
            "CustomerIdentifier": customer_identifier,
            "Dimension": dimension,
            "Quantity": 15,
        }
    ],
)
print(json.dumps([answer["Results"][0]["Status"], answer["UnprocessedRecords"]]))
