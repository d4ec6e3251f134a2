import { exactText, type Exact } from './exact';

/** The terms of the promise for one subscription and dimension. */
const TERMS = [
  'pending',
  'open',
  'sealed',
  'billed',
  'covered',
  'carried',
  'withheld',
  'rejected',
  'expired',
  'unconfirmed',
] as const;
export type Term = (typeof TERMS)[number];

/** Each term comes from another source, so that their sum proves something. */
export class Account {
  used: Exact = 0n;
  /** The quantity that AWS bills, by its own ledger. */
  billedByAws: Exact = 0n;
  readonly terms = Object.fromEntries(TERMS.map((term) => [term, 0n])) as Record<Term, Exact>;

  constructor(
    readonly subscriptionId: string,
    readonly dimension: string,
  ) {}

  move(amount: Exact, from: Term | undefined, to: Term | undefined): void {
    if (from) this.terms[from] -= amount;
    if (to) this.terms[to] += amount;
  }

  /** Describes the error in the balance; undefined: there is none. */
  get imbalance(): string | undefined {
    const sum = TERMS.reduce((total, term) => total + this.terms[term], 0n);
    const negative = TERMS.find((term) => this.terms[term] < 0n);
    return sum === this.used && negative === undefined ? undefined : this.toString();
  }

  toString(): string {
    const terms = TERMS.filter((term) => this.terms[term] !== 0n).map(
      (term) => `${term} ${exactText(this.terms[term])}`,
    );
    return `${this.subscriptionId} ${this.dimension}: used ${exactText(this.used)}, ${terms.join(' + ') || 'nothing'}`;
  }
}
