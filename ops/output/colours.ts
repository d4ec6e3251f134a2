import { createColors } from 'picocolors';

/**
 * Colours on a terminal only. On its own, picocolors also colours output to a pipe when `CI` is set.
 */
export default createColors(process.stdout.isTTY === true && process.env.NO_COLOR === undefined);
