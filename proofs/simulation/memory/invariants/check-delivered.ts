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
    const { version, hour, isSetAside, isMarkedOverwritten } = event;
    const isCounted = version.isUsage ? hour !== undefined : isSetAside;
    books.require(isCounted, 'delivered', () => `${pk} is acknowledged, but is neither in an hour nor set aside`);
    if (oldImage !== undefined && event.isOverwritten)
      books.require(
        isMarkedOverwritten,
        'delivered',
        () => `${pk} is acknowledged, but has no mark of its new version`,
      );
  }
}
