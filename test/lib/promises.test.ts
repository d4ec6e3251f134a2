import { describe, expect, it } from 'vitest';
import { Template } from 'aws-cdk-lib/assertions';
import { ACKNOWLEDGED, ACKNOWLEDGED_WITH_FIREWALL, acknowledgements, byRule } from './promises/acknowledged';
import { changesOf } from './promises/changes';
import { ELSEWHERE, FREE, PROMISED, PROMISED_WITH_FIREWALL } from './promises/index';
import { isAsPromised, nameOf, readable, resourcesOf, type Promised, type Resources } from './promises/promised';
import { aMarketplaceSaasStack } from './synthesized';

const stack = aMarketplaceSaasStack();
const guardedStack = aMarketplaceSaasStack({ firewall: true });
const templateOf = (from: typeof stack): Resources => Template.fromStack(from).toJSON().Resources;
const plain = templateOf(stack);
const guarded = templateOf(guardedStack);
const newWithFirewall = Object.fromEntries(Object.entries(guarded).filter(([id]) => !(id in plain)));

const STACKS: [name: string, resources: Resources, promised: readonly Promised[]][] = [
  ['the stack', plain, PROMISED],
  ['the stack with a firewall', newWithFirewall, PROMISED_WITH_FIREWALL],
];

/** The promise about a resource of this type and name. */
function promiseOf(promised: readonly Promised[], type: string, name: string): Promised | undefined {
  return promised.find((each) => each.type === type && name in each.lines);
}

describe.each(STACKS)('%s', (_stack, template, promised) => {
  const resources = resourcesOf(template);
  const rows = promised.flatMap(({ type, always = {}, lines, read }) =>
    Object.entries(lines).map(([name, expected]) => ({ name, type, always, expected, read })),
  );

  it.each(rows)('has $name as promised', ({ name, type, always, expected, read }) => {
    const resource = resources.get(name);
    expect(resource).toMatchObject({ Type: type, ...always });
    expect(resource && read(resource)).toEqual(expected);
  });

  it('has no resource that nothing is promised of', () => {
    const unknown = [...resources].filter(
      ([name, { Type }]) => !ELSEWHERE.has(Type) && !promiseOf(promised, Type, name),
    );
    expect(unknown.map(([name]) => name)).toEqual([]);
  });

  it('keeps no value that could change or go without breaking a promise', () => {
    let tried = 0;
    const unnoticed: string[] = [];
    for (const [id, resource] of Object.entries(template)) {
      const promise = promiseOf(promised, readable(resource).Type, nameOf(id));
      if (promise === undefined) continue;
      for (const { path, resource: changed } of changesOf(resource as object)) {
        if (FREE.some(([free]) => free.test(path))) continue;
        tried += 1;
        if (isAsPromised(promise, nameOf(id), changed)) unnoticed.push(`${nameOf(id)}: ${path}`);
      }
    }
    expect(unnoticed).toEqual([]);
    expect(tried).toBeGreaterThan(30 * Object.keys(template).length);
  });
});

describe('the rules of CDK Nag', () => {
  const acknowledged = acknowledgements(guardedStack);

  it('are broken by these constructs only', () => {
    expect(byRule(acknowledgements(stack))).toEqual(ACKNOWLEDGED);
    expect(byRule(acknowledged)).toEqual({ ...ACKNOWLEDGED, ...ACKNOWLEDGED_WITH_FIREWALL });
  });

  it('are broken for a reason, which is a sentence', () => {
    expect(acknowledged.filter(({ reason }) => !/^[A-Z].+ .+\.$/.test(String(reason)))).toEqual([]);
  });
});
