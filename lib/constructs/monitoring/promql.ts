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

/** The share of some requests in all of them, by the Service they are for, where it exceeds a limit. */
export function shareByService(metric: string, reporter: string, some: string, limit: number): string {
  const byService = 'sum by (destination_service_namespace, destination_service_name)';
  const rate = (labels: string) => `${byService} (rate(${metric}{${labels}}[5m]))`;
  return `${rate(`reporter="${reporter}",${some}`)} / ${rate(`reporter="${reporter}"`)} > ${limit}`;
}
