import { field, type JsonObject, listAt, objectAt, scalarText, textAt } from '../../base/json';
import { DEFAULT_TEMPLATE } from '../../upstream/istio/injection';
import {
  DEFAULT_REVISION,
  INJECTION_WEBHOOK_SUFFIX,
  type InjectionWebhook,
  injectionWebhooks,
} from '../../upstream/istio/injection-webhook';
import type { CaptureSettings } from '../../upstream/istio/port-capture';
import { DEFAULT_STATUS_PORT, type MetricsSettings } from '../../upstream/istio/scrape-annotations';
import { ADMISSION } from '../../upstream/kubernetes/api-groups';
import { type LabelSelector, readLabelSelector } from '../../upstream/kubernetes/label-selector';
import type { Manifest } from '../documents/manifest';
import type { ManifestSet } from '../documents/manifest-set';
import type { Installation } from '../installation/installation';
import { type InjectionTemplate, toInjectionTemplate } from './injection-template';
import { findInstallValues, isGatewayValues } from './install-values';

/** The settings of the injector and its webhooks. */
export interface InjectorSettings {
  /** User-defined templates, once for each file that has them: the same one may be in an IstioOperator and in Helm values. */
  readonly templates: readonly InjectionTemplate[];
  /** Own templates by name. */
  readonly byName: ReadonlyMap<string, InjectionTemplate>;
  /** Templates of pods without the annotation; undefined if no injector configuration is among the manifests. */
  readonly defaultTemplates: readonly string[] | undefined;
  /** Aliases of several templates. */
  readonly aliases: ReadonlyMap<string, readonly string[]>;
  /** Its webhooks: those among the manifests, and those that the installations among them make. */
  readonly webhooks: readonly InjectionWebhook[];
  /** `global.proxy.autoInject`: with anything but `enabled` only pods that ask for it are injected. */
  readonly policy: string;
  /** Pods that it does not inject unless their labels request it. */
  readonly neverInject: readonly LabelSelector[];
  /** Pods that it injects whatever the policy, unless their labels disable it. */
  readonly alwaysInject: readonly LabelSelector[];
  /** Whether HTTP probes of the kubelet are sent through the agent. */
  readonly rewritesProbes: boolean;
  /** The traffic of pods that proxies intercept by default. */
  readonly capture: CaptureSettings;
  /** What decides on the metrics of pods. */
  readonly metrics: MetricsSettings;
}

/** Combines the injection settings of all files. */
export function findInjectorSettings(manifests: ManifestSet, installations: readonly Installation[]): InjectorSettings {
  const templates = manifests.ofKind('InjectionTemplate').map(toInjectionTemplate);
  const values = findInstallValues(manifests).filter(({ manifest, body }) => isIstiod(manifest, body));
  const webhookValues = values.map(({ body }) => objectAt(body, 'sidecarInjectorWebhook'));
  const running = manifests.ofKind('InjectorConfig').map(({ body }) => body);
  // What a running mesh has comes last, so that it counts most.
  const sources = [...webhookValues, ...running];
  let defaultTemplates: readonly string[] | undefined;
  for (const source of sources) {
    const listed = listAt(source, 'defaultTemplates').filter((name) => typeof name === 'string' && name !== '');
    if (listed.length > 0) defaultTemplates = listed as readonly string[];
    else defaultTemplates ??= [DEFAULT_TEMPLATE];
  }
  const policies = [
    ...values.map(({ body }) => scalarText(field(body, 'global', 'proxy', 'autoInject'))),
    ...running.map((body) => scalarText(field(body, 'policy'))),
  ];
  return {
    templates,
    byName: new Map(templates.map((template) => [template.name, template])),
    defaultTemplates,
    aliases: new Map(running.flatMap((body) => Object.entries(objectAt(body, 'aliases')).map(toAlias))),
    webhooks: findWebhooks(manifests, values),
    policy: policies.filter((policy) => policy !== undefined).at(-1) ?? 'enabled',
    neverInject: sources.flatMap((source) => toSelectors(source, 'neverInjectSelector')),
    alwaysInject: sources.flatMap((source) => toSelectors(source, 'alwaysInjectSelector')),
    rewritesProbes: !webhookValues.some((source) => field(source, 'rewriteAppHTTPProbe') === false),
    capture: captureSettings(
      values.map(({ body }) => objectAt(body, 'global', 'proxy')),
      installations,
    ),
    metrics: metricsSettings(installations),
  };
}

