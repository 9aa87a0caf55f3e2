import { field, type JsonValue, listAt, textAt } from '../../base/json';
import { toPointer } from '../../base/json-pointer';
import {
  EGRESS_GATEWAY,
  GATEWAY_ACCOUNT_ANNOTATION,
  GATEWAY_CLASSES,
  GATEWAY_NAME_ANNOTATION,
  INGRESS_GATEWAY,
  PROFILE_GATEWAYS,
} from '../../upstream/istio/gateway-classes';
import { ISTIO_NAMESPACE } from '../../upstream/istio/mesh-config';
import type { Manifest } from '../documents/manifest';

/** How the pods of a gateway are called that an installer or istiod makes. */
export interface GatewayNames {
  readonly name: string;
  readonly namespace: string;
  readonly serviceAccount: string;
}

/** A gateway of an IstioOperator. */
export interface OperatorGateway extends GatewayNames {
  /** Its entry among the components; what a profile brings has one of its own. */
  readonly gateway: JsonValue;
  /** JSON pointer to it, or to what stands for it. */
  readonly pointer: string;
  /** Name of the gateway of its kind that profiles have. */
  readonly kind: typeof INGRESS_GATEWAY | typeof EGRESS_GATEWAY;
}

/** The gateways that istioctl makes of an IstioOperator, those of its profile among them (istio/istio manifests/charts/gateways). */
export function operatorGateways({ body, namespace }: Manifest): readonly OperatorGateway[] {
  const inProfile = PROFILE_GATEWAYS.get(textAt(body, 'spec', 'profile') ?? 'default') ?? [];
  return (['ingressGateways', 'egressGateways'] as const).flatMap((component) => {
    const listed = listAt(body, 'spec', 'components', component);
    const isListed = new Set(listed.map((gateway) => textAt(gateway, 'name')));
    const kind = component === 'ingressGateways' ? INGRESS_GATEWAY : EGRESS_GATEWAY;
    const all = listed.map((gateway, index) => {
      return { gateway, pointer: toPointer('spec', 'components', component, String(index)) };
    });
    if (inProfile.includes(kind) && !isListed.has(kind))
      all.push({ gateway: { name: kind, enabled: true }, pointer: '/spec' });
    return all.flatMap(({ gateway, pointer }): OperatorGateway[] => {
      const name = textAt(gateway, 'name');
      const isOn = field(gateway, 'enabled') ?? (name !== undefined && inProfile.includes(name));
      if (name === undefined || isOn !== true) return [];
      const place = textAt(gateway, 'namespace') ?? textAt(body, 'spec', 'namespace') ?? namespace ?? ISTIO_NAMESPACE;
      return [{ gateway, pointer, kind, name, namespace: place, serviceAccount: `${name}-service-account` }];
    });
  });
}

/**
 * What istiod makes for a Gateway of the Gateway API, waypoints among them: the class is in the names of ordinary gateways only
 * (istio/istio pilot/pkg/config/kube/gatewaycommon `GetDefaultName`).
 */
export function gatewayApiNames({ body, name, namespace }: Manifest): GatewayNames {
  const className = textAt(body, 'spec', 'gatewayClassName') ?? '';
  const made = GATEWAY_CLASSES.get(className)?.namesEndInClass ? `${name}-${className}` : name;
  const annotation = (key: string) => textAt(body, 'metadata', 'annotations', key);
  return {
    name: annotation(GATEWAY_NAME_ANNOTATION) ?? made,
    namespace: namespace ?? 'default',
    serviceAccount: annotation(GATEWAY_ACCOUNT_ANNOTATION) ?? made,
  };
}
