import { existsSync } from 'node:fs';
import type { MeshModel } from '../../analysis/access/mesh-model';
import type { Expectations } from '../../analysis/expectations/expectations';
import type { FleetModel } from '../../analysis/fleet/fleet-model';
import { visibleText } from '../../base/visible-text';
import { CliCommand } from '../cli-command';
import type { CliIo } from '../cli-io';
import { excludeOption } from '../exclude-option';
import type { ExitCode } from '../exit-code';
import { resolvePath } from '../find-inputs';
import { DEFAULT_INPUT, INPUTS_HELP, readText } from '../inputs';
import { type MeshFlags, questioned, readFleet } from '../mesh-input';
import { paint } from '../paint';
import { targetOption } from '../target-option';
import { UserError } from '../user-error';
import { writeNewFile } from '../write-new-file';

interface TestFlags extends MeshFlags {
  readonly init?: true;
}

/** `test`: compares manifests with a table of expected allows and denials. */
export function testCommand(io: CliIo): CliCommand {
  return new CliCommand('test')
    .summary('compare manifests with a table of expected allows and denials')
    .description(
      'Reads a table of requests that must be allowed or denied, and reports each unmet expectation. With "otherwise: deny" in the table, every pair that it does not allow must be denied. If the files describe several clusters, each in its own directory, prefix names with the cluster.',
    )
    .argument('<expectations>', 'YAML file with the table')
    .argument('[files...]', `${INPUTS_HELP} (default: ${DEFAULT_INPUT})`)
    .option('--init', 'write a table of what the manifests allow now; an existing file is never overwritten')
    .addOption(excludeOption())
    .addOption(targetOption())
    .example('npx teleport-istio test access.yaml --init', 'record what is allowed now')
    .example('npx teleport-istio test access.yaml dist/', 'check that exactly this is still allowed')
    .exits({
      0: 'every expectation is met',
      1: 'some expectations are not met',
      2: 'the table or the manifests cannot be read',
    })
    .runs(async (table: string, paths: readonly string[], { init, ...flags }: TestFlags): Promise<ExitCode> => {
      if (init) return writeExpectations(io, table, questioned(await readFleet(io, paths, flags)));
      const expectations = await parseExpectations(io, table);
      return checkAll(io, questioned(await readFleet(io, paths, flags)), expectations);
    });
}

function writeExpectations(io: CliIo, table: string, mesh: MeshModel | FleetModel): ExitCode {
  const file = resolvePath(io, table);
  if (existsSync(file))
    throw new UserError(`"${table}" exists, and --init never overwrites a file: move or rename it first`);
  const { initialExpectations, NOT_KNOWN, NOT_KNOWN_BETWEEN } =
    require('../../analysis/expectations/initial-expectations') as typeof import('../../analysis/expectations/initial-expectations');
  const text = initialExpectations(mesh);
  const { schemaCommentFor } = require('../schema-comment') as typeof import('../schema-comment');
  writeNewFile(file, schemaCommentFor(file) + text);
  io.stderr.write(`wrote ${table}: review it before you rely on it\n`);
  if (!text.includes(NOT_KNOWN) && !text.includes(NOT_KNOWN_BETWEEN)) return 0;
  io.stderr.write('some pairs could not be decided: the file lists them as comments\n');
  return 2;
}

async function parseExpectations(io: CliIo, table: string): Promise<Expectations> {
  const text = await readText(io, table, 'a table of expectations');
  const { readYaml } = require('../../base/yaml/yaml-value') as typeof import('../../base/yaml/yaml-value');
  const { value, error } = readYaml(text, { duplicateKeys: 'refuse' });
  if (error) throw new UserError(`${table}:${error.line + 1}: ${error.message}`);
  const { readExpectations } =
    require('../../analysis/expectations/expectations') as typeof import('../../analysis/expectations/expectations');
  const expectations = readExpectations(value ?? null);
  if (!('problems' in expectations)) return expectations;
  throw new UserError(expectations.problems.map(({ place, problem }) => `${table}: ${place}: ${problem}`).join('\n'));
}

function checkAll(io: CliIo, mesh: MeshModel | FleetModel, expectations: Expectations): ExitCode {
  const { checkExpectations } =
    require('../../analysis/expectations/check-expectations') as typeof import('../../analysis/expectations/check-expectations');
  const results = checkExpectations(mesh, expectations);
  const failed = results.filter(({ met }) => !met);
  for (const { expect, text, place } of failed) {
    io.stdout.write(`${paint(io, 'red', 'FAILED')} expected ${expect} (${place}): ${visibleText(text)}\n`);
  }
  const summary = `${results.length - failed.length} of ${results.length} expectations hold`;
  io.stdout.write(`${paint(io, failed.length === 0 ? 'green' : 'red', summary)}\n`);
  // A name nobody has is a mistake in the table, not an answer of the mesh.
  if (failed.some(({ answer }) => answer.verdict === 'unanswerable')) return 2;
  return failed.length === 0 ? 0 : 1;
}
