import { field, isList, isObject, type JsonObject, textAt } from '../../base/json';

/** A `List`, or a typed one such as a PodList. */
export interface ListDocument {
  readonly apiVersion: string;
  readonly kind: string;
  /** The objects in it, with their places. */
  readonly items: readonly { readonly item: JsonObject; readonly index: number }[];
}

/** Reads a list of objects; undefined if the document is something else. */
export function readList(body: JsonObject): ListDocument | undefined {
  const kind = textAt(body, 'kind');
  const apiVersion = textAt(body, 'apiVersion');
  const items = field(body, 'items');
  if (!kind?.endsWith('List') || apiVersion === undefined || !(isList(items) || items === null)) return undefined;
  const objects = (items ?? []).flatMap((item, index) =>
    isObject(item) ? [{ item: withKind(item, apiVersion, kind), index }] : [],
  );
  return { apiVersion, kind, items: objects };
}

/**
 * The API server prints the items of typed lists without kind and apiVersion: kubectl takes both from the list
 * (kubernetes/kubernetes staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/unstructured/helpers.go).
 */
function withKind(item: JsonObject, apiVersion: string, listKind: string): JsonObject {
  const kind = listKind.slice(0, -'List'.length);
  if (kind === '' || textAt(item, 'kind') || textAt(item, 'apiVersion')) return item;
  return { ...item, apiVersion, kind };
}
