/** Runs Graphviz on a thread of its own: see {@link placeWithGraphviz}, which starts it. */
import { parentPort, workerData } from 'node:worker_threads';

/** What one graph became: Graphviz's JSON, or why it could not be placed. */
export type GraphvizResult = { readonly json: string } | { readonly problem: string };

async function run(graphs: readonly string[]): Promise<void> {
  const { Graphviz } = await import('@hpcc-js/wasm-graphviz');
  for (const graph of graphs) {
    const graphviz = await Graphviz.load();
    try {
      parentPort?.postMessage({ json: graphviz.layout(graph, 'json', 'dot') } satisfies GraphvizResult);
    } catch (error) {
      // What is left of its memory after a failure cannot be trusted.
      Graphviz.unload();
      parentPort?.postMessage({ problem: String(error) } satisfies GraphvizResult);
    }
  }
}

void run(workerData as readonly string[]);
