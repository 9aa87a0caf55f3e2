/** Whether a request leaves the caller's side, and why. */
export interface EgressOutcome {
  /** Whether the caller’s proxy sends the request on. */
  readonly reach: 'reachable' | 'blocked' | 'not-known';
  /** What decides that, as a clause. */
  readonly because: string;
  /** What else is worth knowing, as sentences without a full stop. */
  readonly notes: readonly string[];
}

/** What stands between a caller and a host outside the mesh. Policies are not among it: they work on what comes in. */
export interface EgressAnswer extends EgressOutcome {
  /** The caller, as in a decision. */
  readonly from: string;
  /** The host, in small letters. */
  readonly host: string;
  /** Undefined if the question names none. */
  readonly port: number | undefined;
}

/** Says the answer in lines of text. */
export function explainEgress({ from, host, port, reach, because, notes }: EgressAnswer): readonly string[] {
  return [
    `${EGRESS_WORDS[reach]}: ${from} → ${port === undefined ? host : `${host}:${port}`}, which is not a Service in the manifests`,
    `because ${because}`,
    'AuthorizationPolicies apply to inbound traffic only: the caller’s proxy enforces none for outbound requests',
    ...notes.map((note) => `note: ${note}`),
  ];
}

/** The answers as they are printed. */
export const EGRESS_WORDS = { reachable: 'REACHABLE', blocked: 'BLOCKED', 'not-known': 'NOT KNOWN' } as const;
