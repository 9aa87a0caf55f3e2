import { join } from 'node:path';
import { pointToCaller } from '../../base/caller-stack';
import { InvalidInputError } from '../../base/invalid-input-error';
import { IDENTITY_LABEL } from '../../upstream/spiffe/identity-sameness';
import { applyOrderNotice, earlierFiles } from '../app/apply-order';
import { withHeader } from '../app/file-header';
import type { MeshApp } from '../app/mesh-app';
import type { OutputFiles } from '../app/output-directory';
import { unknownFileWarning, writeOutputParts } from '../app/output-directory';
import { checkFolder, checkJoinsFleet, checkName, checkRegion, requireKeys, requireTeleport } from './cluster-checks';
import { ClusterFillings } from './cluster-fillings';
import type { FleetDelivery } from './delivery/fleet-delivery';
import { type RenderedDeliveries, renderDeliveries } from './delivery/render-deliveries';
import { FleetCluster } from './fleet-cluster';
import { FleetNamespace, type FleetNamespaceProps } from './fleet-namespace';
import {
  checkDeclaredIdentities,
  checkExclusive,
  checkSameness,
  type IssuedNamespaces,
  issuedNamespaces,
} from './identity-sameness';
import { clusterSettings, type FleetClusterProps, type MeshFleetProps } from './mesh-fleet-props';
import { remoteSecretsNotice } from './remote-secrets';

/**
 * Several clusters that get their identities from Teleport: common settings are written once, and services in clusters
 * of the same mesh can call each other.
 *
 * Each cluster gets its own complete directory, which can be applied independently, with its own bot, role, identity
 * and join token in Teleport.
 */
export class MeshFleet {
  private readonly outdir: string;
  private readonly members: FleetCluster[] = [];
  private readonly namespaces = new Map<string, FleetNamespace>();
  private readonly deliveries: FleetDelivery[] = [];
  private readonly fillings = new ClusterFillings();

  public constructor(private readonly props: MeshFleetProps = {}) {
    // The variable is what `cdk8s synth` says where to write with.
    this.outdir = props.outdir ?? process.env.CDK8S_OUTDIR ?? 'dist';
  }

  /** The clusters, in the order they were added. */
  public get clusters(): readonly FleetCluster[] {
    return this.members;
  }

  /**
   * Adds a cluster.
   *
   * @param name the name of its directory and of the cluster in Istio, and part of the names of its Teleport resources
   * @throws InvalidInputError if its keys are missing or are another cluster's, or if it cannot be in its mesh: the
   * trust domain differs, its network is missing or shared, or its Istio release is too far apart
   */
  public addCluster(name: string, props: FleetClusterProps): FleetCluster {
    const where = `MeshFleet: cluster ${JSON.stringify(name)}`;
    checkName(where, name, this.members);
    if (this.namespaces.size > 0) {
      throw new InvalidInputError({
        where,
        problem: 'the fleet already has namespaces, which would not be added to this cluster',
        allowed: 'clusters before namespaces',
        fix: 'add every cluster first',
      });
    }
    const { mesh, network, region, eastWestGateway, join: keys, ...own } = props;
    const { outdir, check, source, ...fleet } = this.props;
    const settings = clusterSettings(fleet, own);
    const teleport = requireTeleport(where, settings.teleport);
    requireKeys(where, keys);
    checkRegion(where, region);
    const meshId = mesh ?? teleport.name;
    const cluster = new FleetCluster({
      ...settings,
      teleport,
      join: keys,
      istio: {
        ...settings.istio,
        multiCluster: {
          clusterName: name,
          meshId,
          ...(network !== undefined && { network }),
          ...(eastWestGateway && { eastWestGateway }),
        },
      },
      clusterName: name,
      outdir: join(this.outdir, name),
      check: check ?? true,
      source,
      meshId,
      network,
      region,
    });
    for (const other of this.members) {
      checkJoinsFleet(where, cluster, other);
      if (other.meshId === cluster.meshId) see(other, cluster);
    }
    this.joinMesh(cluster);
    this.members.push(cluster);
    return cluster;
  }

