import { isList, isObject, type JsonValue } from '../../../../base/json';
import { toPointer } from '../../../../base/json-pointer';
import type { ManifestSet } from '../../../../model/documents/manifest-set';
import {
  ENDED_HOSTING,
  type EndedHosting,
  HOSTING_ENDS,
  LASTING_CHARTS,
  LASTING_OCI_CHARTS,
} from '../../../../upstream/releases/hosting';
import { defineRule } from '../../rule';

const repository = (url: string) =>
  `apiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmRepository\nmetadata: {name: istio, namespace: flux-system}\nspec:\n  interval: 1h\n  url: ${url}\n`;

/** Charts or images from a place that disappears. */
export const ISTIO_HOSTING_GONE_RULE = defineRule({
  id: 'istio-hosting-gone',
  subject: 'Installing Istio',
  since: '0.1.0',
  severity: 'error',
  title: 'Istio charts or images from a location that is being shut down',
  found: `{reference} disappears in ${HOSTING_ENDS}`,
  why: 'New nodes cannot pull the image, and no installation can fetch the chart.',
  fix: `take it from {instead} (charts: ${LASTING_CHARTS} or ${LASTING_OCI_CHARTS}; images: docker.io/istio)`,
  source: 'istio/istio#61467',
  wrong: repository('https://istio-release.storage.googleapis.com/charts'),
  right: repository(LASTING_CHARTS),
  check({ manifests }, report) {
    if (!mentionsOldPlace(manifests)) return;
    const seen = new Set<string>();
    for (const manifest of manifests.all) {
      for (const { pointer, reference, instead } of references(manifest.body)) {
        const { file, line, column } = manifest.locate(pointer);
        const place = `${file}:${line}:${column}`;
        // Values inside another document are a document of their own too.
        if (seen.has(place)) continue;
        seen.add(place);
        report(manifest, pointer, { reference, instead });
      }
    }
  },
});

/** Most files do not name any of the places: one search of the text spares the walk. */
function mentionsOldPlace({ files }: ManifestSet): boolean {
  return files.length === 0 || files.some(({ text }) => ENDED_HOSTING.some(({ prefix }) => text.includes(prefix)));
}

interface Reference {
  readonly pointer: string;
  readonly reference: string;
  readonly instead: string;
}

function references(value: JsonValue, path: readonly (string | number)[] = []): readonly Reference[] {
  if (typeof value === 'string') {
    const place = endedHosting(value);
    return place ? [{ pointer: toPointer(...path), reference: value, instead: place.instead }] : [];
  }
  if (isList(value)) return value.flatMap((item, index) => references(item, [...path, index]));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, child]) => references(child, [...path, key]));
}

/** Whether a text is a reference to one of the places: an address or an image, not prose about them. */
function endedHosting(text: string): EndedHosting | undefined {
  if (/\s/.test(text.trim())) return undefined;
  const reference = text.trim().replace(/^(?:https?|oci|docker):\/\//, '');
  return ENDED_HOSTING.find(
    ({ prefix }) =>
      reference === prefix || (reference.startsWith(prefix) && /[/:@]/.test(reference.charAt(prefix.length))),
  );
}
