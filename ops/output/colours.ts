import { createColors } from 'picocolors';

/**
 * Colours where somebody looks, and nowhere else: picocolors by itself also colours what a pipe takes when `CI` is set.
 */
export default createColors(process.stdout.isTTY === true && process.env.NO_COLOR === undefined);
