import { InvalidInputError } from '../../../base/invalid-input-error';
import { stringifyManifests } from '../../../base/yaml/write-yaml';
import { TEMPLATES_ANNOTATION } from '../../../upstream/istio/injection';
import { SOCKET_VOLUME } from '../../../upstream/istio/proxy-volumes';
import { checkLabels } from '../../../upstream/kubernetes/names';
import { MANAGED_IDENTITY_LABEL } from '../../../upstream/spiffe/csi-driver';
import type { WorkloadApiSocket, WorkloadApiVolumeSource } from '../../../upstream/spiffe/workload-api-socket';

/** Istio's stock injection templates, which mount `workload-socket` and let other templates replace its source. */
export type StockTemplate = 'sidecar' | 'gateway';

/** Options of {@link InjectionOverlay.of}. */
export interface InjectionOverlayOptions {
  /**
   * Labels that every pod gets with the overlay.
   *
   * @default { 'spiffe.io/spire-managed-identity': 'true' } - the label that Istio's SPIRE guide uses for such pods
   */
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * The injection template that mounts the Workload API socket into a pod: it only sets the source of the volume
 * `workload-socket`.
 *
 * It contains no container. Whether istio-proxy is an init container or an ordinary one depends on the nodes, the pod's
 * annotation and the stock template; a template that lists it in one place breaks pods that have it in the other
 * (istio/istio#56438, istio/istio#56455). Both stock templates mount the volume themselves; the proxy's environment
 * variables come from `meshConfig.defaultConfig.proxyMetadata`.
 */
export class InjectionOverlay {
  /**
   * The overlay that mounts a socket over the stock templates.
   *
   * @throws InvalidInputError if the API server would refuse a label
   */
  public static of(socket: WorkloadApiSocket, options: InjectionOverlayOptions = {}): InjectionOverlay {
    const labels = options.labels ?? { [MANAGED_IDENTITY_LABEL]: 'true' };
    checkLabels('InjectionOverlay.of', labels);
    return new InjectionOverlay(socket, labels);
  }

  /** Name of the template in pods and in Istio's configuration. */
  public readonly name = 'spire';

  private constructor(
    /** The socket that pods get. */
    public readonly socket: WorkloadApiSocket,
    /** Labels that every pod gets. */
    public readonly labels: Readonly<Record<string, string>>,
  ) {}

  /** The template: YAML without template actions, applied to the pod with a strategic merge. */
  public get template(): string {
    const labels = Object.fromEntries(Object.entries(this.labels).sort(([a], [b]) => (a < b ? -1 : 1)));
    const metadata = Object.keys(labels).length === 0 ? {} : { metadata: { labels } };
    const text = stringifyManifests([{ ...metadata, spec: { volumes: [workloadSocketVolume(this.socket)] } }]);
    return literal(this.socket.reason === undefined ? text : withReason(text, this.socket.reason));
  }

  /** Value of the annotation `inject.istio.io/templates`: the stock template, then this one. */
  public templatesFor(stock: StockTemplate): string {
    return `${stock},${this.name}`;
  }

  /** The annotation that requests the overlay by name, so that a pod does not depend on the mesh's defaults. */
  public annotationsFor(stock: StockTemplate): Readonly<Record<string, string>> {
    return { [TEMPLATES_ANNOTATION]: this.templatesFor(stock) };
  }
}

/** Istio runs the text as a Go template with every pod's metadata, so no value may bring an action of its own into it. */
function literal(template: string): string {
  if (!template.includes('{{')) return template;
  throw new InvalidInputError({
    where: 'InjectionOverlay.template',
    problem: 'a value would be executed as a Go template action',
    value: template,
    allowed: 'values without "{{"',
    fix: 'remove the braces from the socket or the labels',
  });
}

/** What `teleport-istio check` warns of wherever a template mounts a path of the node. */
const HOST_PATH_RULES = ['hostpath-socket', 'hostpath-socket-writable'];

/** Answers the checker's warnings where it gives them: on the line before the volume. */
function withReason(template: string, reason: string): string {
  const ignore = (indent: string) =>
    HOST_PATH_RULES.map((rule) => `${indent}# teleport-istio-ignore ${rule}: ${reason}\n`);
  return template.replace(/^( *)- name: /m, (item, indent: string) => `${ignore(indent).join('')}${item}`);
}

/** The pod volume that holds the socket's directory, under the name that Istio mounts. */
export function workloadSocketVolume(socket: WorkloadApiSocket): { readonly name: string } & WorkloadApiVolumeSource {
  return { name: SOCKET_VOLUME, ...socket.toVolumeSource() };
}
