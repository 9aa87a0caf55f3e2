import { join } from 'node:path';
import { DEFAULT_RELEASES } from '../../lib/upstream/releases/default-releases';
import { RELEASE_FACTS } from '../../lib/upstream/releases/release-facts';
import { filesBelow, ROOT } from '../golden/written-files';

const ROOM = 'upstream/releases/';

/** Texts that look like releases and are not upstream's: formats, sizes in a picture, this package's own releases. */
const OTHER_VERSIONS = ['2.1.0', '1.0.0', '1.0', '7.5', '0.0', '0.1.0'];

const FILES = [...filesBelow(join(ROOT, 'lib'))].filter(([file]) => file.endsWith('.ts'));
const outsideRoom = FILES.filter(([file]) => !file.startsWith(ROOM));

function lines(pattern: RegExp): readonly string[] {
  return outsideRoom.flatMap(([file, text]) =>
    [...text.matchAll(pattern)].map(([whole, release]) => `${file}: ${release ?? whole}`),
  );
}

test('releases are compared in lib/upstream/releases and nowhere else', () => {
  expect(FILES.length).toBeGreaterThan(300);
  expect(lines(/\.atLeast\(/g)).toEqual([]);
});

test('no text of the code is a release, outside lib/upstream/releases', () => {
  const texts = outsideRoom.flatMap(([file, text]) =>
    [...text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '').matchAll(/(['"`])v?(\d+\.\d+(?:\.\d+)?)\1/g)]
      .filter(([, , release]) => !OTHER_VERSIONS.includes(release as string))
      .map(([, , release]) => `${file}: ${release}`),
  );

  expect(texts).toEqual([]);
});

test('what the documentation of a prop calls the default is the default', () => {
  const defaults: readonly string[] = Object.values(DEFAULT_RELEASES);
  const wrong = FILES.flatMap(([file, text]) =>
    [...text.matchAll(/@default '(\d+\.\d+(?:\.\d+)?)'/g)]
      .filter(([, release]) => !defaults.includes(release as string))
      .map(([, release]) => `${file}: ${release}`),
  );

  expect(wrong).toEqual([]);
});

test('each fact about releases is asked for by somebody', () => {
  const others = FILES.filter(([file]) => file !== `${ROOM}release-facts.ts`)
    .map(([, text]) => text)
    .join('\n');
  const unused = Object.keys(RELEASE_FACTS).filter((name) => !new RegExp(`\\b${name}\\b`).test(others));

  expect(Object.keys(RELEASE_FACTS).length).toBeGreaterThan(20);
  expect(unused).toEqual([]);
});
