import { InvalidInputError } from '../../lib/errors';
import {
  attributes,
  JoinToken,
  type JoinTokenProps,
  KubernetesJoin,
  TeleportCluster,
  WorkloadIdentity,
} from '../../lib/teleport';

export const cluster = TeleportCluster.cloud('example.teleport.sh');
/** For everybody in the mesh, by what the kubelet says of them. */
export const identity = WorkloadIdentity.forIstio({ name: 'istio', namespaces: ['shop'] });
/** For one tbot, by what Teleport knows since it joined. */
export const ownIdentity = new WorkloadIdentity({
  name: 'server',
  id: '/svc/server',
  allow: [{ conditions: [attributes.join.kubernetes.service_account.name.eq('server')] }],
});

export function joinToken(props: Partial<JoinTokenProps> = {}): JoinToken {
  return new JoinToken({
    name: 'istio-tbot',
    cluster,
    bot: { kind: 'bot', name: 'istio-tbot' },
    join: KubernetesJoin.staticJwks(),
    serviceAccounts: [{ namespace: 'mesh-identity', name: 'tbot' }],
    ...props,
  });
}

/** What was refused; fails if nothing was, or something else went wrong. */
export function refusal(make: () => unknown): InvalidInputError {
  try {
    make();
  } catch (error) {
    if (error instanceof InvalidInputError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
