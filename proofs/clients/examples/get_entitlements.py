"""Example 2 of the seller guide: what a customer is entitled to."""
import json
import sys

import boto3

product_code, account_id = sys.argv[1:]
entitlement = boto3.client("marketplace-entitlement", region_name="us-east-1")
answer = entitlement.get_entitlements(
    ProductCode=product_code,
    Filter={"CUSTOMER_AWS_ACCOUNT_ID": [account_id]},
    MaxResults=25,
)
print(json.dumps([[found["Dimension"], found["Value"]] for found in answer["Entitlements"]]))
