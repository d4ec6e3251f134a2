export { UsageReporter } from './usage-reporter';
export { UsageNotTakenError, type NotTaken } from './errors';
export type { Credentials, FlushOptions, ReporterPorts, UsageReporterOptions } from './options';
export type { Rejection, ReportedUsage, UsageEvent } from './usage-event';
