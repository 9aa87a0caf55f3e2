import { diffCluster, diffManifests, kubernetesObjects } from '../../../lib/analysis/diff/diff-manifests';
import { diffToJson, diffToText } from '../../../lib/analysis/diff/render-diff';
import type { ManifestSet } from '../../../lib/model/documents/manifest-set';
import { readManifests } from '../../../lib/model/documents/read-manifests';
import { growthOf, NOT_QUADRATIC } from '../../growth';

function read(...texts: readonly string[]): ManifestSet {
  const { manifests, problems } = readManifests(texts.map((text, index) => ({ file: `${index}.yaml`, text })));
  expect(problems).toEqual([]);
  return manifests;
}

const POLICY = `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: api, namespace: shop }
spec:
  rules:
    - from: [{ source: { principals: [cluster.local/ns/shop/sa/web, cluster.local/ns/shop/sa/app] } }]
      to: [{ operation: { methods: [GET] } }]
    - from: [{ source: { namespaces: [ops] } }]
`;

const DEPLOYMENT = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: api, namespace: shop }
spec:
  selector: { matchLabels: { app: api } }
  template:
    metadata: { labels: { app: api } }
    spec:
      containers:
        - { name: api, image: 'api:1', args: [a, b], resources: { limits: { memory: 1024Mi, cpu: 1000m } } }
        - { name: log, image: 'log:1' }
`;

const fields = (before: string, after: string) =>
  diffManifests(read(before), read(after)).objects.flatMap((object) =>
    object.fields.map(({ path, before: old, after: now }) => [path, old, now]),
  );

test('the same documents in other files, another order and another layout are no difference', () => {
  const json = JSON.stringify(read(POLICY).all[0]?.body);

  expect(diffManifests(read(POLICY, DEPLOYMENT), read(`${DEPLOYMENT}---\n${json}`)).objects).toEqual([]);
});

test('an object is added, removed or changed by kind, namespace and name, whatever its version', () => {
  const { objects } = diffManifests(
    read(POLICY, 'apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: old, namespace: shop }\n'),
    read(POLICY.replace('/v1\n', '/v1beta1\n'), DEPLOYMENT),
  );

  expect(objects.map(({ kind, object, file }) => [kind, object, file])).toEqual([
    ['changed', 'AuthorizationPolicy shop/api', '0.yaml'],
    ['added', 'Deployment shop/api', '1.yaml'],
    ['removed', 'ServiceAccount shop/old', '1.yaml'],
  ]);
});

test('two kinds of one name in different API groups are two objects', () => {
  const gateway = (group: string) => `apiVersion: ${group}/v1\nkind: Gateway\nmetadata: { name: a, namespace: b }\n`;

  expect(
    diffManifests(read(gateway('networking.istio.io')), read(gateway('gateway.networking.k8s.io'))).objects,
  ).toHaveLength(2);
});

test('list items that have names are compared by them', () => {
  expect(fields(DEPLOYMENT, DEPLOYMENT.replace('log:1', 'log:2'))).toEqual([
    ['spec.template.spec.containers[log].image', 'log:1', 'log:2'],
  ]);
});

test('items without names are matched by what they are, so that one in front does not change all others', () => {
  const front = POLICY.replace('  rules:\n', '  rules:\n    - to: [{ operation: { ports: ["80"] } }]\n');

  expect(fields(POLICY, front)).toEqual([['spec.rules[0]', undefined, { to: [{ operation: { ports: ['80'] } }] }]]);
  expect(fields(front, POLICY)).toEqual([['spec.rules[0]', { to: [{ operation: { ports: ['80'] } }] }, undefined]]);
});

test('the order of a policy says nothing, that of arguments and containers does', () => {
  const swapped = POLICY.replace(
    '[cluster.local/ns/shop/sa/web, cluster.local/ns/shop/sa/app]',
    '[cluster.local/ns/shop/sa/app, cluster.local/ns/shop/sa/web]',
  );
  const containers = DEPLOYMENT.replace(/( +- \{ name: api.*\n)(.*\n)/, '$2$1');

  expect(fields(POLICY, swapped)).toEqual([]);
  expect(fields(DEPLOYMENT, DEPLOYMENT.replace('[a, b]', '[b, a]'))).toEqual([
    ['spec.template.spec.containers[api].args', ['a', 'b'], ['b', 'a']],
  ]);
  expect(fields(DEPLOYMENT, containers)).toEqual([
    ['spec.template.spec.containers (order)', ['api', 'log'], ['log', 'api']],
  ]);
});

test('a configuration inside a ConfigMap is compared as what it is', () => {
  const config = (interval: string) => `
