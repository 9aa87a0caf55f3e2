import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { InvalidInputError } from '../../../base/invalid-input-error';
import { ISTIO_NETWORKING_V1 } from '../../../upstream/kubernetes/api-groups';
import { isDnsSubdomain } from '../../../upstream/kubernetes/names';
import { addObject } from '../../kubernetes/kubernetes-object';
import type { PolicyManifest } from '../policy/policy-manifest';
import type { ClientTls, ClientTlsSpec } from './client-tls';

/** Properties of a DestinationRule: how clients connect to one host. */
export interface DestinationRuleProps {
  /** Object name. */
  readonly name: string;
  /** Namespace of the object: the service's own, so that it applies to all clients. */
  readonly namespace: string;
  /** Full name of the service, such as `catalogue.sock-shop.svc.cluster.local`; a leading `*.` is a wildcard. */
  readonly host: string;
  /** How clients connect to the host. */
  readonly tls: ClientTls;
  /**
   * Further traffic policy in Istio's format (connection pool, outlier detection …).
   *
   * @default - none
   */
  readonly trafficPolicy?: Readonly<Record<string, unknown>> & { readonly tls?: never };
  /**
   * Namespaces whose clients use the rule.
   *
   * @default - all of them
   */
  readonly exportTo?: readonly string[];
}

/** Spec of a DestinationRule in Istio's format. */
export interface DestinationRuleSpec {
  /** The host that it configures, as a full name. */
  readonly host: string;
  /** Namespaces whose clients use the rule; `.` is its own. */
  readonly exportTo?: readonly string[];
  /** How clients connect to the host. */
  readonly trafficPolicy: { readonly tls: ClientTlsSpec; readonly [setting: string]: unknown };
}

/**
 * Overrides how clients connect to one host. In the mesh, clients choose mTLS automatically; a rule is needed only
 * where they cannot: a namespace with mTLS disabled, headless services with mixed endpoints, a server whose SPIFFE ID
 * is not that of its ServiceAccount.
 */
export class DestinationRule extends Construct {
  /**
   * The manifest as plain data, without a construct.
   *
   * @throws InvalidInputError if the host is not a valid host name
   */
  public static manifest(
    props: DestinationRuleProps,
    where = 'DestinationRule.manifest',
  ): PolicyManifest<DestinationRuleSpec> {
    if (props.host !== '*' && !isDnsSubdomain(props.host.replace(/^\*\./, ''))) {
      throw new InvalidInputError({
        where,
        problem: 'not a valid host name',
        value: props.host,
        allowed: 'a DNS name without scheme and port, such as "catalogue.sock-shop.svc.cluster.local"',
      });
    }
    return {
      apiVersion: ISTIO_NETWORKING_V1,
      kind: 'DestinationRule',
      metadata: { name: props.name, namespace: props.namespace },
      spec: {
        host: props.host,
        ...(props.exportTo && { exportTo: [...props.exportTo] }),
        trafficPolicy: { ...props.trafficPolicy, tls: props.tls.spec },
      },
    };
  }

  /** The object itself, for patches. */
  public readonly resource: ApiObject;

  /** @throws InvalidInputError if the host is not a valid host name */
  public constructor(scope: Construct, id: string, props: DestinationRuleProps) {
    super(scope, id);
    this.resource = addObject(this, 'Resource', { ...DestinationRule.manifest(props, this.node.path) });
  }
}
