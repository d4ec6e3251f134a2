import { isDeepStrictEqual } from 'node:util';
import type { AwsFacts, MemberFact, MemberFacts, OperationFacts } from './aws-facts';
import type { ClientPackage } from './client-package';
import type { ServiceModel } from './service-model';

/** One fact that is no longer as the file says. */
export interface Difference {
  /** Such as `BatchMeterUsage.input.UsageRecords[].Quantity`. */
  fact: string;
  /** What happened to it, to follow its name. */
  what: string;
}

/** Compares the models of some services with the facts. A service without a model is not compared. */
export function modelDifferences(facts: AwsFacts, models: ReadonlyMap<string, ServiceModel>): Difference[] {
  const ofServices = [...models].flatMap(([name, model]) => {
    const [before, now] = [facts.services[name], model.service];
    return isDeepStrictEqual(before, now) ? [] : [{ fact: `service ${name}`, what: changed(before, now) }];
  });
  const ofOperations = Object.entries(facts.operations).flatMap(([name, before]) => {
    const model = models.get(before.service);
    if (!model) return [];
    const now = model.operation(name);
    return now ? operationDifferences(name, before, now) : [{ fact: name, what: 'is gone from the model' }];
  });
  return [...ofServices, ...ofOperations];
}

function operationDifferences(name: string, before: OperationFacts, now: OperationFacts): Difference[] {
  const errors = listDifferences(before.errors, now.errors).map((what) => ({ fact: `${name}.errors`, what }));
  return [
    ...errors,
    ...memberDifferences(`${name}.input`, before.input, now.input),
    ...memberDifferences(`${name}.output`, before.output, now.output),
  ];
}

function memberDifferences(prefix: string, before: MemberFacts, now: MemberFacts): Difference[] {
  return [...new Set([...Object.keys(before), ...Object.keys(now)])].flatMap((path) => {
    const [old, current] = [before[path], now[path]];
    if (isDeepStrictEqual(old, current)) return [];
    const fact = `${prefix}.${path}`;
    if (old === undefined) return [{ fact, what: `is new: ${JSON.stringify(current)}` }];
    if (current === undefined) return [{ fact, what: 'is gone from the model' }];
    return [{ fact, what: memberChange(old, current) }];
  });
}

function memberChange({ values: oldValues = [], ...old }: MemberFact, { values = [], ...current }: MemberFact): string {
  const ofValues = listDifferences(oldValues, values);
  return [...ofValues, ...(isDeepStrictEqual(old, current) ? [] : [changed(old, current)])].join('; ');
}

function listDifferences(before: readonly string[], now: readonly string[]): string[] {
  const added = now.filter((each) => !before.includes(each)).map((each) => `has the new value ${each}`);
  const gone = before.filter((each) => !now.includes(each)).map((each) => `no longer has ${each}`);
  return [...added, ...gone];
}

const changed = (before: unknown, now: unknown) => `was ${JSON.stringify(before)} and is ${JSON.stringify(now)}`;

/** Compares a client's newest package with the one that the facts describe. */
export function clientDifferences(facts: AwsFacts, name: string, newest: ClientPackage): Difference[] {
  const { version, operations = [], lacks: before = [] } = facts.clients[name] ?? {};
  const now = newest.lacks(operations, facts);
  const versions = `${name} ${newest.version}`;
  const learned = before.filter((path) => !now.includes(path));
  const forgotten = now.filter((path) => !before.includes(path));
  return [
    ...learned.map((fact) => ({ fact, what: `is known to ${versions}; ${version} lacks it` })),
    ...forgotten.map((fact) => ({ fact, what: `is unknown to ${versions}; ${version} knows it` })),
  ];
}
