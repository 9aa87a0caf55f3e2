import { field, type JsonValue, listAt, objectAt, textAt } from '../../../../base/json';
import { toPointer } from '../../../../base/json-pointer';
import { TEMPLATES_POINTER } from '../../../../model/cluster/injection-template';
import { isGatewayValues } from '../../../../model/cluster/install-values';
import type { Manifest } from '../../../../model/documents/manifest';
import { CLASS_DEFAULTS_LABEL, GATEWAY_CLASSES } from '../../../../upstream/istio/gateway-classes';
import { GATEWAY_TEMPLATE, TEMPLATES_ANNOTATION, templateNames } from '../../../../upstream/istio/injection';
import { policyField } from '../../../../upstream/istio/policy-fields';
import { SOCKET_VOLUME } from '../../../../upstream/istio/proxy-volumes';
import { GATEWAY_API } from '../../../../upstream/kubernetes/api-groups';
import type { CheckContext } from '../../context/check-context';
import { defineRule } from '../../rule';
import { OVERLAY, stream, withTemplate } from '../examples';

/** Profiles whose ingress gateway is on by default (istio/istio manifests/profiles). */
const PROFILES_WITH_GATEWAY: ReadonlySet<string> = new Set(['default', 'demo']);

const gateway = (templates: string) =>
  `podAnnotations:\n  ${TEMPLATES_ANNOTATION}: "${templates}"\nserviceAccount:\n  name: istio-ingress\n`;

/** Whether any of the templates gives the socket. */
function hasOverlay({ injector }: CheckContext, names: readonly string[]): boolean {
  return names.some((name) => injector.byName.get(name)?.isOverlay === true);
}

/** Gateways an IstioOperator makes itself, without injection, with what is said of their socket volume. */
function operatorGateways(manifest: Manifest): readonly { readonly pointer: string; readonly hasSocket: boolean }[] {
  const components = objectAt(manifest.body, 'spec', 'components');
  const listed = ['ingressGateways', 'egressGateways'].flatMap((kind) =>
    listAt(components, kind).map((body, index) => ({ body, pointer: toPointer('spec', 'components', kind, index) })),
  );
  const enabled = listed.filter(({ body }) => field(body, 'enabled') === true);
  const profile = textAt(manifest.body, 'spec', 'profile') ?? 'default';
  const isListed = listed.some(({ pointer }) => pointer.includes('ingressGateways'));
  if (PROFILES_WITH_GATEWAY.has(profile) && !isListed) return [{ pointer: '/spec/profile', hasSocket: false }];
  return enabled.map(({ body, pointer }) => ({ pointer, hasSocket: patchesSocket(body) }));
}

function patchesSocket(body: JsonValue): boolean {
  const overlays = listAt(body, 'k8s', 'overlays').flatMap((overlay) => listAt(overlay, 'patches'));
  return overlays.some((patch) => {
    const path = textAt(patch, 'path') ?? '';
    return path.includes(SOCKET_VOLUME) || JSON.stringify(field(patch, 'value') ?? '').includes(SOCKET_VOLUME);
  });
}

