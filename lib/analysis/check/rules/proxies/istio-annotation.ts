import { textsAt } from '../../../../base/json';
import { toPointer } from '../../../../base/json-pointer';
import { nearName } from '../../../../base/near-names';
import type { Manifest } from '../../../../model/documents/manifest';
import {
  INJECTION_STATUS_ANNOTATION,
  POD_INJECTION_LABEL,
  TEMPLATES_ANNOTATION,
} from '../../../../upstream/istio/injection';
import { NAMESPACE_LABELS, POD_ANNOTATIONS } from '../../../../upstream/istio/metadata-names';
import { defineRule } from '../../rule';
import { deployment } from '../examples';

/** Names in the domains of annotations that only pods have. */
const OF_PODS = /^(?:[a-z]+\.)*(?:sidecar|inject|proxy)\.istio\.io\//;

/** Names that other rules are about, wherever they stand. */
const ELSEWHERE: ReadonlySet<string> = new Set([POD_INJECTION_LABEL, TEMPLATES_ANNOTATION]);

/** A name that nobody reads where it stands. */
interface Unread {
  readonly manifest: Manifest;
  readonly pointer: string;
  readonly name: string;
  readonly problem: string;
}

type Look = (key: string) => string | undefined;

/** What is wrong with the name of an annotation of a pod, as a clause. */
function inAnnotations(key: string): string | undefined {
  if (POD_ANNOTATIONS.has(key) || !OF_PODS.test(key)) return undefined;
  const near = nearName(key, POD_ANNOTATIONS);
  return near === undefined || key.startsWith(INJECTION_STATUS_ANNOTATION)
    ? undefined
    : `is not an annotation of Istio, did you mean ${near}?`;
}

/** The same of a label of a pod: what Istio reads as an annotation it reads there only. */
function inLabels(key: string): string | undefined {
  const isAnnotation = POD_ANNOTATIONS.has(key) && OF_PODS.test(key) && !ELSEWHERE.has(key);
  return isAnnotation ? 'is a label here, and Istio reads the annotation of that name' : undefined;
}

/** The same of an annotation of what makes the pods. */
function above(kind: string): Look {
  return (key) =>
    POD_ANNOTATIONS.has(key) && OF_PODS.test(key) && !ELSEWHERE.has(key)
      ? `is an annotation of the ${kind} itself, and Istio reads those of its pods`
      : undefined;
}

function onNamespace(key: string): string | undefined {
  return NAMESPACE_LABELS.has(key) ? 'is an annotation here, and Istio reads the label of that name' : undefined;
}

/** Annotations and labels of Istio where Istio does not look for them. */
export const ISTIO_ANNOTATION_RULE = defineRule({
  id: 'istio-annotation',
  subject: 'Injection templates',
  since: '0.1.0',
  severity: 'warning',
  title: 'Annotation that Istio does not read',
  found: '{name} {problem}',
  why: 'It has no effect, and nothing reports that.',
  fix: 'correct its name, or move it to where Istio reads it: annotations of pods, labels of namespaces',
  source: 'istio/api annotation/annotations.pb.go, label/labels.gen.go; istio.io analysis messages IST0107, IST0108',
  wrong: deployment('catalogue', 'annotations: {traffic.sidecar.istio.io/excludeInboundPort: "9090"}', ''),
  right: deployment('catalogue', 'annotations: {traffic.sidecar.istio.io/excludeInboundPorts: "9090"}', ''),
  check({ manifests, workloads }, report) {
    const found: Unread[] = [];
    for (const { manifest, podPointer, labels, annotations } of workloads) {
      found.push(...look(manifest, `${podPointer}/metadata/annotations`, annotations, inAnnotations));
      found.push(...look(manifest, `${podPointer}/metadata/labels`, labels, inLabels));
      if (podPointer === '') continue;
      const own = textsAt(manifest.body, 'metadata', 'annotations');
      found.push(...look(manifest, '/metadata/annotations', own, above(manifest.kind)));
    }
    for (const manifest of manifests.ofKind('Namespace', '')) {
      const own = textsAt(manifest.body, 'metadata', 'annotations');
      found.push(...look(manifest, '/metadata/annotations', own, onNamespace));
    }
    for (const { manifest, pointer, name, problem } of found) report(manifest, pointer, { name, problem });
  },
});

function look(
  manifest: Manifest,
  pointer: string,
  names: Readonly<Record<string, string>>,
  problemOf: Look,
): readonly Unread[] {
  const found: Unread[] = [];
  for (const name in names) {
    const problem = name.includes('istio') ? problemOf(name) : undefined;
    if (problem !== undefined) found.push({ manifest, pointer: pointer + toPointer(name), name, problem });
  }
  return found;
}
