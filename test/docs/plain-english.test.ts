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

/** What the sources print: their code without comments and imports, in which strings are the only prose. */
const MESSAGES: readonly (readonly [file: string, line: string])[] = TEXTS.filter(([file]) =>
  /^lib\/.*\.ts$/.test(file),
).flatMap(([file, text]) =>
  text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ''))
    .split('\n')
    .flatMap((line, index) =>
      /['"`]/.test(line) && !/^\s*(?:\/\/|import\b|\} from\b)/.test(line)
        ? [[`${file}:${index + 1}`, line.replace(/\s\/\/ .*$/, '')] as const]
        : [],
    ),
);

/** Turns of phrase in messages that are not what an engineer would write about a mesh. */
const AVOIDED_IN_MESSAGES: readonly (readonly [RegExp, string])[] = [
  [/\blooked at\b/, '"evaluated", "checked"'],
  [/\b(?:is|are|was|were) taken (?:to|for)\b/, '"is assumed to"'],
  [/\blets? (?:others |callers |them )?in\b/, '"allows", "accepts"'],
  [/\bpass(?:es|ed)? (?:it |them |the \w+ )?by\b/, '"bypasses", "is bypassed"'],
  [/\bgets? (?:in|round)\b/, '"is allowed", "bypasses"'],
  [/\b(?:not|nor|cannot) tell\b/, '"does not state", "cannot distinguish"'],
  [/\bstands? (?:beside|before|in the way|for)\b/, '"is combined with", "means"'],
  [/\b(?:is|are) there twice\b/, '"is listed twice"'],
  [/\bin vain\b/, '"has no effect"'],
  [/\b(?:has|have) to be\b/, '"must be"'],
  [/\bturned (?:off|on)\b/, '"disabled", "enabled"'],
  [/\b(?:runs|exists) already\b/, '"is already running", "already exists"'],
  [/\blately\b/, '"recently"'],
  [/\bsays [A-Z]{3,}\b/, '"sets …", "is …"'],
  [/(?<![.\w])(?:somebody|anybody|everybody)\b(?!['(])/, '"any caller", "every caller", or the passive voice'],
];

test.each(AVOIDED_IN_MESSAGES)('no message has %s: write %s', (pattern) => {
  expect(MESSAGES.length).toBeGreaterThan(3_000);
  expect(MESSAGES.flatMap(([place, line]) => (pattern.test(line) ? [`${place}: ${line.trim()}`] : []))).toEqual([]);
});

/** Turns of phrase of other languages, in what is written outside the analysis: messages, help and the comments that become docs/api. */
const FOREIGN: readonly (readonly [RegExp, string])[] = [
  [/\btells? Istio\b/i, '"declare" a protocol'],
  [/\bsaid once\b/i, '"written once", "defined once"'],
  [/\bin vain\b/i, '"has no effect", "never matches"'],
  [/\bin (?:its|their|\w+['’]s?)(?: own)? words\b/i, '"in Istio’s format"'],
  [/\bone['’]s own\b/i, '"your own", "its own"'],
  [/\bwithout a word\b/i, '"silently"'],
  [/\bin (?:a|the) (?:directory|namespace|file) of (?:its|their) own\b/i, '"in its own …"'],
  [/\b(?:name|namespace|port|it) is none\b/i, '"is not valid"'],
  [/\b(?:a|not) legal\b/i, '"valid"'],
  [/\b(?:lie|lies) in\b/i, '"is in"'],
  [/\bgoes by\b/i, '"uses"'],
  [/\b(?:is|are) there already\b/i, '"already exists", "existing"'],
  [/\bhands? out\b/i, '"issues", "serves", "mounts"'],
  [/\bis made of\b/i, '"consists of", "is created from"'],
  [/\bhas no form for\b/i, '"does not support"'],
  [/\bopened in line\b/i, '"on line"'],
];

test.each(FOREIGN)('no message or comment outside the analysis has %s: write %s', (pattern) => {
  const wings = TEXTS.filter(([file]) => file.startsWith('lib/') && !file.startsWith('lib/analysis/'));
  const found = wings.flatMap(([file, text]) =>
    text.split('\n').flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [])),
  );
  expect(wings.length).toBeGreaterThan(300);
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
