import { accessMatrix, decide, MeshModel, OUTSIDE } from '../../lib/access';
import { isNotKnown } from '../../lib/analysis/access/decision';
import { CheckContext } from '../../lib/analysis/check/context/check-context';
import { Evidence } from '../../lib/analysis/requirements/evidence';
import { readRequirements } from '../../lib/analysis/requirements/read-requirements';
import { Cluster } from '../../lib/model/cluster/cluster';
import type { ManifestSet } from '../../lib/model/documents/manifest-set';
import { serviceHost } from '../../lib/upstream/istio/service-host';

/** Everything about one set of manifests that two parts of the product answer differently, in words. */
export class Contradictions {
  public readonly found: string[] = [];
  private readonly cluster: Cluster;
  private readonly model: MeshModel;
  private readonly context: CheckContext;

  /** @param every of how many cells of the table one is asked about by itself too */
  public constructor(
    private readonly manifests: ManifestSet,
    private readonly every = 1,
  ) {
    this.cluster = Cluster.of(manifests);
    this.model = MeshModel.from(manifests);
    this.context = new CheckContext(manifests, this.model.target, false);
    this.installations();
    this.releases();
    this.hosts();
    this.proxies();
    this.cells();
  }

  private same(what: string, ...answers: readonly unknown[]): void {
    const texts = [...new Set(answers.map((answer) => JSON.stringify(answer) ?? 'undefined'))];
    if (texts.length > 1) this.found.push(`${what}: ${texts.join(' or ')}`);
  }

  private installations(): void {
    const { context, cluster, model } = this;
    const asked = [context.installations, new Evidence(this.manifests).installations];
    if (asked.some((one) => one !== cluster.installations)) this.found.push('installations are found twice');
    if (model.settings !== cluster.meshSettings) this.found.push('settings of the mesh are read twice');
    const { trustDomain, trustDomainUnknown } = model.settings;
    // Where any installation states a trust domain, check compares principals with the one that the evaluator expands.
    if (trustDomainUnknown === undefined && context.trustDomains.length > 0)
      this.same('trust domain', context.trustDomains[0], trustDomain);
  }

  /** `versions` and all others mean the same release of Istio. */
  private releases(): void {
    const [istio] = readRequirements(this.manifests);
    this.same('release of Istio', `${istio?.release}`, `${this.model.target.istio}`, `${this.context.target.istio}`);
  }

  /** Who is asked by host, and whose TLS a rule about hosts sets. */
  private hosts(): void {
    const { cluster, model } = this;
    const { destinationRules, tlsSettings } = cluster;
    const clients = new Map(cluster.workloads.map((workload) => [workload.namespace, workload]));
    for (const service of model.services) {
      const isOnly = model.services.filter(({ ref }) => ref === service.ref).length === 1;
      if (isOnly && service.externalName === undefined) {
        const callee = model.findCallee(serviceHost(service));
        this.same(`callee of ${serviceHost(service)}`, 'ref' in callee ? callee.ref : callee.kind, service.ref);
      }
      for (const client of clients.values()) {
        for (const { port } of service.ports) {
          const tls = destinationRules.tlsFor(client, service, port);
          if (tls === undefined) continue;
          const known = tlsSettings.some(
            (one) => one.manifest === tls.manifest && one.pointer === tls.pointer && one.services.includes(service),
          );
          if (!known)
            this.found.push(`check does not know that ${tls.manifest.name}${tls.pointer} is for ${service.ref}`);
        }
      }
    }
    for (const { route } of cluster.waysIn) {
      const ref = `${route.to.namespace}/${route.to.name}`;
      const isThere = model.services.some((one) => one.ref === ref);
      const callee = isThere ? model.findCallee(ref) : undefined;
      if (callee !== undefined && !('ref' in callee)) this.found.push(`a Gateway routes to ${ref}: ${callee.kind}`);
    }
  }

  private proxies(): void {
    const { model, context, cluster } = this;
    for (const workload of model.workloads) {
      const { kind, ...proxy } = model.proxyOf(workload);
      const isInjected = context.isInjected(workload);
      const hasProxy = kind === 'sidecar' || kind === 'gateway';
      // Check leaves open what the evaluator assumes.
      if (hasProxy && isInjected !== undefined) this.same(`proxy of ${workload.ref}`, isInjected, true);
      if (kind === 'none' && isInjected === true) this.found.push(`check gives ${workload.ref} a proxy`);
      const identity = 'identity' in proxy ? proxy.identity : undefined;
      const own = [model.settings.trustDomain, ...cluster.teleportNames];
      if (identity !== undefined && !own.some((name) => identity.startsWith(`spiffe://${name}/`)))
        this.found.push(`identity of ${workload.ref}: ${identity}`);
    }
  }

  /** The table has the answers to single questions, and the modes that check knows. */
  private cells(): void {
    const { model, context } = this;
    for (const [index, { from, to, port, access, decision }] of accessMatrix(model).cells.entries()) {
      const what = `${from} to ${to}:${port.port}`;
      const { destination } = decision.request;
      const mode = decision.connection?.serverMode?.mode;
      if (mode !== undefined) {
        this.same(
          `mode of ${to}:${port.port}`,
          mode,
          context.mtlsModes.modeOf(destination.workload, destination.podPort).mode,
        );
        if (from === OUTSIDE && mode === 'STRICT') this.same(what, access, 'denied');
      }
      if (index % this.every !== 0) continue;
      const answer = decide(model, { from, to, port: port.port });
      if (answer.verdict === 'unanswerable') {
        // A question is refused where the table says that the answer is not known: the files do not say the trust domain.
        this.same(what, [answer.kind, access], ['trust-domain-unknown', 'unknown']);
        continue;
      }
      const open = isNotKnown(answer) ? 'unknown' : 'conditional';
      this.same(what, access, { allowed: 'allowed', denied: 'denied', depends: open }[answer.verdict]);
    }
  }
}
