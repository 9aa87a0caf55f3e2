import { isList, isObject, type JsonValue } from '../../../base/json';
import {
  CSI_DRIVER_IMAGE,
  CSI_REGISTRAR_REPOSITORY,
  ISTIO_IMAGE,
  imageTag,
  TBOT_IMAGE,
  TELEPORT_IMAGE,
} from '../../../upstream/kubernetes/known-images';

/** Names that objects give to others, or to what is outside of the cluster. */
export interface ReferencedNames {
  /** Of objects that a snapshot does not have, such as Secrets, and of accounts that only policies name. */
  readonly names: ReadonlySet<string>;
  /** With a dot in them, without a wildcard. */
  readonly hosts: ReadonlySet<string>;
  /** Images of applications, without their tags, that name a registry or an owner. */
  readonly images: ReadonlySet<string>;
}

/** Keys of objects that name another object by `name`. */
const REFERENCE =
  /^(?:secretKeyRef|configMapKeyRef|secretRef|configMapRef|configMap|secret|imagePullSecrets|containers|initContainers|ephemeralContainers)$/;

/** Keys whose value is such a name. */
const NAME_KEY = /^(?:secretName|claimName|credentialName|serviceAccountName|serviceName)$/;

/** Keys with hosts, or with addresses that have one. */
const HOST_KEY =
  /^(?:hosts?|notHosts|hostnames?|issuer|jwksUri|uri|url|address(?:es)?|server|proxy_server|sni(?:Hosts)?|subjectAltNames|externalName|image|hub|audiences?|values|message)$/;

const HOST =
  /(?<![\w.@/-])(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}(?![\w.-])|(?<=[@/])(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}(?=[:/\s"',)]|$)/g;

/** Hosts that are everybody's: of Services in a cluster, and where Kubernetes, Istio, SPIFFE and Teleport are published. */
const COMMON_HOST =
  /(?:^|\.)(?:cluster\.local|svc|internal\.default|istio\.io|spiffe\.io|k8s\.io|kubernetes\.io|docker\.io|docker\.com|ghcr\.io|gcr\.io|quay\.io|ecr\.aws|googleapis\.com|pkg\.dev|goteleport\.com|github\.com|envoyproxy\.io|yaml|json|sock|pem|crt|key)$/;

const ACCOUNT = /\/ns\/([^/*\s]+)\/sa\/([^/*\s]+)$/;

/** Containers and Secrets of Istio and Kubernetes. */
const COMMON_PART = /^(?:istio-.*|istiod-.*|discovery|kube-.*|cacerts|server|app|main)$/;

/** Finds the names in the fields that have them, wherever in the objects these are. */
export function referencedNames(objects: Iterable<JsonValue>): ReferencedNames {
  const [names, hosts, images] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const visit = (value: JsonValue, key: string): void => {
    if (typeof value === 'string') visitText(value, key);
    else if (isList(value)) for (const entry of value) visit(entry, key);
    else if (isObject(value)) {
      for (const [name, entry] of Object.entries(value)) {
        const isName = name === 'name' && REFERENCE.test(key) && typeof entry === 'string';
        if (isName && !COMMON_PART.test(entry)) names.add(entry);
        visit(entry, name);
      }
    }
  };
  const visitText = (text: string, key: string): void => {
    if (NAME_KEY.test(key)) names.add(text);
    if (/^(?:not)?principals$/i.test(key)) {
      for (const name of ACCOUNT.exec(text)?.slice(1) ?? []) names.add(name);
    } else if (/^(?:not)?(?:namespaces|serviceAccounts)$/i.test(key)) {
      for (const name of text.split('/')) if (!name.includes('*')) names.add(name);
    }
    if (key === 'image' && isOfApplication(text)) images.add(repositoryOf(text));
    if (!HOST_KEY.test(key)) return;
    for (const [host] of text.replace(/^\*\./, '').matchAll(HOST)) if (!COMMON_HOST.test(host)) hosts.add(host);
  };
  for (const object of objects) visit(object, '');
  return { names, hosts, images };
}

/** An image reference without its tag and digest. */
export function repositoryOf(image: string): string {
  const [nameAndTag = ''] = image.split('@', 1);
  const tag = imageTag(nameAndTag);
  return tag === '' ? nameAndTag : nameAndTag.slice(0, -tag.length - 1);
}

/** One that is not a part of the mesh, and has a registry or an owner: `redis` alone is everybody's. */
function isOfApplication(image: string): boolean {
  const isOfMesh = [ISTIO_IMAGE, TBOT_IMAGE, TELEPORT_IMAGE, CSI_DRIVER_IMAGE].some((one) => one.test(image));
  return !isOfMesh && image.includes('/') && !image.startsWith(CSI_REGISTRAR_REPOSITORY);
}
