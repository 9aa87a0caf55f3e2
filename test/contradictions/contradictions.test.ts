import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { decide, MeshModel } from '../../lib/access';
import { RULES } from '../../lib/analysis/check/rules/all-rules';
import { readRequirements } from '../../lib/analysis/requirements/read-requirements';
import { checkFiles } from '../../lib/check';
import type { ManifestFile } from '../../lib/model/documents/manifest-file';
import { readManifests } from '../../lib/model/documents/read-manifests';
import { findClusters } from '../../lib/model/fleet/cluster-folders';
import { filesBelow, ROOT } from '../golden/written-files';
import { extent } from '../thorough';
import { Contradictions } from './contradictions-in';
import { ROWS } from './rows';

/** Of how many cells of a table one is asked about by itself: for every change, and when everything is gone through. */
const EVERY = extent(7, 1);

/**
 * Directories whose manifests belong together; a new one of test/cases or examples is in the corpus without a word. The repository's own
 * `dist/` may be of whatever cluster a clone describes, so it is read only when everything is gone through.
 */
const FOLDERS: readonly string[] = [
  ...(extent(0, 1) === 1 ? ['dist'] : []),
  ...foldersOf('examples').map((folder) => `${folder}/dist`),
  ...foldersOf('test/cases'),
].filter((folder) => existsSync(join(ROOT, folder)));

function foldersOf(folder: string): readonly string[] {
  const entries = readdirSync(join(ROOT, folder), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => `${folder}/${name}`);
}

function filesOf(folder: string): readonly ManifestFile[] {
  return [...filesBelow(join(ROOT, folder))]
    .filter(([file]) => /\.ya?ml$/.test(file) && !file.startsWith('variants/'))
    .map(([file, text]) => ({ file, text }));
}

/** The clusters of a fleet are a mesh each for the evaluator. */
function contradictions(files: readonly ManifestFile[], every = 1): readonly string[] {
  const fleet = findClusters(files);
  const sets = fleet === undefined ? [files] : fleet.clusters.map((cluster) => [...fleet.others, ...cluster.files]);
  return sets.flatMap((set) => new Contradictions(readManifests(set).manifests, every).found);
}

test.each(FOLDERS)('all who look at %s say the same', (folder) => {
  expect(contradictions(filesOf(folder), EVERY)).toEqual([]);
});

describe.each(Object.entries(ROWS))('%s', (_, { files, finds = [], lacks = [], web }) => {
  const all = Object.entries(files).map(([file, text]) => ({ file, text }));

  test('is the same to all who look at it', () => {
    expect(contradictions(all, EVERY)).toEqual([]);
  });

  test('is what it is', () => {
    const rules = new Set(checkFiles(all).map(({ rule }) => rule));
    const { manifests } = readManifests(all);

    expect([...finds, ...lacks].filter((rule) => rules.has(rule))).toEqual(finds);
    // With tbot 18.7.3 native sidecars get no identity.
    expect(
      readRequirements(manifests).flatMap(({ requirements }) => requirements.filter(({ isMet }) => !isMet)),
    ).toEqual([]);
    if (web !== undefined)
      expect(decide(MeshModel.from(manifests), { from: 'shop/web', to: 'shop/api' })).toMatchObject({ verdict: web });
  });
});

test('all who look at the example of a rule say the same, wrong or right', () => {
  const found = RULES.flatMap(({ id, wrong, right }) =>
    Object.entries({ wrong, right }).flatMap(([which, text]) =>
      contradictions([{ file: 'example.yaml', text }], EVERY).map((one) => `${id}, ${which}: ${one}`),
    ),
  );

  expect(RULES.length).toBeGreaterThan(150);
  expect(found).toEqual([]);
});

test('the corpus has the reference app, the examples and the cases', () => {
  expect(FOLDERS).toContain('examples/sock-shop/dist');
  expect(FOLDERS.filter((folder) => folder.startsWith('examples/')).length).toBeGreaterThan(5);
  expect(FOLDERS.filter((folder) => folder.startsWith('test/cases/')).length).toBeGreaterThan(50);
});
