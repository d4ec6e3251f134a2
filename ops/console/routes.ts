import type { View } from './shell';

export interface Question {
  query: Readonly<Record<string, string>>;
  params: Readonly<Record<string, string>>;
  /** The address that was asked for, with its query. */
  path: string;
}

export type Answer =
  | { kind: 'view'; view: View }
  | { kind: 'redirect'; location: string }
  | { kind: 'picture'; svg: string }
  | { kind: 'csv'; csv: string; name: string };

export interface Route {
  path: string;
  answer(question: Question): Promise<Answer> | Answer;
}
