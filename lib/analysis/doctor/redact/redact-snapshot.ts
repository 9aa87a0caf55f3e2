import { cached } from '../../../base/cached';
import { isList, isObject, type JsonObject, type JsonValue, listAt, textAt } from '../../../base/json';
import { Cluster } from '../../../model/cluster/cluster';
import { REMOVED } from '../../../model/secrets/secret-texts';
import { DEFAULT_TRUST_DOMAIN } from '../../../upstream/istio/mesh-config';
import { APP_NAME_LABEL } from '../../../upstream/kubernetes/names';
import { isIpAddress } from '../../../upstream/network/ip-address';
import { type Certificate, describeCertificates, partsOf, readCertificatesOf } from '../certificates';
import { LiveMesh } from '../live-mesh';
import type { ProxySecret, Snapshot } from '../snapshot';
import { COMMON, WORDS } from './kept-words';
import { referencedNames } from './referenced-names';

const IPV4 = /\b(?:\d{1,3}\.){3}\d{1,3}\b/g;
const IPV6 = /(?<![\w:.])[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7}(?![\w:.])/g;
const PEM = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]{1,100000}?-----END CERTIFICATE-----\n?/g;

/**
 * The same snapshot under other names: of namespaces, objects, pods, nodes, trust domains, hosts and addresses, each always by the
 * same. Certificates carry names, so that what they say is kept instead of them.
 */
export function redactSnapshot(snapshot: Snapshot): Snapshot {
  const redactor = new Redactor(snapshot);
  const text = (value: string) => redactor.text(value);
  return {
    ...snapshot,
    objects: new Map(
      [...snapshot.objects].map(([name, items]) => [name, items.map((item) => redactor.value(item) as JsonObject)]),
    ),
    proxies: snapshot.proxies.map((proxy) => ({
      ...proxy,
      namespace: text(proxy.namespace),
      pod: text(proxy.pod),
      stats: Object.fromEntries(Object.entries(proxy.stats).map(([name, count]) => [text(name), count])),
      secrets: proxy.secrets.map(
        (secret): ProxySecret => ({
          ...secret,
          ...(secret.error !== undefined && { error: text(secret.error) }),
          chain: text(secret.chain),
          roots: Object.fromEntries(Object.entries(secret.roots).map(([domain, pem]) => [text(domain), text(pem)])),
        }),
      ),
    })),
    logs: snapshot.logs.map((log) => ({
      namespace: text(log.namespace),
      pod: text(log.pod),
      container: text(log.container),
      text: text(log.text),
    })),
    tbots: snapshot.tbots.map(({ namespace, pod, readyz, metrics }) => ({
      namespace: text(namespace),
      pod: text(pod),
      readyz: readyz === undefined ? undefined : text(readyz),
      metrics: Object.fromEntries(Object.entries(metrics).map(([name, count]) => [text(name), count])),
    })),
    teleport: snapshot.teleport?.map((resource) => redactor.value(resource) as JsonObject),
    ...(snapshot.scope && { scope: snapshot.scope.map(text) }),
    gaps: snapshot.gaps.map(({ subject, because }) => ({ subject: text(subject), because: text(because) })),
  };
}

/** Keys whose values only tell where a cluster runs. */
const REMOVED_KEY = /^(?:caBundle|providerID|machineID|systemUUID|bootID)$/;

/** Maps of labels, and what selects by them. */
const LABELS = /^(?:labels|matchLabels|selector|sourceLabels|nodeSelector)$/;

/** Labels and annotations of Kubernetes, Istio and Teleport, whose values are words of theirs or names. */
const OWN_KEY =
  /(?:^|[./])(?:istio\.io|(?<!^app\.)kubernetes\.io|k8s\.io|cdk8s\.io|teleport\.dev|helm\.sh|prometheus\.io)(?:\/|$)|^app\.kubernetes\.io\/(?:name|version|managed-by)$|^(?:istio.*|checksum\/.*|pod-template-hash|controller-revision-hash|statefulset\..*)$/;

/** Values of labels that say nothing of anybody. */
const COMMON_LABEL = /^(?:true|false|enabled|disabled|v?\d[\w.-]*|stable|canary|latest)$/;

/** Keys of the injector's ConfigMap: Istio's own templates, in which short names would be words of the template; `values` of policies are names. */
const ISTIO_OWN = /^(?:config|values)$/;

function oneOf(names: readonly string[]): RegExp {
  if (names.length === 0) return /(?!)/g;
  const longestFirst = [...names].sort((a, b) => b.length - a.length);
  const escaped = longestFirst.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`(?<![A-Za-z0-9])(?:${escaped.join('|')})(?![A-Za-z0-9])`, 'g');
}

class Redactor {
  private readonly instead = new Map<string, string>();
  private readonly addresses = new Map<string, string>();
  private readonly labels = new Map<string, string>();
  private readonly pattern: RegExp;
  private readonly domains: RegExp;
  private readonly authorities: readonly Certificate[];

