import type { MarketplaceTable } from '../../lib/marketplace-table';

// What the constructs must not accept. `npm run types` fails when one of these lines compiles: it is apart from
// `wrong-states.ts`, whose test would load all of CDK for it.
declare const table: MarketplaceTable<'hourlyUsage'>;
declare const grantee: Parameters<typeof table.grantIndexQuery>[0];

// @ts-expect-error The table has no such index.
table.grantIndexQuery(grantee, 'entitlementsDue');
