import { seededRandom, type Random } from '../../../simulator';

/** Every choice of the simulation comes from dice, and all dice come from the seed. */
export class Dice {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  /** In [0, 1). */
  readonly next = (): number => this.#random.next();

  chance(probability: number): boolean {
    return this.#random.next() < probability;
  }

  /** 0 … below - 1. */
  below(below: number): number {
    return Math.floor(this.#random.next() * below);
  }

  /** Both ends included. */
  between(from: number, to: number): number {
    return from + this.below(to - from + 1);
  }

  pick<T>(items: readonly T[]): T {
    const picked = items[this.below(items.length)];
    if (picked === undefined) throw new Error('Nothing to pick from.');
    return picked;
  }

  pickMaybe<T>(items: readonly T[]): T | undefined {
    return items.length === 0 ? undefined : this.pick(items);
  }

  /** By weight; weights need not sum to anything. */
  weighted<T extends string>(weights: Readonly<Record<T, number>>): T {
    const entries = Object.entries(weights) as [T, number][];
    let left = this.#random.next() * entries.reduce((total, [, weight]) => total + weight, 0);
    for (const [name, weight] of entries) {
      left -= weight;
      if (left < 0) return name;
    }
    return entries[entries.length - 1]?.[0] ?? this.pick(entries)[0];
  }
}

/** Gives each part of a run another seed, so that leaving one part out changes no other. */
export function subSeed(seed: number, part: number): number {
  let mixed = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(part + 0x7f4a7c15, 0xc2b2ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x45d9f3b);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}
