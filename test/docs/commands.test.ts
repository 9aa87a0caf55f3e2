import { processIo } from '../../lib/cli/process-io';
import { createProgram } from '../../lib/cli/program';
import { type Page, readPage, readPages } from './markdown';

const known = new Set(createProgram(processIo()).commands.map((command) => command.name()));

/** Every `teleport-istio <command>` that a page shows, in blocks or in a sentence, with its line. */
function commandsIn(page: Page): readonly { readonly place: string; readonly command: string }[] {
  return page.lines.flatMap((line, index) =>
    [...line.matchAll(/(?<![\w/-])teleport-istio (?<command>[a-z][a-z-]*)/g)].map(({ groups }) => ({
      place: `${page.path}:${index + 1}`,
      command: groups?.command ?? '',
    })),
  );
}

test('every command that a page shows exists', () => {
  const shown = readPages().flatMap(commandsIn);

  expect(shown.length).toBeGreaterThan(0);
  expect(shown.filter(({ command }) => !known.has(command))).toEqual([]);
});

test('commands are found in blocks and sentences, and the name of the package is none', () => {
  const page = readPage(
    'docs/page.md',
    'Run `teleport-istio check dist/`.\n\n```sh\nnpx teleport-istio token | tctl create -f\nnpm i cdk8s-teleport-istio constructs\n```',
  );

  expect(commandsIn(page).map(({ command }) => command)).toEqual(['check', 'token']);
});