  /**
   * Adds a namespace to clusters, and states whether they share its identities.
   *
   * @throws InvalidInputError if the fleet already has it, if it is exclusive but in two clusters of one trust domain,
   * or as {@link MeshNamespace} does
   */
  public addNamespace(name: string, props: FleetNamespaceProps): FleetNamespace {
    const where = `MeshFleet: namespace ${JSON.stringify(name)}`;
    if (this.namespaces.has(name)) {
      throw new InvalidInputError({
        where,
        problem: 'the fleet already has this namespace',
        allowed: 'each namespace once, with all its clusters',
        fix: 'pass all clusters in one call of addNamespace',
      });
    }
    const clusters = props.clusters ?? this.members;
    this.checkClusters(where, clusters);
    checkSameness(where, props.identity);
    if (props.identity === 'exclusive') checkExclusive(where, clusters);
    const namespace = new FleetNamespace(this, name, props, clusters);
    this.namespaces.set(name, namespace);
    return namespace;
  }

  /**
   * Writes to the directory `gitops/` what an engine needs to apply each cluster's directory: Teleport, platform,
   * Istio, policies and workloads, in this order, and one group of clusters after the other.
   *
   * @throws InvalidInputError if the fleet already has a delivery with this engine
   */
  public deliverWith(delivery: FleetDelivery): void {
    if (this.deliveries.some(({ engine }) => engine === delivery.engine)) {
      throw new InvalidInputError({
        where: 'MeshFleet.deliverWith',
        problem: 'two deliveries with the same engine would apply every cluster twice',
        value: delivery.engine,
        allowed: 'one delivery per engine',
      });
    }
    this.deliveries.push(delivery);
  }

  /**
   * Creates the contents of each cluster when that cluster is written, and releases them before the next one, so that
   * only one cluster is in memory at a time. Namespaces belong to the fleet; create services with
   * `namespace.in(cluster).addService(…)`, and name callers in other clusters by their SPIFFE IDs. Services of the
   * fleet cannot be used with this, because they exist in all their clusters at once.
   *
   * @param fill creates the services of the given cluster, and must not keep references to it
   */
  public fillClusters(fill: (cluster: FleetCluster) => void): void {
    this.fillings.add(fill);
  }

  /**
   * Writes a directory for each cluster, either all of them or none. Clusters are rendered one after the other, so only
   * one is in memory as text; unchanged files are not rewritten.
   *
   * @throws Error listing everything that is wrong, each with its cluster and construct path
   */
  public synth(): void {
    checkFolder(this.outdir);
    this.prepare();
    const messages: string[] = [];
    const notices: string[] = [];
    const writeAll = (write: (files: OutputFiles) => void) => {
      const paths = this.eachCluster((app, name) => {
        const output = app.render();
        messages.push(...output.warnings.map((text) => `${name}: ${text}`));
        notices.push(...output.notices.map((text) => `${name}: ${text}`));
        const folder = join(this.outdir, name);
        notices.push(...applyOrderNotice(folder, earlierFiles(folder), output.files));
        write(inFolder(name, output.files));
        return [...output.files.keys()];
      });
      const delivered = this.renderDeliveries(new Map(paths));
      write(delivered.files);
      notices.push(...delivered.notices);
    };
    const folders = this.members.map(({ name }) => `${name}/`);
    const unknown = writeOutputParts(this.outdir, writeAll, folders);
    messages.push(...unknown.map((path) => unknownFileWarning(path, this.outdir)));
    for (const text of [...messages, ...notices, ...remoteSecretsNotice(this.members)])
      process.stderr.write(`${text}\n`);
  }

  /**
   * What {@link MeshFleet.synth} would write, unchecked: path relative to the output directory to text.
   *
   * @throws Error listing every validation that failed, each with its cluster and construct path
   */
  public synthFiles(): OutputFiles {
    this.prepare();
    const rendered = this.eachCluster((app) => app.synthFiles());
    const paths = rendered.map(([name, files]) => [name, [...files.keys()]] as const);
    return new Map([
      ...rendered.flatMap(([name, files]) => [...inFolder(name, files)]),
      ...this.renderDeliveries(new Map(paths)).files,
    ]);
  }