/** Whether values are for istiod; those inside an IstioOperator are, even if nothing is in them. */
function isIstiod({ kind }: Manifest, body: JsonObject): boolean {
  if (kind === 'IstioOperator') return true;
  return (
    !isGatewayValues(body) && (['meshConfig', 'sidecarInjectorWebhook', 'pilot'] as const).some((key) => key in body)
  );
}

/** An empty selector selects everything elsewhere; the injector skips it, as it skips a malformed one. */
function toSelectors(source: JsonObject, key: string): readonly LabelSelector[] {
  return listAt(source, key).flatMap((one) => {
    const selector = readLabelSelector(one);
    return selector === undefined || selector.length === 0 ? [] : [selector];
  });
}

function toAlias([name, list]: [string, unknown]): readonly [string, readonly string[]] {
  return [name, Array.isArray(list) ? list.filter((entry) => typeof entry === 'string') : []];
}

/**
 * Without an installation or a webhook among the manifests any revision is taken to have one, as its installation is
 * elsewhere.
 */
function findWebhooks(
  manifests: ManifestSet,
  values: readonly { readonly manifest: Manifest; readonly body: JsonObject }[],
): readonly InjectionWebhook[] {
  const installed = values.flatMap(({ manifest, body }) => webhooksOf(manifest, body));
  const running = manifests
    .ofKind('MutatingWebhookConfiguration', ADMISSION)
    .flatMap(({ body }) => listAt(body, 'webhooks'))
    .filter((webhook) => textAt(webhook, 'name')?.endsWith(INJECTION_WEBHOOK_SUFFIX) === true)
    .flatMap((webhook) => {
      const namespaceSelector = readLabelSelector(field(webhook, 'namespaceSelector'));
      const objectSelector = readLabelSelector(field(webhook, 'objectSelector'));
      return namespaceSelector && objectSelector ? [{ namespaceSelector, objectSelector }] : [];
    });
  const found = [...running, ...installed];
  if (found.length > 0) return found;
  return injectionWebhooks({ revision: undefined, isDefault: true, injectsUnlabelledNamespaces: false });
}

/** istioctl makes a tag `default` for the first revision it installs; Helm makes the tags that the values list. */
function webhooksOf(manifest: Manifest, body: JsonObject): readonly InjectionWebhook[] {
  const injectsUnlabelledNamespaces = field(body, 'sidecarInjectorWebhook', 'enableNamespacesByDefault') === true;
  const isOperator = manifest.kind === 'IstioOperator';
  const named = (isOperator ? textAt(manifest.body, 'spec', 'revision') : undefined) ?? textAt(body, 'revision') ?? '';
  const revision = named === '' ? DEFAULT_REVISION : named;
  const tags = listAt(body, 'revisionTags').filter((tag) => typeof tag === 'string');
  const all = new Set([revision, ...tags, ...(isOperator ? [DEFAULT_REVISION] : [])]);
  return [...all].flatMap((one) =>
    injectionWebhooks({ revision: one, isDefault: one === DEFAULT_REVISION, injectsUnlabelledNamespaces }),
  );
}

const CAPTURE_KEYS = [
  ...['includeInboundPorts', 'excludeInboundPorts', 'includeOutboundPorts', 'excludeOutboundPorts'],
  ...['includeIPRanges', 'excludeIPRanges'],
] as readonly (keyof CaptureSettings)[];

/** Of several files the last that says something counts. */
function captureSettings(proxies: readonly JsonObject[], installations: readonly Installation[]): CaptureSettings {
  const modes = installations.map(({ meshConfig }) => textAt(meshConfig, 'defaultConfig', 'interceptionMode'));
  const interceptionMode = modes.filter((mode) => mode !== undefined).at(-1);
  const said = CAPTURE_KEYS.flatMap((key) => {
    const text = proxies
      .map((proxy) => scalarText(proxy[key]))
      .filter((one) => one !== undefined)
      .at(-1);
    return text === undefined ? [] : [[key, text] as const];
  });
  return { ...Object.fromEntries(said), ...(interceptionMode !== undefined && { interceptionMode }) };
}

function metricsSettings(configs: readonly Installation[]): MetricsSettings {
  const ports = configs.map(({ meshConfig }) => field(meshConfig, 'defaultConfig', 'statusPort'));
  return {
    mergesMetrics: !configs.some(({ meshConfig }) => field(meshConfig, 'enablePrometheusMerge') === false),
    statusPort: ports.find((port) => typeof port === 'number') ?? DEFAULT_STATUS_PORT,
  };
}
