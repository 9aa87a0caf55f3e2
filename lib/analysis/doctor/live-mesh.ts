import { addTo } from '../../base/add-to';
import { cached } from '../../base/cached';
import { field, type JsonObject, textAt } from '../../base/json';
import { Cluster } from '../../model/cluster/cluster';
import type { ManifestSet } from '../../model/documents/manifest-set';
import type { ReadResult } from '../../model/documents/read-manifests';
import type { ReadProblem } from '../../model/documents/read-problem';
import { targetOf } from '../../model/installation/target-of-manifests';
import { Target } from '../../upstream/releases/target';
import { Version } from '../../upstream/releases/version';
import { goDurationSeconds } from '../../upstream/teleport/durations';
import { DEFAULT_CREDENTIAL_TTL, DEFAULT_RENEWAL_INTERVAL } from '../../upstream/teleport/lifetimes';
import { type Certificate, leadsTo, type ProxyCertificates, readCertificates } from './certificates';
import { liveManifests } from './live-manifests';
import { type LivePod, readPods } from './live-pod';
import type { Gap, LogReading, ProxyReading, Snapshot } from './snapshot';

/** A proxy that was asked, with its pod. */
export interface SampledProxy {
  readonly pod: LivePod;
  readonly reading: ProxyReading;
  readonly certificates: ProxyCertificates;
}

/** A line of a log, and whose it is. */
export interface LogLine {
  readonly log: LogReading;
  readonly line: string;
}

/** A snapshot as checks look at it: read and indexed once, when it is first asked for. */
export class LiveMesh {
  private readonly cache = new Map<string, unknown>();

  public constructor(
    /** What was recorded. */
    public readonly snapshot: Snapshot,
    /** What should run, if it is known. */
    public readonly expected?: ManifestSet,
  ) {}

  /** When the snapshot was taken, in milliseconds: the present, for everything that is diagnosed. */
  public get now(): number {
    return Date.parse(this.snapshot.takenAt);
  }

  /** Objects of a resource; empty also where they could not be listed, which the engine has looked at before. */
  public objects(resource: string): readonly JsonObject[] {
    return this.snapshot.objects.get(resource) ?? [];
  }

  /** A Service by its name. */
  public service(namespace: string, name: string): JsonObject | undefined {
    return this.objects('services').find(
      (one) => textAt(one, 'metadata', 'namespace') === namespace && textAt(one, 'metadata', 'name') === name,
    );
  }

  /** Every pod. */
  public get pods(): readonly LivePod[] {
    return this.once('pods', () => readPods(this.objects('pods')));
  }

  /** Those that run, or are to. */
  public get alivePods(): readonly LivePod[] {
    return this.once('alivePods', () => this.pods.filter(({ isEnded }) => !isEnded));
  }

  /** Those of them on a node. */
  public podsOn(node: string): readonly LivePod[] {
    const byNode = this.once('podsByNode', () => {
      const found = new Map<string, LivePod[]>();
      for (const pod of this.alivePods) addTo(found, pod.node, pod);
      return found;
    });
    return byNode.get(node) ?? [];
  }

  /** Why something could not be checked; undefined if it could. */
  public gap(subject: string): Gap | undefined {
    return this.once('gaps', () => new Map([...this.snapshot.gaps].reverse().map((one) => [one.subject, one]))).get(
      subject,
    );
  }

  /** Why objects of a resource are not known, as a clause; undefined if they are. */
  public whyNotListed(resource: string): string | undefined {
    if (this.snapshot.objects.has(resource)) return undefined;
    const subject = `objects/${resource}`;
    return this.gap(subject)?.because ?? `the snapshot has no ${subject}`;
  }

  /** Whether objects of a namespace were asked for; if they were not, nothing is known of them. */
  public isInScope(namespace: string): boolean {
    const { scope = [] } = this.snapshot;
    return scope.length === 0 || scope.includes(namespace);
  }

  /** A pod by `namespace/name`. */
  public pod(ref: string): LivePod | undefined {
    return this.once('podsByRef', () => new Map(this.pods.map((pod) => [pod.ref, pod]))).get(ref);
  }

  /** Names of the nodes. */
  public get nodes(): readonly string[] {
    return this.once('nodes', () => this.objects('nodes').flatMap((node) => textAt(node, 'metadata', 'name') ?? []));
  }

  /** Warnings about an object, by `Kind namespace/name`, oldest first. */
  public events(about: string): readonly string[] {
    const byObject = this.once('events', () => {
      const found = new Map<string, string[]>();
      for (const event of this.objects('events')) {
        const object = field(event, 'involvedObject');
        const key = `${textAt(object, 'kind') ?? ''} ${textAt(object, 'namespace') ?? ''}/${textAt(object, 'name') ?? ''}`;
        addTo(found, key, `${textAt(event, 'reason') ?? ''}: ${textAt(event, 'message') ?? ''}`);
      }
      return found;
    });
    return byObject.get(about) ?? [];
  }

