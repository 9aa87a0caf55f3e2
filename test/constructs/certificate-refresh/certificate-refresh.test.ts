import { ApiObject, Chart, Testing } from 'cdk8s';
import { Deployment } from 'cdk8s-plus-28';
import { CertificateRefresh, type CertificateRefreshProps, type RefreshInterval, Target } from '../../../lib';

const OLD = Target.of({ teleport: '18.6.3', kubernetes: '1.33' });

function chart(): Chart {
  return new Chart(Testing.app(), 'chart');
}

function refresh(props: Partial<CertificateRefreshProps> = {}): CertificateRefresh {
  return new CertificateRefresh(chart(), 'refresh', {
    namespace: 'shop',
    workloads: [{ kind: 'Deployment', name: 'carts' }],
    target: OLD,
    ...props,
  });
}

/** The longest time between two runs, from what crontab(5) says about the minute field. */
function longestGap(schedule: string): number {
  const [minute = '', ...rest] = schedule.split(' ');
  expect(rest).toEqual(['*', '*', '*', '*']);
  const step = Number(/^\*\/(\d+)$/.exec(minute)?.[1]);
  const minutes = Array.from({ length: 60 }, (_, m) => m).filter((m) => m % step === 0);
  return Math.max(...minutes.map((m, i) => (minutes[i + 1] ?? 60) - m));
}

test.each<RefreshInterval>([10, 12, 15, 20, 30])('runs every %i minutes, also across the hour', (everyMinutes) => {
  const { schedule } = refresh({ everyMinutes }).cronJob.toJson().spec;
  expect(longestGap(schedule)).toBe(everyMinutes);
});

test('by default a run may fail, and the next one still comes within the hour that a certificate lives', () => {
  const { schedule, concurrencyPolicy, startingDeadlineSeconds, jobTemplate } = refresh().cronJob.toJson().spec;
  expect(2 * longestGap(schedule) + startingDeadlineSeconds / 60).toBeLessThan(60);
  expect(concurrencyPolicy).toBe('Forbid');
  // A run that hangs is over before the next one is due, which Forbid would skip.
  expect(jobTemplate.spec.activeDeadlineSeconds).toBeLessThan(10 * 60);
  expect(jobTemplate.spec.backoffLimit).toBe(0);
});

test('may restart the listed workloads, and touch no other object', () => {
  const { role, roleBinding, serviceAccount, cronJob } = refresh({
    workloads: [
      { kind: 'StatefulSet', name: 'db' },
      { kind: 'Deployment', name: 'user' },
      { kind: 'Deployment', name: 'carts' },
      { kind: 'Deployment', name: 'carts' },
    ],
  });
  const verbs = ['get', 'patch'];
  expect(role.toJson().rules).toEqual([
    { apiGroups: ['apps'], resources: ['deployments'], resourceNames: ['carts', 'user'], verbs },
    { apiGroups: ['apps'], resources: ['statefulsets'], resourceNames: ['db'], verbs },
  ]);
  const pod = cronJob.toJson().spec.jobTemplate.spec.template.spec;
  expect(pod.containers[0].command).toEqual([
    'kubectl',
    'rollout',
    'restart',
    '--namespace=shop',
    'deployment/carts',
    'deployment/user',
    'statefulset/db',
  ]);
  const { name, namespace } = serviceAccount.toJson().metadata;
  expect(pod.serviceAccountName).toBe(name);
  expect(roleBinding.toJson()).toMatchObject({
    metadata: { namespace: 'shop' },
    roleRef: { kind: 'Role', name: role.name },
    subjects: [{ kind: 'ServiceAccount', name, namespace }],
  });
});

test('is restricted in the sense of the Pod Security Standards, and has no sidecar', () => {
  const { metadata, spec } = refresh().cronJob.toJson().spec.jobTemplate.spec.template;
  expect(metadata.labels['sidecar.istio.io/inject']).toBe('false');
  expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
  expect(spec.containers[0].securityContext).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  });
});

test('kubectl is of the release of the cluster, from any registry', () => {
  const image = (props: Partial<CertificateRefreshProps>) =>
    refresh(props).cronJob.toJson().spec.jobTemplate.spec.template.spec.containers[0].image;
  expect(image({})).toBe('registry.k8s.io/kubectl:v1.33.0');
  expect(image({ imageRepository: 'mirror.example.com/kubectl' })).toBe('mirror.example.com/kubectl:v1.33.0');
  expect(image({ target: Target.of({ teleport: '18.5.0', kubernetes: '1.31.4' }) })).toMatch(/:v1\.31\.4$/);
  expect(() => refresh({ target: Target.of({ teleport: '18.5.0', kubernetes: '1.27' }) })).toThrow(/no kubectl image/);
});

describe('with a tbot that renews certificates', () => {
  // The first releases of both lines that do (gravitational/teleport CHANGELOG.md).
  test.each(['18.6.4', '17.7.14', '19.0.0'])('%s, restarts are refused', (teleport) => {
    expect(() => refresh({ target: Target.of({ teleport }) })).toThrow(
      /\[chart\/refresh\] restarts are not needed.*remove CertificateRefresh/,
    );
    expect(() => refresh({ target: Target.of({ teleport }), reason: ' ' })).toThrow(/not needed/);
  });

  test('they are still there for a reason, which the CronJob says', () => {
    const reason = 'tbot runs elsewhere and reports a wrong version';
    const { metadata } = refresh({ target: Target.of(), reason }).cronJob.toJson();
    expect(metadata.annotations).toEqual({ 'teleport-istio/certificate-refresh-reason': reason });
  });
});

test.each(['18.6.3', '18.5.0', '17.7.13', '18.0.0'])('with tbot %s its bug is the reason', (teleport) => {
  const { metadata } = refresh({ target: Target.of({ teleport }) }).cronJob.toJson();
  expect(metadata.annotations['teleport-istio/certificate-refresh-reason']).toContain('gravitational/teleport#62813');
});

test('takes objects of the same app, raw or of cdk8s-plus, and refuses those of another namespace', () => {
  const scope = chart();
  const raw = (namespace: string) =>
    new ApiObject(scope, `raw-${namespace}`, {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'db', namespace },
    });
  const plus = new Deployment(scope, 'plus', {
    metadata: { name: 'web', namespace: 'shop' },
    containers: [{ image: 'nginx:1.29' }],
  });
  const { role } = refresh({ workloads: [raw('shop'), plus] });
  expect(role.toJson().rules.map((rule: { resourceNames: string[] }) => rule.resourceNames)).toEqual([['web'], ['db']]);
  expect(() => refresh({ workloads: [raw('other')] })).toThrow(/another namespace.*"other\/db"/);
});

test.each<[string, CertificateRefreshProps['workloads'], RegExp]>([
  ['nothing', [], /no workloads are given/],
  ['a Job', [{ kind: 'Job', name: 'j' }], /cannot restart this kind: "Job\/j"/],
  ['a name that is none', [{ kind: 'Deployment', name: '--all' }], /not a valid object name/],
])('refuses %s', (_what, workloads, message) => {
  expect(() => refresh({ workloads })).toThrow(message);
});
