import { listAt, objectAt, textAt } from '../../../../base/json';
import { toPointer } from '../../../../base/json-pointer';
import { type InjectionTemplate, TEMPLATES_POINTER } from '../../../../model/cluster/injection-template';
import { isGatewayValues } from '../../../../model/cluster/install-values';
import type { Manifest } from '../../../../model/documents/manifest';
import {
  PROXY_CONTAINER,
  STOCK_TEMPLATES,
  TEMPLATES_ANNOTATION,
  templateNames,
} from '../../../../upstream/istio/injection';
import {
  CA_ADDRESS_VARIABLE,
  CA_PROVIDER_VARIABLE,
  CERT_PROVIDER_VARIABLE,
} from '../../../../upstream/istio/proxy-volumes';
import type { CheckContext } from '../../context/check-context';
import { oncePerContext } from '../../context/once-per-context';
import { defineRule } from '../../rule';
import { deployment, OVERLAY, stream, withTemplate } from '../examples';

/** Variables that name a CA for a proxy (istio/istio pkg/istio-agent/agent.go). */
const CA_VARIABLES: ReadonlySet<string> = new Set([CA_ADDRESS_VARIABLE, CA_PROVIDER_VARIABLE, CERT_PROVIDER_VARIABLE]);

/** A place that chooses templates for pods. */
interface TemplateChoice {
  readonly manifest: Manifest;
  readonly pointer: string;
  readonly names: readonly string[];
}

/** Every such place: annotations of pods, and the values of gateway charts, whose pods carry them too. */
const choices = oncePerContext((context): readonly TemplateChoice[] => {
  const ofPods = context.workloads.flatMap((workload): TemplateChoice[] => {
    if (workload.annotations[TEMPLATES_ANNOTATION] === undefined) return [];
    const pointer = workload.podPointer + TEMPLATES_POINTER;
    return [{ manifest: workload.manifest, pointer, names: context.templatesOf(workload) ?? [] }];
  });
  const ofCharts = context.installValues
    .filter(({ body }) => isGatewayValues(body))
    .map(({ manifest, body, pointer }) => ({
      manifest,
      pointer: pointer + toPointer('podAnnotations', TEMPLATES_ANNOTATION),
      names: templateNames(textAt(body, 'podAnnotations', TEMPLATES_ANNOTATION) ?? ''),
    }));
  return [...ofPods, ...ofCharts];
});

/** The lists of templates for pods that choose none: in values, and in the configuration of a running injector. */
function defaultLists({ installValues, manifests }: CheckContext) {
  const inValues = installValues.map(({ manifest, body, pointer }) => ({
    manifest,
    body: listAt(body, 'sidecarInjectorWebhook', 'defaultTemplates'),
    pointer: `${pointer}/sidecarInjectorWebhook/defaultTemplates`,
  }));
  const running = manifests.ofKind('InjectorConfig').map((manifest) => ({
    manifest,
    body: listAt(manifest.body, 'defaultTemplates'),
    pointer: '/defaultTemplates',
  }));
  return [...inValues, ...running];
}

/** Where a template names the proxy without being a whole proxy template, which has an image. */
function proxyEntries({ manifest, spec }: InjectionTemplate) {
  return ['containers', 'initContainers'].flatMap((list) =>
    listAt(spec, list).flatMap((container, index) =>
      textAt(container, 'name') === PROXY_CONTAINER && textAt(container, 'image') === undefined
        ? [{ manifest, list, pointer: `/spec/${list}/${index}` }]
        : [],
    ),
  );
}

const CONTAINERS_OVERLAY = `spec:
  containers:
    - name: istio-proxy
      volumeMounts:
        - name: workload-socket
          mountPath: /var/run/secrets/workload-spiffe-uds
  volumes:
    - name: workload-socket
      csi: {driver: csi.spiffe.io, readOnly: true}
`;

const SWITCHING_OVERLAY = `spec:
  {{- if .NativeSidecars }}
  initContainers:
  {{- else }}
  containers:
  {{- end }}
    - name: istio-proxy
      env: [{name: A, value: b}]
${OVERLAY.replace('spec:\n', '')}`;

const CA_OVERLAY = `spec:
  containers:
    - name: istio-proxy
      env:
        - {name: CA_ADDR, value: "unix:///run/secrets/workload-spiffe-uds/socket"}
${OVERLAY.replace('spec:\n', '')}`;

const annotated = (templates: string) =>
  deployment('front-end', `annotations:\n  ${TEMPLATES_ANNOTATION}: ${templates}`, '');

