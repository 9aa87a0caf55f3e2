import { InvalidArgumentError } from 'commander';
import type { JsonObject } from '../../base/json';
import { visibleText } from '../../base/visible-text';
import { DEFAULT_MESH_NAMESPACE, meshNames, TBOT_SERVICE_ACCOUNT } from '../../upstream/teleport/mesh-names';
import { CliCommand } from '../cli-command';
import type { CliIo } from '../cli-io';
import type { ExitCode } from '../exit-code';
import { readSoundManifests, readText } from '../inputs';
import { UserError } from '../user-error';

interface ServiceAccount {
  readonly namespace: string;
  readonly name: string;
}

interface TokenFlags {
  readonly cluster?: string;
  readonly name?: string;
  readonly bot?: string;
  readonly serviceAccount?: readonly ServiceAccount[];
  readonly check?: string;
  readonly jwks?: string;
}

/** What a TeleportMesh calls things unless stated otherwise. */
const NAMES = meshNames();

/** `token`: makes the join token of one Kubernetes cluster from its public keys. */
export function tokenCommand(io: CliIo): CliCommand {
  return new CliCommand('token')
    .summary('create tbot’s join token from the cluster’s public keys')
    .description(
      'Reads the public keys that verify the cluster’s ServiceAccount tokens (a JWKS), checks them, and prints the token resource for "tctl create -f". The default names are those of a TeleportMesh with default settings.',
    )
    .argument('[jwks]', 'file with the keys (default: standard input)')
    .option(
      '--cluster <name>',
      'name of the Teleport cluster that the token is for; validated, and named in a comment in the output',
    )
    .option('--name <name>', `name of the token (default: ${NAMES.token})`)
    .option('--bot <name>', `bot that the token lets join (default: ${NAMES.bot})`)
    .option(
      '--service-account <namespace:name>',
      `ServiceAccount that may join; may be repeated (default: ${DEFAULT_MESH_NAMESPACE}:${TBOT_SERVICE_ACCOUNT})`,
      addServiceAccount,
    )
    .example(
      'kubectl get --raw /openid/v1/jwks | npx teleport-istio token | tctl create -f',
      'create the join token with the default names',
    )
    .example(
      'npx teleport-istio token jwks.json --cluster acme.teleport.sh --bot eu-tbot --name eu-tbot-join',
      'print the token for a mesh with other names',
    )
    .option('--check <file>', 'instead of printing a token, check whether the one in this file has the keys')
    .option('--jwks <file>', 'with --check, file with the keys; equivalent to the argument')
    .example(
      'npx teleport-istio token --check token.yaml --jwks jwks.json',
      'does a token still contain the cluster’s keys?',
    )
    .exits({
      0: 'the token was printed; with --check, it contains the keys',
      1: 'with --check, its keys differ',
      2: 'the keys, a name or a file is invalid',
    })
    .runs(async (path: string | undefined, flags: TokenFlags): Promise<ExitCode> => {
      if (flags.jwks !== undefined && (flags.check === undefined || path !== undefined)) {
        throw new UserError('--jwks requires --check, and replaces the argument');
      }
      const text = await readText(io, flags.jwks ?? path, 'the output of "kubectl get --raw /openid/v1/jwks"');
      if (flags.check !== undefined) return checkToken(io, flags.check, text);
      io.stdout.write(tokenDocument(text, flags));
      return 0;
    });
}

/** Compares the keys of every token in a file with a cluster's. */
async function checkToken(io: CliIo, path: string, keys: string): Promise<ExitCode> {
  const { Jwks } = require('../../constructs/teleport/jwks') as typeof import('../../constructs/teleport/jwks');
  const { compareKeys, staticKeys } =
    require('../../analysis/doctor/join-keys') as typeof import('../../analysis/doctor/join-keys');
  const current = JSON.parse(Jwks.parse(keys).toString()) as JsonObject;
  const manifests = await readSoundManifests(io, [path]);
  const { shownName } =
    require('../../model/secrets/known-secrets') as typeof import('../../model/secrets/known-secrets');
  const tokens = manifests.ofKind('token').map((token) => ({ name: shownName(token), jwks: staticKeys(token.body) }));
  const compared = tokens.flatMap(({ name, jwks }) =>
    jwks === undefined ? [] : [{ name, problem: compareKeys(jwks, current) }],
  );
  if (compared.length === 0) throw new UserError(`"${path}" contains no token with static_jwks to compare`);
  for (const { name, problem } of compared) {
    const line = problem === undefined ? `✓ token ${name} has the cluster’s keys` : `× token ${name}: ${problem}`;
    io.stdout.write(`${visibleText(line)}\n`);
  }
  return compared.some(({ problem }) => problem !== undefined) ? 1 : 0;
}

function tokenDocument(jwks: string, { cluster, name, bot, serviceAccount }: TokenFlags): string {
  // Loaded late: the constructs take longer than the rest of the command.
  const teleport = require('../../index') as typeof import('../../index');
  const token = new teleport.JoinToken({
    name: name ?? NAMES.token,
    cluster: clusterCalled(teleport, cluster ?? UNNAMED),
    bot: { kind: 'bot', name: bot ?? NAMES.bot },
    join: teleport.KubernetesJoin.staticJwks(teleport.Jwks.parse(jwks)),
    serviceAccounts: serviceAccount ?? [{ namespace: DEFAULT_MESH_NAMESPACE, name: TBOT_SERVICE_ACCOUNT }],
  });
  const heading = cluster === undefined ? '' : `# For the Teleport cluster ${cluster}.\n`;
  return `${heading}${teleport.printTctlDocuments([token])}`;
}

/** RFC 2606 keeps this name out of use. */
const UNNAMED = 'unnamed.invalid';

/** Only the name is used: with static keys nothing of the cluster is written into the token. */
function clusterCalled({ TeleportCluster }: typeof import('../../index'), name: string) {
  return TeleportCluster.selfHosted({ name, proxyAddress: `${name}:443` });
}

function addServiceAccount(text: string, before: readonly ServiceAccount[] = []): readonly ServiceAccount[] {
  const [namespace, name, ...rest] = text.split(':');
  if (!namespace || !name || rest.length > 0) throw new InvalidArgumentError('Write namespace:name.');
  return [...before, { namespace, name }];
}
