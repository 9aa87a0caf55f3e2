import { listAt } from '../../base/json';
import {
  AUTO_IMAGE,
  GATEWAY_TEMPLATE,
  IGNORED_NAMESPACES,
  NAMESPACE_INJECTION,
  NAMESPACE_INJECTION_LABEL,
  POD_INJECTION_LABEL,
  PROXY_CONTAINER,
  REVISION_LABEL,
  STOCK_TEMPLATES,
  TEMPLATES_ANNOTATION,
  templateNames,
} from '../../upstream/istio/injection';
import { annotationProblem, userVolumeProblem } from '../../upstream/istio/pod-annotations';
import { scrapeProblem } from '../../upstream/istio/scrape-annotations';
import { selectorMatches } from '../../upstream/kubernetes/label-selector';
import { NAMESPACE_NAME_LABEL } from '../../upstream/kubernetes/names';
import type { Target } from '../../upstream/releases/target';
import type { InjectorSettings } from './injector-settings';
import type { Container, Workload } from './workload';

/** What the injector does with pods, which the API server and the injector decide together. */
export type Injection =
  | {
      /** Their templates are applied. */
      readonly kind: 'injected';
      /** Those templates; undefined if the manifests do not state the defaults. */
      readonly templates: readonly string[] | undefined;
    }
  | {
      /** The API server never calls the injector; the reason as a clause. */
      readonly kind: 'not-called';
      readonly because: string;
    }
  | {
      /** The injector is called and does not change them; the reason as a clause. */
      readonly kind: 'untouched';
      readonly because: string;
    }
  | {
      /** The injector rejects them, so they are never created; the reason as a clause. */
      readonly kind: 'refused';
      readonly because: string;
    }
  | {
      /** Their namespace is not in the manifests, and their own labels do not decide it. */
      readonly kind: 'unknown';
      readonly templates: readonly string[] | undefined;
    };

/**
 * What the injector does with a workload's pods: the selectors of its webhooks come first, then its own policy, then the
 * templates (istio/istio manifests/charts/istio-control/istio-discovery/templates/mutatingwebhook.yaml,
 * pkg/kube/inject/inject.go `injectRequired`, pkg/kube/inject/webhook.go).
 *
 * @param namespaceLabels labels of the workload's namespace; undefined if that is not among the manifests
 */
export function injectionOf(
  workload: Workload,
  namespaceLabels: Readonly<Record<string, string>> | undefined,
  settings: InjectorSettings,
  target: Target,
): Injection {
  const called = isCalled(workload, namespaceLabels, settings);
  if (called === false) return { kind: 'not-called', because: whyNotCalled(workload, namespaceLabels ?? {}) };
  const untouched = whyUntouched(workload, settings);
  if (untouched !== undefined) return { kind: 'untouched', because: untouched };
  const templates = templatesOf(workload, settings);
  const refused = whyRefused(workload, templates, settings, target);
  if (refused !== undefined) return { kind: 'refused', because: refused };
  return { kind: called === undefined ? 'unknown' : 'injected', templates };
}

/** Whether the API server asks the injector; undefined if that hangs on the namespace, which is not known. */
function isCalled(
  { namespace, labels }: Workload,
  namespaceLabels: Readonly<Record<string, string>> | undefined,
  { webhooks }: InjectorSettings,
): boolean | undefined {
  const around = { ...namespaceLabels, [NAMESPACE_NAME_LABEL]: namespace };
  const asked = webhooks.filter(({ objectSelector }) => selectorMatches(objectSelector, labels));
  if (asked.some(({ namespaceSelector }) => selectorMatches(namespaceSelector, around))) return true;
  return namespaceLabels === undefined && asked.length > 0 ? undefined : false;
}

function whyNotCalled({ namespace, labels }: Workload, around: Readonly<Record<string, string>>): string {
  const choice = around[NAMESPACE_INJECTION_LABEL];
  if (labels[POD_INJECTION_LABEL] === 'false') return `its pods have ${POD_INJECTION_LABEL}: "false"`;
  if (choice === NAMESPACE_INJECTION.off) return `its namespace has ${NAMESPACE_INJECTION_LABEL}: ${choice}`;
  const unheard = (revision: string) => `the manifests have no injector of revision "${revision}"`;
  if (choice !== undefined && choice !== NAMESPACE_INJECTION.on) {
    return `its namespace has ${NAMESPACE_INJECTION_LABEL}: "${choice}", and Istio accepts only "${NAMESPACE_INJECTION.on}" and "${NAMESPACE_INJECTION.off}"`;
  }
  const revision = around[REVISION_LABEL] ?? labels[REVISION_LABEL];
  if (choice === undefined && revision !== undefined) return unheard(revision);
  return choice === undefined ? `namespace ${namespace} has no injection label` : unheard('default');
}

