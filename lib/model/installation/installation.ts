import { isVariable } from '../../base/is-variable';
import { type JsonObject, type JsonValue, listAt, textAt, textsAt, valueAt } from '../../base/json';
import { toPointer } from '../../base/json-pointer';
import { overlaySettings } from '../../upstream/istio/mesh-config';
import { DEFAULT_SOCKET_FILE, SOCKET_FILE_VARIABLE } from '../../upstream/istio/proxy-volumes';
import type { Manifest } from '../documents/manifest';

const SOCKET_FILE_PATH = ['defaultConfig', 'proxyMetadata', SOCKET_FILE_VARIABLE] as const;

/** A manifest and a JSON pointer into it. */
export interface ManifestPointer {
  readonly manifest: Manifest;
  readonly pointer: string;
}

/** A mesh configuration as one layer has it; several together are what an installation gets. */
export interface MeshConfigLayer extends ManifestPointer {
  readonly body: JsonObject;
}

/** One environment variable of istiod, and where it is set. */
export interface IstiodVariable extends ManifestPointer {
  readonly name: string;
  /** As istiod sees it; empty if it comes from somewhere else. */
  readonly setting: string;
}

/** What an installation is made from. */
export interface InstallationParts {
  /** What installs it, or `cluster` if it was read from one that runs. */
  readonly by: 'cluster' | 'istioctl' | 'helm';
  /** Its mesh configuration, later ones over earlier ones. */
  readonly layers: readonly MeshConfigLayer[];
  /** Values of the istiod chart without their mesh configuration, merged. */
  readonly values: JsonObject;
  /** Everything that sets a variable of istiod, later ones over earlier ones. */
  readonly environment: readonly IstiodVariable[];
  /** Why there may be settings of which the files say nothing, as a clause; undefined if there are none. */
  readonly incomplete: string | undefined;
}

/** An installation of Istio's control plane with the settings it gets, whatever number of documents they stand in. */
export class Installation {
  /** What installs it, or `cluster` if it was read from one that runs. */
  public readonly by: InstallationParts['by'];
  /** Each mesh configuration, later ones over earlier ones; there is always one, which may be empty. */
  public readonly layers: readonly MeshConfigLayer[];
  /** The mesh configuration that istiod gets, without Istio's defaults. */
  public readonly meshConfig: JsonObject;
  /** Values of the istiod chart without their mesh configuration. */
  public readonly values: JsonObject;
  /** Everything that sets a variable of istiod, later ones over earlier ones. */
  public readonly environment: readonly IstiodVariable[];
  /** Why there may be settings of which the files say nothing, as a clause; undefined if there are none. */
  public readonly incomplete: string | undefined;

  public constructor({ by, layers, values, environment, incomplete }: InstallationParts) {
    this.by = by;
    this.layers = layers;
    this.values = values;
    this.environment = environment;
    this.incomplete = incomplete;
    this.meshConfig = layers.reduce<JsonObject>((below, { body }) => overlaySettings(below, body), {});
  }

  /** Every trust domain that a layer sets: files of values that set several are for several meshes, and which is open. */
  public get trustDomains(): readonly string[] {
    return [...new Set(this.settings('trustDomain').flatMap(({ value }) => (typeof value === 'string' ? value : [])))];
  }

  /** Further trust domains whose identities are treated as the mesh's own. */
  public get trustDomainAliases(): readonly string[] {
    return texts(listAt(this.meshConfig, 'trustDomainAliases'));
  }

  /** Environment of every proxy. */
  public get proxyMetadata(): Readonly<Record<string, string>> {
    return textsAt(this.meshConfig, 'defaultConfig', 'proxyMetadata');
  }

  /** Name of the Workload API socket's file; undefined if it is not set. */
  public get socketFile(): string | undefined {
    return textAt(this.meshConfig, ...SOCKET_FILE_PATH);
  }

  /**
   * Every name that proxies get for the socket's file, with its pointer: each that a layer sets, or Istio's default where
   * surely nothing sets any. Undefined if the files do not say.
   */
  public get socketFiles(): readonly (ManifestPointer & { readonly name: string })[] | undefined {
    const settings = this.settings(...SOCKET_FILE_PATH);
    const stated = settings.flatMap(({ manifest, pointer, value }) =>
      typeof value === 'string' && !isVariable(value) ? [{ manifest, pointer, name: value }] : [],
    );
    if (stated.length > 0) return stated;
    if (settings.length > 0 || this.incomplete !== undefined) return undefined;
    return [{ ...this.pointerTo(...SOCKET_FILE_PATH), name: DEFAULT_SOCKET_FILE }];
  }

  /** Each layer's own setting at a path of the mesh configuration. */
  public settings(...path: readonly string[]): readonly (ManifestPointer & { readonly value: JsonValue })[] {
    return this.layers.flatMap(({ manifest, pointer, body }) => {
      const value = valueAt(body, path);
      return value == null ? [] : [{ manifest, pointer: pointer + toPointer(...path), value }];
    });
  }

  /** Where a setting of the mesh configuration stands, or where it would be expected. */
  public pointerTo(...path: readonly string[]): ManifestPointer {
    const found = this.settings(...path).at(-1);
    if (found !== undefined) return found;
    const filled = this.layers.filter(({ body }) => Object.keys(body).length > 0);
    const { manifest, pointer } = (filled.at(-1) ?? this.layers.at(-1)) as MeshConfigLayer;
    return { manifest, pointer: pointer + toPointer(...path) };
  }

  /** What istiod sees of a variable, by the last that sets it. */
  public variable(name: string): IstiodVariable | undefined {
    return this.environment.filter((variable) => variable.name === name).at(-1);
  }
}

/** Those of the values that are texts with something in them. */
export function texts(values: readonly JsonValue[]): readonly string[] {
  return values.filter((entry): entry is string => typeof entry === 'string' && entry !== '');
}
