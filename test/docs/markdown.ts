import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The repository; tests run compiled, in `build/test/docs`. */
export const ROOT = join(__dirname, '../../..');

/** A page for people, and what tests look at in it. */
export interface Page {
  /** Path in the repository, with forward slashes. */
  readonly path: string;
  readonly lines: readonly string[];
  readonly blocks: readonly CodeBlock[];
}

/** A fenced code block. */
export interface CodeBlock {
  /** The first word after the fence; empty if there is none. */
  readonly language: string;
  /** Number of the line after the fence, counted from 1. */
  readonly line: number;
  readonly lines: readonly string[];
}

/** Made from code, and tested with it; the page of rules shows broken YAML on purpose. */
const GENERATED = ['docs/cli.md', 'docs/rules.md'];

/** The pages somebody wrote by hand. */
export function readPages(): readonly Page[] {
  const inFolder = (folder: string) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`);
  const examples = readdirSync(join(ROOT, 'examples')).map((name) => `examples/${name}/README.md`);
  return [
    'README.md',
    'CONTRIBUTING.md',
    'examples/README.md',
    ...inFolder('docs').sort(),
    ...inFolder('docs/scripts').sort(),
    ...examples.sort(),
  ]
    .filter((path) => existsSync(join(ROOT, path)) && !GENERATED.includes(path))
    .map((path) => readPage(path, readFileSync(join(ROOT, path), 'utf8')));
}

/** Reads one page. */
export function readPage(path: string, text: string): Page {
  const lines = text.split('\n');
  const blocks: CodeBlock[] = [];
  for (let index = 0; index < lines.length; index++) {
    const { indent = '', language } = /^(?<indent> *)```(?<language>\w*)/.exec(lines[index] ?? '')?.groups ?? {};
    if (language === undefined) continue;
    const end = lines.indexOf(`${indent}\`\`\``, index + 1);
    if (end < 0) throw new Error(`${path}:${index + 1}: the code block has no end`);
    const inside = lines.slice(index + 1, end).map((line) => line.slice(indent.length));
    blocks.push({ language, line: index + 2, lines: inside });
    index = end;
  }
  return { path, lines, blocks };
}

/** A page's text without its code, line for line. */
export function proseOf({ lines, blocks }: Page): readonly string[] {
  const prose = lines.map((line) => line.replace(/`[^`]*`/g, (code) => ' '.repeat(code.length)));
  for (const block of blocks) prose.fill('', block.line - 1, block.line - 1 + block.lines.length);
  return prose;
}

/** What GitHub makes of the page's headings, for links that end in `#…`. */
export function anchorsOf(page: Page): ReadonlySet<string> {
  const inCode = new Set(page.blocks.flatMap(({ line, lines }) => lines.map((_, index) => line + index)));
  const anchors = new Set<string>();
  page.lines.forEach((line, index) => {
    const heading = /^#{1,6} +(.*?) *$/.exec(line)?.[1];
    if (heading === undefined || inCode.has(index + 1)) return;
    const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = words.replace(/[^\p{L}\p{N}\p{M}_\- ]/gu, '').replaceAll(' ', '-');
    let anchor = slug;
    for (let count = 1; anchors.has(anchor); count++) anchor = `${slug}-${count}`;
    anchors.add(anchor);
  });
  return anchors;
}
