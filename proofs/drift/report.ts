import pc from '../../ops/output/colours';
import type { AwsFacts } from './aws-facts';
import type { Difference } from './differences';
import { placesOf } from './places';

const WIDTH = 80;

export interface Comparison {
  /** What was compared, such as `botocore 1.44.8`. */
  compared: string[];
  /** What was not, and why. */
  notCompared: string[];
  differences: Difference[];
}

/** Everything that the command prints, at most 80 columns wide. */
export function report({ compared, notCompared, differences }: Comparison, facts: AwsFacts): string {
  const { botocore, date } = facts.model;
  return [
    ...wrapped(`The facts of data/aws-facts.json, from botocore ${botocore} of ${date}.`),
    ...compared.flatMap((each) => wrapped(`Compared with ${each}.`)),
    ...notCompared.flatMap((each) => wrapped(`NOT COMPARED: ${each}`).map((line) => pc.yellow(line))),
    '',
    ...verdict(compared, differences),
    ...differences.flatMap(({ fact, what }) => [
      ...wrapped(`${fact} ${what}`, { first: '- ', indent: '  ' }).map((line) => pc.red(line)),
      ...placesOf(fact).map((file) => `    ${file}`),
    ]),
    '',
    ...wrapped('No model and no package shows the following. Look for them in what AWS answers and sends.'),
    ...facts.unseen.flatMap(({ fact, known, concerns }) => [
      ...wrapped(`${fact} (${known})`, { first: '- ', indent: '  ' }),
      ...concerns.map((file) => pc.dim(`    ${file}`)),
    ]),
  ].join('\n');
}

function verdict(compared: readonly string[], { length }: readonly Difference[]): string[] {
  if (compared.length === 0) return wrapped('Nothing was compared.');
  if (length === 0) return [pc.green('No difference.')];
  return [pc.red(pc.bold(length === 1 ? 'One difference:' : `${length} differences:`))];
}

/** Breaks a text at spaces. Only a word that is longer than a line makes a longer line. */
function wrapped(text: string, { first = '', indent = '' } = {}): string[] {
  const lines: string[] = [];
  let line = first;
  for (const word of text.split(' ')) {
    const isEmpty = line === first || line === indent;
    if (!isEmpty && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = `${indent}${word}`;
    } else line = isEmpty ? `${line}${word}` : `${line} ${word}`;
  }
  return [...lines, line];
}
