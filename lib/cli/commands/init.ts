import { lstatSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Option } from 'commander';
import { InvalidInputError } from '../../base/invalid-input-error';
import { shellQuote } from '../../base/shell-quote';
import type { ProjectJoin, ProjectOptions } from '../../constructs/scaffold/project-options';
import { Target } from '../../upstream/releases/target';
import { CliCommand } from '../cli-command';
import type { CliIo } from '../cli-io';
import type { ExitCode } from '../exit-code';
import { resolvePath } from '../find-inputs';
import { packageInfo } from '../package-info';
import { UserError } from '../user-error';

interface InitFlags {
  readonly address?: string;
  readonly clusterName?: string;
  readonly join?: ProjectJoin;
  readonly issuer?: string;
  readonly istio?: string;
  readonly kubernetes?: string;
  readonly delivery?: ProjectOptions['delivery'];
  readonly namespace?: readonly string[];
  readonly yes?: true;
}

const JOINS: readonly ProjectJoin[] = ['static_jwks', 'oidc', 'in_cluster'];
const DELIVERIES: readonly ProjectOptions['delivery'][] = ['csi', 'hostPath'];

/** What the project is made for unless stated otherwise. */
const USUAL = Target.of();

/** `init`: a new project. */
export function initCommand(io: CliIo): CliCommand {
  return new CliCommand('init')
    .summary('create a project: a mesh in one commented file, with tests')
    .description(
      'Asks a few questions and writes a small cdk8s project that synthesizes and passes "check" without changes. Flags answer questions in advance; --yes accepts the defaults for the rest. Needs no network access, and never overwrites a file.',
    )
    .argument('[directory]', 'directory to write to; created if it does not exist (default: the working directory)')
    .option('--address <host[:port]>', 'address of the Teleport cluster (default: example.teleport.sh)')
    .option(
      '--cluster-name <name>',
      'name of the Teleport cluster, as "tctl status" prints it (default: the host in --address)',
    )
    .addOption(new Option('--join <method>', 'how Teleport verifies tbot (default: static_jwks)').choices(JOINS))
    .option('--issuer <url>', 'issuer of the cluster’s ServiceAccount tokens; only with --join oidc')
    .option('--istio <release>', `Istio release (default: ${USUAL.istio})`)
    .option('--kubernetes <release>', `Kubernetes release of the oldest node (default: ${USUAL.kubernetes})`)
    .addOption(
      new Option('--delivery <way>', 'how the Workload API socket is mounted into pods (default: csi)').choices(
        DELIVERIES,
      ),
    )
    .option('--namespace <name>', 'namespace in the mesh; may be repeated (default: demo)', addName)
    .option('-y, --yes', 'ask no questions')
    .example('npx teleport-istio init demo --yes', 'write a project with all defaults, where the package is installed')
    .example(
      'npx teleport-istio init mesh --address teleport.acme.com:3080 --istio 1.31 --namespace shop --namespace web --yes',
      'pass the answers as flags',
    )
    .exits({ 0: 'the project was written', 2: 'an answer is not valid, or a file would be overwritten' })
    .runs(async (directory: string | undefined, flags: InitFlags): Promise<ExitCode> => {
      const folder = resolvePath(io, directory ?? '.');
      const { projectFiles } =
        require('../../constructs/scaffold/project-files') as typeof import('../../constructs/scaffold/project-files');
      const files = projectFiles(basename(folder), await readOptions(io, flags), dependencies(folder, io.cwd));
      writeProject(folder, files);
      const enter = directory === undefined ? '' : `cd ${shellQuote(directory)} && `;
      io.stderr.write(`wrote ${[...files.keys()].join(', ')}\n\nnext: ${enter}npm install && npm test\n`);
      return 0;
    });
}

