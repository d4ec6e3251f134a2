import {
  ApiItemKind,
  ApiModel,
  ApiPropertyItem,
  type ApiDeclaredItem,
  type ApiItem,
} from '@microsoft/api-extractor-model';
import { format, resolveConfig } from 'prettier';
import { docCommentOf } from './doc-comment';
import type { PackageDesign } from './package-design';

/** The sections of the page, with the kinds of declarations in each. */
const SECTIONS: readonly [title: string, kinds: readonly ApiItemKind[]][] = [
  ['Classes', [ApiItemKind.Class]],
  ['Functions', [ApiItemKind.Function]],
  ['Interfaces', [ApiItemKind.Interface]],
  ['Types', [ApiItemKind.TypeAlias]],
  ['Constants', [ApiItemKind.Variable]],
];

/** Where a package's API reference is, from the root. */
export const referenceFile = ({ folder }: PackageDesign) => `docs/api/${folder.replace(/^packages\//, '')}.md`;

/** The page that describes everything that a package exports, from the doc comments. */
export async function apiReference(design: PackageDesign, modelFile: string): Promise<string> {
  const { name } = design;
  const exported = new ApiModel().loadPackage(modelFile).entryPoints.flatMap(({ members }) => members);
  const sections = SECTIONS.map(([title, kinds]): [string, readonly ApiItem[]] => [
    title,
    exported.filter(({ kind }) => kinds.includes(kind)),
  ]).filter(([, items]) => items.length > 0);
  const page = [
    `# API of \`${name}\``,
    '`npm run packages` writes this page from the doc comments; `npm run test:packages` checks that it is current.',
    ...sections.flatMap(([title, items]) => [`## ${title}`, ...items.flatMap(described)]),
  ].join('\n\n');
  const file = referenceFile(design);
  return format(page, { ...(await resolveConfig(file)), filepath: file });
}

function described(item: ApiItem): string[] {
  const properties = item.members.filter((each) => each instanceof ApiPropertyItem);
  const others = item.members.filter((each) => !(each instanceof ApiPropertyItem));
  return [
    `### \`${item.displayName}\``,
    ...commentLines(item),
    codeOf(item as ApiDeclaredItem),
    ...(properties.length > 0 ? [propertyTable(properties)] : []),
    ...others.flatMap((each) => [codeOf(each as ApiDeclaredItem), ...commentLines(each)]),
  ];
}

/** The declaration, without what a class or an interface holds. */
function codeOf({ excerpt }: ApiDeclaredItem): string {
  const code = excerpt.text.replace(/^export (declare )?/, '').trim();
  return `\`\`\`ts\n${code}\n\`\`\``;
}

function commentLines(item: ApiItem): string[] {
  const { summary, tags } = docCommentOf(item);
  return [
    ...(summary === '' ? [] : [summary]),
    ...tags.map(({ tag, text }) => {
      if (tag === 'param') return text.replace(/^(\w+) - /, '- `$1`: ');
      return `- ${tag}: ${text}`;
    }),
  ];
}

/** Only what a user writes has defaults: the properties of an interface. */
function propertyTable(properties: readonly ApiPropertyItem[]): string {
  const isWritten = properties.some(({ kind }) => kind === ApiItemKind.PropertySignature);
  const rows = properties.map((property) => {
    const { summary, tags } = docCommentOf(property);
    const byDefault = tags.find(({ tag }) => tag === 'default')?.text ?? (property.isOptional ? '' : 'required');
    const isValue = byDefault !== '' && byDefault !== 'required' && !byDefault.startsWith('- ');
    const cells = [
      `\`${property.displayName}\``,
      `\`${property.propertyTypeExcerpt.text}\``,
      ...(isWritten ? [isValue ? `\`${byDefault}\`` : byDefault.replace(/^- /, '')] : []),
      summary,
    ];
    return `| ${cells.map((cell) => cell.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|')).join(' | ')} |`;
  });
  const head = isWritten
    ? ['| property | type | default | |', '| - | - | - | - |']
    : ['| property | type | |', '| - | - | - |'];
  return [...head, ...rows].join('\n');
}
