import { field, textAt } from '../../../../base/json';
import { toPointer } from '../../../../base/json-pointer';
import type { Manifest } from '../../../../model/documents/manifest';
import { CLASS_DEFAULTS_LABEL, WAYPOINT_CLASS, WAYPOINT_CONTROLLER } from '../../../../upstream/istio/gateway-classes';
import { DATAPLANE_MODE_LABEL, NAMESPACE_INJECTION_LABEL } from '../../../../upstream/istio/injection';
import { GATEWAY_API } from '../../../../upstream/kubernetes/api-groups';
import { ZTUNNEL_IMAGE } from '../../../../upstream/kubernetes/known-images';
import type { CheckContext } from '../../context/check-context';
import { defineRule } from '../../rule';
import { OVERLAY, stream, withTemplate } from '../examples';

const namespace = (labels: string) =>
  `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  labels: {${labels}}\n`;

/** What of ambient mode something is or brings. */
interface AmbientPart {
  readonly manifest: Manifest;
  readonly pointer: string;
  readonly how: string;
}

function enrolled({ manifests, workloads }: CheckContext): readonly AmbientPart[] {
  const pointer = toPointer('metadata', 'labels', DATAPLANE_MODE_LABEL);
  const how = 'is in ambient mode';
  return [
    ...manifests
      .ofKind('Namespace', '')
      .filter(({ body }) => textAt(body, 'metadata', 'labels', DATAPLANE_MODE_LABEL) === 'ambient')
      .map((manifest) => ({ manifest, pointer, how })),
    ...workloads
      .filter(({ labels }) => labels[DATAPLANE_MODE_LABEL] === 'ambient')
      .map(({ manifest, podPointer }) => ({ manifest, pointer: podPointer + pointer, how })),
  ];
}

/** Names of gateway classes that have defaults for the Deployments istiod makes. */
function classesWithDefaults({ manifests }: CheckContext): ReadonlySet<string | undefined> {
  const labels = ['metadata', 'labels', CLASS_DEFAULTS_LABEL];
  return new Set(manifests.ofKind('GatewayPatch').map(({ container }) => textAt(container?.manifest.body, ...labels)));
}

/**
 * Waypoints as istiod makes them: gateways of a class of their own, or of one that the same controller keeps. Those with
 * parameters can have the socket, and then not istiod's certificates.
 */
function waypoints(context: CheckContext): readonly AmbientPart[] {
  const { manifests } = context;
  const isWaypointClass = (name: string) => {
    const gatewayClass = manifests.find('GatewayClass', undefined, name);
    const controller = textAt(gatewayClass?.body, 'spec', 'controllerName');
    return controller === undefined ? name === WAYPOINT_CLASS : controller === WAYPOINT_CONTROLLER;
  };
  const withDefaults = classesWithDefaults(context);
  return manifests
    .ofKind('Gateway', GATEWAY_API)
    .filter(({ body }) => {
      const name = textAt(body, 'spec', 'gatewayClassName') ?? '';
      const hasParameters = field(body, 'spec', 'infrastructure', 'parametersRef') !== undefined;
      return isWaypointClass(name) && !hasParameters && !withDefaults.has(name);
    })
    .map((manifest) => ({
      manifest,
      pointer: '/spec/gatewayClassName',
      how: "is a waypoint with istiod's certificates",
    }));
}

/** Profiles that bring ztunnel, as the charts and istioctl name them (istio/istio manifests/helm-profiles). */
const AMBIENT_PROFILE = /^(?:openshift-)?ambient$/;

function ztunnels({ manifests, installValues, workloads }: CheckContext): readonly AmbientPart[] {
  const how = 'installs ztunnel';
  return [
    ...manifests.ofKind('IstioOperator').flatMap((manifest) => {
      const isEnabled = field(manifest.body, 'spec', 'components', 'ztunnel', 'enabled');
      if (isEnabled === true) return [{ manifest, pointer: '/spec/components/ztunnel/enabled', how }];
      const isProfile = AMBIENT_PROFILE.test(textAt(manifest.body, 'spec', 'profile') ?? '');
      return isProfile && isEnabled !== false ? [{ manifest, pointer: '/spec/profile', how }] : [];
    }),
    ...installValues
      .filter(
        ({ manifest, body }) => manifest.kind === 'HelmValues' && AMBIENT_PROFILE.test(textAt(body, 'profile') ?? ''),
      )
      .map(({ manifest, pointer }) => ({ manifest, pointer: `${pointer}/profile`, how: 'prepares Istio for ztunnel' })),
    ...workloads.flatMap(({ manifest, containers }) =>
      containers
        .filter(({ image }) => ZTUNNEL_IMAGE.test(image))
        .map(({ pointer }) => ({ manifest, pointer: `${pointer}/image`, how: 'runs ztunnel' })),
    ),
  ];
}

/** Istio without sidecars. */
export const AMBIENT_RULES = [
  defineRule({
    id: 'ambient-unsupported',
    subject: 'Ambient mode',
    since: '0.1.0',
    severity: 'error',
    sureWith: 'one cluster',
    yieldsTo: ['waypoint-class-missing'],
    title: 'Ambient mode cannot use identities from a socket',
    found: '{kind} "{name}" {how}',
    why: 'ztunnel gets certificates only from istiod, and so does a waypoint without the socket: they and the sidecars do not trust each other.',
    fix: 'use sidecars, and remove waypoints and ztunnel: sidecars send nothing through a waypoint',
    source: 'istio/ztunnel src/identity, istio/istio#42339, pilot/pkg/xds/endpoints/endpoint_builder.go',
    wrong: stream(withTemplate(OVERLAY), namespace(`${DATAPLANE_MODE_LABEL}: ambient`)),
    right: stream(withTemplate(OVERLAY), namespace(`${NAMESPACE_INJECTION_LABEL}: enabled`)),
    check(context, report) {
      if (!context.usesWorkloadApi) return;
      for (const { manifest, pointer, how } of [...enrolled(context), ...waypoints(context), ...ztunnels(context)]) {
        report(manifest, pointer, { kind: manifest.kind, name: manifest.name, how });
      }
    },
  }),
];
