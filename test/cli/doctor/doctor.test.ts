import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { exampleSnapshot } from '../../../lib/analysis/doctor/examples/example-snapshot';
import { UserError } from '../../../lib/cli/user-error';
import { recordedFiles } from '../../analysis/doctor/recorded';
import { runCli } from '../run-cli';
import { answerOf } from './fake-cluster';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'doctor-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, directory: string): void {
  for (const { path, text } of recordedFiles(name)) {
    const file = join(folder, directory, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

const kubectl = async (args: readonly string[]) => answerOf(exampleSnapshot(), args);

test('a healthy snapshot is all ticks and ends with 0', async () => {
  write('healthy', 'snapshot');
  const { exitCode, stdout } = await runCli(['doctor', 'snapshot'], { cwd: folder });

  expect(exitCode).toBe(0);
  expect(
    stdout
      .trimEnd()
      .split('\n')
      .slice(0, -2)
      .every((line) => line.startsWith('✓ ')),
  ).toBe(true);
  expect(stdout).toContain('no problems found');
});

test('the seeds’ path of the SPIFFE ID is said in one line, and ends with 1', async () => {
  write('k8s-path', 'snapshot');
  const { exitCode, stdout } = await runCli(['doctor', 'snapshot'], { cwd: folder });

  expect(exitCode).toBe(1);
  expect(stdout).toMatch(
    /^× certificates: sock-shop\/catalogue has spiffe:\/\/ellinj\.teleport\.sh\/k8s\/sock-shop\/catalogue; Istio expects spiffe:\/\/ellinj\.teleport\.sh\/ns\/sock-shop\/sa\/catalogue$/m,
  );
});

test('a part that is missing or broken is not checked, and without findings that ends with 2', async () => {
  write('healthy', 'snapshot');
  writeFileSync(join(folder, 'snapshot/objects/pods.yaml'), 'items: [{');
  const { exitCode, stdout } = await runCli(['doctor', 'snapshot'], { cwd: folder });

  expect(exitCode).toBe(2);
  expect(stdout).toMatch(
    /^– not checked because of pods: objects\/pods\.yaml cannot be read.*\n(?: {4}.*\n)* {4}certificates: certificate-arrived, /m,
  );
  expect(stdout).not.toContain('no problems found');
});

test.each([
  ['nothing', () => undefined, /directory ".*" does not exist/],
  ['another directory', () => mkdirSync(join(folder, 'snapshot')), /is not a snapshot: there is no snapshot.yaml/],
])('%s is not a snapshot', async (_, prepare, message) => {
  prepare();
  const { exitCode, stderr } = await runCli(['doctor', 'snapshot'], { cwd: folder });

  expect(exitCode).toBe(2);
  expect(stderr).toMatch(message);
});

test.each([
  ['no kubectl', 'kubectl cannot be run: spawn kubectl ENOENT'],
  [
    'no cluster',
    'kubectl get failed: The connection to the server localhost:8080 was refused - did you specify the right host or port?',
  ],
  ['an expired login', 'kubectl get failed: error: You must be logged in to the server (Unauthorized)'],
])('with %s nothing is said but why', async (_, message) => {
  const { exitCode, stdout, stderr } = await runCli(['doctor'], {
    cwd: folder,
    kubectl: () => Promise.reject(new UserError(message)),
  });

  expect(exitCode).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^error: the cluster cannot be queried: /);
});

test('what is saved can be diagnosed again, with the same answer', async () => {
  const live = await runCli(['doctor', '--save', 'saved'], { cwd: folder, kubectl });
  const saved = await runCli(['doctor', 'saved'], { cwd: folder });

  expect(saved.stdout).toBe(live.stdout);
  expect(saved.exitCode).toBe(live.exitCode);
});

test('a directory with something else in it is not written to', async () => {
  writeFileSync(join(folder, 'thesis.txt'), 'years of work');
  const { exitCode, stderr } = await runCli(['doctor', '--save', '.'], { cwd: folder, kubectl });

  expect(exitCode).toBe(2);
  expect(stderr).toContain('contains something other than a snapshot');
});

test('--context and --kubeconfig reach kubectl, before what comes after "--"', async () => {
  const asked: (readonly string[])[] = [];
  await runCli(['doctor', '--context', 'prod', '--kubeconfig', 'k'], {
    cwd: folder,
    kubectl: async (args) => {
      asked.push(args);
      return answerOf(exampleSnapshot(), args);
    },
  });

  expect(asked.length).toBeGreaterThan(20);
  for (const args of asked) expect(args.slice(1, 3)).toEqual(['--context=prod', '--kubeconfig=k']);
});

test('--namespace asks for that namespace and those of istiod and tbot only', async () => {
  const asked: string[] = [];
  await runCli(['doctor', '-n', 'shop'], {
    cwd: folder,
    kubectl: async (args) => {
      asked.push(args.join(' '));
      return answerOf(exampleSnapshot(), args);
    },
  });

  expect(asked.some((line) => line.includes('--all-namespaces'))).toBe(false);
  expect(asked).toContain('get pods -n shop --output=json');
});

test('names from a cluster cannot reach the terminal or be taken for HTML', async () => {
  const hostile = '\u001b[2J\u202e<script>alert(1)</script>';
  const snapshot = exampleSnapshot({
    objects: { nodes: [{ apiVersion: 'v1', kind: 'Node', metadata: { name: hostile }, status: { conditions: [] } }] },
  });
  for (const output of ['text', 'json', 'junit', 'markdown']) {
    const { stdout } = await runCli(['doctor', '-o', output], {
      cwd: folder,
      kubectl: async (args) => answerOf(snapshot, args),
    });

    expect(stdout.includes('\u001b') || stdout.includes('\u202e')).toBe(false);
    expect(stdout).toContain('alert');
    if (output === 'junit' || output === 'markdown') expect(stdout).not.toContain('<script>');
  }
});

test('--rbac prints a role without a verb that changes anything, and without Secrets', async () => {
  const { exitCode, stdout } = await runCli(['doctor', '--rbac'], { cwd: folder });

  expect(exitCode).toBe(0);
  expect(stdout).toContain('kind: ClusterRole');
  expect(stdout).not.toMatch(/secrets|\*|update|patch|delete|watch/);
});

test('--wait looks again until all is well', async () => {
  jest.useFakeTimers({
    doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'],
    now: new Date('2026-11-01T12:10:00Z'),
  });
  let rounds = 0;
  const late = exampleSnapshot({ objects: { pods: [] } });
  const running = runCli(['doctor', '--wait', '1m'], {
    cwd: folder,
    kubectl: async (args) => {
      if (args[1] === '--raw=/version') rounds += 1;
      return answerOf(rounds < 2 ? late : exampleSnapshot(), args);
    },
  });
  for (let turn = 0; turn < 400 && rounds < 2; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    await jest.advanceTimersByTimeAsync(1_000);
  }
  const { exitCode, stderr } = await running;
  jest.useRealTimers();

  expect(rounds).toBe(2);
  expect(exitCode).toBe(0);
  expect(stderr).toContain('checking again');
});

test('--pre looks at what has to be so before, and at nothing that runs', async () => {
  const asked: string[] = [];
  const { exitCode, stdout } = await runCli(['doctor', '--pre'], {
    cwd: folder,
    kubectl: async (args) => {
      asked.push(args.join(' '));
      if (args[0] === 'auth') {
        // As kubectl does: "no" with an exit code, and nothing on standard error.
        if (args.includes('csidrivers.storage.k8s.io')) throw new UserError('kubectl auth failed: ');
        return 'yes\n';
      }
      return answerOf(exampleSnapshot(), args);
    },
  });

  expect(exitCode).toBe(1);
  expect(stdout).toContain('× before: you may not create csidrivers.storage.k8s.io');
  expect(stdout).toContain('‼ before: istio-system/istiod-1 is already running, with 2 proxies');
  expect(stdout).not.toMatch(/^. (?!before:)\w+:/m);
  expect(asked.some((line) => /^(?:exec|logs) /.test(line))).toBe(false);
});

test('--redact leaves no name in what is printed or saved', async () => {
  const { stdout } = await runCli(['doctor', '--redact', '--save', 'saved'], { cwd: folder, kubectl });
  const again = await runCli(['doctor', 'saved', '-o', 'json'], { cwd: folder });

  expect(`${stdout}${again.stdout}`).not.toMatch(/shop|example\.teleport\.sh|node-1/);
});

describe('a fleet', () => {
  const ISTIO = (name: string) =>
    `apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nmetadata: {name: istio, namespace: istio-system}\nspec: {values: {global: {multiCluster: {clusterName: ${name}}}}}\n`;
  const POLICY =
    'apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: extra, namespace: sock-shop}\nspec: {}\n';
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };

  test('is diagnosed cluster by cluster, and ends as the worst of them', async () => {
    write('healthy', 'fleet/eu-1');
    write('k8s-path', 'fleet/us-1');
    const { exitCode, stdout } = await runCli(['doctor', 'fleet'], { cwd: folder });
    const [eu = '', us = ''] = stdout.split('== us-1');

    expect(exitCode).toBe(1);
    expect(eu).toMatch(/^== eu-1\n[\s\S]*no problems found/);
    expect(us).toContain('× certificates: ');
  });

  test('is compared with the directory of each cluster', async () => {
    write('healthy', 'fleet/eu-1');
    write('healthy', 'fleet/us-1');
    put('dist/eu-1/istio.yaml', ISTIO('eu-1'));
    put('dist/us-1/istio.yaml', ISTIO('us-1'));
    put('dist/us-1/policy.yaml', POLICY);
    const { exitCode, stdout } = await runCli(['doctor', 'fleet', '--expect', 'dist', '-o', 'json'], { cwd: folder });
    const parts = JSON.parse(stdout) as Record<string, { checks: { check: string; findings: { found: string }[] }[] }>;
    const drift = (cluster: string) =>
      parts[cluster]?.checks.find(({ check }) => check === 'runs-as-written')?.findings.map(({ found }) => found);

    expect(exitCode).toBe(1);
    expect(drift('us-1')).toContain('AuthorizationPolicy sock-shop/extra is not in the cluster');
    expect(drift('eu-1') ?? []).not.toContain('AuthorizationPolicy sock-shop/extra is not in the cluster');
  });

  test('that is asked directly is compared with the directory of the cluster that the context is called like', async () => {
    put('dist/eu-1/istio.yaml', ISTIO('eu-1'));
    put('dist/us-1/istio.yaml', ISTIO('us-1'));
    put('dist/us-1/policy.yaml', POLICY);
    const ask = (...flags: readonly string[]) =>
      runCli(['doctor', '--expect', 'dist', '--tctl', 'never', ...flags], { cwd: folder, kubectl });

    expect((await ask('--context', 'us-1')).stdout).toContain(
      'AuthorizationPolicy sock-shop/extra is not in the cluster',
    );
    expect((await ask('--context', 'eu-1')).stdout).not.toContain('sock-shop/extra');
    for (const flags of [[], ['--context', 'ap-1']]) {
      const { exitCode, stderr } = await ask(...flags);
      expect(exitCode).toBe(2);
      expect(stderr).toContain('describe the clusters eu-1, us-1: pass the directory');
    }
  });

  test('has a suite for each cluster and group in JUnit', async () => {
    write('healthy', 'fleet/eu-1');
    const { stdout } = await runCli(['doctor', 'fleet', '-o', 'junit'], { cwd: folder });

    expect(stdout).toContain('<testsuite name="eu-1.certificates"');
  });

  test('with a cluster that nothing was written for has no answer', async () => {
    write('healthy', 'fleet/eu-1');
    put('dist/istio.yaml', ISTIO('other'));
    const { exitCode, stderr } = await runCli(['doctor', 'fleet', '--expect', 'dist'], { cwd: folder });

    expect(exitCode).toBe(2);
    expect(stderr).toContain('have no cluster "eu-1"');
  });

  test('with a directory that is no snapshot has no answer, as it would look whole', async () => {
    write('healthy', 'fleet/eu-1');
    put('fleet/us-1/objects/pods.yaml', 'items: []\n');
    const { exitCode, stderr } = await runCli(['doctor', 'fleet'], { cwd: folder });

    expect(exitCode).toBe(2);
    expect(stderr).toContain('these are not snapshots: us-1');
  });
});
