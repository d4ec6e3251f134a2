export { ExplainedError } from './explained-error';
export { MARKETPLACE_REGION } from './marketplace-region';
export { MarketplaceSaas, type MarketplaceSaasProps } from './marketplace-saas';
export { MarketplaceSaasStack, type MarketplaceSaasStackProps } from './marketplace-saas-stack';
export { readSellerConfiguration, type SellerConfigurationSource } from './seller-configuration-source';
export type { UsageAccount } from './usage-accounts';
export { SaasMetrics } from './saas-metrics';
export type { MetricName, UnitMetricName } from '../lambdas/shared/contract/metrics';
