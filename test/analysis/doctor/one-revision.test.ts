import { diagnose } from '../../../lib/analysis/doctor/diagnose';
import { EXAMPLE_PODS, examplePod } from '../../../lib/analysis/doctor/examples/example-pods';
import { type ExampleChanges, exampleSnapshot } from '../../../lib/analysis/doctor/examples/example-snapshot';
import type { Snapshot } from '../../../lib/analysis/doctor/snapshot';
import { field, type JsonObject, textAt } from '../../../lib/base/json';
import { recorded } from './recorded';

const istiod = (revision: string, tag: string) =>
  examplePod('istio-system', `istiod-${revision}`, {
    containers: [{ name: 'discovery', image: `docker.io/istio/pilot:${tag}` }],
    metadata: { labels: { app: 'istiod', 'istio.io/rev': revision } },
  });

const proxy = (name: 'web' | 'api', metadata: JsonObject): JsonObject => ({
  ...EXAMPLE_PODS[name],
  metadata: { ...(EXAMPLE_PODS[name].metadata as JsonObject), ...metadata },
});

const injectedBy = (revision: string) => ({ annotations: { 'sidecar.istio.io/status': JSON.stringify({ revision }) } });

function outcomeOf(pods: readonly JsonObject[], changes: ExampleChanges = {}) {
  const snapshot = exampleSnapshot({ ...changes, objects: { pods, ...changes.objects } });
  const outcome = diagnose(snapshot).outcomes.find(({ check }) => check.id === 'one-revision');
  return {
    found: outcome?.findings.map(({ severity, found, evidence }) => ({ severity, found, evidence })) ?? [],
    unseen: outcome?.unseen ?? [],
    looked: outcome?.looked ?? 0,
  };
}

test('proxies of two revisions of one release in a namespace are a warning that names the pods and the istiods', () => {
  const pods = [
    proxy('web', injectedBy('blue')),
    proxy('api', injectedBy('green')),
    istiod('blue', '1.31.4'),
    istiod('green', '1.31.4-distroless'),
  ];

  expect(outcomeOf(pods).found).toEqual([
    {
      severity: 'warning',
      found: 'namespace shop has proxies of the revisions blue and green',
      evidence: [
        'revision blue (istiod istio-system/istiod-blue-1, 1.31.4): shop/web-1',
        'revision green (istiod istio-system/istiod-green-1, 1.31.4): shop/api-1',
      ],
    },
  ]);
});

test('two revisions of different releases are an upgrade', () => {
  const pods = [
    proxy('web', injectedBy('old')),
    proxy('api', injectedBy('new')),
    istiod('old', '1.30.7'),
    istiod('new', '1.31.4'),
  ];

  expect(outcomeOf(pods)).toEqual({ found: [], unseen: [], looked: 2 });
});

test('where an image does not say the release, it is not taken for an upgrade', () => {
  const pods = [
    proxy('web', injectedBy('old')),
    proxy('api', injectedBy('new')),
    istiod('old', 'stable'),
    istiod('new', '1.31.4'),
  ];

  expect(outcomeOf(pods).found[0]?.evidence[1]).toBe(
    'revision old (istiod istio-system/istiod-old-1, of an unknown release): shop/web-1',
  );
});

test('proxies of a revision whose istiod is gone are reported, also when the one that runs is of another release', () => {
  const pods = [proxy('web', injectedBy('1-30')), proxy('api', injectedBy('1-31')), istiod('1-31', '1.31.4')];

  expect(outcomeOf(pods).found).toEqual([
    {
      severity: 'warning',
      found: 'shop/web-1 has a proxy of revision 1-30, but the cluster has no istiod of that revision',
      evidence: ['istiods: istio-system/istiod-1-31-1 of revision 1-31'],
    },
  ]);
});

test('what the injector wrote counts more than the label, which may be a tag', () => {
  const tagged = { ...injectedBy('blue'), labels: { app: 'web', 'istio.io/rev': 'stable' } };
  const onlyTagged = { annotations: {}, labels: { app: 'api', 'istio.io/rev': 'stable' } };

  expect(outcomeOf([proxy('web', tagged), proxy('api', onlyTagged), istiod('blue', '1.31.4')])).toEqual({
    found: [],
    unseen: [],
    looked: 1,
  });
});

test('a gateway that was not injected is of the revision of its label', () => {
  const labelled = { annotations: {}, labels: { app: 'api', 'istio.io/rev': 'green' } };
  const pods = [
    proxy('web', injectedBy('blue')),
    proxy('api', labelled),
    istiod('blue', '1.31.4'),
    istiod('green', '1.31.4'),
  ];

  expect(outcomeOf(pods).found.map(({ found }) => found)).toEqual([
    'namespace shop has proxies of the revisions blue and green',
  ]);
});

test('an annotation that is not JSON says nothing', () => {
  const broken = { annotations: { 'sidecar.istio.io/status': '{"revision":' } };

  expect(outcomeOf([proxy('web', broken), EXAMPLE_PODS.istiod]).looked).toBe(0);
});

describe('callers and callees in different namespaces', () => {
  /** The recorded cluster, with the gateway of another revision than the shop that it calls. */
  const apart = (tag: string): Snapshot => {
    const healthy = recorded('healthy');
    const pods = (healthy.objects.get('pods') ?? []).map((pod): JsonObject => {
      const metadata = field(pod, 'metadata') as JsonObject;
      const isGateway = textAt(metadata, 'name')?.startsWith('istio-ingressgateway-') ?? false;
      return isGateway ? { ...pod, metadata: { ...metadata, ...injectedBy('green') } } : pod;
    });
    return { ...healthy, objects: new Map([...healthy.objects, ['pods', [...pods, istiod('green', tag)]]]) };
  };
  const outcome = (snapshot: Snapshot) => diagnose(snapshot).outcomes.find(({ check }) => check.id === 'one-revision');

  test('are a warning with the calls that are allowed', () => {
    expect(outcome(apart('1.31.4'))?.findings).toMatchObject([
      {
        severity: 'warning',
        found:
          'proxies of the revisions default and green call each other, but do not have different releases, as during an upgrade',
        evidence: [
          expect.stringMatching(/^revision default \(istiod istio-system\/istiod-\S+, 1\.31\.4\)$/),
          'revision green (istiod istio-system/istiod-green-1, 1.31.4)',
          'istio-system/istio-ingressgateway (green) may call sock-shop/front-end (default)',
        ],
      },
    ]);
  });

  test('are left alone during an upgrade', () => {
    expect(outcome(apart('1.32.0'))?.findings).toEqual([]);
  });

  test('are not looked at where the policies are not known, and that is said', () => {
    const snapshot = apart('1.31.4');
    const objects = new Map(snapshot.objects);
    objects.delete('authorizationpolicies.security.istio.io');
    const gaps = [{ subject: 'objects/authorizationpolicies.security.istio.io', because: 'forbidden' }];

    expect(outcome({ ...snapshot, objects, gaps })?.unseen).toEqual([
      { what: 'calls between proxies of different revisions', because: 'forbidden' },
    ]);
  });
});
