import { field, listAt, objectAt } from '../../base/json';
import {
  AUTO_IMAGE,
  DEFAULT_TEMPLATE,
  GATEWAY_TEMPLATE,
  IGNORED_NAMESPACES,
  NAMESPACE_INJECTION,
  NAMESPACE_INJECTION_LABEL,
  POD_INJECTION_LABEL,
  PROXY_CONTAINER,
  REVISION_LABEL,
  TEMPLATES_ANNOTATION,
  templateNames,
} from '../../upstream/istio/injection';
import type { ManifestSet } from '../documents/manifest-set';
import { type InjectionTemplate, toInjectionTemplate } from './injection-template';
import { findInstallValues, isGatewayValues } from './install-values';
import type { Container, Workload } from './workload';

/** What the injector was told. */
export interface InjectorSettings {
  /** Own templates, once for each file that has them: the same one may be in an IstioOperator and in Helm values. */
  readonly templates: readonly InjectionTemplate[];
  /** Own templates by name. */
  readonly byName: ReadonlyMap<string, InjectionTemplate>;
  /** Templates of pods without the annotation; undefined if no injector configuration is among the manifests. */
  readonly defaultTemplates: readonly string[] | undefined;
  /** Whether namespaces without a label are injected. */
  readonly injectsUnlabelledNamespaces: boolean;
}

/** Puts together what all files say about injection. */
export function findInjectorSettings(manifests: ManifestSet): InjectorSettings {
  const templates = manifests.ofKind('InjectionTemplate').map(toInjectionTemplate);
  const sources = [
    ...findInstallValues(manifests)
      .filter(({ body }) => !isGatewayValues(body))
      .map(({ body }) => objectAt(body, 'sidecarInjectorWebhook')),
    // What a running mesh has comes last, so that it counts most.
    ...manifests.ofKind('InjectorConfig').map(({ body }) => body),
  ];
  let defaultTemplates: readonly string[] | undefined;
  for (const source of sources) {
    const listed = listAt(source, 'defaultTemplates').filter((name) => typeof name === 'string' && name !== '');
    if (listed.length > 0) defaultTemplates = listed as readonly string[];
    else defaultTemplates ??= [DEFAULT_TEMPLATE];
  }
  return {
    templates,
    byName: new Map(templates.map((template) => [template.name, template])),
    defaultTemplates,
    injectsUnlabelledNamespaces: sources.some((source) => field(source, 'enableNamespacesByDefault') === true),
  };
}

/** Whether the injector puts a proxy into pods. */
export type Injection =
  | { readonly injected: true }
  /** Why it leaves them alone, as a clause. */
  | { readonly injected: false; readonly because: string }
  /** Their namespace is not among the manifests, and they do not say themselves. */
  | { readonly injected: undefined };

/**
 * Whether a workload's pods get a proxy (istio/istio pkg/kube/inject/inject.go `injectRequired`,
 * manifests/charts/istio-control/istio-discovery/templates/mutatingwebhook.yaml).
 *
 * @param namespaceLabels labels of the workload's namespace; undefined if that is not among the manifests
 */
export function injectionOf(
  { namespace: name, podSpec, labels, annotations }: Workload,
  namespaceLabels: Readonly<Record<string, string>> | undefined,
  { injectsUnlabelledNamespaces }: InjectorSettings,
): Injection {
  if (podSpec.hostNetwork === true) return no('its pods use the host network');
  if (IGNORED_NAMESPACES.has(name)) return no(`the injector ignores namespace ${name}`);
  const label = labels[POD_INJECTION_LABEL];
  const around = namespaceLabels ?? {};
  if (around[NAMESPACE_INJECTION_LABEL] === NAMESPACE_INJECTION.off) {
    return no(`its namespace has ${NAMESPACE_INJECTION_LABEL}: ${NAMESPACE_INJECTION.off}`);
  }
  if ((label ?? annotations[POD_INJECTION_LABEL]) === 'false') {
    return no(`its pods have ${POD_INJECTION_LABEL}: "false"`);
  }
  if (around[NAMESPACE_INJECTION_LABEL] === NAMESPACE_INJECTION.on || around[REVISION_LABEL] !== undefined) {
    return { injected: true };
  }
  // Without a namespace label the webhook is only called for pods with a label; it never sees an annotation.
  if (label === 'true' || labels[REVISION_LABEL] !== undefined || injectsUnlabelledNamespaces)
    return { injected: true };
  return namespaceLabels === undefined ? { injected: undefined } : no(`namespace ${name} has no injection label`);
}

/** Whether a proxy stands in the manifest already; `auto` is an image that the injector replaces. */
export function hasOwnProxy({ containers, initContainers }: Workload): boolean {
  return containers.some(isProxy) || initContainers.some(isProxy);
}

/**
 * Whether the pods are a gateway: made by the template for them, or with a proxy that says so (istio/istio
 * manifests/charts/gateways). What their ports speak is up to Gateways, whatever their Service calls them.
 */
export function isGateway({ annotations, containers }: Workload): boolean {
  if (templateNames(annotations[TEMPLATES_ANNOTATION] ?? '').includes(GATEWAY_TEMPLATE)) return true;
  return containers.some((one) => isProxy(one) && listAt(one.body, 'args').includes('router'));
}

function isProxy({ name, image }: Container): boolean {
  return name === PROXY_CONTAINER && image !== AUTO_IMAGE;
}

function no(because: string): Injection {
  return { injected: false, because };
}
