/** What Go's `strconv.ParseBool` takes, which reads environment variables and annotations for Istio. */
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'true', 'TRUE', 'True'].map((text) => [text, true] as const),
  ...['0', 'f', 'F', 'false', 'FALSE', 'False'].map((text) => [text, false] as const),
]);

/** What Istio reads a text as; undefined if it is not a boolean. */
export function readBool(text: string | undefined): boolean | undefined {
  return text === undefined ? undefined : BOOLEANS.get(text);
}

/** Whether Istio takes a text for true; anything it does not know counts as false. */
export function parseBool(text: string | undefined): boolean {
  return readBool(text) ?? false;
}
