import type { ProxyStatsMatcher } from '../../../upstream/istio/proxy-statistics';

type MeshConfig = Readonly<Record<string, unknown>>;

/** Adds statistics to those that the mesh configuration lets proxies keep; what it names itself stays first. */
export function withStatistics(meshConfig: MeshConfig, added: ProxyStatsMatcher): MeshConfig {
  const defaultConfig = mappingIn(meshConfig, 'defaultConfig');
  const own = mappingIn(defaultConfig, 'proxyStatsMatcher');
  const lists = Object.entries(added).map(([list, entries]) => [
    list,
    [...new Set([...listIn(own, list), ...(entries as readonly string[])])],
  ]);
  return {
    ...meshConfig,
    defaultConfig: { ...defaultConfig, proxyStatsMatcher: { ...own, ...Object.fromEntries(lists) } },
  };
}

function mappingIn(parent: MeshConfig, key: string): MeshConfig {
  const value = parent[key];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as MeshConfig) : {};
}

function listIn(parent: MeshConfig, key: string): readonly unknown[] {
  const value = parent[key];
  return Array.isArray(value) ? value : [];
}
