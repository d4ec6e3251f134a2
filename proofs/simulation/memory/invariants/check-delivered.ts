import type { MemoryWorld } from '../memory-engine';
import type { StreamRecord } from '../stream';

/**
 * The stream goes on behind these records and will not deliver them again. Later redeliveries could hide what their
 * delivery lost, so each must be complete now.
 */
export function checkDelivered({ books }: MemoryWorld, records: readonly StreamRecord[]): void {
  for (const { newImage, oldImage } of records) {
    const pk = String(newImage.pk);
    const event = books.events.get(pk);
    if (event === undefined) continue;
    const { version, hour, isSetAside, isOverwritten, isMarkedOverwritten } = event;
    if (oldImage === undefined) {
      const isCounted = version.isUsage ? hour !== undefined : isSetAside;
      books.require(isCounted, 'delivered', () => `${pk} is acknowledged, but is neither in an hour nor set aside`);
    } else {
      // The first version may be among the batches that the stream gave up.
      const isMarked = isMarkedOverwritten || !isOverwritten;
      books.require(isMarked, 'delivered', () => `${pk} is acknowledged, but its new version has no mark`);
    }
  }
}
