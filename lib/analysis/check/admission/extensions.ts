import { field, type JsonObject, type JsonValue, objectAt, textAt } from '../../../base/json';
import { toPointer } from '../../../base/json-pointer';
import {
  absentAt,
  each,
  emptyAt,
  isGiven,
  lacking,
  NO_PROBLEMS,
  oneText,
  type Problem,
  problemAt,
  repeatedProblems,
} from './problem';

/** What Istio refuses in a Telemetry (istio/istio pkg/config/validation/validation.go `ValidateTelemetry`). */
export function telemetryProblems(spec: JsonObject): readonly Problem[] {
  return [
    ...['metrics', 'tracing', 'accessLogging'].flatMap((kind) =>
      each(spec, '/spec', kind, (one, at) =>
        each(one, at, 'providers', (provider, place) => emptyAt(provider, place, 'name', 'a provider has no name')),
      ),
    ),
    ...each(spec, '/spec', 'tracing', (one, at) => [
      ...Object.entries(objectAt(one, 'customTags')).flatMap(([name, tag]) =>
        tagProblems(name, tag, `${at}${toPointer('customTags', name)}`),
      ),
    ]),
    ...each(spec, '/spec', 'metrics', (one, at) => each(one, at, 'overrides', overrideProblems)),
  ];
}

function tagProblems(name: string, tag: JsonValue, at: string): readonly Problem[] {
  if (name === '') return problemAt(at, 'a tag has no name');
  const parts = { literal: 'value', header: 'name', environment: 'name' };
  return Object.entries(parts).flatMap(([kind, key]) => {
    const part = field(tag, kind);
    return part == null ? NO_PROBLEMS : lacking(part, `${at}/${kind}`, key, `the tag "${name}" has an empty ${key}`);
  });
}

function overrideProblems(override: JsonValue, at: string): readonly Problem[] {
  return Object.entries(objectAt(override, 'tagOverrides')).flatMap(([name, tag]) => {
    const removes = textAt(tag, 'operation') === 'REMOVE';
    const place = `${at}${toPointer('tagOverrides', name)}`;
    if (removes) return problemAt(place, isGiven(tag, 'value') ? `REMOVE of the tag "${name}" has a value` : undefined);
    return lacking(tag, place, 'value', `UPSERT of the tag "${name}" has no value`);
  });
}

/** What Istio refuses in a plugin of WebAssembly (istio/istio pkg/config/validation/validation.go `ValidateWasmPlugin`). */
export function wasmProblems(plugin: JsonValue | undefined, at: string): readonly Problem[] {
  return [
    ...oneText(plugin, at, 'url', (url) => {
      const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase();
      if (scheme !== undefined && !/^(?:file|https?|oci)$/.test(scheme)) {
        return `the scheme ${scheme} is not one of oci, file, http and https`;
      }
      return /\s/.test(url) || /%(?![0-9a-f]{2})/i.test(url) ? `"${url}" is not a URL` : undefined;
    }),
    ...repeatedProblems(
      field(plugin, 'vmConfig'),
      `${at}/vmConfig`,
      'env',
      (one) => textAt(one, 'name') ?? '',
      (name) => `the variable ${name} is listed twice`,
      '/name',
    ),
    ...each(field(plugin, 'vmConfig'), `${at}/vmConfig`, 'env', (one, place) => {
      const fromHost = textAt(one, 'valueFrom') === 'HOST';
      const isBoth = fromHost && isGiven(one, 'value');
      return problemAt(`${place}/value`, isBoth ? 'a value is combined with valueFrom HOST' : undefined);
    }),
  ];
}

/** What Istio refuses in a TrafficExtension (`ValidateTrafficExtension`). */
export function trafficExtensionProblems(spec: JsonObject): readonly Problem[] {
  const given = ['wasm', 'lua'].filter((kind) => isGiven(spec, kind));
  return [
    ...(given.length === 0 ? absentAt('/spec', 'there is neither wasm nor lua') : NO_PROBLEMS),
    ...problemAt('/spec/lua', given.length > 1 ? 'wasm and lua are both set' : undefined),
    ...wasmProblems(field(spec, 'wasm'), '/spec/wasm'),
  ];
}
