import type { EnvVar, Volume, VolumeMount } from 'kubernetes-types/core/v1';
import { SHORTEST_ACCOUNT_TOKEN } from '../../upstream/kubernetes/account-token';
import { JOIN_TOKEN_PATH_VARIABLE } from '../../upstream/teleport/join-methods';
import type { JoinToken } from '../teleport/join-token';

const DIRECTORY = '/var/run/secrets/teleport';
const FILE = 'join-token';

/** A pod's ServiceAccount token for joining, with what must agree about it in one place. */
export interface JoinTokenVolume {
  readonly volume: Volume;
  readonly mount: VolumeMount;
  /** Tells tbot where the token is (gravitational/teleport lib/kube/token/source.go). */
  readonly env: EnvVar;
}

/**
 * The token that every pod gets has the wrong audience and lives too long: Teleport wants its own cluster name as the
 * audience, and a lifetime of at most 30 minutes (gravitational/teleport lib/kube/token/validator.go).
 */
export function joinTokenVolume({ cluster }: JoinToken): JoinTokenVolume {
  return {
    volume: {
      name: 'join-token',
      projected: {
        // The kubelet renews the file long before.
        sources: [
          { serviceAccountToken: { path: FILE, audience: cluster.name, expirationSeconds: SHORTEST_ACCOUNT_TOKEN } },
        ],
      },
    },
    mount: { name: 'join-token', mountPath: DIRECTORY, readOnly: true },
    env: { name: JOIN_TOKEN_PATH_VARIABLE, value: `${DIRECTORY}/${FILE}` },
  };
}
