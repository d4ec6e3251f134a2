import { toAwsCalls, type SentRequest } from './aws-calls';
import { grantsOf } from './grants';
import { allows } from './permission';
import type { Resources } from './resources';
import type { Template } from './template';

/** The access key id of a function, so that a service knows whose request it is. */
export const keyOfFunction = (logicalId: string) => `ASIAFUNCTION${logicalId}`;

const SIGNED_BY_FUNCTION = /Credential=ASIAFUNCTION([^/]+)\//;

/** What the template allows now: an update of the stack may change it. */
export interface Deployed {
  template: Template;
  resources: Resources;
}

/** Refuses what a function's role does not allow, before the service does anything. Others' requests are not its business. */
export class FunctionPermissions {
  /** Set once the stack is complete. */
  deployed: (() => Deployed) | undefined;
  #known: { template: Template; grants: ReturnType<typeof grantsOf>; allowed: Map<string, boolean> } | undefined;

  /** @returns IAM's message; undefined: the request is allowed. */
  refusalOf(request: SentRequest): string | undefined {
    const [, logicalId] = SIGNED_BY_FUNCTION.exec(request.authorization) ?? [];
    if (logicalId === undefined || this.deployed === undefined) return undefined;
    const { grants, allowed } = this.#current(this.deployed());
    // A function of a test's template may have no role.
    const its = grants.get(logicalId);
    if (its === undefined) return undefined;
    for (const call of toAwsCalls(request)) {
      const name = `${logicalId} ${call.action} ${call.resource} ${call.keyspace}`;
      const isAllowed = allowed.get(name) ?? its.some((grant) => allows(grant, call));
      allowed.set(name, isAllowed);
      if (!isAllowed)
        return `User: ${logicalId} is not authorized to perform: ${call.action} on resource: ${call.resource} because no identity-based policy allows it`;
    }
    return undefined;
  }

  #current({ template, resources }: Deployed) {
    if (this.#known?.template !== template)
      this.#known = { template, grants: grantsOf(template, resources), allowed: new Map() };
    return this.#known;
  }
}
