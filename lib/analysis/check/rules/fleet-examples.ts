import { OVERLAY, stream, withTemplate } from './examples';
import { joinToken } from './teleport-examples';

/** The names of the clusters in examples. */
export const EXAMPLE_CLUSTERS = ['eu-1', 'us-1'] as const;

/** Two clusters of one trust domain, each with an installation of Istio and more documents, in a directory of its own. */
export function inTwoClusters(documentsOf: (cluster: string) => readonly string[]): string {
  return EXAMPLE_CLUSTERS.map((cluster) => {
    const installation = withTemplate(OVERLAY).replace(
      '  values:\n',
      `  values:\n    global:\n      multiCluster:\n        clusterName: ${cluster}\n`,
    );
    return `# ${cluster}/cluster.yaml\n${stream(installation, ...documentsOf(cluster))}`;
  }).join('---\n');
}

/** What lets tbot of one cluster join: a token with the cluster's own keys. */
export function tokenOf(cluster: string): string {
  const jwks = `{"keys":[{"use":"sig","kty":"RSA","kid":"${cluster}","alg":"RS256","n":"${Buffer.from(cluster).toString('base64url')}","e":"AQAB"}]}`;
  return joinToken(`type: static_jwks\nstatic_jwks: {jwks: '${jwks}'}\nallow: [{service_account: "teleport:tbot"}]`);
}

/** A bot, its role and the identity that the role is for, each with a name of its own. */
export function issuingChain(name: string): readonly string[] {
  return [
    `kind: bot\nversion: v1\nmetadata: {name: ${name}}\nspec: {roles: [${name}-issuer]}\n`,
    `kind: role\nversion: v7\nmetadata: {name: ${name}-issuer}\nspec: {allow: {workload_identity_labels: {mesh: [${name}]}}}\n`,
    `kind: workload_identity\nversion: v1\nmetadata: {name: ${name}, labels: {mesh: ${name}}}\nspec: {spiffe: {id: /apps/${name}}}\n`,
  ];
}
