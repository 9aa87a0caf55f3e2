import { InvalidArgumentError, Option } from 'commander';
import { Target, type TargetProps } from '../upstream/releases/target';

/** What a target may name, as users write it. */
const COMPONENTS = {
  istio: 'istio',
  kubernetes: 'kubernetes',
  teleport: 'teleport',
  'csi-driver': 'csiDriver',
} as const satisfies Readonly<Record<string, keyof TargetProps>>;

/** The flag of every command whose answer depends on releases. */
export function targetOption(): Option {
  const { istio, kubernetes, teleport, csiDriver } = Target.of();
  const usual = `istio=${istio},kubernetes=${kubernetes},teleport=${teleport},csi-driver=${csiDriver}`;
  return new Option('--target <releases>', `releases the manifests are for; those not named stay ${usual}`).argParser(
    parseTarget,
  );
}

/** Reads `istio=1.29,teleport=18.6.4`. */
export function parseTarget(text: string): Target {
  const releases = new Map<keyof TargetProps, string>();
  for (const part of text.split(',')) {
    const [name = '', release = '', ...rest] = part.split('=').map((side) => side.trim());
    if (!isComponent(name) || release === '' || rest.length > 0) {
      throw new InvalidArgumentError(
        `Write ${Object.keys(COMPONENTS).join('=…, ')}=…; "${part}" is none of these with a release.`,
      );
    }
    if (releases.has(COMPONENTS[name])) throw new InvalidArgumentError(`It names ${name} twice.`);
    releases.set(COMPONENTS[name], release);
  }
  return Target.of(Object.fromEntries(releases));
}

function isComponent(name: string): name is keyof typeof COMPONENTS {
  return Object.hasOwn(COMPONENTS, name);
}
