import { diagnose } from '../../../lib/analysis/doctor/diagnose';
import { exampleSnapshot } from '../../../lib/analysis/doctor/examples/example-snapshot';
import { EXAMPLE_TELEPORT } from '../../../lib/analysis/doctor/examples/example-teleport';
import { redactSnapshot } from '../../../lib/analysis/doctor/redact/redact-snapshot';
import { filesToSnapshot, snapshotToFiles } from '../../../lib/analysis/doctor/snapshot-files';
import { field, type JsonObject, listAt, scalarTextsAt, textAt } from '../../../lib/base/json';
import { readManifests } from '../../../lib/model/documents/read-manifests';
import { recorded } from './recorded';

const NAMES = ['healthy', 'k8s-path', 'two-cas', 'socket-missing', 'stale-jwks', 'csi-driver-missing', 'expired'];

/** What came of every check, without the names in it. */
function shape(snapshot: Parameters<typeof diagnose>[0]) {
  return diagnose(snapshot).outcomes.map(({ check, looked, findings, unseen }) => [
    check.id,
    looked,
    findings.length,
    unseen.length,
  ]);
}

test.each(NAMES)('%s is diagnosed alike under other names', (name) => {
  expect(shape(redactSnapshot(recorded(name)))).toEqual(shape(recorded(name)));
});

test.each(NAMES)('%s shows no name, address or trust domain any more, nor a certificate with one', (name) => {
  const text = snapshotToFiles(redactSnapshot(recorded(name)))
    .map((file) => `${file.path}\n${file.text}`)
    .join('\n');

  for (const secret of [
    'sock-shop',
    'catalogue',
    'front-end',
    'test-app',
    'ellinj',
    'node-1',
    '10.245.',
    'BEGIN CERTIFICATE',
  ]) {
    expect({ secret, at: text.indexOf(secret) }).toEqual({ secret, at: -1 });
  }
});

test('a redacted snapshot is the same after it was saved', () => {
  const redacted = redactSnapshot(recorded('k8s-path'));

  expect(filesToSnapshot(snapshotToFiles(redacted))).toEqual(redacted);
});

test('the same name is replaced by the same', () => {
  const [finding] = diagnose(redactSnapshot(recorded('k8s-path'))).outcomes.flatMap(({ findings }) => findings);

  expect(finding?.found).toMatch(
    /^(\S+)\/(\S+) has spiffe:\/\/(\S+)\/k8s\/\S+; Istio expects spiffe:\/\/\3\/ns\/\S+\/sa\/\S+$/,
  );
});

test('what Teleport gave out, and the values of policies, are under other names too, and are diagnosed alike', () => {
  const policy = {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { namespace: 'sock-shop', name: 'extra' },
    spec: { rules: [{ when: [{ key: 'source.namespace', values: ['sock-shop'] }] }] },
  };
  const base = recorded('healthy');
  const policies = base.objects.get('authorizationpolicies.security.istio.io') ?? [];
  const snapshot = {
    ...base,
    objects: new Map([...base.objects, ['authorizationpolicies.security.istio.io', [...policies, policy]]]),
    teleport: EXAMPLE_TELEPORT.map(
      (one) =>
        JSON.parse(
          JSON.stringify(one).replaceAll('"shop"', '"sock-shop"').replaceAll('tbot-1', 'tbot-7rr44'),
        ) as JsonObject,
    ),
  };
  const redacted = redactSnapshot(snapshot);

  expect(shape(redacted)).toEqual(shape(snapshot));
  expect(JSON.stringify([redacted.teleport, [...redacted.objects]])).not.toMatch(/sock-shop|tbot-7rr44/);
});

const PLANTED = readManifests([
  {
    file: 'planted.yaml',
    text: `apiVersion: v1
kind: Namespace
metadata: {name: acmepay, labels: {istio-injection: enabled, team: acmeteam}, annotations: {contact: oncall@acmemail.example, kubernetes.io/description: at 2001:db8:acce::17}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: acmesa, namespace: acmepay, annotations: {eks.amazonaws.com/role-arn: 'arn:aws:iam::123456789012:role/acmerole'}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: acmedeploy, namespace: acmepay}
spec:
  selector: {matchLabels: {app: acmeapp, tier: acmetier}}
  template:
    metadata: {labels: {app: acmeapp, tier: acmetier}}
    spec:
      serviceAccountName: acmesa
      affinity: {podAntiAffinity: {x: {matchExpressions: [{key: tier, operator: In, values: [acmetier]}]}}}
      containers:
        - {name: acmecontainer, image: 'registry.acmecorp.io:5000/acmeproj/acmeimg:1', env: [{name: A, valueFrom: {secretKeyRef: {name: acmesecret, key: k}}}]}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: acmeegress, namespace: acmepay}
spec: {hosts: [api.acmepartner.io, '*.acmepartner.io'], addresses: ['2001:db8:acce::17/128'], endpoints: [{address: backend.acmeinternal.example}]}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: acmepolicy, namespace: acmepay}
spec:
  selector: {matchLabels: {app: acmeapp}}
  rules:
    - from: [{source: {ipBlocks: ['198.51.100.0/24', '2001:db8:1::/48'], principals: [example.org/ns/acmeother/sa/acmeclient], namespaces: [acmethird]}}]
      to: [{operation: {hosts: [shop.acmecorp.io]}}]
---
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: {name: acmejwt, namespace: acmepay}
spec: {jwtRules: [{issuer: 'https://login.acmecorp.io', jwksUri: 'https://login.acmecorp.io/keys'}]}
`,
  },
]).manifests.all.map(({ body }) => body);

describe('names that only fields of objects have', () => {
  const { objects } = redactSnapshot(exampleSnapshot({ objects: { planted: PLANTED } }));
  const [namespace, , deployment, entry, policy] = objects.get('planted') ?? [];

  test('hosts, images, labels, annotations, accounts and addresses are replaced', () => {
    expect(JSON.stringify([...objects]).match(/acme\w*|123456789012|2001:db8:[a-f1]\w*|198\.51\.100\.\d/g)).toBeNull();
  });

  test('what Istio and Kubernetes read stays', () => {
    expect(textAt(namespace, 'metadata', 'labels', 'istio-injection')).toBe('enabled');
  });

  test('selectors select what they did', () => {
    const labels = field(deployment, 'spec', 'template', 'metadata', 'labels');

    expect(field(deployment, 'spec', 'selector', 'matchLabels')).toEqual(labels);
    expect(textAt(policy, 'spec', 'selector', 'matchLabels', 'app')).toBe(textAt(labels, 'app'));
    const path = ['spec', 'template', 'spec', 'affinity', 'podAntiAffinity', 'x'];
    expect(listAt(listAt(deployment, ...path, 'matchExpressions')[0], 'values')).toEqual([textAt(labels, 'tier')]);
  });

  test('a host below another stays below it', () => {
    const [host = '', wildcard = ''] = scalarTextsAt(entry, 'spec', 'hosts');

    expect(wildcard).toMatch(/^\*\.host-\d+\.example$/);
    expect(host).toMatch(new RegExp(`^host-\\d+${wildcard.slice(1).replaceAll('.', '\\.')}$`));
  });

  test('addresses stay addresses, and the same ones the same', () => {
    const [address = ''] = scalarTextsAt(entry, 'spec', 'addresses');

    expect(address).toMatch(/^2001:db8::[0-9a-f]{1,4}\/128$/);
    expect(textAt(namespace, 'metadata', 'annotations', 'kubernetes.io/description')).toBe(
      `at ${address.replace('/128', '')}`,
    );
  });
});
