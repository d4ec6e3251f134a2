export type {
  ContractPeriodConfiguration,
  DimensionConfiguration,
  ProductConfiguration,
  RegistrationConfiguration,
  SellerConfiguration,
  SupportConfiguration,
  TestAccountConfiguration,
  UsageConfiguration,
} from '../lambdas/shared/contract/written-configuration';
export type {
  ContactFieldsConfiguration,
  FieldPresence,
  PagesConfiguration,
} from '../lambdas/shared/contract/written-pages';
export type { FunctionName } from '../lambdas/shared/contract/functions';
export { METRICS, type MetricName, type MetricOf, type UnitMetricName } from '../lambdas/shared/contract/metrics';
export { PAGE_TEXTS, type PageText } from '../lambdas/shared/contract/page-texts';
export type { TableName } from '../lambdas/shared/contract/tables';
export { ExplainedError } from './explained-error';
export { MARKETPLACE_REGION } from './marketplace-region';
export { keyPolicyStatements } from './key-policy';
export { MarketplaceSaas } from './marketplace-saas';
export type { MarketplaceSaasProps } from './marketplace-saas-props';
export { MarketplaceSaasStack, type MarketplaceSaasStackProps } from './marketplace-saas-stack';
export {
  readSellerConfiguration,
  sellerConfiguration,
  type SellerConfigurationSource,
} from './seller-configuration-source';
export { SaasMetrics, type UnitsSource } from './saas-metrics';
export type { UsageAccount } from './usage-accounts';
