/**
 * The configuration of the demo and the rehearsal. The seller's own is in `marketplace.config.json` and may have any
 * products.
 */
export const EXAMPLE_CONFIGURATION = 'proofs/example.config.json';