  public constructor(snapshot: Snapshot) {
    const mesh = new LiveMesh(snapshot);
    for (const [, items] of snapshot.objects) {
      for (const item of items) {
        this.add(textAt(item, 'metadata', 'namespace'), 'space');
        this.add(textAt(item, 'metadata', 'name'), 'name');
        for (const label of ['app', APP_NAME_LABEL, 'k8s-app'])
          this.add(textAt(item, 'metadata', 'labels', label), 'name');
        this.add(textAt(item, 'spec', 'serviceAccountName'), 'name');
        for (const host of listAt(item, 'spec', 'hosts')) {
          if (typeof host === 'string' && !host.includes('.')) this.add(host, 'host');
        }
      }
    }
    const referenced = referencedNames([...snapshot.objects.values()].flat());
    for (const name of referenced.names) this.add(name, 'name');
    for (const image of referenced.images) this.set(image, `image-${this.instead.size + 1}`);
    const chains = snapshot.proxies.flatMap(({ secrets }) =>
      secrets.flatMap(({ chain, roots }) => [chain, ...Object.values(roots)]),
    );
    const certificates = [...new Set(chains)].flatMap(readCertificatesOf);
    const domains = new Set([
      ...certificates.flatMap(({ uris }) => uris.map((uri) => partsOf(uri).trustDomain)),
      ...Cluster.of(mesh.manifests).teleportNames,
      ...(mesh.trustDomain === undefined ? [] : [mesh.trustDomain]),
    ]);
    for (const domain of domains)
      if (domain !== DEFAULT_TRUST_DOMAIN) this.set(domain, `mesh-${this.instead.size + 1}.example`);
    for (const host of [...referenced.hosts].sort((a, b) => a.length - b.length)) this.addHost(host);
    const seen = new Map(certificates.map((one) => [one.fingerprint, one]));
    this.authorities = [...seen.values()].filter(({ x509 }) => x509?.ca);
    this.pattern = oneOf([...this.instead.keys()]);
    this.domains = oneOf(
      [...this.instead].filter(([, instead]) => /^(?:host|mesh)-/.test(instead)).map(([name]) => name),
    );
  }

  private add(name: string | undefined, sort: string): void {
    // A name of one or two letters is a word of everything.
    if (name === undefined || name.length < 3) return;
    // A common name stays also where a part of it is a name of its own.
    this.set(name, COMMON.test(name) ? name : `${sort}-${this.instead.size + 1}`);
  }

  /** A host below another stays below it, as wildcards in Gateways and policies mean all of those. */
  private addHost(host: string): void {
    const labels = host.split('.');
    const parents = labels.map((_, index) => labels.slice(index + 1).join('.'));
    const parent = parents.map((one) => this.instead.get(one)).find((one) => one?.includes('.'));
    this.set(host, `host-${this.instead.size + 1}.${parent ?? 'example'}`);
  }

  private set(name: string, instead: string): void {
    if (!this.instead.has(name)) this.instead.set(name, instead);
  }

  public value(value: JsonValue, key = ''): JsonValue {
    if (typeof value === 'string') return WORDS.has(key) ? value : this.text(value, key);
    if (isList(value)) return value.map((entry) => this.value(entry, key));
    if (!isObject(value)) return value;
    const isExpression = value.operator !== undefined && typeof value.key === 'string';
    return Object.fromEntries(
      Object.entries(value).map(([name, entry]) => {
        if (LABELS.test(key)) return [name, this.label(name, entry)];
        if (isExpression && name === 'values') return [name, this.label(value.key as string, entry)];
        if (key === 'annotations' && !OWN_KEY.test(name)) return [name, REMOVED];
        return [name, this.value(entry, name)];
      }),
    );
  }

  public text(text: string, key = ''): string {
    if (REMOVED_KEY.test(key)) return REMOVED;
    return text
      .replace(PEM, (pem) => this.described(pem))
      .replace(
        ISTIO_OWN.test(key) && text.includes('\n') ? this.domains : this.pattern,
        (name) => this.instead.get(name) ?? name,
      )
      .replace(IPV4, (address) => this.address(address))
      .replace(IPV6, (address) => this.address6(address));
  }

  /** Labels may have any words: all values are replaced, alike in selectors and in what they select. */
  private label(key: string, value: JsonValue): JsonValue {
    if (isList(value)) return value.map((entry) => this.label(key, entry));
    if (typeof value !== 'string' || OWN_KEY.test(key)) return this.value(value, key);
    const known = this.text(value);
    if (known !== value || value.length < 3 || COMMON.test(value) || COMMON_LABEL.test(value)) return known;
    return cached(this.labels, value, () => `label-${this.labels.size + 1}`);
  }

  private described(pem: string): string {
    return describeCertificates(readCertificatesOf(pem), this.authorities);
  }

  /** Addresses of RFC 2544 stay valid, and are nobody's. */
  private address(address: string): string {
    if (/^(?:0\.|127\.|255\.)/.test(address) || address.split('.').some((part) => Number(part) > 255)) return address;
    return cached(this.addresses, address, () => {
      const number = this.addresses.size + 1;
      return `198.18.${Math.floor(number / 256) % 256}.${number % 256}`;
    });
  }

  /** RFC 3849 keeps a prefix for examples. */
  private address6(address: string): string {
    if (!isIpAddress(address) || /^[:0]*1?$/.test(address)) return address;
    return cached(this.addresses, address, () => `2001:db8::${(this.addresses.size + 1).toString(16)}`);
  }
}