  /** The objects, and what Teleport gave out, as manifests. */
  public get manifests(): ManifestSet {
    return this.read.manifests;
  }

  /** What of the objects cannot be understood, such as a configuration in a ConfigMap that is not YAML. */
  public get unreadable(): readonly ReadProblem[] {
    return this.read.problems;
  }

  private get read(): ReadResult {
    return this.once('manifests', () => liveManifests(this.snapshot));
  }

  /** What the objects together say is in the cluster. */
  public get cluster(): Cluster {
    return Cluster.of(this.manifests);
  }

  /** Releases that run: rules and the evaluator share what they work out for the same ones. */
  public get target(): Target {
    return this.once('target', () => {
      const server = Version.tryParse(textAt(this.snapshot.server, 'gitVersion') ?? '');
      return targetOf(this.manifests, server && Target.of({ kubernetes: `${server}` }));
    });
  }

  /** Trust domain of the mesh; undefined if the objects do not say. */
  public get trustDomain(): string | undefined {
    const { trustDomain, trustDomainUnknown } = this.cluster.meshSettings;
    return trustDomainUnknown === undefined ? trustDomain : undefined;
  }

  /** The proxies that answered and whose pods are still there. */
  public get proxies(): readonly SampledProxy[] {
    return this.once('proxies', () => {
      const known = new Map<string, Certificate | undefined>();
      return this.snapshot.proxies.flatMap((reading) => {
        const pod = this.pod(`${reading.namespace}/${reading.pod}`);
        return pod === undefined ? [] : [{ pod, reading, certificates: readCertificates(reading, known) }];
      });
    });
  }

  /** A key of a proxy's set of roots: many proxies share few sets. */
  public rootsOf({ certificates: { roots } }: SampledProxy): string {
    return this.remember('roots', roots, () =>
      roots
        .map(({ fingerprint }) => fingerprint)
        .sort()
        .join(),
    );
  }

  /** Whether a proxy's roots accept the certificate of another. */
  public trusts(judge: SampledProxy, { certificates: { chain } }: SampledProxy): boolean {
    const [own] = chain;
    if (own === undefined) return false;
    return this.remember(`trusts ${this.rootsOf(judge)}`, chain, () => leadsTo(chain, judge.certificates.roots));
  }

  /**
   * Whether a pod is to have its identity from the Workload API: its socket's volume has a source. What injection did is in
   * the pod itself, whatever the templates say by now.
   */
  public usesWorkloadApi(pod: LivePod): boolean {
    return pod.proxy !== undefined && pod.socketSource !== undefined;
  }

  /** Lines of logs of pods with a role that have a pattern in them. */
  public logLines(role: LivePod['role'], pattern: RegExp): readonly LogLine[] {
    return this.snapshot.logs
      .filter((log) => this.pod(`${log.namespace}/${log.pod}`)?.role === role)
      .flatMap((log) => linesWith(log, pattern));
  }

  /** Lines of one container's log that have a pattern in them. */
  public logOf(pod: LivePod, container: string, pattern: RegExp): readonly LogLine[] {
    return this.snapshot.logs
      .filter((log) => log.namespace === pod.namespace && log.pod === pod.name && log.container === container)
      .flatMap((log) => linesWith(log, pattern));
  }

  /** Whether there is a log of some pod with the role. */
  public hasLogs(role: LivePod['role']): boolean {
    return this.snapshot.logs.some((log) => this.pod(`${log.namespace}/${log.pod}`)?.role === role);
  }

  /** Seconds between two renewals and seconds a certificate lives, as tbot's configuration says, else as tbot has it. */
  public get lifetimes(): { readonly renewal: number; readonly lifetime: number } {
    return this.once('lifetimes', () => {
      const services = this.cluster.tbotConfigs.flatMap(({ body, workloadApis }) =>
        workloadApis.map((api) => [api.body, body]),
      );
      const longest = (key: string, otherwise: number) => {
        const said = services.map((places) =>
          places.map((place) => goDurationSeconds(textAt(place, key) ?? '')).find((one) => one !== undefined),
        );
        const known = said.filter((one) => one !== undefined);
        return known.length > 0 && known.length === said.length ? Math.max(...known) : Math.max(otherwise, ...known);
      };
      return {
        renewal: longest('renewal_interval', DEFAULT_RENEWAL_INTERVAL),
        lifetime: longest('credential_ttl', DEFAULT_CREDENTIAL_TTL),
      };
    });
  }

  private remember<T>(what: string, about: object, make: () => T): T {
    return cached(
      this.once(what, () => new Map<object, T>()),
      about,
      make,
    );
  }

  private once<T>(name: string, make: () => T): T {
    if (!this.cache.has(name)) this.cache.set(name, make());
    return this.cache.get(name) as T;
  }
}

function linesWith(log: LogReading, pattern: RegExp): readonly LogLine[] {
  return log.text.split('\n').flatMap((line) => (pattern.test(line) ? [{ log, line: line.slice(0, 2000) }] : []));
}
