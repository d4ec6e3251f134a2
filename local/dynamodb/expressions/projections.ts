import { refuseOverlaps, type Segments } from './document-paths';
import { Tokens, type Parsed, type Substitutions } from './tokens';

export type Projection = (by: Substitutions) => Segments[];

/** The paths of a projection expression. @throws ValidationException for what DynamoDB refuses. */
export function parseProjection(text: string): Parsed<Projection> {
  const tokens = new Tokens(text, 'ProjectionExpression');
  const paths = [tokens.path()];
  while (tokens.accept(',')) paths.push(tokens.path());
  const resolve: Projection = (by) => paths.map((path) => path(by));
  tokens.checks.push((by) => refuseOverlaps('ProjectionExpression', resolve(by)));
  return tokens.parsed(resolve);
}
