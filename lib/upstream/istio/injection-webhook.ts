import type { LabelRequirement, LabelSelector } from '../kubernetes/label-selector';
import { NAMESPACE_NAME_LABEL } from '../kubernetes/names';
import {
  IGNORED_NAMESPACES,
  NAMESPACE_INJECTION,
  NAMESPACE_INJECTION_LABEL,
  POD_INJECTION_LABEL,
  REVISION_LABEL,
} from './injection';

/** The revision of an installation that names none. */
export const DEFAULT_REVISION = 'default';

/** End of the names of the injector's webhooks. */
export const INJECTION_WEBHOOK_SUFFIX = 'sidecar-injector.istio.io';

/** A webhook of the injector: the API server calls it for a new pod where both selectors match. */
export interface InjectionWebhook {
  /** For labels of the namespace. */
  readonly namespaceSelector: LabelSelector;
  /** For labels of the pod. */
  readonly objectSelector: LabelSelector;
}

/** What decides on the webhooks of one installation. */
export interface WebhookSettings {
  /** Its revision, or a tag of it; undefined stands for any. */
  readonly revision: string | undefined;
  /** Whether the labels without a revision are its own too. */
  readonly isDefault: boolean;
  /** `sidecarInjectorWebhook.enableNamespacesByDefault`. */
  readonly injectsUnlabelledNamespaces: boolean;
}

const notOff: LabelRequirement = { key: POD_INJECTION_LABEL, operator: 'NotIn', values: ['false'] };

/**
 * The webhooks that Istio's charts make for a revision or a tag (istio/istio
 * manifests/charts/istio-control/istio-discovery/templates/mutatingwebhook.yaml, revision-tags-mwc.yaml).
 */
export function injectionWebhooks(settings: WebhookSettings): readonly InjectionWebhook[] {
  const { revision, isDefault, injectsUnlabelledNamespaces } = settings;
  const ofRevision: LabelRequirement =
    revision === undefined
      ? { key: REVISION_LABEL, operator: 'Exists', values: [] }
      : { key: REVISION_LABEL, operator: 'In', values: [revision] };
  const unlabelled = [absent(NAMESPACE_INJECTION_LABEL), absent(REVISION_LABEL)];
  const byRevision = [
    { namespaceSelector: [ofRevision, absent(NAMESPACE_INJECTION_LABEL)], objectSelector: [notOff] },
    { namespaceSelector: unlabelled, objectSelector: [notOff, ofRevision] },
  ];
  if (!isDefault) return byRevision;
  const on: LabelRequirement = { key: NAMESPACE_INJECTION_LABEL, operator: 'In', values: [NAMESPACE_INJECTION.on] };
  const asked: LabelRequirement = { key: POD_INJECTION_LABEL, operator: 'In', values: ['true'] };
  const byLabel = [
    { namespaceSelector: [on], objectSelector: [notOff] },
    { namespaceSelector: unlabelled, objectSelector: [asked, absent(REVISION_LABEL)] },
  ];
  if (!injectsUnlabelledNamespaces) return [...byRevision, ...byLabel];
  const notSystem: LabelRequirement = {
    key: NAMESPACE_NAME_LABEL,
    operator: 'NotIn',
    values: [...IGNORED_NAMESPACES],
  };
  const automatic = {
    namespaceSelector: [...unlabelled, notSystem],
    objectSelector: [absent(POD_INJECTION_LABEL), absent(REVISION_LABEL)],
  };
  return [...byRevision, ...byLabel, automatic];
}

function absent(key: string): LabelRequirement {
  return { key, operator: 'DoesNotExist', values: [] };
}