async function readOptions(io: CliIo, flags: InitFlags): Promise<ProjectOptions> {
  const { DEFAULT_PROJECT, hostOf, isCloud } =
    require('../../constructs/scaffold/project-options') as typeof import('../../constructs/scaffold/project-options');
  if (!flags.yes && !io.interactive)
    throw new UserError(
      'standard input is not a terminal, so questions cannot be answered: add --yes to accept the defaults',
    );
  const ask = async (question: string, flag: string | undefined, usual: string, choices?: readonly string[]) =>
    flag ?? (flags.yes ? usual : askUntil(io, question, usual, choices));

  const address = await ask('Address of your Teleport cluster', flags.address, DEFAULT_PROJECT.address);
  const clusterName = isCloud(address)
    ? flags.clusterName
    : await ask('Name of the cluster, as "tctl status" prints it', flags.clusterName, hostOf(address));
  const join = await ask('How does Teleport verify tbot', flags.join, DEFAULT_PROJECT.join, JOINS);
  const issuer = join === 'oidc' ? await ask('Issuer of ServiceAccount tokens', flags.issuer, '') : flags.issuer;
  const istio = await ask('Istio release', flags.istio, DEFAULT_PROJECT.istio);
  const kubernetes = await ask('Kubernetes release of the oldest node', flags.kubernetes, DEFAULT_PROJECT.kubernetes);
  const delivery = await ask(
    'How is the Workload API mounted into pods',
    flags.delivery,
    DEFAULT_PROJECT.delivery,
    DELIVERIES,
  );
  const namespaces = await ask(
    'Namespaces in the mesh',
    flags.namespace?.join(','),
    DEFAULT_PROJECT.namespaces.join(','),
  );
  if (join !== 'oidc' && issuer !== undefined) throw new UserError('--issuer requires --join oidc');
  return {
    address,
    clusterName,
    join: join as ProjectJoin,
    issuer: issuer || undefined,
    istio,
    kubernetes,
    delivery: delivery as ProjectOptions['delivery'],
    namespaces: namespaces.split(/[\s,]+/).filter((name) => name !== ''),
  };
}

/** An empty answer takes what is offered; one that is not a choice is asked for again. */
async function askUntil(io: CliIo, question: string, usual: string, choices?: readonly string[]): Promise<string> {
  const offered = [choices?.join(', '), usual === '' ? undefined : `[${usual}]`].filter((text) => text !== undefined);
  for (;;) {
    const answer = (await io.ask(`${question}? ${offered.join(' ')} `)).trim() || usual;
    if (choices === undefined || choices.includes(answer)) return answer;
    io.stderr.write(`"${answer}" is not one of ${choices.join(', ')}.\n`);
  }
}

/** The package that is running, and the releases that it is made and tested with. */
function dependencies(folder: string, cwd: string) {
  const { ownDependency } = require('../own-dependency') as typeof import('../own-dependency');
  const { name, peerDependencies, devDependencies } = packageInfo();
  const pick = (from: Readonly<Record<string, string>>, names: readonly string[]) =>
    Object.fromEntries(names.map((one) => [one, from[one] ?? '*']));
  return {
    runtime: {
      ...pick(peerDependencies, ['cdk8s']),
      [name]: ownDependency(folder, cwd),
      ...pick(peerDependencies, ['constructs']),
    },
    development: pick(devDependencies, ['@types/node', 'typescript']),
  };
}

function writeProject(folder: string, files: ReadonlyMap<string, string>): void {
  const there = [...files.keys()].filter((file) => isThere(join(folder, file)));
  if (there.length > 0) {
    throw new InvalidInputError({
      where: 'init',
      problem: `the directory already has ${there.join(', ')}, and files are never overwritten`,
      value: folder,
      allowed: 'a directory without these files',
      fix: 'pass another directory',
    });
  }
  mkdirSync(folder, { recursive: true });
  const written: string[] = [];
  try {
    for (const [file, text] of files) {
      written.push(file);
      writeFileSync(join(folder, file), text, { flag: 'wx' });
    }
  } catch (error) {
    // What has come between is somebody else's.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') written.pop();
    // Half a project would stand in the way of the next attempt.
    for (const file of written) rmSync(join(folder, file), { force: true });
    throw error;
  }
}

/** Whether something has the name, also a link that leads nowhere. */
function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function addName(name: string, before: readonly string[] = []): readonly string[] {
  return [...before, name];
}
