/** The name protobuf gives a field in JSON: `trustDomain` for `trust_domain` (protocolbuffers/protobuf compiler). */
export function toJsonName(name: string): string {
  return name.replace(/_+([a-zA-Z0-9]?)/g, (_, letter: string) => letter.toUpperCase());
}
