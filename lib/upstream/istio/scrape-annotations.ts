import { isPortNumber } from '../network/port-number';
import { readBool } from './parse-bool';
/** Ports that the proxy or its agent has, with what for (istio/istio pilot/cmd/pilot-agent/status/server.go). */
export const PROXY_PORTS: ReadonlyMap<number, string> = new Map([
  [15000, 'Envoy’s admin interface'],
  [15001, 'captured outbound traffic'],
  [15004, 'istiod’s debug interface'],
  [15006, 'captured inbound traffic'],
  [15008, 'HBONE'],
  [15020, 'the agent’s merged metrics'],
  [15021, 'Envoy’s health'],
  [15053, 'the DNS proxy'],
  [15090, 'Envoy’s metrics'],
]);

/** Port of the agent unless `meshConfig.defaultConfig.statusPort` says another. */
export const DEFAULT_STATUS_PORT = 15020;

/** What a container sends the agent beside it so that its proxy ends (istio/istio pilot/cmd/pilot-agent/status/server.go). */
export const END_PROXY_REQUEST = `POST http://127.0.0.1:${DEFAULT_STATUS_PORT}/quitquitquit`;

const SCRAPE = 'prometheus_io_scrape';
const PORT = 'prometheus_io_port';
const TARGETS = 'prometheus_istio_io_scrape_targets';
/** Annotation that turns the merging of metrics on or off for a pod. */
const MERGE = 'prometheus.istio.io/merge-metrics';

/** What is wrong with what a pod says about its metrics. */
export interface ScrapeProblem {
  /** The annotation as it is written. */
  readonly annotation: string;
  /** What is wrong with it, as a clause. */
  readonly problem: string;
}

/** What of the mesh's configuration decides on the metrics of pods. */
export interface MetricsSettings {
  /** `meshConfig.enablePrometheusMerge`. */
  readonly mergesMetrics: boolean;
  /** `meshConfig.defaultConfig.statusPort`. */
  readonly statusPort: number;
}

/**
 * Why the injector refuses a pod for its Prometheus annotations: ports that are not numbers, or that the proxy has itself
 * (istio/istio pkg/kube/inject/webhook.go `applyPrometheusMerge`, since 1.31).
 */
export function scrapeProblem(
  annotations: Readonly<Record<string, string>>,
  { mergesMetrics, statusPort }: MetricsSettings,
): ScrapeProblem | undefined {
  const named = new Map(Object.keys(annotations).map((name) => [sanitize(name), name]));
  const textOf = (name: string) => annotations[named.get(name) ?? ''];
  const merges = readBool(annotations[MERGE]) ?? mergesMetrics;
  const port = textOf(PORT);
  if (!merges || readBool(textOf(SCRAPE)) === false || port === String(statusPort)) return undefined;
  const targets = readTargets(textOf(TARGETS));
  const annotation = named.get(targets.length > 0 ? TARGETS : PORT) ?? '';
  for (const wanted of targets.length > 0 ? targets : port === undefined || port === '' ? [] : [port]) {
    const problem = portProblem(wanted, statusPort);
    if (problem !== undefined) return { annotation, problem };
  }
  return undefined;
}

function portProblem(text: string, statusPort: number): string | undefined {
  // What Go's strconv.Atoi takes.
  const port = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!isPortNumber(port)) return `"${text}" is not a valid port number`;
  if (port === statusPort) return `port ${port} is used by the agent`;
  const use = PROXY_PORTS.get(port);
  return use === undefined ? undefined : `port ${port} is used by the proxy, for ${use}`;
}

/** The ports of `port:path, …`; one that lacks its port makes Istio ignore the whole annotation. */
function readTargets(text = ''): readonly string[] {
  const ports = text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map((entry) => (entry.split(':', 1)[0] ?? '').trim());
  return ports.includes('') ? [] : ports;
}

/** Prometheus takes every character that label names do not have for an underscore, and so does Istio. */
function sanitize(name: string): string {
  return name.replace(/[^a-zA-Z0-9_]/g, '_');
}
