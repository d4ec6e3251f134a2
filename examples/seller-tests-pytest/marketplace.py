"""What a seller's application does with AWS Marketplace. It knows nothing of the simulator: the environment names it."""

import boto3

RECORDS_PER_CALL = 25
ATTEMPTS = 5


def register(token):
    """Finds out who has come with the token that AWS Marketplace posted."""
    customer = boto3.client("meteringmarketplace").resolve_customer(RegistrationToken=token)
    return {"account_id": customer["CustomerAWSAccountId"], "license_arn": customer["LicenseArn"]}


def report(usage):
    """Reports the usage of finished hours. What AWS leaves unprocessed is sent again, unchanged.

    usage: dictionaries with account_id, license_arn, dimension, hour (datetime with a zone) and quantity (text)
    Returns the results of the records that AWS refused.
    """
    metering = boto3.client("meteringmarketplace")
    unsent = [
        {
            "CustomerAWSAccountId": each["account_id"],
            "LicenseArn": each["license_arn"],
            "Dimension": each["dimension"],
            "Timestamp": each["hour"],
            "QuantityAsDecimal": each["quantity"],
        }
        for each in usage
    ]
    refused = []
    for _ in range(ATTEMPTS):
        unprocessed = []
        for start in range(0, len(unsent), RECORDS_PER_CALL):
            answer = metering.batch_meter_usage(UsageRecords=unsent[start : start + RECORDS_PER_CALL])
            refused += [result for result in answer["Results"] if result["Status"] != "Success"]
            unprocessed += answer["UnprocessedRecords"]
        unsent = unprocessed
        if not unsent:
            return refused
    raise RuntimeError(f"AWS has not processed {len(unsent)} records.")
