import type { JoinToken } from '../teleport/join-token';

/** What the user still has to do when the cluster's keys were not at hand: one command makes the token. */
export function joinTokenNotice(token: JoinToken): string {
  const accounts = token.serviceAccounts.map(({ namespace, name }) => `--service-account ${namespace}:${name}`);
  return [
    `The join token ${token.name} is not written, because the cluster's public keys are not known. To create it, run:`,
    '',
    '  kubectl get --raw /openid/v1/jwks \\',
    `    | npx teleport-istio token --cluster ${token.cluster.name} --name ${token.name} --bot ${token.bot.name} ${accounts.join(' ')} \\`,
    '    | tctl create -f',
    '',
    'or save the keys as jwks.json and pass join: KubernetesJoin.staticJwks(Jwks.fromFile("jwks.json")).',
  ].join('\n');
}

/** What a mesh accepts that leaves paths as clients send them, with the reason it was given. */
export function bypassNotice(because: string): string {
  return [
    'Proxies do not normalize paths (PathNormalization.bypassableNone), so every path rule can be bypassed.',
    `Reason given: ${because}`,
  ].join('\n');
}
