import { ALARMS } from './alarms';
import { DASHBOARDS } from './dashboards';
import { APIS, INTEGRATIONS, ROUTES, RULES, STAGES, TOPIC_POLICIES } from './entrances';
import { DISTRIBUTIONS, SECRETS, VIEWER_FUNCTIONS, WEB_ACLS } from './front-door';
import { FUNCTIONS, INVOKE_CONFIGS, INVOKE_PERMISSIONS, LOG_GROUPS, QUEUE_MAPPINGS, STREAMS } from './functions';
import { OPERATOR_POLICIES } from './operator-policies';
import { POLICIES, ROLES } from './roles';
import { BUCKET_POLICIES, BUCKETS, QUEUE_POLICIES, QUEUES, TABLES } from './storage';
import type { Promised } from './promised';

/** Of the stack with the least that a seller has to configure. */
export const PROMISED: readonly Promised[] = [
  ...[
    ALARMS,
    FUNCTIONS,
    INVOKE_CONFIGS,
    STREAMS,
    QUEUE_MAPPINGS,
    INVOKE_PERMISSIONS,
    LOG_GROUPS,
    ROLES,
    POLICIES,
    OPERATOR_POLICIES,
  ],
  ...[TABLES, QUEUES, QUEUE_POLICIES, BUCKETS, BUCKET_POLICIES, RULES],
  ...[APIS, ROUTES, INTEGRATIONS, STAGES, TOPIC_POLICIES, DASHBOARDS],
];

/** Of what a stack with `firewall` has besides. */
export const PROMISED_WITH_FIREWALL: readonly Promised[] = [WEB_ACLS, DISTRIBUTIONS, SECRETS, VIEWER_FUNCTIONS];

/** Types whose values are text for people or are held elsewhere. */
export const ELSEWHERE = new Map([
  ['AWS::Events::EventBus', 'a name and a description, which CDK makes'],
  ['AWS::SNS::Topic', 'no properties'],
]);

/** Values that a promise need not hold, with the reason. */
export const FREE: readonly [path: RegExp, reason: string][] = [
  [/^-?Type$/, 'another type is another resource, which is missing or too many'],
  [/^-?Properties\.(Description|AlarmDescription|Name|PolicyName)$/, 'text for people; test/lib/alarms.test.ts'],
  [/^-?Properties\.(FunctionConfig\.Comment|DistributionConfig\.Comment)$/, 'text for people'],
  [/^-?Properties\.FunctionConfig$/, 'see its parts'],
  [/\.(Sid|Id|TargetOriginId)$/, 'labels within the template'],
  [/\.Version$/, "the version of IAM's language, which CDK writes"],
  [/^-?Properties\.Code(\.|$)/, 'test/lib/function-code.test.ts'],
  [
    /^-?DependsOn(\.|$)/,
    'the order of creation, which CDK decides; test/lib/public-api.test.ts, test/lib/notices.test.ts',
  ],
];
