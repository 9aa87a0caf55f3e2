import type { FleetModel } from '../../analysis/fleet/fleet-model';
import type { AccessMatrix } from '../../analysis/matrix/access-matrix';
import type { CliIo } from '../cli-io';
import type { ExitCode } from '../exit-code';
import { BETWEEN, sectionsToJson, sectionsToMarkdown, sectionsToText } from './fleet-sections';

type Access = typeof import('../../access');

/** How the access of a fleet is printed. */
type FleetFormat = 'table' | 'json' | 'markdown' | 'csv' | 'html';

/** A cluster's name with its matrix. */
interface NamedMatrix {
  readonly name: string;
  readonly matrix: AccessMatrix;
}

/** Says why some pairs have no answer, if there are such. */
export function saidUnknown(io: CliIo, matrices: readonly AccessMatrix[]): boolean {
  const { whyUnknown } =
    require('../../analysis/matrix/access-matrix') as typeof import('../../analysis/matrix/access-matrix');
  const reasons = new Set(matrices.flatMap((matrix) => whyUnknown(matrix) ?? []));
  for (const reason of reasons) io.stderr.write(`some pairs could not be decided: ${reason}\n`);
  return reasons.size > 0;
}

/** Writes each cluster's matrix, then what gets through between clusters. */
export function showFleet(io: CliIo, access: Access, fleet: FleetModel, output: FleetFormat): ExitCode {
  const matrices = fleet.clusters.map(({ name, model }) => ({ name, matrix: access.accessMatrix(model) }));
  io.stdout.write(fleetText(access, matrices, fleet, output));
  const isUnknown = saidUnknown(
    io,
    matrices.map(({ matrix }) => matrix),
  );
  return isUnknown ? 2 : 0;
}

function fleetText(
  access: Access,
  matrices: readonly NamedMatrix[],
  { clusters: members }: FleetModel,
  output: FleetFormat,
): string {
  const { callsBetween } =
    require('../../analysis/fleet/calls-between') as typeof import('../../analysis/fleet/calls-between');
  const { callsToMarkdown, callsToText, fleetToCsv, plainCalls } =
    require('../../analysis/fleet/render-calls-between') as typeof import('../../analysis/fleet/render-calls-between');
  const between = callsBetween(members);
  switch (output) {
    case 'json': {
      const { plainMatrix } =
        require('../../analysis/matrix/render-matrix') as typeof import('../../analysis/matrix/render-matrix');
      const clusters = Object.fromEntries(matrices.map(({ name, matrix }) => [name, plainMatrix(matrix)]));
      return sectionsToJson({ clusters, between: plainCalls(between) });
    }
    case 'csv':
      return fleetToCsv(matrices, between);
    case 'html': {
      const { fleetToHtml } =
        require('../../analysis/fleet/fleet-to-html') as typeof import('../../analysis/fleet/fleet-to-html');
      return fleetToHtml(matrices, between);
    }
    case 'table':
      return sectionsToText([
        ...matrices.map(({ name, matrix }) => ({ title: name, text: access.matrixToTable(matrix) })),
        { title: BETWEEN, text: callsToText(between) },
      ]);
    case 'markdown':
      return sectionsToMarkdown([
        ...matrices.map(({ name, matrix }) => ({ title: name, text: access.matrixToMarkdown(matrix) })),
        { title: BETWEEN, text: callsToMarkdown(between) },
      ]);
  }
}

/** Writes what differs in each cluster, with the clusters that come and go, then what differs between them. */
export function showFleetChanges(
  io: CliIo,
  access: Access,
  before: FleetModel,
  after: FleetModel,
  output: FleetFormat,
): ExitCode {
  const { compareFleets } =
    require('../../analysis/fleet/compare-fleets') as typeof import('../../analysis/fleet/compare-fleets');
  const { betweenToMarkdown, betweenToText, plainFleetChanges } =
    require('../../analysis/fleet/render-fleet-changes') as typeof import('../../analysis/fleet/render-fleet-changes');
  const found = compareFleets(before, after);
  const titled = found.clusters.map(({ name, state, changes }) => ({
    title: state === 'kept' ? name : `${name} (${state})`,
    changes,
  }));
  const sections = (toText: typeof access.changesToText, betweenText: typeof betweenToText) => [
    ...titled.map(({ title, changes }) => ({ title, text: toText(changes) })),
    { title: BETWEEN, text: betweenText(found) },
  ];
  io.stdout.write(
    output === 'json'
      ? sectionsToJson(plainFleetChanges(found))
      : output === 'markdown'
        ? sectionsToMarkdown(sections(access.changesToMarkdown, betweenToMarkdown))
        : sectionsToText(sections(access.changesToText, betweenToText)),
  );
  const all = [...found.clusters.flatMap(({ changes }) => changes), ...found.between];
  if (found.isPartlyUnknown || all.some(({ kind }) => kind === 'unknown')) return 2;
  return all.length > 0 || found.clusters.some(({ state }) => state !== 'kept') ? 1 : 0;
}
