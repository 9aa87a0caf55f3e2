import { Duration } from 'cdk8s';
import { load } from 'js-yaml';
import { CredentialLifetime } from '../../../lib/constructs/tbot/credential-lifetime';
import { KubeletTls } from '../../../lib/constructs/tbot/kubelet-tls';
import { TbotConfig } from '../../../lib/constructs/tbot/tbot-config';
import type { TbotConfigProps } from '../../../lib/constructs/tbot/tbot-config-props';
import type { TbotService } from '../../../lib/constructs/tbot/tbot-service';
import type { OnboardingJoin } from '../../../lib/constructs/teleport/onboarding-join';
import { TeleportCluster } from '../../../lib/constructs/teleport/teleport-cluster';
import { WorkloadIdentity } from '../../../lib/constructs/teleport/workload-identity';
import { WorkloadApiSocket } from '../../../lib/upstream/spiffe/workload-api-socket';
import { attributes } from '../../../lib/upstream/teleport/attributes';
import { cluster, identity, joinToken, ownIdentity, refusal } from './fixtures';

const lifetime = (ttl: Duration, renewalInterval: Duration) => new CredentialLifetime({ ttl, renewalInterval });
const socket = WorkloadApiSocket.csi();
const attestors = { kubernetes: { kubelet: { tls: KubeletTls.verify() } } };
const api: TbotService = { type: 'workload-identity-api', listen: socket, selector: identity, attestors };
const directory = (path: string) => ({ type: 'directory', path }) as const;

function config(props: Partial<TbotConfigProps> = {}) {
  return new TbotConfig({ server: cluster, join: joinToken(), services: [api], ...props });
}

function service(props: TbotService): unknown {
  const { services } = config({ services: [props] }).toConfig() as { services: unknown[] };
  return services[0];
}

test('a mesh on one node: version 2, the proxy, the join token, storage in memory', () => {
  expect(config().toConfig()).toEqual({
    version: 'v2',
    proxy_server: 'example.teleport.sh:443',
    onboarding: { join_method: 'kubernetes', token: 'istio-tbot' },
    storage: { type: 'memory' },
    services: [
      {
        type: 'workload-identity-api',
        listen: 'unix:///run/tbot/sockets/workload.sock',
        selector: { name: 'istio' },
        attestors: { kubernetes: { enabled: true } },
      },
    ],
  });
});

test('the text is the same data for a YAML parser', () => {
  const everything = config({
    debug: true,
    fips: true,
    credentialLifetime: lifetime(Duration.hours(2), Duration.minutes(30)),
    diagnostics: { host: '::', port: 3001 },
  });
  expect(load(everything.toYaml())).toEqual(everything.toConfig());
  expect(everything.toConfig()).toMatchObject({
    debug: true,
    fips: true,
    credential_ttl: '2h0m0s',
    renewal_interval: '30m0s',
    diag_addr: '[::]:3001',
  });
});

test('what one caller does to the data, another does not see', () => {
  const shared = config();
  Object.assign(shared.toConfig(), { version: 'v1' });
  expect(shared.toConfig()).toMatchObject({ version: 'v2' });
});

test('tbot can be configured through the Auth Service, which it knows by pin or file', () => {
  const server = { host: 'auth.example.com', port: 3025 };
  const pin = `sha256:${'0a'.repeat(32)}`;
  expect(config({ server: { ...server, caPins: [pin] } }).toConfig()).toMatchObject({
    auth_server: 'auth.example.com:3025',
    onboarding: { ca_pins: [pin] },
  });
  expect(config({ server: { ...server, caPath: '/ca.pem' } }).toConfig()).toMatchObject({
    onboarding: { ca_path: '/ca.pem' },
  });
  expect(config({ server: { ...server, caPath: '/ca.pem' } }).toConfig()).not.toHaveProperty('proxy_server');
});

test('outside Kubernetes tbot keeps its credentials, unless stated otherwise', () => {
  const join: OnboardingJoin = { method: 'gcp', tokenName: 'vm' };
  expect(config({ join }).toConfig()).toMatchObject({ storage: { type: 'directory', path: '/var/lib/teleport/bot' } });
  expect(config({ join, storage: { type: 'memory' } }).toConfig()).toMatchObject({ storage: { type: 'memory' } });
});

