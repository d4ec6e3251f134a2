import { expect, it } from 'vitest';
import { licensesOf } from '../../packages/build/licenses';

it('names each package once, with its version, its license and the text of it', () => {
  const text = licensesOf([
    'simulator/main.ts',
    'node_modules/commander/index.js',
    'node_modules/commander/lib/command.js',
    'node_modules/@fastify/formbody/formbody.js',
  ]);

  expect(text.match(/^\S+ [\d.]+ \(.+\)$/gm)).toEqual([
    expect.stringMatching(/^@fastify\/formbody [\d.]+ \(MIT\)$/),
    expect.stringMatching(/^commander [\d.]+ \(MIT\)$/),
  ]);
  expect(text.match(/Permission is hereby granted, free of charge/g)).toHaveLength(2);
});

it('finds no package in the files of this repository', () => {
  expect(licensesOf(['simulator/main.ts'])).toBe('');
});
