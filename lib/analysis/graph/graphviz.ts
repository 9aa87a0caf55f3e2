import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { GraphvizResult } from './graphviz-worker';

/**
 * Places graphs with Graphviz (compiled to WebAssembly, without dependencies), which is loaded here and nowhere else.
 *
 * It runs on a thread of its own: a program that draws a large mesh goes on meanwhile, and a fault in Graphviz ends that
 * thread only.
 *
 * @param graphs in the DOT language
 */
export async function placeWithGraphviz(graphs: readonly string[]): Promise<readonly GraphvizResult[]> {
  const worker = new Worker(join(__dirname, 'graphviz-worker.js'), { workerData: graphs });
  const results: GraphvizResult[] = [];
  worker.on('message', (result: GraphvizResult) => results.push(result));
  let failure = 'Graphviz stopped';
  worker.on('error', (error) => {
    failure = String(error);
  });
  await once(worker, 'exit');
  return graphs.map((_, index) => results[index] ?? { problem: failure });
}