test.each<[TbotService, object]>([
  [
    {
      type: 'workload-identity-api',
      name: 'mesh',
      listen: WorkloadApiSocket.hostPath({ directory: '/run/spiffe', fileName: 'socket' }),
      selector: { labels: { team: ['b', 'a'], app: ['x'] } },
      attestors,
      credentialLifetime: lifetime(Duration.days(1), Duration.hours(8)),
    },
    {
      type: 'workload-identity-api',
      name: 'mesh',
      listen: 'unix:///run/spiffe/socket',
      selector: { labels: { app: ['x'], team: ['b', 'a'] } },
      attestors: { kubernetes: { enabled: true } },
      credential_ttl: '24h0m0s',
      renewal_interval: '8h0m0s',
    },
  ],
  [
    { type: 'workload-identity-api', listen: { host: '127.0.0.1', port: 9000 }, selector: { name: 'one' } },
    { type: 'workload-identity-api', listen: 'tcp://127.0.0.1:9000', selector: { name: 'one' } },
  ],
  [
    {
      type: 'workload-identity-x509',
      selector: ownIdentity,
      destination: directory('/svid'),
      includeFederatedTrustBundles: true,
      credentialLifetime: lifetime(Duration.hours(3), Duration.hours(1)),
    },
    {
      type: 'workload-identity-x509',
      selector: { name: 'server' },
      destination: { type: 'directory', path: '/svid' },
      include_federated_trust_bundles: true,
      credential_ttl: '3h0m0s',
      renewal_interval: '1h0m0s',
    },
  ],
  [
    { type: 'workload-identity-jwt', selector: ownIdentity, destination: directory('/svid'), audiences: ['a', 'b'] },
    {
      type: 'workload-identity-jwt',
      selector: { name: 'server' },
      destination: { type: 'directory', path: '/svid' },
      audiences: ['a', 'b'],
    },
  ],
  [
    {
      type: 'workload-identity-aws-roles-anywhere',
      selector: ownIdentity,
      destination: directory('/aws'),
      roleArn: 'arn:aws:iam::123456789012:role/r',
      profileArn: 'arn:aws:rolesanywhere:us-east-1:123456789012:profile/p',
      trustAnchorArn: 'arn:aws:rolesanywhere:us-east-1:123456789012:trust-anchor/t',
      region: 'us-east-1',
      session: { duration: Duration.hours(12), renewalInterval: Duration.hours(4) },
      credentialProfileName: 'mesh',
      artifactName: 'credentials',
      overwriteCredentialFile: true,
    },
    {
      type: 'workload-identity-aws-roles-anywhere',
      selector: { name: 'server' },
      destination: { type: 'directory', path: '/aws' },
      role_arn: 'arn:aws:iam::123456789012:role/r',
      profile_arn: 'arn:aws:rolesanywhere:us-east-1:123456789012:profile/p',
      trust_anchor_arn: 'arn:aws:rolesanywhere:us-east-1:123456789012:trust-anchor/t',
      region: 'us-east-1',
      session_duration: '12h0m0s',
      session_renewal_interval: '4h0m0s',
      credential_profile_name: 'mesh',
      artifact_name: 'credentials',
      overwrite_credential_file: true,
    },
  ],
  [
    { type: 'identity', destination: directory('/id'), sshConfig: false, allowReissue: true },
    { type: 'identity', destination: { type: 'directory', path: '/id' }, ssh_config: 'off', allow_reissue: true },
  ],
  [
    { type: 'identity/key-agent', destination: { type: 'directory', path: '/agent' }, allowReissue: true },
    { type: 'identity/key-agent', destination: { type: 'directory', path: '/agent' }, allow_reissue: true },
  ],
  [
    {
      type: 'kubernetes/v2',
      destination: directory('/kube'),
      selectors: [{ name: 'prod', defaultNamespace: 'shop' }, { labels: { env: 'dev' } }],
      disableExecPlugin: true,
      contextNameTemplate: '{{.KubeName}}',
    },
    {
      type: 'kubernetes/v2',
      destination: { type: 'directory', path: '/kube' },
      selectors: [{ name: 'prod', default_namespace: 'shop' }, { labels: { env: 'dev' } }],
      disable_exec_plugin: true,
      context_name_template: '{{.KubeName}}',
    },
  ],
])('a service is written with the keys tbot knows: %#', (props, expected) => {
  expect(service(props)).toEqual(expected);
});