/** Injection templates, and the annotation that chooses them. */
export const TEMPLATE_RULES = [
  defineRule({
    id: 'overlay-lists-proxy-container',
    subject: 'Injection templates',
    since: '0.1.0',
    severity: 'error',
    title: 'Custom injection template names istio-proxy',
    found: 'template "{template}" names istio-proxy under {list}',
    why: 'The proxy is a container or, as a native sidecar, an init container; in the wrong list the entry becomes a second istio-proxy without an image, and the API server refuses the pod. Which list is right depends on the nodes.',
    fix: 'set only the volume under spec.volumes, and set environment variables of the proxy in meshConfig.defaultConfig.proxyMetadata',
    source: 'istio/istio#56438, istio/istio#56455, pkg/kube/inject/testdata/inject/sidecar-spire.yaml.injected',
    wrong: withTemplate(CONTAINERS_OVERLAY),
    right: withTemplate(OVERLAY),
    check({ injector }, report) {
      for (const template of injector.templates) {
        if (template.switchesOnNative) continue;
        for (const { manifest, list, pointer } of proxyEntries(template)) {
          report(manifest, pointer, { template: template.name, list });
        }
      }
    },
  }),
  defineRule({
    id: 'overlay-init-with-gateway',
    subject: 'Injection templates',
    since: '0.1.0',
    severity: 'error',
    sureWith: 'one cluster',
    title: 'Custom injection template for native sidecars on a gateway',
    found: '"gateway" is combined with "{template}", which writes istio-proxy under initContainers',
    why: 'A gateway proxy is always a regular container: the pod loses it, or has two, and is refused.',
    fix: 'use an overlay that only has volumes',
    source: 'istio/istio pkg/kube/inject/webhook.go (RunTemplate), istio/istio#57599',
    wrong: stream(withTemplate(SWITCHING_OVERLAY), annotated('"gateway,spire"')),
    right: stream(withTemplate(OVERLAY), annotated('"gateway,spire"')),
    check(context, report) {
      for (const { manifest, pointer, names } of choices(context)) {
        if (!names.includes('gateway')) continue;
        for (const name of names) {
          const template = context.injector.byName.get(name);
          if (!template || name === 'gateway') continue;
          const inInit = proxyEntries(template).some(({ list }) => list === 'initContainers');
          if (inInit || (template.switchesOnNative && template.manifest.text?.includes('initContainers'))) {
            report(manifest, pointer, { template: name });
          }
        }
      }
    },
  }),
  defineRule({
    id: 'overlay-unknown-top-level',
    subject: 'Injection templates',
    since: '0.1.0',
    severity: 'error',
    title: 'Injection template with keys other than metadata and spec',
    found: 'template "{template}" has "{key}" at the top level',
    why: 'The result is decoded as a Pod, and fields that a Pod does not have are silently dropped.',
    fix: 'write labels and annotations under metadata',
    source: 'istio/istio pkg/kube/inject/webhook.go',
    wrong: withTemplate(`labels:\n  team: shop\n${OVERLAY}`),
    right: withTemplate(`metadata:\n  labels:\n    team: shop\n${OVERLAY}`),
    check({ injector }, report) {
      for (const { manifest, name } of injector.templates) {
        for (const key of Object.keys(manifest.body)) {
          if (['metadata', 'spec', 'apiVersion', 'kind'].includes(key) || key.startsWith('__template__')) continue;
          report(manifest, toPointer(key), { template: name, key });
        }
      }
    },
  }),
  defineRule({
    id: 'template-unknown-name',
    subject: 'Injection templates',
    since: '0.1.0',
    severity: 'error',
    sureWith: 'one cluster',
    title: 'Unknown injection template',
    found: 'there is no injection template "{template}"',
    why: 'The injection webhook refuses the pod.',
    fix: 'define the template in the istiod values, or correct the name',
    source: 'istio/istio pkg/kube/inject/inject.go',
    wrong: stream(withTemplate(OVERLAY), annotated('sidecar,spiffe')),
    right: stream(withTemplate(OVERLAY), annotated('sidecar,spire')),
    check(context, report) {
      const { byName, defaultTemplates } = context.injector;
      const isKnown = (name: string) => STOCK_TEMPLATES.has(name) || byName.has(name);
      const isDecided = defaultTemplates !== undefined || context.complete;
      for (const { manifest, pointer, names } of choices(context)) {
        for (const name of names) {
          if (name === '' || (isDecided && !isKnown(name))) report(manifest, pointer, { template: name });
        }
      }
      for (const { manifest, body, pointer } of defaultLists(context)) {
        body.forEach((name, index) => {
          if (typeof name === 'string' && !isKnown(name)) report(manifest, `${pointer}/${index}`, { template: name });
        });
      }
    },
  }),
  defineRule({
    id: 'template-annotation-misplaced',
    subject: 'Injection templates',
    since: '0.1.0',
    aliases: ['template-annotation-on-namespace'],
    severity: 'error',
    title: 'Template annotation is not on the pod template',
    found: `${TEMPLATES_ANNOTATION} is {what}`,
    why: 'The injector reads it only from annotations of pods, so these pods get the default templates and an identity from istiod.',
    fix: "put it on the pod template, or name the overlay in the injector's defaultTemplates",
    source: 'istio/istio pkg/kube/inject/webhook.go',
    wrong: `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  annotations:\n    ${TEMPLATES_ANNOTATION}: sidecar,spire\n`,
    right: annotated('sidecar,spire'),
    check({ manifests, workloads }, report) {
      const above = [
        ...manifests.ofKind('Namespace', ''),
        ...manifests.ofKind('Service', ''),
        ...manifests.ofKind('ServiceAccount', ''),
        ...workloads.filter(({ podPointer }) => podPointer !== '').map(({ manifest }) => manifest),
      ];
      for (const manifest of above) {
        const { annotations, labels } = objectAt(manifest.body, 'metadata');
        const what = `of the ${manifest.kind} itself`;
        if (textAt(annotations, TEMPLATES_ANNOTATION) !== undefined)
          report(manifest, TEMPLATES_POINTER, { what: `an annotation ${what}` });
        if (textAt(labels, TEMPLATES_ANNOTATION) !== undefined)
          report(manifest, toPointer('metadata', 'labels', TEMPLATES_ANNOTATION), { what: `a label ${what}` });
      }
      for (const { manifest, podPointer, labels } of workloads) {
        if (labels[TEMPLATES_ANNOTATION] === undefined) continue;
        const pointer = podPointer + toPointer('metadata', 'labels', TEMPLATES_ANNOTATION);
        report(manifest, pointer, { what: 'a label of the pods, not an annotation' });
      }
    },
  }),
  defineRule({
    id: 'values-injector-under-global',
    subject: 'Injection templates',
    since: '0.1.0',
    severity: 'error',
    title: 'Injector values in the wrong place',
    found: 'sidecarInjectorWebhook is under global',
    why: 'The chart reads them only at the top level of the values: the templates do not exist.',
    fix: 'move sidecarInjectorWebhook to the top level of the values',
    source: 'istio/istio manifests/charts/istio-control/istio-discovery/values.yaml',
    wrong: `meshConfig: {trustDomain: example.teleport.sh}\nglobal:\n  sidecarInjectorWebhook:\n    defaultTemplates: [sidecar, spire]\n`,
    right: `meshConfig: {trustDomain: example.teleport.sh}\nsidecarInjectorWebhook:\n  defaultTemplates: [sidecar]\n`,
    check({ installValues }, report) {
      for (const { manifest, body, pointer } of installValues) {
        if (objectAt(body, 'global').sidecarInjectorWebhook !== undefined) {
          report(manifest, `${pointer}/global/sidecarInjectorWebhook`);
        }
      }
    },
  }),
  defineRule({
    id: 'ca-addr-overridden',
    subject: 'Injection templates',
    since: '0.1.0',
    severity: 'warning',
    title: 'CA settings on a proxy that uses a socket',
    found: '{variable} is set for the proxy',
    why: 'With a Workload API socket the agent creates no CA client, so it has no effect; and Istio has no certificate provider called workloadapi.',
    fix: 'remove {variable}',
    source: 'istio/istio pkg/istio-agent/agent.go, pilot/pkg/bootstrap/server.go',
    wrong: withTemplate(CA_OVERLAY),
    right: withTemplate(OVERLAY),
    check({ injector, installations }, report) {
      for (const { manifest, spec } of injector.templates) {
        for (const list of ['containers', 'initContainers']) {
          listAt(spec, list).forEach((container, index) => {
            if (textAt(container, 'image') !== undefined) return;
            listAt(container, 'env').forEach((entry, at) => {
              const variable = textAt(entry, 'name') ?? '';
              if (CA_VARIABLES.has(variable)) report(manifest, `/spec/${list}/${index}/env/${at}`, { variable });
            });
          });
        }
      }
      for (const installation of installations) {
        for (const variable of Object.keys(installation.proxyMetadata)) {
          if (!CA_VARIABLES.has(variable)) continue;
          const { manifest, pointer } = installation.pointerTo('defaultConfig', 'proxyMetadata', variable);
          report(manifest, pointer, { variable });
        }
      }
    },
  }),
];
