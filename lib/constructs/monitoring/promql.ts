import { REQUESTS_METRIC } from '../../upstream/istio/proxy-statistics';

/** Seconds as PromQL writes a range: in minutes where they are whole. */
export function range(seconds: number): string {
  return seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`;
}

/**
 * Whether a counter grew within a range. Series of client libraries begin with their first event, and `increase` does not see that one:
 * nothing was there before it. So a series that is new counts as well.
 */
export function grew(series: string, window: string): string {
  return `increase(${series}[${window}]) > 0 or (${series} unless ${series} offset ${window})`;
}

/** Some of the requests to Services: the words are for PromQL. */
export interface RequestShare {
  /** Labels that some requests have. */
  readonly some: string;
  /** Whose proxies report them. */
  readonly reporter: 'source' | 'destination';
}

/** Requests that policies refuse, as the callee's proxy answers them. */
export const DENIED_REQUESTS: RequestShare = { reporter: 'destination', some: 'response_code="403"' };

/** Requests without a connection. The client's proxy is the only one that sees them. Flags are a list: "UF,URX". */
export const UNCONNECTED_REQUESTS: RequestShare = {
  reporter: 'source',
  some: 'response_code="503",response_flags=~"(.+,)?UF(,.+)?"',
};

/** The share of some requests in all of them, by the Service they are for. */
export function shareByService({ some, reporter }: RequestShare, window: string, ...within: readonly string[]): string {
  const byService = 'sum by (destination_service_namespace, destination_service_name)';
  const rate = (...labels: readonly string[]) =>
    `${byService} (rate(${REQUESTS_METRIC}{${[`reporter="${reporter}"`, ...labels, ...within].join(',')}}[${window}]))`;
  return `${rate(some)} / ${rate()}`;
}
