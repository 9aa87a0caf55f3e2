import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { Extractor, ExtractorConfig, ExtractorLogLevel, type ExtractorMessage } from '@microsoft/api-extractor';
import type { ApiItem } from './api-item';
import { type EntryPoint, ROOT } from './entry-points';

/** A type that exported declarations name and the entry point does not export. */
export interface ForgottenExport {
  readonly name: string;
  /** Declaration file that names it. */
  readonly file: string;
}

/** What API Extractor finds out about an entry point. */
export interface Extracted {
  readonly entryPoint: EntryPoint;
  /** Signatures only: a change of the public surface is a change of this text. */
  readonly report: string;
  /** The exported symbols. */
  readonly items: readonly ApiItem[];
  readonly forgotten: readonly ForgottenExport[];
}

/** Runs API Extractor on compiled declarations; it brings its own TypeScript. */
export function extract(entryPoint: EntryPoint): Extracted {
  const folder = mkdtempSync(join(tmpdir(), 'api-docs-'));
  try {
    const forgotten: ForgottenExport[] = [];
    const { succeeded } = Extractor.invoke(configuration(entryPoint, folder), {
      localBuild: true,
      messageCallback: (message) => {
        if (message.messageId === 'ae-forgotten-export') forgotten.push(toForgottenExport(message));
        // Comments are ours to judge; what cannot be compiled is an error and stays one.
        if (message.logLevel !== ExtractorLogLevel.Error) message.handled = true;
      },
    });
    if (!succeeded) throw new Error(`API Extractor cannot read ${entryPoint.types}`);
    const model = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8'));
    return {
      entryPoint,
      report: readFileSync(join(folder, 'report.api.md'), 'utf8'),
      items: model.members[0].members,
      forgotten,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function configuration({ types }: EntryPoint, folder: string): ExtractorConfig {
  return ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(ROOT, 'package.json'),
    configObject: {
      projectFolder: ROOT,
      mainEntryPointFilePath: join(ROOT, types),
      newlineKind: 'lf',
      compiler: {
        overrideTsconfig: {
          compilerOptions: { module: 'node16', target: 'es2022', types: ['node'], strict: true, skipLibCheck: true },
        },
      },
      apiReport: {
        enabled: true,
        reportFileName: 'report.api.md',
        reportFolder: folder,
        reportTempFolder: join(folder, 'temp'),
      },
      docModel: { enabled: true, apiJsonFilePath: join(folder, 'model.json') },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        extractorMessageReporting: { default: { logLevel: ExtractorLogLevel.Warning, addToApiReportFile: false } },
      },
    },
  });
}

function toForgottenExport({ text, sourceFilePath = '' }: ExtractorMessage): ForgottenExport {
  const name = /^The symbol "([^"]+)"/.exec(text)?.[1] ?? text;
  return { name, file: relative(ROOT, sourceFilePath).replaceAll('\\', '/') };
}
