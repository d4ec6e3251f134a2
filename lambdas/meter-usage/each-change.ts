import type { TableChange } from '../shared/runtime/table-changes';

/**
 * Handles changes one by one. A failed change does not stop the others.
 * @returns the sequence numbers of the changes to deliver again.
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
