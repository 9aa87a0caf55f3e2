import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { accessMatrix, decide, MeshModel, OUTSIDE } from '../../lib/access';
import { isNotKnown } from '../../lib/analysis/access/decision';
import { CheckContext } from '../../lib/analysis/check/context/check-context';
import { Evidence } from '../../lib/analysis/requirements/evidence';
import { Cluster } from '../../lib/model/cluster/cluster';
import type { ManifestSet } from '../../lib/model/documents/manifest-set';
import { readManifests } from '../../lib/model/documents/read-manifests';
import { findClusters } from '../../lib/model/fleet/cluster-folders';
import { Target } from '../../lib/upstream/releases/target';
import { filesBelow, ROOT } from '../golden/written-files';

/** Folders whose manifests belong together; a new folder of test/cases or examples is in the corpus without a word. */
const CORPUS: readonly string[] = [
  ...foldersOf('examples').flatMap((folder) => clustersIn(`${folder}/dist`)),
  ...foldersOf('test/cases'),
].filter((folder) => existsSync(join(ROOT, folder)));

/** The folders of the clusters of a fleet, which are a mesh each for the evaluator; or the folder itself. */
function clustersIn(folder: string): readonly string[] {
  if (!existsSync(join(ROOT, folder))) return [];
  const files = [...filesBelow(join(ROOT, folder))].map(([file, text]) => ({ file, text }));
  const fleet = findClusters(files.filter(({ file }) => /\.ya?ml$/.test(file)));
  return fleet === undefined ? [folder] : fleet.clusters.map(({ name }) => `${folder}/${name}`);
}

function foldersOf(folder: string): readonly string[] {
  const entries = readdirSync(join(ROOT, folder), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => `${folder}/${name}`);
}

function read(folder: string): ManifestSet {
  const files = [...filesBelow(join(ROOT, folder))]
    .filter(([file]) => /\.ya?ml$/.test(file) && !file.startsWith('variants/'))
    .map(([file, text]) => ({ file, text }));
  return readManifests(files).manifests;
}

describe.each(CORPUS)('%s', (folder) => {
  const manifests = read(folder);
  const target = Target.of();
  const cluster = Cluster.of(manifests);
  const model = MeshModel.from(manifests, { target });
  const context = new CheckContext(manifests, model.target, false);

  test('has one trust domain for all who ask', () => {
    const { trustDomain, trustDomainUnknown } = model.settings;
    expect(model.settings).toBe(cluster.meshSettings);
    // Where any installation states a trust domain, check compares principals with the one that the evaluator expands.
    if (trustDomainUnknown === undefined && context.trustDomains.length > 0) {
      expect(context.trustDomains[0]).toBe(trustDomain);
    }
  });

  test('has one installation and one environment of istiod for all who ask', () => {
    const asked = [context.installations, new Evidence(manifests).installations];
    for (const installations of asked) expect(installations).toBe(cluster.installations);
  });

  test('has the same proxies and identities in the table as for check', () => {
    for (const workload of model.workloads) {
      const { kind, ...proxy } = model.proxyOf(workload);
      const hasProxy = kind === 'sidecar' || kind === 'gateway';
      const isInjected = context.isInjected(workload);
      // Check leaves open what the evaluator assumes.
      if (hasProxy && isInjected !== undefined) expect([workload.ref, isInjected]).toEqual([workload.ref, true]);
      if (kind === 'none') expect([workload.ref, isInjected]).not.toEqual([workload.ref, true]);
      const identity = 'identity' in proxy ? proxy.identity : undefined;
      const own = [model.settings.trustDomain, ...cluster.teleportNames];
      if (identity !== undefined) expect(own.some((name) => identity.startsWith(`spiffe://${name}/`))).toBe(true);
    }
  });

  test('has the same answers in the table as for one question, and the modes that check knows', () => {
    for (const { from, to, port, access, decision } of accessMatrix(model).cells) {
      const answer = decide(model, { from, to, port: port.port });
      if (answer.verdict === 'unanswerable') {
        // A question is refused where the table says that the answer is not known: the files do not say the trust domain.
        const { trustDomainUnknown } = model.settings;
        expect([from, to, answer.kind, access]).toEqual([from, to, 'trust-domain-unknown', 'unknown']);
        expect(trustDomainUnknown).toEqual(expect.any(String));
        continue;
      }
      const open = isNotKnown(answer) ? 'unknown' : 'conditional';
      const expected = { allowed: 'allowed', denied: 'denied', depends: open } as const;
      expect([from, to, access]).toEqual([from, to, expected[answer.verdict]]);
      const { destination } = decision.request;
      const mode = decision.connection?.serverMode?.mode;
      if (mode === undefined) continue;
      expect(mode).toBe(context.mtlsModes.modeOf(destination.workload, destination.podPort).mode);
      if (from === OUTSIDE && mode === 'STRICT') expect(access).toBe('denied');
    }
  });
});

test('the corpus has the reference app, the examples and the cases', () => {
  expect(CORPUS).toContain('examples/sock-shop/dist');
  expect(CORPUS.filter((folder) => folder.startsWith('examples/')).length).toBeGreaterThan(5);
  expect(CORPUS.filter((folder) => folder.startsWith('test/cases/')).length).toBeGreaterThan(50);
});
