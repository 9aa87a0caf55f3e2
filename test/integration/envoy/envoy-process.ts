import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';

/**
 * The version of `envoy` on PATH, or nothing if there is none.
 *
 * @throws Error if there is one that does not run
 */
export function envoyVersion(): string | undefined {
  const { status, stdout, stderr, error } = spawnSync('envoy', ['--version'], { encoding: 'utf8' });
  if (error && 'code' in error && error.code === 'ENOENT') return undefined;
  const version = /\/(\d+\.\d+\.\d+)\//.exec(stdout)?.[1];
  if (status !== 0 || version === undefined) throw new Error(`envoy on PATH does not run: ${error ?? stderr}`);
  return version;
}

/** What `envoy --mode validate` says about a bootstrap file: its exit code and everything it wrote. */
export function validateBootstrap(file: string): { readonly status: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync('envoy', ['--mode', 'validate', '-c', file], { encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

/** A running Envoy. */
export class EnvoyProcess {
  private log = '';
  private exited = false;

  /**
   * Starts Envoy without waiting for it.
   *
   * @param file where to write the bootstrap; must end in `.json` or `.yaml`
   */
  public static start(file: string, bootstrap: string): EnvoyProcess {
    writeFileSync(file, bootstrap);
    const options = [
      '--concurrency',
      '1',
      '--log-level',
      'warning',
      '--disable-hot-restart',
      '--file-flush-interval-msec',
      '50',
    ];
    return new EnvoyProcess(spawn('envoy', ['-c', file, ...options], { stdio: ['ignore', 'pipe', 'pipe'] }));
  }

  private constructor(private readonly child: ChildProcess) {
    const append = (chunk: Buffer) => {
      this.log += chunk;
    };
    child.stdout?.on('data', append);
    child.stderr?.on('data', append);
    child.on('exit', () => {
      this.exited = true;
    });
  }

  /** Everything Envoy wrote so far, access log included. */
  public get output(): string {
    return this.log;
  }

  /** Waits until `GET /ready` on this port says so. */
  public async ready(readinessPort: number): Promise<void> {
    await eventually(async () => {
      if (this.exited) throw new Error(`Envoy exited:\n${this.log}`);
      return (await get({ port: readinessPort, path: '/ready' })).status === 200;
    });
  }

  public async stop(): Promise<void> {
    if (this.exited) return;
    const exit = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await exit;
  }
}

/** A plain HTTP answer. */
export interface Answer {
  readonly status: number | undefined;
  readonly body: string;
}

/** A plain HTTP request on a connection of its own. */
export function get(to: { readonly port: number; readonly path: string }): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', agent: false, ...to }, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode, body }));
      response.on('error', reject);
    })
      .on('error', reject)
      .end();
  });
}

/** Repeats until the answer is yes, for ten seconds; errors count as no, and the last one is reported. */
export async function eventually(check: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (let last: unknown = 'the answer stayed no'; ; ) {
    try {
      if (await check()) return;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) throw new Error(`waited ten seconds in vain: ${last}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Ports of 127.0.0.1 that nobody listens on; all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
