/**
 * One machine without Kubernetes: tbot as a systemd service, and two programs that ask it for their SVIDs through a SPIFFE
 * library. Which of the two gets which identity depends on the user it runs as. The steps are in `docs/machine.md`.
 */

import type { TeleportResource } from '../../lib';
import {
  attributes,
  MeshApp,
  printTctlDocuments,
  TbotConfig,
  TeleportBot,
  TeleportCluster,
  TeleportRole,
  WorkloadApiSocket,
  WorkloadIdentity,
} from '../../lib';
import { tbotUnit } from './tbot-unit';

// Yours to change: the cluster, and the users that the two programs run as.
const cluster = TeleportCluster.cloud('example.teleport.sh');
const serverUid = 1501;
const clientUid = 1502;

const machine = 'example-machine';
// Beneath /run, which systemd makes for the service; only members of the group tbot get to the socket.
const socket = WorkloadApiSocket.hostPath({ directory: '/run/tbot' });
const configFile = '/etc/tbot/tbot.yaml';
const storage = '/var/lib/tbot';

// Both are offered to whoever calls, and the rule of each decides: a program gets the identity of its user, or nothing.
const labels = { machine };
const identities = [identityOf('server', serverUid), identityOf('client', clientUid)];
const role = new TeleportRole({ name: `${machine}-issuer`, issues: identities });
const bot = new TeleportBot({ name: machine, roles: [role] });

/** Joins with a key that tbot makes, so the token is not a secret; only its registration secret is, which Teleport makes. */
const token: TeleportResource = {
  kind: 'token',
  name: machine,
  references: [bot],
  toTctlDocument: () => ({
    kind: 'token',
    version: 'v2',
    metadata: { name: machine },
    spec: {
      roles: ['Bot'],
      bot_name: bot.name,
      join_method: 'bound_keypair',
      // However often the machine was off for longer than its certificates last. A copy of the key on another machine is
      // noticed all the same, by what tbot must know of the last join.
      bound_keypair: { recovery: { mode: 'relaxed' } },
    },
  }),
};

const tbot = new TbotConfig({
  server: cluster,
  join: { method: 'bound_keypair', tokenName: token.name, registrationSecretPath: '/etc/tbot/registration-secret' },
  storage: { type: 'directory', path: storage },
  diagnostics: { host: '127.0.0.1', port: 3001 },
  services: [
    {
      type: 'workload-identity-api',
      listen: socket,
      selector: { labels: { machine: [machine] } },
    },
  ],
});

const app = new MeshApp({ source: 'examples/machine/main.ts' });
app.addFile('teleport/teleport.yaml', () => printTctlDocuments([token]));
app.addFile('machine/tbot.yaml', () => tbot.toYaml());
app.addFile('machine/tbot.service', () => tbotUnit({ configFile, socket, storage }));
app.addFile('machine/spiffe.env', () => `SPIFFE_ENDPOINT_SOCKET=${socket.listenUri}\n`);
app.synth();

/** The identity `/svc/<name>`, for processes of one user. */
function identityOf(name: string, uid: number): WorkloadIdentity {
  const { unix } = attributes.workload;
  return new WorkloadIdentity({
    name: `${machine}-${name}`,
    id: `/svc/${name}`,
    labels,
    allow: [{ conditions: [unix.attested.eq(true), unix.uid.eq(uid)] }],
  });
}