const arns = {
  roleArn: 'arn:aws:iam::123456789012:role/r',
  profileArn: 'arn:aws:rolesanywhere:us-east-1:123456789012:profile/p',
  trustAnchorArn: 'arn:aws:rolesanywhere:us-east-1:123456789012:trust-anchor/t',
};
const aws = (props: object): TbotService => ({
  type: 'workload-identity-aws-roles-anywhere',
  selector: ownIdentity,
  destination: directory('/a'),
  ...arns,
  ...props,
});

test.each<[string, Partial<TbotConfigProps>]>([
  ['nothing to do', { services: [] }],
  ['never starts', { oneshot: true }],
  ['belongs to the cluster example', { server: TeleportCluster.cloud('other.teleport.sh') }],
  ['caPins" contains an invalid pin', { server: { host: 'a', port: 3025, caPins: [] } }],
  ['caPins" contains an invalid pin', { server: { host: 'a', port: 3025, caPins: ['sha256:abc'] } }],
  ['"caPath" is not an absolute path', { server: { host: 'a', port: 3025, caPath: 'ca.pem' } }],
  ['"server" is not a valid host', { server: { host: 'https://a', port: 3025, caPath: '/ca' } }],
  ['"server" is not a valid port', { server: { host: 'a', port: 0, caPath: '/ca' } }],
  ['"diagnostics" is not a valid host', { diagnostics: { host: '', port: 3001 } }],
  [
    'Teleport would shorten this credential TTL',
    { credentialLifetime: lifetime(Duration.seconds(86_401), Duration.hours(1)) },
  ],
  ['again with "token"', { join: { method: 'token', tokenFile: '/t' }, storage: { type: 'memory' } }],
  ['again with "bound_keypair"', { join: { method: 'bound_keypair', tokenName: 't' }, storage: { type: 'memory' } }],
  ['use the same place', { services: [api, { ...api, name: 'again' }] }],
  ['use the same place', { storage: directory('/x'), services: [{ type: 'identity', destination: directory('/x/') }] }],
  ['selects nothing', { services: [{ ...api, selector: { name: '' } }] }],
  ['selects nothing', { services: [{ ...api, selector: { labels: {} } }] }],
  ['selects nothing', { services: [{ ...api, selector: { labels: { app: [] } } }] }],
  [
    '"audiences" is empty',
    {
      services: [{ type: 'workload-identity-jwt', selector: ownIdentity, destination: directory('/j'), audiences: [] }],
    },
  ],
  ['"selectors" is empty', { services: [{ type: 'kubernetes/v2', destination: directory('/k'), selectors: [] }] }],
  [
    'selects no Kubernetes cluster',
    { services: [{ type: 'kubernetes/v2', destination: directory('/k'), selectors: [{ labels: {} }] }] },
  ],
  ['"roleArn" is not a valid ARN', { services: [aws({ roleArn: 'role/r' })] }],
  [
    'AWS session',
    { services: [aws({ session: { duration: Duration.hours(13), renewalInterval: Duration.hours(1) } })] },
  ],
  [
    'AWS session',
    { services: [aws({ session: { duration: Duration.hours(1), renewalInterval: Duration.hours(1) } })] },
  ],
  ['name of a service', { services: [{ ...api, name: 'Mesh' }] }],
  ['name of a service', { services: [{ ...api, name: 'heartbeat' }] }],
  [
    'name of a service',
    {
      services: [
        { ...api, name: 'a' },
        { type: 'identity', destination: directory('/i'), name: 'a' },
      ],
    },
  ],
])('refuses what tbot would refuse, ignore or silently change: %s', (problem, props) => {
  const error = refusal(() => config(props));
  expect(error.problem).toContain(problem);
  expect(error.where).toBe('TbotConfig');
});

