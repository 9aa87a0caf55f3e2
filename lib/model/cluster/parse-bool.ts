/** What Go's `strconv.ParseBool` takes for true, which reads environment variables and annotations for Istio. */
const TRUE: ReadonlySet<string> = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);

/** Whether Istio takes a text for true; anything it does not know counts as false. */
export function parseBool(text: string | undefined): boolean {
  return TRUE.has(text ?? '');
}
