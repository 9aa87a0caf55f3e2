import type { SpiffeId } from '../../upstream/spiffe/spiffe-id';
import { type EgressAnswer, explainEgress } from '../egress/explain-egress';
import type { Claims } from '../policy/facts';
import { type NamedPort, portName } from './named-port';
import { dependsOnTrustDomains } from './unknown-trust-domain';

/** A caller without any identity, sending plain text from outside the mesh. */
export const OUTSIDE = 'outside';

/** A question: may this caller send this request to that workload? An omitted property can have any value. */
export interface AccessRequest {
  /**
   * Who calls: a workload as `namespace/name` (or just its name, if only one has it), a SPIFFE ID for a caller whose
   * workload is not among the manifests, {@link OUTSIDE}, every caller of one kind as the access matrix names it, such
   * as `any identity of namespace shop`, or requests from outside through a gateway, such as `outside by Gateway
   * shop/web`.
   */
  readonly from: string | SpiffeId;
  /** Who is called: a Service or a workload, as `namespace/name` or just its name. */
  readonly to: string;
  /**
   * The port by number or name: the Service's own, as clients use it, not the target port.
   *
   * @default - the only port there is; if a method, path or host is given, the only HTTP port
   */
  readonly port?: number | string;
  /**
   * HTTP method, in upper case as it is sent.
   *
   * @default - any: the answer may depend on it
   */
  readonly method?: string;
  /**
   * URL path; a query is removed, and the mesh's path normalization is applied.
   *
   * @default - any: the answer may depend on it
   */
  readonly path?: string;
  /**
   * The `Host` header, with a port if the client sends one.
   *
   * @default - any: the answer may depend on it
   */
  readonly host?: string;
  /**
   * All request headers; a header that is not listed is not sent.
   *
   * @default - any: the answer may depend on them
   */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * The payload of the request's JSON Web Token; null if it has none.
   *
   * @default - any: the answer may depend on it
   */
  readonly claims?: Claims | null;
  /**
   * Address of the direct peer, as the callee sees it.
   *
   * @default - any: the answer may depend on it
   */
  readonly sourceIp?: string;
  /**
   * Address of the original client, from X-Forwarded-For or the PROXY protocol.
   *
   * @default - any: the answer may depend on it
   */
  readonly originalClientIp?: string;
}

/** A request without its ends. */
export type RequestContent = Omit<AccessRequest, 'from' | 'to' | 'port'>;

/** One end of a request. */
export type RequestEnd = 'from' | 'to';

/** Why a question cannot be answered; {@link describeRequestProblem} says it in a sentence. */
export type RequestProblem = { readonly verdict: 'unanswerable' } & (
  | {
      readonly kind: 'unknown-workload';
      readonly end: RequestEnd;
      readonly name: string;
      /** Known names that are similar, nearest first. */
      readonly near: readonly string[];
    }
  | {
      readonly kind: 'ambiguous-workload';
      readonly end: RequestEnd;
      readonly name: string;
      /** The workloads it can refer to. */
      readonly candidates: readonly string[];
    }
  | {
      readonly kind: 'unknown-gateway';
      readonly name: string;
      /** Gateways it can refer to, or with similar names. */
      readonly near: readonly string[];
    }
  | { readonly kind: 'not-an-identity'; readonly value: string; readonly problem: string }
  | { readonly kind: 'nothing-behind-service'; readonly to: string }
  /** The Service is an alias for a host that is not a Service in the manifests. */
  | { readonly kind: 'names-another-host'; readonly to: string; readonly host: string }
  | {
      readonly kind: 'unknown-port' | 'port-needed';
      readonly to: string;
      /** The port in the question; empty if there was none. */
      readonly port: string;
      /** The ports there are. */
      readonly ports: readonly NamedPort[];
    }
  | {
      readonly kind: 'http-on-tcp';
      readonly to: string;
      readonly port: string;
      /** The properties of the request that only HTTP has. */
      readonly stated: readonly string[];
    }
  | {
      /** The manifests do not state the mesh's trust domain, and the answer depends on whether it is one of these. */
      readonly kind: 'trust-domain-unknown';
      readonly trustDomains: readonly string[];
      /** Why it is unknown, as a clause. */
      readonly because: string | undefined;
    }
  | {
      /** The callee is not in the mesh, so policies do not decide; `egress` says what does. */
      readonly kind: 'outside-the-mesh';
      readonly to: string;
      readonly egress: EgressAnswer;
    }
  | { readonly kind: 'unknown-cluster'; readonly cluster: string; readonly clusters: readonly string[] }
  | {
      /** There are several clusters, and the question must name the callee's. */
      readonly kind: 'cluster-needed';
      readonly to: string;
      readonly clusters: readonly string[];
    }
  /** It is unknown whether requests from one cluster reach the other; `because` says why. */
  | { readonly kind: 'between-clusters'; readonly because: string }
  | { readonly kind: 'not-an-address'; readonly value: string }
  | { readonly kind: 'not-a-path'; readonly value: string }
  | { readonly kind: 'not-a-method'; readonly value: string }
);

