import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DOCTOR_RESOURCES } from '../../lib/analysis/doctor/resources';
import { filesToSnapshot } from '../../lib/analysis/doctor/snapshot-files';
import { loadSnapshotFiles } from '../../lib/cli/doctor/save-snapshot';
import { answerOf } from './doctor/fake-cluster';
import { everyInvocation } from './every-invocation';
import { type Outcome, runCli } from './run-cli';

/** An object of Kubernetes or a resource of Teleport. */
export type Document = Readonly<Record<string, unknown>>;

/** What a stranger put into files and into a cluster. */
export interface HostileInput {
  readonly before: readonly Document[];
  readonly after: readonly Document[];
  /** Texts that are no manifests, by file name. */
  readonly broken: Readonly<Record<string, string>>;
  /** What stands in logs, in events and in what a proxy says. */
  readonly said: string;
  /** What stands where a command line takes any value. */
  readonly given: string;
  /** Callers and callee of a question, and keys of the table of expectations. */
  readonly from: string;
  readonly to: string;
}

/** A directory with everything that a command reads, so that all of them can be tried on it. */
export class HostileProject {
  private readonly cwd = mkdtempSync(join(tmpdir(), 'hostile-'));
  private fresh = 0;

  public constructor(private readonly input: HostileInput) {
    const { before, after, broken, said, given, from, to } = input;
    this.list('before/all.json', before);
    this.list('after/all.json', after);
    this.list('sound/all.json', after);
    for (const [name, text] of Object.entries(broken)) this.write(`after/${name}`, text);
    this.write(
      'jwks.json',
      JSON.stringify({ keys: [{ kid: given, kty: 'RSA', alg: 'RS256', use: 'sig', n: 'yjDQ', e: 'AQAB' }] }),
    );
    this.write('table.yaml', JSON.stringify({ allow: [{ from, to, path: '/x', method: 'GET' }] }));
    this.writeSnapshot(after, said, given);
  }

  /** Command lines of every command with every option. */
  public get invocations(): readonly (readonly string[])[] {
    const { given, from, to } = this.input;
    return everyInvocation({
      commands: {
        init: [['FRESH', '--yes']],
        check: [['after'], ['sound', '--complete']],
        explain: [[given], ['bot-wiring']],
        can: [
          [from, to, 'GET', `/${given}`, 'sound'],
          [given, given, 'sound'],
        ],
        access: [['sound']],
        test: [
          ['table.yaml', 'sound'],
          ['FRESH.yaml', 'sound', '--init'],
        ],
        graph: [['sound']],
        diff: [
          ['before', 'sound'],
          ['sound', '--cluster'],
        ],
        doctor: [['snapshot'], ['--timeout', '5s']],
        versions: [['sound']],
        token: [['jwks.json'], ['jwks.json', '--check', 'sound']],
        'sidecar-template': [[], [given]],
        uninstall: [['sound']],
        completion: [['bash'], [given]],
      },
      values: {
        '--address': given,
        '--cluster-name': given,
        '--issuer': given,
        '--istio': given,
        '--kubernetes': given,
        '--namespace': given,
        '--rule': 'bot-wiring',
        '--skip': given,
        '--exclude': given,
        '--target': given,
        '--port': given,
        '--method': given,
        '--path': `/${given}`,
        '--host': given,
        '--header': given,
        '--claims': given,
        '--source-ip': given,
        '--original-client-ip': given,
        '--against': 'before',
        '--context': given,
        '--kubeconfig': given,
        '--pods': given,
        '--expect': 'before',
        '--save': 'FRESH',
        '--wait': '1s',
        '--timeout': '5s',
        '--cluster': given,
        '--name': given,
        '--bot': given,
        '--service-account': given,
        '--check': 'sound',
        '--jwks': 'jwks.json',
      },
    });
  }

  /** Runs a command line; FRESH in it is a name that nothing has. */
  public async run(args: readonly string[]): Promise<Outcome> {
    this.fresh += 1;
    const snapshot = filesToSnapshot(loadSnapshotFiles(join(this.cwd, 'snapshot')));
    if ('problem' in snapshot) throw new Error(snapshot.problem);
    return runCli(
      args.map((arg) => arg.replace('FRESH', `fresh-${this.fresh}`)),
      { cwd: this.cwd, kubectl: async (words) => answerOf(snapshot, words) },
    );
  }