/** Gateways of a mesh that takes its identities from Teleport. */
export const GATEWAY_RULES = [
  defineRule({
    id: 'gateway-without-identity',
    subject: 'Gateways and mixed meshes',
    since: '0.1.0',
    aliases: ['gateway-socket'],
    severity: 'error',
    sureWith: 'one cluster',
    title: 'Gateway with a certificate from another root',
    found: '{gateway} does not get the Workload API socket',
    why: "It gets its certificate from istiod: neither it nor the workloads trust the other's root, and every backend answers 503.",
    fix: `give its pods the templates "gateway,<overlay>", or make the csi volume the source of workload-socket`,
    source: 'istio/istio#50783, istio/istio#53252',
    wrong: stream(withTemplate(OVERLAY), gateway('gateway')),
    right: stream(withTemplate(OVERLAY), gateway('gateway,spire')),
    check(context, report) {
      if (!context.usesWorkloadApi) return;
      for (const { manifest, body, pointer } of context.installValues) {
        if (manifest.kind === 'IstioOperator') {
          const profileUsed = context.injector.templates.some(({ isOverlay }) => isOverlay);
          for (const { pointer: at, hasSocket } of profileUsed ? operatorGateways(manifest) : []) {
            if (!hasSocket) report(manifest, at, { gateway: 'the gateway istioctl installs' });
          }
        } else if (isGatewayValues(body)) {
          const names = templateNames(textAt(body, 'podAnnotations', TEMPLATES_ANNOTATION) ?? '');
          const volumes = listAt(body, 'volumes').map((volume) => textAt(volume, 'name'));
          if (hasOverlay(context, names) || volumes.includes(SOCKET_VOLUME) || context.injector.templates.length === 0)
            continue;
          report(manifest, pointer + toPointer('podAnnotations', TEMPLATES_ANNOTATION), { gateway: 'the gateway' });
        }
      }
      for (const workload of context.workloads) {
        const annotation = workload.annotations[TEMPLATES_ANNOTATION];
        if (annotation === undefined || !templateNames(annotation).includes(GATEWAY_TEMPLATE)) continue;
        if (context.isEnrolled(workload) !== false) continue;
        const pointer = workload.podPointer + TEMPLATES_POINTER;
        report(workload.manifest, pointer, { gateway: `gateway "${workload.name}"` });
      }
    },
  }),
  defineRule({
    id: 'gateway-api-without-identity',
    subject: 'Gateways and mixed meshes',
    since: '0.1.0',
    severity: 'error',
    title: "Gateway API gateway uses istiod's certificates",
    found: 'Gateway "{name}" has no parameters that give it the Workload API socket',
    why: 'istiod deploys it without injection, so only a ConfigMap with a deployment patch can give it the socket.',
    fix: 'name a ConfigMap with key "deployment" in spec.infrastructure.parametersRef, or label one gateway.istio.io/defaults-for-class: istio',
    source: 'istio/istio pilot/pkg/config/kube/gateway/deploymentcontroller.go',
    needsComplete: true,
    wrong: stream(withTemplate(OVERLAY), gatewayApi('')),
    right: stream(
      withTemplate(OVERLAY),
      gatewayApi('  infrastructure: {parametersRef: {group: "", kind: ConfigMap, name: socket}}\n'),
    ),
    check(context, report) {
      if (!context.usesWorkloadApi) return;
      const hasDefault = context.manifests
        .ofKind('GatewayPatch')
        .some(
          ({ container }) => textAt(container?.manifest.body, 'metadata', 'labels', CLASS_DEFAULTS_LABEL) !== undefined,
        );
      if (hasDefault) return;
      for (const manifest of context.manifests.ofKind('Gateway', GATEWAY_API)) {
        const gatewayClass = GATEWAY_CLASSES.get(textAt(manifest.body, 'spec', 'gatewayClassName') ?? '');
        if (
          gatewayClass?.hasEnvoy !== true ||
          field(manifest.body, 'spec', 'infrastructure', 'parametersRef') !== undefined
        )
          continue;
        report(manifest, '/spec/infrastructure', { name: manifest.name });
      }
    },
  }),
  defineRule({
    id: 'mixed-ca-peers',
    subject: 'Gateways and mixed meshes',
    since: '0.1.0',
    severity: 'error',
    sureWith: 'one cluster',
    title: 'Two workloads with certificates from different roots',
    found: '{peer} may call {workload}, but only {enrolled} gets its identity from Teleport',
    why: 'Automatic mTLS is tried between any two proxies; with different roots each refuses the other, even with PERMISSIVE.',
    fix: 'give both the overlay, or neither',
    source: 'istio/istio#50783, pilot/pkg/xds/endpoints/mtls_checker.go',
    wrong: mixed('sidecar'),
    right: mixed('sidecar,spire'),
    check(context, report) {
      const decided = context.workloads.filter((workload) => context.isInjected(workload) === true);
      const isMixed = new Set(decided.map((workload) => context.isEnrolled(workload) ?? true)).size > 1;
      if (!isMixed) return;
      const states = new Map<string, { readonly name: string; readonly enrolled: boolean }>();
      for (const workload of decided) {
        const enrolled = context.isEnrolled(workload);
        if (enrolled === undefined) continue;
        states.set(`${workload.namespace}/${workload.serviceAccount}`, { name: workload.name, enrolled });
      }
      for (const policy of context.authorizationPolicies) {
        if (policy.action !== 'ALLOW' || policy.hasTargets) continue;
        const namespace = policy.namespace === context.rootNamespace ? undefined : policy.namespace;
        const callees =
          Object.keys(policy.selector).length === 0 ? [] : context.workloadIndex.select(policy.selector, namespace);
        for (const { fields } of policy.rules.flatMap(({ from }) => from)) {
          for (const { name, values, pointer } of fields) {
            if (policyField(name) !== 'principals') continue;
            values.forEach((principal, index) => {
              const [, caller] = /\/ns\/([^/*]+\/sa\/[^/*]+)$/.exec(principal) ?? [];
              const from = states.get((caller ?? '').replace('/sa/', '/'));
              const to = callees
                .map((one) => states.get(`${one.namespace}/${one.serviceAccount}`))
                .find((one) => one && from && one.enrolled !== from.enrolled);
              if (!from || !to) return;
              const values = { peer: from.name, workload: to.name, enrolled: from.enrolled ? from.name : to.name };
              report(policy.manifest, `${pointer}/${index}`, values);
            });
          }
        }
      }
    },
  }),
];

/** A Gateway of the Gateway API, for examples. */
function gatewayApi(infrastructure: string): string {
  return `apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: shop, namespace: shop}\nspec:\n  gatewayClassName: istio\n${infrastructure}  listeners: [{name: http, port: 80, protocol: HTTP}]\n`;
}

/** A caller and a callee, and the policy that lets one call the other, for examples. */
function mixed(callerTemplates: string): string {
  const pods = (name: string, templates: string) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: shop}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata:
      labels: {app: ${name}}
      annotations: {${TEMPLATES_ANNOTATION}: "${templates}"}
    spec:
      serviceAccountName: ${name}
      containers: [{name: app, image: "example.com/app:1.0.0"}]
`;
  const policy = `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: catalogue, namespace: shop}
spec:
  selector: {matchLabels: {app: catalogue}}
  rules:
    - from: [{source: {principals: [example.teleport.sh/ns/shop/sa/front-end]}}]
`;
  return stream(withTemplate(OVERLAY), pods('front-end', callerTemplates), pods('catalogue', 'sidecar,spire'), policy);
}
