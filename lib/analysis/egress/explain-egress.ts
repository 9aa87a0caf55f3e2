/** Whether a request leaves the caller's side, and why. */
export interface EgressOutcome {
  /** Whether the caller’s proxy forwards the request. */
  readonly reach: 'reachable' | 'blocked' | 'unknown';
  /** What decides that, as a clause. */
  readonly because: string;
  /** What else is worth knowing, as sentences without a full stop. */
  readonly notes: readonly string[];
}

/** The answer for a caller and a host outside the mesh. AuthorizationPolicies do not decide it: they apply to inbound traffic. */
export interface EgressAnswer extends EgressOutcome {
  /** The caller, as in a decision. */
  readonly from: string;
  /** The host, in lower case. */
  readonly host: string;
  /** Undefined if the question names none. */
  readonly port: number | undefined;
}

/** Explains the answer in lines of text. */
export function explainEgress({ from, host, port, reach, because, notes }: EgressAnswer): readonly string[] {
  return [
    `${EGRESS_WORDS[reach]}: ${from} → ${port === undefined ? host : `${host}:${port}`}, which is not a Service in the manifests`,
    `because ${because}`,
    'AuthorizationPolicies apply to inbound traffic only: the caller’s proxy enforces none for outbound requests',
    ...notes.map((note) => `note: ${note}`),
  ];
}

/** The answers as they are printed. */
export const EGRESS_WORDS = { reachable: 'REACHABLE', blocked: 'BLOCKED', unknown: 'UNKNOWN' } as const;
