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
