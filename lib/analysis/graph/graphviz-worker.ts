/** Runs Graphviz on a thread of its own: see {@link placeWithGraphviz}, which starts it. */
import { parentPort, workerData } from 'node:worker_threads';

/** The result for one graph: Graphviz's JSON, or why there is no layout. */
export type GraphvizResult = { readonly json: string } | { readonly problem: string };

/** A graph and how to lay it out. */
export interface GraphvizTask {
  readonly engine: 'dot' | 'neato';
  /** In the DOT language. */
  readonly dot: string;
}

async function run(tasks: readonly GraphvizTask[]): Promise<void> {
  const { Graphviz } = await import('@hpcc-js/wasm-graphviz');
  for (const { engine, dot } of tasks) {
    const graphviz = await Graphviz.load();
    try {
      parentPort?.postMessage({ json: graphviz.layout(dot, 'json', engine) } satisfies GraphvizResult);
    } catch (error) {
      // What is left of its memory after a failure cannot be trusted.
      Graphviz.unload();
      parentPort?.postMessage({ problem: String(error) } satisfies GraphvizResult);
    }
  }
}

void run(workerData as readonly GraphvizTask[]);
