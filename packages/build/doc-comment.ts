import type { ApiItem } from '@microsoft/api-extractor-model';
import { ApiConstructor, ApiDocumentedItem } from '@microsoft/api-extractor-model';

/** The parts of a doc comment, as Markdown. */
export interface DocComment {
  summary: string;
  /** The text after each tag, in order: `throws`, `returns`, `default`; of `param`, with the parameter's name. */
  tags: { tag: string; text: string }[];
}

export function docCommentOf(item: ApiItem): DocComment {
  const isWritten = item instanceof ApiDocumentedItem && !(item instanceof ApiConstructor && isInvented(item));
  const comment = isWritten ? item.tsdocComment?.emitAsTsdoc() : undefined;
  const text = withSpaces((comment ?? '').trim())
    .replace(/^\/\*\*|\*\/$/g, '')
    .replace(/^ *\* ?/gm, '')
    .trim();
  const [summary = '', ...blocks] = text.split(/^@(?=\w)/m);
  return {
    summary: summary.trim(),
    tags: blocks.map((block) => {
      const [, tag = '', rest = ''] = /^(\w+)\s*([^]*)$/.exec(block) ?? [];
      return { tag, text: rest.trim() };
    }),
  };
}

/** The extractor loses the line break between a word and the code at the beginning of the next line. */
function withSpaces(text: string): string {
  const parts = text.split(/(`[^`]+`)/);
  return parts
    .map((part, n) => (n % 2 === 0 && n + 1 < parts.length ? part.replace(/[\w:,;.)]$/, '$& ') : part))
    .join('');
}

/** The extractor writes a comment for a constructor that has none. */
function isInvented({ tsdocComment }: ApiConstructor): boolean {
  return tsdocComment?.emitAsTsdoc().includes('Constructs a new instance of') ?? false;
}
