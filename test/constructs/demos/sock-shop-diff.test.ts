import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addReviews } from '../../../examples/add-a-service/reviews';
import { MeshApp, TeleportCluster, TeleportMesh } from '../../../lib';
import { SockShop } from '../../../lib/demos';
import { committedOutput, freshOutput } from '../../examples/example-output';
import { ROOT } from '../../golden/written-files';

function synthesize(change: (shop: SockShop) => void): ReadonlyMap<string, string> {
  const app = new MeshApp();
  const teleport = TeleportCluster.cloud('acme.teleport.sh');
  const mesh = new TeleportMesh(app, 'mesh', { teleport, istio: { ingressGateway: true } });
  change(new SockShop(app, 'sock-shop', { mesh }));
  return app.synthFiles();
}

/** What `diff` would show, without its context: lines with the sign of the side they are on. */
function diff(before: string, after: string): readonly string[] {
  const [old, now] = [before.split('\n'), after.split('\n')];
  let start = 0;
  while (start < old.length && old[start] === now[start]) start++;
  let end = 0;
  while (end < old.length - start && old.at(-1 - end) === now.at(-1 - end)) end++;
  const middle = (lines: readonly string[], sign: string) =>
    lines.slice(start, lines.length - end).map((l) => sign + l);
  return [...middle(old, '-'), ...middle(now, '+')];
}

/** Documents of a file by kind and name. */
function documents(text = ''): ReadonlyMap<string, string> {
  return new Map(
    text.split(/^---\n/m).map((document) => {
      const [, kind] = /^kind: (.*)$/m.exec(document) ?? [];
      const [, name] = /^ {2}name: (.*)$/m.exec(document) ?? [];
      return [`${kind} ${name}`, document];
    }),
  );
}

const before = synthesize(() => {});
const after = synthesize(addReviews);
const touched = (file: string) => {
  const [old, now] = [documents(before.get(file)), documents(after.get(file))];
  return {
    removed: [...old.keys()].filter((key) => !now.has(key)),
    added: [...now.keys()].filter((key) => !old.has(key)),
    changed: [...old.keys()].filter((key) => now.has(key) && now.get(key) !== old.get(key)),
  };
};

test('a service with two calls takes less than ten lines of TypeScript', () => {
  const source = readFileSync(join(ROOT, 'examples/add-a-service/reviews.ts'), 'utf8');
  const [, body = ''] = /void \{\n([\s\S]*)^\}/m.exec(source) ?? [];

  expect(body.match(/\.calls\(/g)).toHaveLength(2);
  expect(body.trim().split('\n').length).toBeLessThan(10);
});

test('it touches the workloads and their policies, and no other file: not even what Teleport is told', () => {
  const changed = [...after].filter(([path, text]) => before.get(path) !== text).map(([path]) => path);

  expect([...after.keys()]).toEqual([...before.keys()]);
  expect(changed.sort()).toEqual(['sock-shop-policies.k8s.yaml', 'sock-shop.k8s.yaml']);
});

test('among the workloads it adds its own three, at the end', () => {
  expect(touched('sock-shop.k8s.yaml')).toEqual({
    removed: [],
    added: ['ServiceAccount reviews', 'Service reviews', 'Deployment reviews'],
    changed: [],
  });
  expect(after.get('sock-shop.k8s.yaml')?.startsWith(before.get('sock-shop.k8s.yaml') ?? 'nothing')).toBe(true);
});

test('among the policies it adds its own, and to that of the service it calls one rule', () => {
  expect(touched('sock-shop-policies.k8s.yaml')).toEqual({
    removed: [],
    added: ['AuthorizationPolicy reviews'],
    changed: ['AuthorizationPolicy catalogue'],
  });
  const catalogue = (files: ReadonlyMap<string, string>) =>
    documents(files.get('sock-shop-policies.k8s.yaml')).get('AuthorizationPolicy catalogue') ?? '';
  expect(diff(catalogue(before), catalogue(after))).toEqual([
    '+    - from:',
    '+        - source:',
    '+            principals:',
    '+              - acme.teleport.sh/ns/sock-shop/sa/reviews',
    '+      to:',
    '+        - operation:',
    '+            methods:',
    '+              - GET',
    '+            paths:',
    '+              - /catalogue/{*}',
    '+            ports:',
    "+              - '80'",
  ]);
});

test('what is committed of the example is what it writes', () => {
  expect(committedOutput('add-a-service')).toEqual(freshOutput('add-a-service'));
});