apiVersion: v1
kind: ConfigMap
metadata: { name: tbot, namespace: teleport-system }
data:
  tbot.yaml: |
    version: v2 # ${interval}
    proxy_server: acme.teleport.sh:443
    onboarding: { join_method: kubernetes, token: tbot }
    renewal_interval: ${interval}
`;
  const { objects } = diffManifests(read(config('20m')), read(config('30m')));

  expect(objects).toMatchObject([
    {
      object: 'ConfigMap teleport-system/tbot › tbot.yaml',
      fields: [{ path: 'renewal_interval', before: '20m', after: '30m' }],
    },
  ]);
});

test('that a Secret differs is said, what it holds is not', () => {
  const secret = (password: string) =>
    `apiVersion: v1\nkind: Secret\nmetadata: { name: a, namespace: b }\nstringData: { password: ${password} }\n`;
  const diff = diffManifests(read(secret('hunter2')), read(secret('hunter3')));

  expect(diff.objects).toHaveLength(1);
  expect(`${diffToText(diff)}${diffToJson(diff)}`).not.toContain('hunter');
});

test('each field is a line, and a line sums up', () => {
  const text = diffToText(diffManifests(read(POLICY), read(POLICY.replace('methods: [GET]', 'methods: [GET, POST]'))));

  expect(text).toBe(`changed  AuthorizationPolicy shop/api  (0.yaml)
    spec.rules[0].to[0].operation.methods: ["GET"] → ["GET","POST"]

0 added, 0 removed, 1 changed
`);
});

describe('with a cluster', () => {
  const LIVE = `
apiVersion: v1
kind: List
items:
  - apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: api
      namespace: shop
      uid: 5b2f
      resourceVersion: '7'
      annotations: { deployment.kubernetes.io/revision: '3' }
    spec:
      progressDeadlineSeconds: 600
      selector: { matchLabels: { app: api } }
      template:
        metadata: { labels: { app: api } }
        spec:
          restartPolicy: Always
          containers:
            - { name: api, image: 'api:1', args: [a, b], imagePullPolicy: Always, resources: { limits: { memory: 1Gi, cpu: '1' } } }
            - { name: log, image: 'log:1' }
    status: { replicas: 1 }
`;

  test('defaults, the status and other ways to write an amount are no difference', () => {
    expect(diffCluster(read(LIVE), read(DEPLOYMENT)).objects).toEqual([]);
  });

  test('a field that was stated and is another now is one', () => {
    expect(diffCluster(read(LIVE.replace('1Gi', '2Gi')), read(DEPLOYMENT)).objects).toMatchObject([
      {
        fields: [
          { path: 'spec.template.spec.containers[api].resources.limits.memory', before: '2Gi', after: '1024Mi' },
        ],
      },
    ]);
  });

  test('what somebody added to a policy is one, as nothing fills in defaults there', () => {
    const live = POLICY.replace('spec:\n', 'spec:\n  action: DENY\n');

    expect(diffCluster(read(live), read(POLICY)).objects).toMatchObject([
      { fields: [{ path: 'spec.action', before: 'DENY', after: undefined }] },
    ]);
  });

  test('an object that is not there would be added; one without a namespace goes to "default"', () => {
    const account = 'apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: api }\n';
    const live = account.replace('name: api', 'name: api, namespace: default');

    expect(diffCluster(read(live), read(account, POLICY)).objects).toMatchObject([
      { kind: 'added', object: 'AuthorizationPolicy shop/api' },
    ]);
  });

  test('files for tctl, istioctl and helm are not looked for in it', () => {
    const teleport = 'kind: bot\nversion: v1\nmetadata: { name: istio-tbot }\nspec: { roles: [a] }\n';

    expect(kubernetesObjects(read(teleport))).toBeUndefined();
    expect(diffCluster(read(), read(teleport)).objects).toEqual([]);
  });

  test('kubectl is told names only, never what is in an object', () => {
    expect(JSON.parse(kubernetesObjects(read(POLICY)) ?? '')).toEqual({
      apiVersion: 'v1',
      kind: 'List',
      items: [
        {
          apiVersion: 'security.istio.io/v1',
          kind: 'AuthorizationPolicy',
          metadata: { name: 'api', namespace: 'shop' },
        },
      ],
    });
  });
});

test('long texts are shown by the lines that differ', () => {
  const config = (line: string) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: b }\ndata: { run.sh: "one\\n${line}\\nthree\\n" }\n`;
  const text = diffToText(diffManifests(read(config('two')), read(config('zwei'))));

  expect(text).toContain('    data["run.sh"]:\n      - two\n      + zwei\n');
});

