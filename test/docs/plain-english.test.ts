import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow, ROOT } from '../golden/written-files';

/** Turns of phrase that readers stumble over; the glossary in CONTRIBUTING.md has what to write instead. */
const AVOIDED: readonly (readonly [RegExp, string])[] = [
  [
    /(?<![Tt]here )\bis no (?!longer\b|more\b|less\b|way\b|such\b|one\b|other\b|different\b|newer\b|older\b|need\b|reason\b)\w+/,
    '"is not a …"',
  ],
  [/\bnone of\b/i, '"no …", "not one of …"'],
  [/\btold\b/i, '"configured", "stated", "reported", "distinguished"'],
  [/\bcapitals\b/i, '"upper-case letters"'],
  [/\bmend(?:s|ed|ing)?\b/i, '"fix"'],
  [/\bfor ever\b/i, '"without end", "never ends"'],
  [/\bover night\b/i, '"overnight"'],
  [/\banybody['’]s\b/i, '"any …"'],
];

/** What a person reads: pages, generated ones included, and messages, help and comments in the sources. */
const TEXTS: readonly (readonly [file: string, text: string])[] = [
  ...['README.md', 'CHANGELOG.md'].map((file) => [file, readFileSync(join(ROOT, file), 'utf8')] as const),
  ...['docs', 'lib', 'examples'].flatMap((folder) =>
    [...filesBelow(join(ROOT, folder))]
      .filter(([file]) => /\.(?:md|ts)$/.test(file))
      .map(([file, text]) => [`${folder}/${file}`, text] as const),
  ),
];

test('the pages, messages and comments are among the texts', () => {
  const files = TEXTS.map(([file]) => file);
  for (const file of ['README.md', 'docs/rules.md', 'docs/cli.md', 'docs/api/index.md', 'lib/cli/commands/check.ts']) {
    expect(files).toContain(file);
  }
});

test.each(AVOIDED)('no text has %s: write %s', (pattern) => {
  const found = TEXTS.flatMap(([file, text]) =>
    text.split('\n').flatMap((line, index) => {
      // Names in code are not prose.
      const prose = line.replace(/\bimport .*|['"][./\w-]*\/told-apart['"]|\btold\(|callersToldApart/g, '');
      return pattern.test(prose) ? [`${file}:${index + 1}: ${line.trim()}`] : [];
    }),
  );
  expect(found).toEqual([]);
});

/** Words for which the field has others; in code they may be names, so only pages are looked at. */
const OTHER_WORDS: readonly (readonly [RegExp, string])[] = [
  [/\bfolders?\b/i, '"directory"'],
  [/\b(?:a|one|the|no) stars?\b/i, '"asterisk", or "wildcard" where it is one'],
];

test.each(OTHER_WORDS)('no page has %s: write %s', (pattern) => {
  const pages = TEXTS.filter(([file]) => file.endsWith('.md') && !file.startsWith('docs/api/'));
  const found = pages.flatMap(([file, text]) =>
    text
      .replace(/```[\s\S]*?```|`[^`\n]*`/g, '')
      .split('\n')
      .filter((line) => pattern.test(line))
      .map((line) => `${file}: ${line.trim()}`),
  );
  expect(pages.length).toBeGreaterThan(20);
  expect(found).toEqual([]);
});
