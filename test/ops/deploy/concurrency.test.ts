import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readReservation, reservedBy } from '../../../ops/deploy/concurrency';
import { AwsApi } from '../../../ops/doctor/aws-api';

const template = (...reserved: (number | undefined)[]) =>
  JSON.stringify({
    Resources: Object.fromEntries(
      reserved.map((ReservedConcurrentExecutions, n) => [`F${n}`, { Properties: { ReservedConcurrentExecutions } }]),
    ),
  });

let folder: string;
const asked: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reservation-'));
  asked.length = 0;
});
afterEach(() => rm(folder, { recursive: true }));

/** An account that has deployed one template and is about to deploy another. */
function reservation(synthesized: string, deployed: string | undefined) {
  const file = join(folder, 'Stack.template.json');
  writeFileSync(file, synthesized);
  const cloudFormation = Object.assign(Object.create(CloudFormationClient.prototype) as CloudFormationClient, {
    send: async () => (asked.push('template'), { TemplateBody: deployed }),
  });
  const api = Object.assign(Object.create(AwsApi.prototype) as AwsApi, {
    json: async () => (asked.push('settings'), { AccountLimit: { UnreservedConcurrentExecutions: 900 } }),
  });
  return readReservation({ stack: 'Stack', template: file, region: 'us-east-1' }, { cloudFormation, api });
}

describe('the concurrency that a deployment reserves', () => {
  it('is the sum of what the functions of the template reserve', () => {
    expect(reservedBy(template(10, undefined, 5))).toBe(15);
    expect(reservedBy(JSON.stringify({ Resources: { Topic: {} } }))).toBe(0);
  });

  it('counts only what is added to the deployed stack', async () => {
    expect(await reservation(template(20), template(12, undefined))).toEqual({ added: 8, unreserved: 900 });
  });

  it.each([[''], [undefined]])('counts all of it before the first deployment', async (deployed) => {
    expect(await reservation(template(20), deployed)).toEqual({ added: 20, unreserved: 900 });
  });

  it('asks AWS nothing when nothing is reserved', async () => {
    expect(await reservation(template(undefined), template(12))).toEqual({ added: 0, unreserved: Infinity });
    expect(asked).toEqual([]);
  });
});
