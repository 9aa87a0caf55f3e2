import { PODS_AS_INJECTED_CHECK } from '../../../lib/analysis/doctor/checks/injection/pods-as-injected';
import { diagnose } from '../../../lib/analysis/doctor/diagnose';
import { exampleConfigMaps } from '../../../lib/analysis/doctor/examples/example-config-maps';
import { examplePod } from '../../../lib/analysis/doctor/examples/example-pods';
import { exampleSnapshot } from '../../../lib/analysis/doctor/examples/example-snapshot';
import { slimObject } from '../../../lib/analysis/doctor/slim-object';
import type { JsonObject } from '../../../lib/base/json';

const proxy = (env: Readonly<Record<string, string>>) => ({
  name: 'istio-proxy',
  image: 'docker.io/istio/proxyv2:1.31.0',
  env: Object.entries(env).map(([name, value]) => ({ name, value })),
});
const pod = (env: Readonly<Record<string, string>> = {}, volumes?: readonly JsonObject[]) =>
  examplePod('shop', 'api', { proxy: false, containers: [proxy(env)], spec: { volumes: volumes ?? SOCKET } });
const SOCKET = [{ name: 'workload-socket', csi: { driver: 'csi.spiffe.io' } }];

function look(pods: readonly JsonObject[], configmaps = exampleConfigMaps()) {
  const [outcome] = diagnose(exampleSnapshot({ objects: { pods, configmaps } }), {
    checks: [PODS_AS_INJECTED_CHECK],
  }).outcomes;
  return { looked: outcome?.looked ?? 0, found: outcome?.findings.map(({ found }) => found) ?? [], outcome };
}

test.each([
  ['the same', pod({ TRUST_DOMAIN: 'example.teleport.sh', WORKLOAD_IDENTITY_SOCKET_FILE: 'workload.sock' }), []],
  [
    'another driver',
    pod({}, [{ name: 'workload-socket', csi: { driver: 'old.spiffe.io' } }]),
    ['shop/api was created with the socket of old.spiffe.io; the injector now sets csi.spiffe.io'],
  ],
  [
    'another file',
    pod({ WORKLOAD_IDENTITY_SOCKET_FILE: 'socket' }),
    ['shop/api was created with the socket file socket; the injector now sets workload.sock'],
  ],
  [
    'another trust domain',
    pod({ TRUST_DOMAIN: 'cluster.local' }),
    ['shop/api was created with the trust domain cluster.local; the injector now sets example.teleport.sh'],
  ],
])('a pod with %s', (_, one, expected) => {
  expect(look([one])).toMatchObject({ looked: 1, found: expected });
});

test('when the configuration changed is said beside the age of the pod', () => {
  const configmaps = exampleConfigMaps().map(
    (map): JsonObject => ({
      ...map,
      metadata: {
        ...(map.metadata as JsonObject),
        managedFields: [{ manager: 'helm', time: '2026-11-01T12:05:00Z', fieldsV1: {} }],
      },
    }),
  );
  const { outcome } = look([pod({ TRUST_DOMAIN: 'old' })], configmaps.map(slimObject));

  expect(outcome?.findings[0]?.evidence).toEqual([
    'pod shop/api-1 was created at 2026-11-01T12:00:30Z, and the configuration last changed at 2026-11-01T12:05:00Z',
  ]);
});

test('with two injectors it is not known whose pod it is, and nothing is said', () => {
  const maps = exampleConfigMaps();
  const canary = maps
    .filter(({ metadata }) => (metadata as JsonObject).name === 'istio-sidecar-injector')
    .map(
      (map): JsonObject => ({ ...map, metadata: { name: 'istio-sidecar-injector-canary', namespace: 'istio-system' } }),
    );

  expect(look([pod({ TRUST_DOMAIN: 'old' })], [...maps, ...canary])).toMatchObject({ looked: 0, found: [] });
});