test('no differences are said to be none', () => {
  expect(diffToText(diffManifests(read(POLICY), read(POLICY)))).toBe('no differences\n');
});

test('what tbot joins with is not printed, in a Secret or outside one', () => {
  const config = (token: string) => `proxy_server: a.example:443\nonboarding: {join_method: token, token: ${token}}\n`;
  const secret = (token: string) =>
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 't', namespace: 'n' },
      stringData: { 'tbot.yaml': config(token) },
    });
  const map = (token: string) =>
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 't', namespace: 'n' },
      data: { 'tbot.yaml': config(token) },
    });
  for (const write of [secret, map, config]) {
    const text = diffToText(diffManifests(read(write('0ldt0ken')), read(write('newt0ken'))));

    expect(text).toContain('(secret)');
    expect(text).not.toMatch(/0ldt0ken|newt0ken/);
  }
});

test('where who may call whom depends on a trust domain nobody knows, this is said', () => {
  const named = (principal: string) => `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: api, namespace: shop }
spec: { rules: [{ from: [{ source: { principals: ['${principal}'] } }] }] }
---
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
---
apiVersion: v1
kind: Pod
metadata: { name: api, namespace: shop, labels: { app: api } }
spec: { containers: [{ name: api, image: api }] }
---
apiVersion: v1
kind: Service
metadata: { name: api, namespace: shop }
spec: { selector: { app: api }, ports: [{ name: http, port: 80 }] }
`;
  const difference = diffManifests(read(named('acme.example/ns/shop/sa/a')), read(named('acme.example/*')));

  expect(new Set(difference.access.map(({ kind }) => kind))).toEqual(new Set(['unknown']));
  expect(diffToText(difference)).toMatch(/UNKNOWN .*: the answer depends on whether acme\.example/);
  expect(JSON.parse(diffToJson(difference)).access[0].because).toContain('acme.example');
});

test('comparing files inside of objects grows with their number, not with its square', () => {
  const configs = (count: number, token: string) =>
    Array.from({ length: count }, (_, index) =>
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: `c${index}`, namespace: 'a' },
        data: { 'tbot.yaml': `version: v2\nonboarding: {join_method: kubernetes, token: ${token}${index}}\n` },
      }),
    ).join('\n---\n');
  const pairs = new Map([100, 400].map((count) => [count, [read(configs(count, 't')), read(configs(count, 'u'))]]));

  const growth = growthOf(100, (count) => {
    const [before, after] = pairs.get(count) as [ManifestSet, ManifestSet];
    expect(diffManifests(before, after).objects).toHaveLength(count);
  });
  expect(growth).toBeLessThan(NOT_QUADRATIC);
});

test('a variable and a setting that are secrets by their names are not printed, whole or in part', () => {
  const deployment = (env: string) =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a, namespace: b}\nspec: {template: {spec: {containers: [{name: a, env: [${env}]}]}}}\n`;
  const fields = (before: string, after: string) =>
    diffManifests(read(deployment(before)), read(deployment(after))).objects.flatMap(({ fields: all }) => all);

  expect(fields('{name: DB_PASSWORD, value: x1}', '{name: DB_PASSWORD, value: x2}')).toMatchObject([
    { before: '(secret)', after: '(secret)' },
  ]);
  expect(JSON.stringify(fields('', '{name: DB_PASSWORD, value: x1}'))).not.toContain('x1');
  expect(fields('{name: LEVEL, value: x1}', '{name: LEVEL, value: x2}')).toMatchObject([{ before: 'x1', after: 'x2' }]);
});

test('a token whose name is the secret is added and removed without its name', () => {
  const token = (name: string) => `kind: token\nversion: v2\nmetadata: {name: ${name}}\nspec: {join_method: token}\n`;

  expect(diffManifests(read(token('one')), read(token('two'))).objects).toMatchObject([
    { object: 'token (secret)', kind: 'added' },
    { object: 'token (secret)', kind: 'removed' },
  ]);
});
