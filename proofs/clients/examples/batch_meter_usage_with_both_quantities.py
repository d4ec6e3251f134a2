"""A mistake that the service refuses: a record with both quantities."""
import json
import sys
from datetime import datetime, timezone

import boto3
from botocore.exceptions import ClientError

account_id, license_arn, dimension = sys.argv[1:]
metering = boto3.client("meteringmarketplace", region_name="us-east-1")
try:
    metering.batch_meter_usage(
        UsageRecords=[
            {
                "Timestamp": datetime.now(timezone.utc),
                "CustomerAWSAccountId": account_id,
                "LicenseArn": license_arn,
                "Dimension": dimension,
                "Quantity": 15,
                "QuantityAsDecimal": "15.8",
            }
        ],
    )
    print(json.dumps("accepted"))
except ClientError as error:
    print(json.dumps(error.response["Error"]["Code"]))
