import { scalarTextsAt } from '../../base/json';
import type { Manifest } from '../documents/manifest';

/**
 * Whether a workload of a namespace sees what is exported so: `*` makes all other words idle, and `~` those beside it
 * (istio/istio pilot/pkg/model/push_context.go `initServiceRegistry`, `initVirtualServices`).
 */
export function isExportedTo(exportTo: readonly string[], from: string, to: string): boolean {
  if (exportTo.includes('~') && !exportTo.includes('*')) return false;
  return exportTo.some((one) => one === '*' || one === to || (one === '.' && from === to));
}

/**
 * Whether a workload of a namespace sees a VirtualService.
 *
 * @param byDefault who sees one that does not say it
 */
export function isRouteExportedTo(route: Manifest, to: string, byDefault: readonly string[]): boolean {
  const stated = scalarTextsAt(route.body, 'spec', 'exportTo');
  return isExportedTo(stated.length > 0 ? stated : byDefault, route.namespace ?? 'default', to);
}
