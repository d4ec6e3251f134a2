"""What was agreed: the offer, the end of the free trial, and what happens at the end."""
import json
import sys

import boto3

(agreement_id,) = sys.argv[1:]
agreement = boto3.client("marketplace-agreement", region_name="us-east-1").describe_agreement(agreementId=agreement_id)
print(
    json.dumps(
        [
            agreement["proposalSummary"]["offerId"],
            agreement["freeTrialSummary"]["trialEndTime"].timestamp(),
            agreement["endTimeBehavior"]["type"],
        ]
    )
)
