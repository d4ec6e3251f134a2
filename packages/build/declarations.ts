import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Extractor, ExtractorConfig, ExtractorLogLevel, type ExtractorMessage } from '@microsoft/api-extractor';
import ts from 'typescript';
import { ROOT } from './manifest';
import type { PackageDesign } from './package-design';

export interface Declarations {
  /** All declarations that users see, in one file. */
  text: string;
  /** The same as data, with the doc comments: what an API reference is made from. */
  modelFile: string;
}

/**
 * Rolls the declarations of the entry up into one file.
 * @throws Error when a declaration uses a type that the entry does not export, or a doc comment is malformed.
 */
export function rollUpDeclarations({ name, entry }: PackageDesign): Declarations {
  const folder = join(ROOT, 'dist', 'declarations', name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  emitDeclarations(entry, folder);
  // The extractor takes the package's name, the tags and the options of the compiler from the folder.
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version: '0.0.0' }));
  copyFileSync(join(ROOT, 'packages/build/tsdoc.json'), join(folder, 'tsdoc.json'));
  const files = { untrimmedFilePath: join(folder, 'index.d.ts'), apiJsonFilePath: join(folder, 'model.api.json') };
  const problems: string[] = [];
  Extractor.invoke(extractorConfig({ folder, entry, ...files }), {
    localBuild: true,
    messageCallback: (message) => {
      const { logLevel } = message;
      const isProblem = logLevel === ExtractorLogLevel.Error || logLevel === ExtractorLogLevel.Warning;
      message.handled = true;
      if (isProblem) problems.push(sentence(message));
    },
  });
  if (problems.length > 0) throw new Error(`The declarations of ${name} are wrong:\n${problems.join('\n')}`);
  return { text: readFileSync(files.untrimmedFilePath, 'utf8'), modelFile: files.apiJsonFilePath };
}

function emitDeclarations(entry: string, outDir: string): void {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  const emit = { ...options, noEmit: false, declaration: true, emitDeclarationOnly: true, rootDir: ROOT, outDir };
  const { diagnostics } = ts.createProgram([resolve(ROOT, entry)], emit).emit();
  if (diagnostics.length === 0) return;
  throw new Error(diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')).join('\n'));
}

interface Extracted {
  folder: string;
  entry: string;
  untrimmedFilePath: string;
  apiJsonFilePath: string;
}

function extractorConfig({ folder, entry, untrimmedFilePath, apiJsonFilePath }: Extracted): ExtractorConfig {
  const { compilerOptions } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) => ts.sys.readFile(path)).config;
  return ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(folder, 'package.json'),
    configObject: {
      projectFolder: folder,
      mainEntryPointFilePath: join(folder, entry.replace(/\.ts$/, '.d.ts')),
      compiler: { overrideTsconfig: { compilerOptions: { ...compilerOptions, skipLibCheck: true } } },
      dtsRollup: { enabled: true, untrimmedFilePath },
      docModel: { enabled: true, apiJsonFilePath },
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Warning } },
        extractorMessageReporting: {
          default: { logLevel: ExtractorLogLevel.Warning },
          'ae-missing-release-tag': { logLevel: ExtractorLogLevel.None },
        },
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.Warning } },
      },
    },
  });
}

function sentence({ text, sourceFilePath, sourceFileLine }: ExtractorMessage): string {
  return sourceFilePath === undefined ? text : `${sourceFilePath}:${sourceFileLine ?? 1} ${text}`;
}