test('a key that was registered beforehand needs no storage', () => {
  const join: OnboardingJoin = { method: 'bound_keypair', tokenName: 't', staticPrivateKeyPath: '/key' };
  expect(() => config({ join, storage: { type: 'memory' } })).not.toThrow();
});

test('SVIDs may live longer than 24 hours, Teleport credentials may not', () => {
  const credentialLifetime = lifetime(Duration.days(14), Duration.days(1));
  const selector = { name: 'elsewhere' };
  expect(() => config({ services: [{ ...api, selector, credentialLifetime }] })).not.toThrow();
  const tooLong = lifetime(Duration.seconds(14 * 86_400 + 1), Duration.days(1));
  expect(refusal(() => config({ services: [{ ...api, selector, credentialLifetime: tooLong }] })).allowed).toContain(
    '336h0m0s',
  );
  const identityService: TbotService = { type: 'identity', destination: directory('/i'), credentialLifetime };
  expect(refusal(() => config({ services: [identityService] })).allowed).toContain('24h0m0s');
});

test.each<[string, TbotService]>([
  ['without the attestor it needs', { type: 'workload-identity-api', listen: socket, selector: identity }],
  ['over TCP', { type: 'workload-identity-api', listen: { host: '127.0.0.1', port: 1 }, selector: identity }],
  ['in a file', { type: 'workload-identity-x509', destination: directory('/x'), selector: identity }],
])('refuses an identity that nobody could get: %s', (_, props) => {
  expect(refusal(() => service(props)).value).toEqual(['kubernetes']);
});

test('an attestor that is on is enough, and the one for Unix processes always is', () => {
  const { unix, docker, podman, systemd } = attributes.workload;
  const conditions = [
    unix.uid.eq(1000),
    docker.container.name.eq('a'),
    podman.container.name.eq('a'),
    systemd.service.eq('a'),
  ];
  const selector = new WorkloadIdentity({ name: 'all', id: '/svc/all', allow: [{ conditions }] });
  const all = { docker: {}, podman: { socketPath: '/p' }, systemd: true };
  const base = { type: 'workload-identity-api', listen: socket, selector } as const;
  expect(() => service({ ...base, attestors: all })).not.toThrow();
  expect(refusal(() => service({ ...base, attestors: { ...all, systemd: false } })).value).toEqual(['systemd']);
});

test("an SVID's lifetime ends at the identity's own maximum", () => {
  const lasting = (x509MaximumTtl: Duration) =>
    WorkloadIdentity.forIstio({ name: 'istio', namespaces: ['shop'], x509MaximumTtl });
  const credentialLifetime = lifetime(Duration.hours(48), Duration.hours(12));
  expect(() => service({ ...api, selector: lasting(Duration.hours(48)), credentialLifetime })).not.toThrow();
  expect(refusal(() => service({ ...api, selector: identity, credentialLifetime })).allowed).toContain('24h0m0s');
});

test('keys that tbot would ignore do not compile', () => {
  const services: TbotService[] = [
    // @ts-expect-error the key is "attestors": with this typo in YAML tbot attests nobody
    { type: 'workload-identity-api', listen: socket, selector: identity, attestor: {} },
    // @ts-expect-error one of name and labels
    { type: 'workload-identity-api', listen: socket, selector: { name: 'a', labels: { app: ['x'] } } },
    // @ts-expect-error a TCP listener can attest nobody
    { type: 'workload-identity-api', listen: { host: 'h', port: 1 }, selector: identity, attestors: { systemd: true } },
    // @ts-expect-error gone from newer releases
    { type: 'spiffe-workload-api', listen: socket },
    // @ts-expect-error gone from newer releases
    { type: 'identity', destination: { type: 'memory' }, roles: ['a'] },
  ];
  expect(services).toHaveLength(5);
});