function whyUntouched({ namespace, podSpec, labels, annotations }: Workload, settings: InjectorSettings) {
  if (podSpec.hostNetwork === true) return 'its pods use the host network';
  if (IGNORED_NAMESPACES.has(namespace)) return `the injector ignores namespace ${namespace}`;
  const own = labels[POD_INJECTION_LABEL] ?? annotations[POD_INJECTION_LABEL];
  if (own === 'true') return undefined;
  if (own === 'false') return `its pods have ${POD_INJECTION_LABEL}: "false"`;
  if (settings.neverInject.some((selector) => selectorMatches(selector, labels))) {
    return 'neverInjectSelector selects its pods';
  }
  if (settings.policy === 'enabled') return undefined;
  // Any other value than the two is taken for "disabled", even for pods of alwaysInjectSelector.
  const isAlways = settings.alwaysInject.some((selector) => selectorMatches(selector, labels));
  return isAlways && settings.policy === 'disabled' ? undefined : `autoInject is ${settings.policy}`;
}

/** Templates of the pods; undefined if the manifests do not state them. */
export function templatesOf(
  { annotations }: Workload,
  { defaultTemplates, aliases }: Pick<InjectorSettings, 'defaultTemplates' | 'aliases'>,
): readonly string[] | undefined {
  const annotation = annotations[TEMPLATES_ANNOTATION];
  const names = annotation === undefined ? defaultTemplates : templateNames(annotation);
  return aliases.size === 0 ? names : names?.flatMap((name) => aliases.get(name) ?? [name]);
}

function whyRefused(
  { annotations }: Workload,
  templates: readonly string[] | undefined,
  settings: InjectorSettings,
  target: Target,
): string | undefined {
  const unknown = templates?.find((name) => !mayExist(name, settings));
  if (unknown !== undefined) return `injection template "${unknown}" does not exist`;
  const unfit = templates?.find((name) => !settings.byName.has(name) && STOCK_TEMPLATES.get(name)?.isForGateways);
  if (unfit !== undefined) return `template "${unfit}" is for the Gateways that istiod deploys`;
  const value = refusedAnnotation(annotations, templates, settings, target);
  return value && `of ${value.annotation}: ${value.problem}`;
}

/** The annotation for whose value the injector refuses a pod, and why, as a clause; undefined if there is none. */
export function refusedAnnotation(
  annotations: Readonly<Record<string, string>>,
  templates: readonly string[] | undefined,
  { metrics, byName }: Pick<InjectorSettings, 'metrics' | 'byName'>,
  target: Target,
): { readonly annotation: string; readonly problem: string } | undefined {
  const takesVolumes = templates?.some((name) => !byName.has(name) && STOCK_TEMPLATES.get(name)?.takesUserVolumes);
  const volumes = takesVolumes ? userVolumeProblem(annotations) : undefined;
  const scrape = target.has('refusesBadPrometheusAnnotations') ? scrapeProblem(annotations, metrics) : undefined;
  return annotationProblem(annotations) ?? volumes ?? scrape;
}

/** Own templates may be in values that are not among the manifests, unless some are. */
function mayExist(name: string, { byName, templates, defaultTemplates }: InjectorSettings): boolean {
  if (STOCK_TEMPLATES.has(name) || byName.has(name)) return true;
  return name !== '' && (templates.length === 0 || defaultTemplates === undefined);
}

/** The parts of a proxy that a template adds; undefined if the template is unknown. */
export function proxyOfTemplate(
  name: string,
  { byName }: Pick<InjectorSettings, 'byName'>,
): { readonly hasProxy: boolean; readonly hasEnvoy: boolean } | undefined {
  const own = byName.get(name);
  // One that cannot be read is not one without a proxy.
  if (own === undefined || !own.isRead) return STOCK_TEMPLATES.get(name);
  return { hasProxy: own.hasProxy, hasEnvoy: own.hasProxy };
}

/** Whether the manifest already contains a proxy; the injector replaces the image `auto`. */
export function hasOwnProxy(workload: Workload): boolean {
  const { name, image } = ownProxy(workload) ?? {};
  return name !== undefined && image !== AUTO_IMAGE;
}

/** The container of the proxy that stands in the manifest: a whole one, or what the injector is to change about its own. */
export function ownProxy({ containers, initContainers }: Workload): Container | undefined {
  return containers.find(isProxy) ?? initContainers.find(isProxy);
}

/**
 * Whether the pods are a gateway: made by the template for them, or with a proxy that says so (istio/istio
 * manifests/charts/gateways). What their ports speak is up to Gateways, whatever their Service calls them.
 */
export function isGateway(workload: Workload): boolean {
  if (templateNames(workload.annotations[TEMPLATES_ANNOTATION] ?? '').includes(GATEWAY_TEMPLATE)) return true;
  return hasOwnProxy(workload) && listAt(ownProxy(workload)?.body, 'args').includes('router');
}

function isProxy({ name }: Container): boolean {
  return name === PROXY_CONTAINER;
}