  /** Removes the directory. */
  public remove(): void {
    rmSync(this.cwd, { recursive: true });
  }

  private list(file: string, items: readonly Document[]): void {
    // Resources of Teleport are no items of a List.
    this.write(file.replace('.json', '.yaml'), items.map((item) => JSON.stringify(item)).join('\n---\n'));
  }

  /** The objects as they run: each in the list of its resource, with a pod for each workload. */
  private writeSnapshot(documents: readonly Document[], said: string, given: string): void {
    const pods = documents
      .filter(({ kind }) => kind === 'Deployment' || kind === 'DaemonSet')
      .map((one) => podOf(one, said));
    const objects = [...documents, ...pods, ...pods.map((pod) => eventOf(pod, said))];
    for (const { name, resource, group } of DOCTOR_RESOURCES) {
      const items = objects.filter(
        (one) => pluralOf(String(one.kind)) === resource && `${one.apiVersion}`.replace(/\/?[^/]*$/, '') === group,
      );
      this.write(`snapshot/objects/${name}.yaml`, JSON.stringify({ items }));
    }
    const [pod] = pods;
    const { namespace, name } = (pod?.metadata ?? {}) as { readonly namespace?: string; readonly name?: string };
    const secret = {
      name: 'default',
      state: 'warming',
      version: said,
      updated: said,
      error: said,
      chain: said,
      roots: { [said]: said },
    };
    const head = {
      format: 1,
      takenAt: '2026-11-28T12:00:00Z',
      server: { gitVersion: `v1.34.4${said}` },
      gaps: [{ subject: 'objects/leases.coordination.k8s.io', because: said }],
    };
    this.write('snapshot/snapshot.yaml', JSON.stringify(head));
    this.write(
      'snapshot/proxies/a/b.yaml',
      JSON.stringify({ namespace, pod: name, istioVersion: said, stats: { [said]: 1 }, secrets: [secret] }),
    );
    this.write(
      'snapshot/tbots/a/b.yaml',
      JSON.stringify({ namespace, pod: name, readyz: said, metrics: { [said]: 1 } }),
    );
    this.write('snapshot/logs/istio-system/istiod/discovery.log', `error ${said}\n`);
    this.write('snapshot/jwks.yaml', JSON.stringify({ keys: [{ kid: given, kty: 'RSA', n: 'yjDQ', e: 'AQAB' }] }));
    this.write(
      'snapshot/teleport.yaml',
      JSON.stringify({ items: documents.filter(({ version }) => version !== undefined) }),
    );
  }

  private write(path: string, text: string): void {
    const file = join(this.cwd, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

function pluralOf(kind: string): string {
  const lower = kind.toLowerCase();
  return lower.endsWith('y') ? `${lower.slice(0, -1)}ies` : `${lower}s`;
}

function podOf({ kind, metadata, spec }: Document, said: string): Document {
  const { name, namespace } = metadata as { readonly name: string; readonly namespace: string };
  const { template } = spec as { readonly template: { readonly metadata: object; readonly spec: object } };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...template.metadata,
      name: `${name}-1`,
      namespace,
      ownerReferences: [{ kind, name, apiVersion: 'apps/v1' }],
    },
    spec: { nodeName: said, ...template.spec },
    status: {
      phase: 'Pending',
      reason: said,
      message: said,
      conditions: [{ type: 'Ready', status: 'False', reason: said, message: said }],
      containerStatuses: [
        {
          name: 'istio-proxy',
          ready: false,
          restartCount: 9,
          state: { waiting: { reason: 'ImagePullBackOff', message: said } },
        },
      ],
    },
  };
}

function eventOf({ kind, metadata }: Document, said: string): Document {
  const { name, namespace } = metadata as { readonly name: string; readonly namespace: string };
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name, namespace },
    type: 'Warning',
    reason: 'FailedMount',
    message: said,
    involvedObject: { kind, name, namespace },
  };
}
