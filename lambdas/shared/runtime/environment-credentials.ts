import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * Takes the place of the AWS SDK's chain of credential providers in the bundles. Lambda gives a function its credentials
 * in environment variables, so the other providers (profiles, single sign-on, container and instance roles) are only
 * bytes to load at each cold start.
 */
export const defaultProvider = fromEnv;
