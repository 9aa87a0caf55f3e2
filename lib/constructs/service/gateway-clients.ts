import type { ApiObject } from 'cdk8s';
import { InvalidInputError } from '../../base/invalid-input-error';
import { isDnsSubdomain } from '../../upstream/kubernetes/names';
import { withAnyPort } from '../gateway/host-with-any-port';
import type { GatewayPort, IngressGateway } from '../istio/installation/ingress-gateway';
import { AuthorizationPolicy } from '../istio/policy/authorization-policy';
import { addObject } from '../kubernetes/kubernetes-object';
import type { ForeignCaller } from '../teleport/trust-bundle';
import type { RoutedService } from './routed-service';

/** The objects that request a certificate from clients and allow only certain clients. */
export interface GatewayClients {
  /** The root certificates, for patches. */
  readonly roots: ApiObject;
  /** The policy that denies all other clients at the gateway, for patches. */
  readonly policy: AuthorizationPolicy;
  /** The TLS settings of a server of the Gateway for these clients. */
  readonly tls: Readonly<Record<string, unknown>>;
}

/**
 * Lets in through a gateway only clients with certificates of another trust domain, and of them only those that are named.
 *
 * @throws InvalidInputError if they are of two trust domains, or a host is not a full name
 */
export function addGatewayClients(
  service: RoutedService,
  gateway: IngressGateway,
  port: GatewayPort,
  hosts: readonly string[],
  clients: readonly [ForeignCaller, ...ForeignCaller[]],
): GatewayClients {
  const where = service.node.path;
  const [{ bundle }] = clients;
  const stranger = clients.find((client) => client.bundle !== bundle);
  if (stranger !== undefined) {
    throw new InvalidInputError({
      where,
      problem: 'with the roots of two trust domains for one host, either could issue identities of the other',
      value: [bundle, stranger.bundle].map(({ trustDomain }) => trustDomain.toString()),
      allowed: 'clients of one TrustBundle',
      fix: 'give each trust domain its own service with its own host',
    });
  }
  const vague = hosts.find((host) => !isDnsSubdomain(host));
  if (vague !== undefined) {
    throw new InvalidInputError({
      where,
      problem: 'a policy at the gateway needs full host names',
      value: vague,
      allowed: 'hosts with full names such as "api.example.com", together with clients',
      fix: "pass hosts: ['api.example.com']",
    });
  }
  service.namespace.mesh.clientTrustDomains.add(bundle.trustDomain.toString());
  const name = `${service.name}-clients`;
  const roots = addObject(service, 'client-roots', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: service.namespace.name },
    data: { 'ca.crt': bundle.pem },
  });
  // The roots say who issued a certificate, not for whom: they could issue any name.
  const policy = new AuthorizationPolicy(service.namespace.policies, `${service.name}-gateway-clients`, {
    name: `${service.namespace.name}-${name}`,
    scope: gateway.policyScope,
    action: 'DENY',
    rules: [
      {
        from: [{ notPrincipals: clients.map(({ principal }) => principal) }],
        to: [{ hosts: hosts.flatMap(withAnyPort), ports: [port.targetPort] }],
      },
    ],
    target: service.namespace.mesh.target,
  });
  return {
    roots,
    policy,
    tls: { mode: 'MUTUAL', caCertCredentialName: `configmap://${service.namespace.name}/${name}` },
  };
}
