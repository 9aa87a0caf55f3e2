import { textAt } from '../../../../base/json';
import type { Installation } from '../../../../model/installation/installation';
import { EAST_WEST_CLASS, INGRESS_CLASS, WAYPOINT_CLASS } from '../../../../upstream/istio/gateway-classes';
import { AMBIENT_VARIABLE } from '../../../../upstream/istio/istiod-environment';
import { readBool } from '../../../../upstream/istio/parse-bool';
import { GATEWAY_API } from '../../../../upstream/kubernetes/api-groups';
import type { CheckContext } from '../../context/check-context';
import { defineRule } from '../../rule';
import { OVERLAY, stream, withTemplate } from '../examples';

/** Classes that istiod makes with ambient mode only (istio/istio pilot/pkg/config/kube/gatewaycommon/classinfo.go). */
const AMBIENT_CLASSES: ReadonlySet<string> = new Set([WAYPOINT_CLASS, EAST_WEST_CLASS]);

/** Profiles that set the variable (istio/istio manifests/helm-profiles). */
const AMBIENT_PROFILE = /(?:^|-)ambient$/;

const gateway = (className: string, listener: string) =>
  `apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: waypoint, namespace: shop}\nspec: {gatewayClassName: ${className}, listeners: [{name: mesh, ${listener}}]}\n`;

/** Whether istiod surely has no such classes; a profile or a part that the files do not show may switch them on. */
function hasNoAmbient(installation: Installation, profiles: readonly string[]): boolean {
  if (installation.incomplete !== undefined || profiles.some((profile) => AMBIENT_PROFILE.test(profile))) return false;
  const setting = installation.variable(AMBIENT_VARIABLE)?.setting;
  return setting === undefined || readBool(setting) === false;
}

function profilesOf({ manifests, installValues }: CheckContext): readonly string[] {
  return [
    ...manifests.ofKind('IstioOperator').map(({ body }) => textAt(body, 'spec', 'profile') ?? ''),
    ...installValues.flatMap(({ body }) => [textAt(body, 'profile') ?? '', textAt(body, 'global', 'profile') ?? '']),
  ];
}

/** Gateways that nobody deploys. */
export const WAYPOINT_RULES = [
  defineRule({
    id: 'waypoint-class-missing',
    subject: 'Gateways and mixed meshes',
    since: '0.1.0',
    severity: 'error',
    title: 'Waypoint never starts',
    found: 'Gateway "{name}" has the class {className}, which this istiod does not provide',
    why: 'istiod offers the class only with PILOT_ENABLE_AMBIENT: the Gateway waits without an address, and nothing is deployed for it.',
    fix: 'remove the Gateway: sidecars send nothing through a waypoint, and ambient mode cannot use certificates from a Workload API',
    source: 'istio/istio pilot/pkg/config/kube/gatewaycommon/classinfo.go, pilot/pkg/features/ambient.go',
    wrong: stream(withTemplate(OVERLAY), gateway(WAYPOINT_CLASS, 'port: 15008, protocol: HBONE')),
    right: stream(withTemplate(OVERLAY), gateway(INGRESS_CLASS, 'port: 80, protocol: HTTP')),
    check(context, report) {
      const { installations, manifests } = context;
      const profiles = profilesOf(context);
      if (installations.length === 0 || !installations.every((each) => hasNoAmbient(each, profiles))) return;
      for (const manifest of manifests.ofKind('Gateway', GATEWAY_API)) {
        const className = textAt(manifest.body, 'spec', 'gatewayClassName') ?? '';
        if (!AMBIENT_CLASSES.has(className) || manifests.find('GatewayClass', undefined, className)) continue;
        report(manifest, '/spec/gatewayClassName', { name: manifest.name, className });
      }
    },
  }),
];