/** The problem as a sentence, with a fix. */
export function describeRequestProblem(problem: RequestProblem): string {
  switch (problem.kind) {
    case 'unknown-workload': {
      const near = problem.near.length > 0 ? ` Did you mean ${problem.near.join(' or ')}?` : '';
      const kinds = problem.end === 'from' ? 'workload' : 'Service or workload';
      return `No ${kinds} is called "${problem.name}".${near}`;
    }
    case 'ambiguous-workload':
      return `"${problem.name}" is ambiguous: ${problem.candidates.join(' or ')}. Add the namespace.`;
    case 'unknown-gateway': {
      const near = problem.near.length > 0 ? ` Did you mean ${problem.near.join(' or ')}?` : '';
      return `No Gateway is called "${problem.name}".${near}`;
    }
    case 'not-an-identity':
      return `"${problem.value}" is not a SPIFFE ID: ${problem.problem}`;
    case 'nothing-behind-service':
      return `No workload in the manifests matches the selector of Service ${problem.to}.`;
    case 'names-another-host':
      return `Service ${problem.to} is an alias for ${problem.host === '' ? 'an empty host' : problem.host}, which is not a Service in the manifests. Ask about that host.`;
    case 'unknown-port':
      return `${problem.to} has no port ${problem.port}; it has ${list(problem.ports)}.`;
    case 'port-needed':
      return `${problem.to} has more than one port: ${list(problem.ports)}. Specify one.`;
    case 'http-on-tcp':
      return `Port ${problem.port} of ${problem.to} is plain TCP, so the proxy sees no ${problem.stated.join(' and no ')}. Omit it, or declare the port as HTTP in the Service.`;
    case 'trust-domain-unknown':
      return `${capitalized(dependsOnTrustDomains(problem.trustDomains, problem.because))}.`;
    case 'outside-the-mesh':
      return `${explainEgress(problem.egress).join('; ')}.`;
    case 'unknown-cluster':
      return `No cluster is called "${problem.cluster}". The clusters are ${problem.clusters.join(', ')}.`;
    case 'cluster-needed':
      return `The manifests describe clusters ${problem.clusters.join(', ')}: add the cluster, as in ${problem.clusters[0]}:${problem.to}.`;
    case 'between-clusters':
      return problem.because;
    case 'not-an-address':
      return `"${problem.value}" is neither an IPv4 nor an IPv6 address.`;
    case 'not-a-path':
      return `"${problem.value}" is not a URL path: a path begins with "/".`;
    case 'not-a-method':
      return `"${problem.value}" is not an HTTP method: a method consists of letters, usually in upper case.`;
  }
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function list(ports: readonly NamedPort[]): string {
  return ports.length === 0 ? 'no TCP ports' : ports.map(portName).join(', ');
}
