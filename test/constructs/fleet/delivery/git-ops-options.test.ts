import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ArgoCd, Flux, type GitOpsOptions, KubernetesJoin, MeshFleet, Port, TeleportCluster } from '../../../../lib';
import { deliveredFleet, REPOSITORY } from './deliver';

const ENGINES = [
  ['Argo CD', (options: GitOpsOptions) => ArgoCd.applicationSet(options)],
  ['Flux', (options: GitOpsOptions) => Flux.hub(options)],
] as const;

describe.each(ENGINES)('%s', (_name, make) => {
  test.each([
    'git.example/mesh.git',
    'git@git.example:mesh.git',
    'https://git.example',
    'https://git example/mesh.git',
    '',
  ])('refuses the address %j', (repository) => {
    expect(() => make({ repository })).toThrow(/not a valid address/);
  });

  test.each(['https://bot:s3cret@git.example/mesh.git', 'https://t0ken@git.example/mesh.git', 'ssh://git:s3cret@h/m'])(
    'refuses a credential in the address, and does not print it: %s',
    (repository) => {
      expect(() => make({ repository })).toThrow(/holds a credential/);
      expect(() => make({ repository })).not.toThrow(/s3cret|t0ken/);
    },
  );

  test.each(['', '/dist', 'dist/', '../out', 'a/./b', 'a b', 'a{b'])('refuses the path %j', (path) => {
    expect(() => make({ repository: REPOSITORY, path })).toThrow(/not a valid path/);
  });

  test.each(['', 'a b', 'a..b', '-x', 'a:b', 'x/'])('refuses the branch %j', (branch) => {
    expect(() => make({ repository: REPOSITORY, branch })).toThrow(/not a valid name of a branch/);
  });

  test('takes an address for ssh', () => {
    expect(() =>
      make({ repository: 'ssh://git@git.example/mesh.git', branch: 'release/1', path: 'a/b' }),
    ).not.toThrow();
  });

  test('refuses a rollout that leaves a cluster out, or has one twice, or one of another fleet', () => {
    const act = (rollout: (fleet: ReturnType<typeof deliveredFleet>) => GitOpsOptions['rollout']) => () => {
      const delivered = deliveredFleet();
      delivered.fleet.deliverWith(make({ repository: REPOSITORY, rollout: rollout(delivered) ?? [] }));
      delivered.fleet.synthFiles();
    };
    expect(act(({ eu, us }) => [[eu], [us]])).toThrow(/"staging" is in no group/);
    expect(act(({ eu, us, staging }) => [[eu], [us, staging, eu]])).toThrow(/"eu-1" is in the rollout twice/);
    expect(act(({ eu, us, staging }) => [[eu], [us, staging], [deliveredFleet().eu]])).toThrow(/not in this fleet/);
    expect(act(({ eu, us, staging }) => [[], [eu], [us, staging]])).not.toThrow();
  });

  test('refuses a release of Istio that is a line, and a namespace that looks like policies, before anything is written', () => {
    const outdir = mkdtempSync(join(tmpdir(), 'gitops-'));
    const act = (version: '1.31' | '1.31.4', namespace: string) => () => {
      const fleet = new MeshFleet({
        teleport: TeleportCluster.cloud('acme.teleport.sh'),
        outdir: join(outdir, 'out'),
      });
      fleet.addCluster('eu-1', { join: KubernetesJoin.oidc('https://issuer.example/eu-1'), istio: { version } });
      fleet
        .addNamespace(namespace, { identity: 'shared' })
        .addService('web', { image: 'w:1.0.0', ports: [Port.http(80)] });
      fleet.deliverWith(make({ repository: REPOSITORY }));
      fleet.synth();
    };
    try {
      expect(act('1.31', 'shop')).toThrow(/"eu-1".*line of releases/);
      expect(act('1.31.4', 'shop-policies')).toThrow(/"eu-1".*applied as part of the policies/);
      expect(act('1.31.4', 'mesh-teleport')).toThrow(/applied as part of the teleport/);
      expect(existsSync(join(outdir, 'out'))).toBe(false);
    } finally {
      rmSync(outdir, { recursive: true });
    }
  });

  test('is asked once', () => {
    const { fleet } = deliveredFleet();
    fleet.deliverWith(make({ repository: REPOSITORY }));
    expect(() => fleet.deliverWith(make({ repository: REPOSITORY }))).toThrow(/two deliveries by one engine/);
  });
});
