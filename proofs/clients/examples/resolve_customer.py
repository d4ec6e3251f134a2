"""Example 1 of the seller guide: the form that the buyer's browser posted tells who the customer is."""
import json
import sys
from urllib.parse import parse_qs

import boto3

form = parse_qs(sys.argv[1])
token = form["x-amzn-marketplace-token"][0]
metering = boto3.client("meteringmarketplace", region_name="us-east-1")
customer = metering.resolve_customer(RegistrationToken=token)
print(json.dumps({name: customer.get(name) for name in ("ProductCode", "CustomerAWSAccountId", "LicenseArn", "Metadata")}))
