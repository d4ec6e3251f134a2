import net from 'node:net';

/** A test that tries to leave the machine fails: no real AWS endpoint is ever contacted. */
const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost', undefined]);

// Node's module is shared by all test files of a worker, and guarded once.
const guarded = Symbol.for('stays on the loopback');

if (!Reflect.has(net.Socket.prototype, guarded)) {
  const connect = net.Socket.prototype.connect;
  net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]) {
    const [first] = args.flat(1) as [{ host?: string; path?: string } | string | number, string?];
    const host = typeof first === 'object' ? first.host : typeof args[1] === 'string' ? args[1] : undefined;
    if (!LOOPBACK.has(host)) throw new Error(`A test tried to connect to ${host}; tests stay on the loopback.`);
    return Reflect.apply(connect, this, args);
  } as typeof connect;
  Reflect.set(net.Socket.prototype, guarded, true);
}

process.env.AWS_REGION = 'us-east-1';
process.env.AWS_ACCESS_KEY_ID = 'test';
process.env.AWS_SECRET_ACCESS_KEY = 'test';
