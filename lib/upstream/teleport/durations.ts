const UNITS: Readonly<Record<string, number>> = { ns: 1e-9, us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };

/** Seconds of a Go duration such as `1h30m`, which tbot accepts; undefined if it is not valid. */
export function goDurationSeconds(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$/.test(text)) return text === '0' ? 0 : undefined;
  let seconds = 0;
  for (const { 1: amount = '0', 2: unit = 's' } of text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)) {
    seconds += Number(amount) * (UNITS[unit] ?? 0);
  }
  return seconds;
}

/** Whole seconds as Go prints them: `1h0m0s`, `20m0s`, `30s`. */
export function toGoDurationText(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = `${seconds % 60}s`;
  if (hours > 0) return `${hours}h${minutes}m${rest}`;
  return minutes > 0 ? `${minutes}m${rest}` : rest;
}

/**
 * Seconds of a duration as protobuf's JSON writes it, `3600s`, which Teleport's resources use; undefined if it is not
 * valid.
 */
export function protobufDurationSeconds(text: string): number | undefined {
  const seconds = /^(\d+(?:\.\d{1,9})?)s$/.exec(text)?.[1];
  return seconds === undefined ? undefined : Number(seconds);
}

/** Seconds as protobuf's JSON writes them: `3600s`, never `1h`. */
export function toProtobufDurationText(seconds: number): string {
  return `${seconds}s`;
}
