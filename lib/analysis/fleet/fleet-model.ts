import { InvalidInputError } from '../../base/invalid-input-error';
import type { Decision } from '../access/decision';
import { clusterSetsOf, type ManifestSource } from '../access/manifest-source';
import type { MeshModel, MeshModelOptions } from '../access/mesh-model';
import { type AccessRequest, OUTSIDE, type RequestProblem } from '../access/request';
import { answeredElsewhere, decideAcross } from './decide-across';
import { type FleetMember, fleetMember } from './fleet-member';
import { gatewaysElsewhere } from './gateways-elsewhere';

/** One end of a question, in a cluster if it names one. */
interface NameInCluster {
  readonly cluster: FleetMember | undefined;
  readonly name: string;
}

/** Several clusters, for questions whose ends name them: `eu-1:shop/web`. */
export class FleetModel {
  /**
   * Builds the models of all clusters in manifests that distinguish clusters, as those of a {@link MeshFleet} do.
   *
   * @throws InvalidInputError if something that may decide cannot be read, or is in no cluster's directory, or if the manifests
   * name no cluster
   */
  public static from(source: ManifestSource, { target }: MeshModelOptions = {}): FleetModel {
    const clusters = clusterSetsOf(source).map(({ name, manifests }) => fleetMember(name, manifests, target));
    if (clusters.every(({ name }) => name !== '')) return new FleetModel(clusters);
    throw new InvalidInputError({
      where: 'FleetModel.from',
      problem: 'the manifests do not state their cluster (global.multiCluster.clusterName)',
      allowed: 'a directory for each cluster, with its installation of Istio',
      fix: 'use MeshModel.from for manifests of one cluster',
    });
  }

  /** @internal use FleetModel.from */
  public constructor(
    /** The clusters, in the order of their files. */
    public readonly clusters: readonly FleetMember[],
  ) {}

  /**
   * Whether a request gets through, and why; or why the question cannot be answered. A caller without a cluster belongs
   * to the callee's cluster.
   */
  public decide(request: AccessRequest): Decision | RequestProblem {
    const from = this.find(String(request.from));
    const to = this.find(request.to);
    if ('verdict' in from) return from;
    if ('verdict' in to) return to;
    const home = to.cluster ?? (this.clusters.length === 1 ? this.clusters[0] : undefined);
    if (home === undefined) {
      return { verdict: 'unanswerable', kind: 'cluster-needed', to: to.name, clusters: this.names };
    }
    const placed = { ...request, from: typeof request.from === 'string' ? from.name : request.from, to: to.name };
    if (from.cluster !== undefined && from.cluster !== home) return decideAcross(from.cluster, home, placed);
    const answer = home.model.decide(placed);
    const callee = home.model.findCallee(to.name);
    if ('verdict' in callee) return answer;
    const elsewhere = answeredElsewhere(home, callee, this.clusters);
    if (answer.verdict === 'unanswerable') return pointElsewhere(answer, home, elsewhere);
    const gateways = placed.from === OUTSIDE ? gatewaysElsewhere(home, placed, this.clusters) : [];
    const assumed = [...elsewhere, ...gateways];
    return assumed.length === 0 ? answer : answer.brought(answer.request, answer, assumed);
  }

  /** Names of the clusters. */
  public get names(): readonly string[] {
    return this.clusters.map(({ name }) => name);
  }

  /**
   * Finds the cluster that a name begins with.
   *
   * @internal
   */
  public find(text: string): NameInCluster | RequestProblem {
    // Names of clusters may have colons themselves, as those of EKS do. After the scheme of a SPIFFE ID come slashes.
    const [named] = this.clusters
      .filter(({ name }) => text.startsWith(`${name}:`) && !/^(?:\/\/|$)/.test(text.slice(name.length + 1)))
      .sort((a, b) => b.name.length - a.name.length);
    if (named !== undefined) return { cluster: named, name: text.slice(named.name.length + 1) };
    const { cluster, name } = /^(?<cluster>[^:/\s]+):(?<name>(?!\/\/).+)$/.exec(text)?.groups ?? {};
    if (cluster === undefined || name === undefined) return { cluster: undefined, name: text };
    // Of one cluster names are also written without it, and what has a colon may be a host with a port.
    if (this.clusters.length === 1) return { cluster: undefined, name: text };
    return { verdict: 'unanswerable', kind: 'unknown-cluster', cluster, clusters: this.names };
  }
}

/** A model of whatever the manifests are of: several clusters, one that has a name to ask by, or one without. */
export function modelFrom(source: ManifestSource): MeshModel | FleetModel {
  const sets = clusterSetsOf(source);
  const members = sets.map(({ name, manifests }) => fleetMember(name, manifests));
  const [only] = members;
  return only !== undefined && only.name === '' ? only.model : new FleetModel(members);
}

/** A Service whose pods are all in other clusters is not one that selects nothing. */
function pointElsewhere(problem: RequestProblem, home: FleetMember, elsewhere: readonly string[]): RequestProblem {
  if (problem.kind !== 'nothing-behind-service' || elsewhere.length === 0) return problem;
  return {
    verdict: 'unanswerable',
    kind: 'between-clusters',
    because: `Service ${problem.to} has no pods in ${home.name}; ask about the cluster that has them`,
  };
}
