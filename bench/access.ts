import { accessGraph, accessMatrix, decide, graphToHtml, MeshModel } from '../lib/access';
import { largeMesh, largeMeshRef } from './large-mesh';

/** Prints how fast questions are answered: `npm run build && node build/bench/access.js`. */

const DECISIONS = 1_000_000;
const SERVICES = 200;

async function main(): Promise<void> {
  const manifests = largeMesh(SERVICES);
  const model = timed(`model of ${SERVICES} services (${manifests.length} objects)`, () => MeshModel.from(manifests));
  const requests = Array.from({ length: 1000 }, (_, index) => {
    const callee = (index * 13) % SERVICES;
    return {
      from: largeMeshRef((index * 31) % SERVICES),
      to: largeMeshRef(callee),
      method: index % 2 === 0 ? 'GET' : 'DELETE',
      path: `/service-${String(callee).padStart(3, '0')}/${index}/from-1`,
    };
  });
  let allowed = 0;
  const seconds = timedSeconds(() => {
    for (let index = 0; index < DECISIONS; index++) {
      const request = requests[index % requests.length];
      if (request && decide(model, request).verdict === 'allowed') allowed++;
    }
  });
  console.log(
    `${DECISIONS} decisions: ${seconds.toFixed(2)} s, ${Math.round(DECISIONS / seconds)} per second (${allowed} allowed)`,
  );
  const matrix = timed(`matrix of ${SERVICES} services, all pairs`, () => accessMatrix(MeshModel.from(manifests)));
  console.log(
    `  ${matrix.cells.length} pairs, ${matrix.cells.filter(({ access }) => access !== 'denied').length} not denied`,
  );
  const graph = timed('graph', () => accessGraph(model));
  const start = process.hrtime.bigint();
  const page = await graphToHtml(graph);
  console.log(`graph as an HTML page: ${(Number(process.hrtime.bigint() - start) / 1e9).toFixed(2)} s`);
  console.log(`  ${page.length} characters`);
  for (const [what, mesh] of Object.entries(SHAPES)) {
    const cells = DOUBLING.map((size) => {
      const objects = mesh(size);
      const seconds = timedSeconds(() => accessMatrix(MeshModel.from(objects)));
      return `${size}: ${seconds.toFixed(2)} s`;
    });
    console.log(`matrix of ${what}: ${cells.join(', ')}`);
  }
}

/** Services; the pairs grow four times from one size to the next, and so may the time. */
const DOUBLING = [25, 50, 100, 200];

/** Meshes in which services have something in common. */
const SHAPES: Readonly<Record<string, (services: number) => readonly object[]>> = {
  'services that select the pods of all': (services) => withLabels(services, { release: 'one' }, () => []),
  'services under policies of the namespace': (services) =>
    withLabels(services, undefined, (name) => [
      {
        apiVersion: 'security.istio.io/v1',
        kind: 'AuthorizationPolicy',
        metadata: { name, namespace: 'shop' },
        spec: { rules: [{ to: [{ operation: { methods: ['GET', 'PUT'], paths: [`/${name}/*`] } }] }] },
      },
    ]),
};

function withLabels(
  services: number,
  shared: Readonly<Record<string, string>> | undefined,
  more: (name: string) => readonly object[],
): readonly object[] {
  const names = Array.from({ length: services }, (_, index) => `service-${index}`);
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { 'istio-injection': 'enabled' } } },
    ...names.flatMap((name) => [
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name, namespace: 'shop' },
        spec: {
          template: {
            metadata: { labels: { app: name, ...shared } },
            spec: { serviceAccountName: name, containers: [{ name: 'main' }] },
          },
        },
      },
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name, namespace: 'shop' },
        spec: { selector: shared ?? { app: name }, ports: [{ name: 'http', port: 80 }] },
      },
      ...more(name),
    ]),
  ];
}

function timed<T>(what: string, run: () => T): T {
  let result: T | undefined;
  const seconds = timedSeconds(() => {
    result = run();
  });
  console.log(`${what}: ${seconds.toFixed(2)} s`);
  return result as T;
}

function timedSeconds(run: () => void): number {
  const start = process.hrtime.bigint();
  run();
  return Number(process.hrtime.bigint() - start) / 1e9;
}

void main();
