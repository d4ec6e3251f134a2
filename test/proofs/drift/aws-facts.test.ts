import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { readFacts } from '../../../proofs/drift/aws-facts';
import { ClientPackage } from '../../../proofs/drift/client-package';
import { ALL_PLACES, placesOf } from '../../../proofs/drift/places';

const facts = readFacts();
const manifest = z
  .object({ dependencies: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync('package.json', 'utf8')));
const pinned = Object.keys(facts.clients).filter((name) => name in manifest.dependencies);

describe('the facts about AWS', () => {
  it.each(pinned)('say exactly which members the pinned %s does not know', (name) => {
    const known = new ClientPackage(join('node_modules', name));
    const { operations = [], lacks } = facts.clients[name] ?? {};

    // A client that has learned a member needs no workaround for it any more.
    expect(known.lacks(operations, facts)).toEqual(lacks);
    expect(facts.clients[name]?.version).toBe(manifest.dependencies[name]);
  });

  it('cover the three clients of the product', () => {
    const services = ['metering', 'entitlement-service', 'agreement'];
    expect(pinned).toEqual(services.map((service) => `@aws-sdk/client-marketplace-${service}`));
  });

  it('name only files that exist', () => {
    const named = [...ALL_PLACES, ...facts.unseen.flatMap(({ concerns }) => concerns)];
    expect(named.filter((file) => !existsSync(file))).toEqual([]);
  });

  it('name a file for every fact', () => {
    expect(placesOf('BatchMeterUsage.input.UsageRecords[].Quantity')).toContain('simulator/operations/usage-record.ts');
    expect(placesOf('ResolveCustomer.output.Metadata')).toContain('lambdas/shared/marketplace/resolve-customer.ts');
    expect(placesOf('service meteringmarketplace')).toContain('simulator/wire/aws-json.ts');
    expect(placesOf('something else')).toEqual(['data/aws-facts.json']);
  });
});
