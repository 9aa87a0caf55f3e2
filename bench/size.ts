/**
 * One measurement in a process of its own, so that memory is its own too: `node build/bench/size.js synth|check|access N`.
 * Prints milliseconds by phase, and the peak memory, as JSON.
 */
import { ApiObject } from 'cdk8s';
import { decide, MeshModel } from '../lib/access';
import { stringifyManifests } from '../lib/base/yaml/write-yaml';
import { check } from '../lib/check';
import { checkOutput } from '../lib/constructs/app/output-check';
import type { OutputFiles } from '../lib/constructs/app/output-directory';
import { readManifests } from '../lib/model/documents/read-manifests';
import { Target } from '../lib/upstream/releases/target';
import { milliseconds } from './measure';
import { calleesOf, meshOf, refOf } from './mesh-of';

/** Milliseconds by phase. */
export type Phases = Readonly<Record<string, number>>;

/** What the process prints. */
export interface Measurement {
  readonly phases: Phases;
  /** Most memory the process ever had, in MB. */
  readonly peak: number;
}

const [mode = '', size = ''] = process.argv.slice(2);
const measures: Readonly<Record<string, (services: number) => Phases>> = { synth, check: checkAll, access };
const measure = measures[mode];
if (measure === undefined) throw new Error(`no measurement ${mode}`);
const phases = measure(Number(size));
console.log(JSON.stringify({ phases, peak: process.resourceUsage().maxRSS / 1024 } satisfies Measurement));

/** What `MeshApp.synth` does, but for writing to the disk; the YAML is written once more to see its part in it. */
function synth(services: number): Phases {
  let app = meshOf(0);
  const construct = milliseconds(() => {
    app = meshOf(services);
  });
  let files: OutputFiles = new Map();
  const render = milliseconds(() => {
    files = app.synthFiles();
  });
  const objects = app.node.findAll().filter(ApiObject.isApiObject);
  const written = objects.map((object) => ({
    path: object.node.path,
    file: `${object.chart.node.path}.k8s.yaml`,
    manifest: object.toJson() as Record<string, unknown>,
  }));
  const yaml = milliseconds(() => void stringifyManifests(written.map(({ manifest }) => manifest)));
  const checked = milliseconds(() => void checkOutput(files, written, app.declaredCalls, Target.of()));
  return { construct, objects: render - yaml, yaml, check: checked };
}

/** What `teleport-istio check` does with files it has not made itself. */
function checkAll(services: number): Phases {
  const files = [...meshOf(services).synthFiles()].map(([file, text]) => ({ file, text }));
  let result = readManifests([]);
  const read = milliseconds(() => {
    result = readManifests(files);
  });
  return { read, check: milliseconds(() => void check(result.manifests)) };
}

/** Everything that is asked when every call of the mesh is: may they, and may the other way round? */
function access(services: number): Phases {
  const { manifests } = readManifests([...meshOf(services).synthFiles()].map(([file, text]) => ({ file, text })));
  let model = MeshModel.from(manifests);
  const compile = milliseconds(() => {
    model = MeshModel.from(manifests);
  });
  const decisions = milliseconds(() => {
    for (let index = 0; index < services; index++) {
      for (const callee of calleesOf(index, services)) {
        const { verdict } = decide(model, {
          from: refOf(index),
          to: refOf(callee),
          method: 'GET',
          path: `/service-${index}`,
        });
        if (verdict !== 'allowed') throw new Error(`${refOf(index)} may not call ${refOf(callee)}: ${verdict}`);
        decide(model, { from: refOf(callee), to: refOf(index), method: 'GET', path: `/service-${index}` });
      }
    }
  });
  return { model: compile, decide: decisions };
}
