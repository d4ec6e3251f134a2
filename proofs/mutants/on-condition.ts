interface ConditionalWrite {
  UpdateExpression?: string | undefined;
  ConditionExpression?: string | undefined;
  ExpressionAttributeNames?: Record<string, string> | undefined;
  ExpressionAttributeValues?: Record<string, unknown> | undefined;
}

/** A write on another condition, or on none. DynamoDB refuses names and values that no expression uses. */
export function onCondition<Write extends ConditionalWrite>(condition: string | undefined, write: Write): Write {
  const expressions = `${write.UpdateExpression ?? ''} ${condition ?? ''} `;
  const used = <Value>(all: Record<string, Value> = {}): Record<string, Value> | undefined => {
    const kept = Object.entries(all).filter(([name]) => new RegExp(String.raw`${name}\b`).test(expressions));
    return kept.length === 0 ? undefined : Object.fromEntries(kept);
  };
  return {
    ...write,
    ConditionExpression: condition,
    ExpressionAttributeNames: used(write.ExpressionAttributeNames),
    ExpressionAttributeValues: used(write.ExpressionAttributeValues),
  };
}
