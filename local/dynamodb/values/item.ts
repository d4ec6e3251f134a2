/**
 * An item as it is stored: strings, `NumberValue`s in canonical form, booleans, null, `Uint8Array`s, sets, arrays and
 * plain objects. Items are never changed in place, so readers may keep them.
 */
export type Item = Readonly<Record<string, unknown>>;
