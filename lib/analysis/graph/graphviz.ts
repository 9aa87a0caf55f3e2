import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { GraphvizResult, GraphvizTask } from './graphviz-worker';

/**
 * Computes layouts with Graphviz (compiled to WebAssembly, without dependencies), which is loaded only here.
 *
 * It runs on its own thread, so that it does not block the program, and a crash of Graphviz ends only that thread.
 *
 * @param tasks a picture each
 */
export async function placeWithGraphviz(tasks: readonly GraphvizTask[]): Promise<readonly GraphvizResult[]> {
  const worker = new Worker(join(__dirname, 'graphviz-worker.js'), {
    // Without the fields of a plan that Graphviz does not need.
    workerData: tasks.map(({ engine, dot }) => ({ engine, dot })),
    // Its warnings about lines that it draws less well are of no use to anybody.
    stderr: true,
  });
  const results: GraphvizResult[] = [];
  worker.on('message', (result: GraphvizResult) => results.push(result));
  let failure = 'Graphviz stopped';
  worker.on('error', (error) => {
    failure = String(error);
  });
  await once(worker, 'exit');
  return tasks.map((_, index) => results[index] ?? { problem: failure });
}
