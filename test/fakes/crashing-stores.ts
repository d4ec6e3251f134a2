/** The stores, of which the nth call, counted over all of them, and every call after it fail. */
export function crashingAfter<Stores extends Record<string, object>>(calls: number, stores: Stores) {
  let left = calls;
  const crashing = (store: object) =>
    new Proxy(store, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return async (...args: unknown[]) => {
          left -= 1;
          if (left < 0) throw new Error('crash');
          return Reflect.apply(member, target, args);
        };
      },
    });
  const wrapped = Object.entries(stores).map(([name, store]) => [name, crashing(store)]);
  return { stores: Object.fromEntries(wrapped) as Stores, hasCrashed: () => left < 0 };
}