  private renderDeliveries(paths: ReadonlyMap<string, readonly string[]>): RenderedDeliveries {
    const clusters = this.members.map((cluster) => [cluster, paths.get(cluster.name) ?? []] as const);
    const delivered = renderDeliveries(this.deliveries, clusters);
    const withHeaders = [...delivered.files].map(
      ([path, text]) => [path, withHeader(path, text, this.props.source)] as const,
    );
    return { ...delivered, files: new Map(withHeaders) };
  }

  /** Does something with every cluster's app, one after the other, and says what is wrong with all of them at once. */
  private eachCluster<Result>(
    each: (app: MeshApp, name: string) => Result,
  ): readonly (readonly [name: string, result: Result])[] {
    const results: (readonly [string, Result])[] = [];
    const errors: string[] = [];
    const issued: IssuedNamespaces[] = [];
    for (const member of this.members) {
      const { name } = member;
      try {
        const cluster = this.fillings.filled(
          member,
          this.namespaces.values(),
          (fresh) => this.joinMesh(fresh),
          (fresh) => this.annotate(fresh),
        );
        issued.push(issuedNamespaces(cluster));
        results.push([name, each(cluster.app, name)]);
      } catch (error) {
        errors.push(`${name}: ${(error as Error).message}`);
      }
    }
    if (errors.length > 0) throw pointToCaller(new Error(errors.join('\n')));
    // What fills clusters adds namespaces that were not there at first.
    checkDeclaredIdentities(issued, this.namespaces);
    return results;
  }

  /** Gives a cluster what engines need to apply it, and says of gateways whose identities several clusters have that this is meant. */
  private annotate({ mesh, trustDomain }: FleetCluster): void {
    const isShared = this.members.filter((other) => other.trustDomain === trustDomain).length > 1;
    if (isShared) mesh.labelGatewayNamespaces(IDENTITY_LABEL, 'shared');
    for (const { namespaceAnnotations = {} } of this.deliveries) mesh.annotateNamespaces(namespaceAnnotations);
  }

  /** Connects a cluster with the existing clusters of its mesh. */
  private joinMesh(cluster: FleetCluster): void {
    for (const other of this.members) {
      if (other.name !== cluster.name && other.meshId === cluster.meshId) see(cluster, other);
    }
  }

  /** What has to be so for all clusters, and is not up to one of them. */
  private prepare(): void {
    if (this.members.length === 0) {
      throw new InvalidInputError({
        where: 'MeshFleet',
        problem: 'the fleet has no clusters',
        allowed: 'at least one cluster',
        fix: "call addCluster('eu-1', { … })",
      });
    }
    checkDeclaredIdentities(this.members.map(issuedNamespaces), this.namespaces);
    for (const cluster of this.members) this.annotate(cluster);
  }

  private checkClusters(where: string, clusters: readonly FleetCluster[]): void {
    const stranger = clusters.find((cluster) => !this.members.includes(cluster));
    if (stranger !== undefined || clusters.length === 0 || new Set(clusters).size < clusters.length) {
      throw new InvalidInputError({
        where,
        problem: stranger === undefined ? 'not a list of different clusters' : 'the cluster is not in this fleet',
        value: clusters.map(String),
        allowed: this.members.join(', ') || 'clusters that were already added',
      });
    }
  }
}

/** istiod finds the way into another network by the Service of its gateway, in the namespace that this is in there. */
function see({ mesh }: FleetCluster, other: FleetCluster): void {
  mesh.istio.addDiscovered(() => [other.mesh.istio.eastWestGateway?.namespace ?? other.mesh.istio.namespace]);
}

/** The files of a cluster, under its directory. */
function inFolder(name: string, files: OutputFiles): OutputFiles {
  return new Map([...files].map(([path, text]) => [`${name}/${path}`, text]));
}
