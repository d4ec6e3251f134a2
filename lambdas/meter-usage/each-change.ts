import type { TableChange } from '../shared/runtime/table-changes';

/**
 * Does what a change asks for, one subscription after the other: one in trouble keeps no other from its turn.
 * @returns the sequence numbers of those to be delivered again.
 */
export async function eachChange(
  changes: readonly TableChange[],
  follow: (subscriptionId: string) => Promise<void>,
  onFailure: (error: unknown) => void,
): Promise<string[]> {
  const failed: string[] = [];
  for (const { sequenceNumber, newImage } of changes) {
    await follow(String(newImage.subscriptionId)).catch((error: unknown) => {
      onFailure(error);
      failed.push(sequenceNumber);
    });
  }
  return failed;
}
