import { ApiObject, type Chart, Cron } from 'cdk8s';
import { CronJob, Job } from 'cdk8s-plus-28';
import { checkFiles } from '../../../lib/check';
import { nativeSidecarsOf } from '../../../lib/constructs/istio/installation/native-sidecars';
import { EXAMPLE_RELEASES } from '../../../lib/upstream/releases/example-releases';
import { Target } from '../../../lib/upstream/releases/target';
import { addWeb, type Document, makeShop, principal, type Shop, written } from '../mesh/shop-fixture';

const NATIVE = 'sidecar.istio.io/nativeSidecar';
const metadata = { name: 'report', namespace: 'shop' };
const containers = [{ name: 'report', image: 'ghcr.io/acme/report:1.0.0' }];

function rawCronJob(chart: Chart): ApiObject {
  const template = { metadata: { labels: { app: 'report' } }, spec: { restartPolicy: 'Never', containers } };
  return new ApiObject(chart, 'report', {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata,
    spec: { schedule: '0 4 * * *', jobTemplate: { spec: { template } } },
  });
}

/** A shop whose CronJob or Job calls a service. */
function withJob(
  make: (chart: Chart) => ApiObject | CronJob | Job,
  versions: Parameters<typeof makeShop>[1] = {},
): Shop {
  const made = makeShop({}, versions);
  made.mesh.enroll(make(made.shop)).calls(addWeb(made.shop, 'api'), { methods: ['GET'] });
  return made;
}

const podOf = (shop: Shop, kind: string): Document => {
  const { spec } = written(shop.app, 'shop.k8s.yaml', kind, 'report');
  return kind === 'CronJob' ? spec.jobTemplate.spec.template : spec.template;
};

test.each<[string, string, (chart: Chart) => ApiObject | CronJob | Job]>([
  ['a raw CronJob', 'CronJob', rawCronJob],
  [
    'a CronJob of cdk8s-plus',
    'CronJob',
    (chart) => new CronJob(chart, 'report', { metadata, containers, schedule: Cron.schedule({ hour: '4' }) }),
  ],
  ['a Job of cdk8s-plus', 'Job', (chart) => new Job(chart, 'report', { metadata, containers })],
])('%s is a caller: its pods get an account, the label and the templates', (_, kind, make) => {
  const shop = withJob(make);
  const pod = podOf(shop, kind);

  expect(pod.spec.serviceAccountName).toBe('report');
  expect(pod.metadata.labels['sidecar.istio.io/inject']).toBe('true');
  expect(pod.metadata.annotations['inject.istio.io/templates']).toBe('sidecar,spire');
  const [{ from }] = written(shop.app, 'shop-policies.k8s.yaml', 'AuthorizationPolicy', 'api').spec.rules;
  expect(from).toEqual([{ source: { principals: [principal('report')] } }]);
});

test('with native sidecars for all pods, a Job asks for nothing', () => {
  expect(
    podOf(withJob(rawCronJob, { istio: { nativeSidecars: true } }), 'CronJob').metadata.annotations,
  ).not.toHaveProperty(NATIVE);
});

test('where they are off but possible, a Job asks for one, and the check has nothing to say', () => {
  const shop = withJob(rawCronJob, { istio: { nativeSidecars: false, ingressGateway: true } });

  expect(podOf(shop, 'CronJob').metadata.annotations[NATIVE]).toBe('true');
  const files = [...shop.app.synthFiles()].map(([file, text]) => ({ file, text }));
  expect(checkFiles(files, { rules: ['job-never-ends'] })).toEqual([]);
});

test('where the releases have none, a Job is refused unless it ends the proxy itself', () => {
  const { mesh, shop } = makeShop({}, { tbot: { version: EXAMPLE_RELEASES.tbotWithoutNativeSidecars } });
  const job = rawCronJob(shop);

  expect(() => mesh.enroll(job)).toThrow(/\[shop\/report\] the proxy would keep running.*endsSidecar: true/);
  expect(() => mesh.enroll(job)).not.toThrow(/or newer, or newer/);
  expect(mesh.enroll(job, { endsSidecar: true }).serviceAccountName).toBe('report');
});

test('a Job that ends the proxy itself says so to whoever reads the files, and the check has nothing to say', () => {
  const made = makeShop({}, { tbot: { version: EXAMPLE_RELEASES.tbotWithoutNativeSidecars } });
  made.mesh.enroll(rawCronJob(made.shop), { endsSidecar: true });
  const files = [...made.app.synthFiles()].map(([file, text]) => ({ file, text }));

  expect(checkFiles(files, { rules: ['job-never-ends'] })).toEqual([]);
  const silent = files.map(({ file, text }) => ({ file, text: text.replace(/.*ends-proxy.*\n/, '') }));
  expect(checkFiles(silent, { rules: ['job-never-ends'] })).toHaveLength(1);
});

test('where every proxy is a native sidecar, that somebody ends it is not written', () => {
  const { app, mesh, shop } = makeShop();
  mesh.enroll(rawCronJob(shop), { endsSidecar: true });

  expect([...app.synthFiles().values()].join('')).not.toContain('ends-proxy');
});

test('what an installation makes of pods follows from the releases and from what is asked', () => {
  const target = (kubernetes: string, teleport?: string) => Target.of({ kubernetes, ...(teleport && { teleport }) });

  expect(nativeSidecarsOf(undefined, target('1.33'))).toBe('all');
  expect(nativeSidecarsOf(undefined, target('1.32'))).toBe('on-request');
  expect(nativeSidecarsOf(true, target('1.32'))).toBe('all');
  expect(nativeSidecarsOf(false, target('1.33'))).toBe('on-request');
  expect(nativeSidecarsOf(true, target('1.28'))).toBe('none');
  expect(nativeSidecarsOf(undefined, target('1.33', EXAMPLE_RELEASES.tbotWithoutNativeSidecars))).toBe('none');
});
