import type { CodeBlock, Page } from './markdown';

/** A program that a page's TypeScript blocks make. */
export interface Program {
  /** Path of the page, and the line it begins at. */
  readonly place: string;
  /** File name, without an extension. */
  readonly name: string;
  /** The blocks at the lines they have on the page, so that the compiler's messages point there. */
  readonly text: string;
  /** Whether it writes manifests when it runs. */
  readonly synthesizes: boolean;
}

/**
 * The programs of a page. A block that makes a `MeshApp` or a `MeshFleet` begins one, and so does a block that names its own file in a comment
 * on the first line; every other block goes on where the one before it ended. `CONTRIBUTING.md` tells writers so.
 */
export function programsOf(page: Page): readonly Program[] {
  const programs: CodeBlock[][] = [];
  for (const block of page.blocks.filter(({ language }) => language === 'ts')) {
    const current = programs.at(-1);
    if (current === undefined || beginsProgram(block)) programs.push([block]);
    else current.push(block);
  }
  return programs.map((blocks) => toProgram(page, blocks));
}

function beginsProgram({ lines }: CodeBlock): boolean {
  return lines.some((line) => /new Mesh(?:App|Fleet)\(/.test(line)) || /^\/\/ \S+\.ts$/.test(lines[0] ?? '');
}

function toProgram(page: Page, blocks: readonly CodeBlock[]): Program {
  const lines: string[] = new Array(page.lines.length).fill('');
  for (const block of blocks) lines.splice(block.line - 1, block.lines.length, ...block.lines);
  const line = blocks[0]?.line ?? 1;
  const synthesizes = lines.some((text) => /new Mesh(?:App|Fleet)\(/.test(text));
  const fleet = lines.some((text) => text.includes('new MeshFleet('));
  // What comes after a block with `app.synth()` is written too.
  const end = fleet ? 'fleet.synth();' : synthesizes ? 'app.synth();' : 'export {};';
  return {
    place: `${page.path}:${line}`,
    name: `${page.path.replace(/\.md$/, '').replaceAll('/', '-')}-${line}`,
    text: [...lines, end, ''].join('\n'),
    synthesizes,
  };
}
