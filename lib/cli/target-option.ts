import { InvalidArgumentError, Option } from 'commander';
import { Target } from '../upstream/releases/target';
import { printTarget, readTarget } from '../upstream/releases/target-text';

/** The flag of every command whose answer depends on releases. */
export function targetOption(): Option {
  return new Option(
    '--target <releases>',
    `releases that the manifests are for; releases not given are read from the manifests, otherwise ${printTarget(Target.of())}`,
  ).argParser(parseTarget);
}

/** Reads `istio=1.29,teleport=18.6.4`. */
export function parseTarget(text: string): Target {
  const releases = readTarget(text);
  if (typeof releases === 'string') throw new InvalidArgumentError(releases);
  return Target.of(releases);
}
