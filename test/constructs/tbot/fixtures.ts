import { InvalidInputError } from '../../../lib/base/invalid-input-error';
import { JoinToken, type JoinTokenProps } from '../../../lib/constructs/teleport/join-token';
import { KubernetesJoin } from '../../../lib/constructs/teleport/kubernetes-join';
import { TeleportCluster } from '../../../lib/constructs/teleport/teleport-cluster';
import { WorkloadIdentity } from '../../../lib/constructs/teleport/workload-identity';
import { attributes } from '../../../lib/upstream/teleport/attributes';

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
