import { createHash } from 'node:crypto';
import type { Container, Probe, Volume, VolumeMount } from 'kubernetes-types/core/v1';
import { InvalidInputError } from '../../base/invalid-input-error';
import { DEFAULT_RELEASES } from '../../upstream/releases/default-releases';
import { RELEASE_FACTS } from '../../upstream/releases/release-facts';
import type { Target } from '../../upstream/releases/target';
import { pinnedImage } from '../kubernetes/image';
import type { JoinToken, ServiceAccountReference } from '../teleport/join-token';
import type { TbotConfig } from './tbot-config';

const CONFIG_DIRECTORY = '/config';
const CONFIG_FILE = 'tbot.yaml';

/** Port of tbot's diagnostics inside the pod, as in Teleport's chart `tbot`. */
export const DIAGNOSTICS_PORT = 3001;

/** Name of that port. */
export const DIAGNOSTICS_PORT_NAME = 'diagnostics';

/**
 * Refuses releases whose SDS never renews.
 *
 * @throws InvalidInputError
 */
export function checkTbotVersion(where: string, target: Target): void {
  if (!target.sdsRenewsSvids) {
    // tbot must not be of a newer major version than the cluster.
    const { sdsRenewsSvids } = RELEASE_FACTS;
    const fixed =
      sdsRenewsSvids.oldest.find((release) => release.startsWith(`${target.teleport.major}.`)) ??
      DEFAULT_RELEASES.teleport;
    throw new InvalidInputError({
      where,
      problem:
        'this tbot never sends Envoy a renewed certificate, so connections fail after an hour (gravitational/teleport#62813)',
      value: target.teleport.toString(),
      allowed: `${sdsRenewsSvids}`,
      fix: `set tbot: { version: '${fixed}' } of the TeleportMesh, or Target.of({ teleport: '${fixed}' })`,
    });
  }
}

/**
 * The ServiceAccount that tbot runs as, so that it is written only where the join token names it.
 *
 * @throws InvalidInputError if the token does not admit it, or admits several and none was chosen
 */
export function chooseServiceAccount(
  where: string,
  token: JoinToken,
  chosen: ServiceAccountReference | undefined,
): ServiceAccountReference {
  const admitted = token.serviceAccounts;
  const [first, second] = admitted;
  if (chosen === undefined && first !== undefined && second === undefined) return first;
  const match = admitted.find(({ namespace, name }) => namespace === chosen?.namespace && name === chosen?.name);
  if (match !== undefined) return match;
  throw new InvalidInputError({
    where,
    problem:
      chosen === undefined
        ? 'the join token allows several ServiceAccounts'
        : 'the join token does not allow this ServiceAccount',
    value: chosen ?? admitted,
    allowed: admitted.map(({ namespace, name }) => `${namespace}/${name}`).join(', '),
    fix:
      chosen === undefined ? 'pass one of them as "serviceAccount"' : 'add it to the serviceAccounts of the JoinToken',
  });
}

/** What is the same in every tbot container: the program, its configuration and its version. */
export function tbotContainer(
  where: string,
  target: Target,
  diagnosticsPort: number,
  imageRepository = 'public.ecr.aws/gravitational/tbot-distroless',
): Container {
  return {
    name: 'tbot',
    image: pinnedImage(where, imageRepository, target.teleport.toString()),
    // The log format has no key in the configuration.
    args: ['start', '-c', `${CONFIG_DIRECTORY}/${CONFIG_FILE}`, '--log-format', 'json'],
    ports: [{ name: DIAGNOSTICS_PORT_NAME, containerPort: diagnosticsPort }],
  };
}

/** Ready once every service works, with the reason in the body if not. */
export const READY_PROBE: Probe = { httpGet: { path: '/readyz', port: DIAGNOSTICS_PORT_NAME } };

/** Lives as long as tbot answers at all. */
export const LIVE_PROBE: Probe = { httpGet: { path: '/livez', port: DIAGNOSTICS_PORT_NAME } };

/** The ConfigMap's data. */
export function configMapData(config: TbotConfig): Record<string, string> {
  return { [CONFIG_FILE]: config.toYaml() };
}

/** The volume that brings the ConfigMap, and where it is mounted. */
export function configVolume(configMapName: string): { readonly volume: Volume; readonly mount: VolumeMount } {
  return {
    volume: { name: 'tbot-config', configMap: { name: configMapName } },
    mount: { name: 'tbot-config', mountPath: CONFIG_DIRECTORY, readOnly: true },
  };
}

/** Pod annotations that restart tbot when its configuration changes: it reads the file only when it starts. */
export function configChecksum(config: TbotConfig): Record<string, string> {
  return { 'checksum/tbot-config': createHash('sha256').update(config.toYaml()).digest('hex') };
}
