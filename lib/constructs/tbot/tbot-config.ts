import { InvalidInputError } from '../../base/invalid-input-error';
import { stringifyManifests } from '../../base/yaml/write-yaml';
import { toOnboardingConfig } from '../teleport/onboarding-join';
import { TeleportCluster } from '../teleport/teleport-cluster';
import { checkAbsolutePath, hostAndPort } from './checks';
import { toDestinationConfig } from './destination';
import { checkTbotConfig, storageOf } from './tbot-config-checks';
import type { AuthServer, TbotConfigProps } from './tbot-config-props';
import { toServiceConfig } from './tbot-service-config';

/**
 * tbot's configuration, version 2. tbot silently ignores unknown keys, so a misspelled `attestors` would disable
 * attestation; here it does not compile.
 *
 * Intentionally omitted: `join_uri`, which would duplicate and override the connection and the token; `insecure`, which
 * trusts the first server that answers; and everything that newer releases have removed.
 */
export class TbotConfig {
  private readonly config: object;

  /**
   * @param where who is configured, for errors
   * @throws InvalidInputError if tbot would refuse the configuration, or not do what it says
   */
  public constructor(props: TbotConfigProps, where = 'TbotConfig') {
    checkTbotConfig(where, props);
    this.config = toConfig(where, props);
  }

  /** Plain data, keys in a fixed order. */
  public toConfig(): object {
    return structuredClone(this.config);
  }

  /** The content of `tbot.yaml`. */
  public toYaml(): string {
    return stringifyManifests([this.config]);
  }
}

function toConfig(where: string, props: TbotConfigProps): object {
  const { server, diagnostics } = props;
  return {
    // Without it the file would be read as version 1.
    version: 'v2',
    ...(server instanceof TeleportCluster
      ? { proxy_server: server.proxyAddress }
      : { auth_server: hostAndPort(where, 'server', server.host, server.port) }),
    onboarding: { ...toOnboardingConfig(where, props.join), ...trustConfig(where, server) },
    storage: toDestinationConfig(where, storageOf(props)),
    ...props.credentialLifetime?.toConfig(),
    ...(props.oneshot === true && { oneshot: true }),
    ...(props.debug === true && { debug: true }),
    ...(props.fips === true && { fips: true }),
    ...(diagnostics && { diag_addr: hostAndPort(where, 'diagnostics', diagnostics.host, diagnostics.port) }),
    services: props.services.map((service) => toServiceConfig(where, service)),
  };
}

function trustConfig(where: string, server: TeleportCluster | AuthServer): object {
  // A proxy is known by its public certificate.
  if (server instanceof TeleportCluster) return {};
  if (server.caPins === undefined) return { ca_path: checkAbsolutePath(where, 'caPath', server.caPath) };
  if (server.caPins.length === 0 || !server.caPins.every((pin) => /^sha256:[0-9a-f]{64}$/.test(pin))) {
    throw new InvalidInputError({
      where,
      problem: '"caPins" contains an invalid pin',
      value: server.caPins,
      allowed: 'at least one pin, "sha256:" and 64 hexadecimal digits',
      fix: 'copy the pin that "tctl status" prints',
    });
  }
  return { ca_pins: [...server.caPins] };
}
