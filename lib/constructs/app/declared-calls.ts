/** What is allowed, in the terms of a policy: sorted, with the ports the pod listens on. */
export interface CallOperation {
  /** Methods that are allowed; all if undefined. */
  readonly methods?: readonly string[];
  /** Paths that are allowed; all if undefined. */
  readonly paths?: readonly string[];
  /** Hosts that are allowed; all if undefined. */
  readonly hosts?: readonly string[];
  /** Ports of the pods, which is what Istio compares with. */
  readonly ports: readonly [number, ...number[]];
}

/** An operation, and who may use it. */
export interface AllowedOperation {
  /** What is allowed. */
  readonly operation: CallOperation;
  /** Principals that are named for it. */
  readonly callers: Iterable<string>;
  /** Whether callers without an identity may use it too. */
  readonly everybody: boolean;
}

/** Who may call a service, as the model says it: what the output has to allow. */
export interface DeclaredCalls {
  /** Construct path of the service. */
  readonly where: string;
  /** The service as `namespace/name`. */
  readonly to: string;
  /** Ports of its Service by those of its pods, which operations name. */
  readonly ports: ReadonlyMap<number, number>;
  /** Operations with those who may use them. */
  readonly calls: Iterable<AllowedOperation>;
  /** The DENY policy that `deny` writes; undefined while nothing is denied. */
  readonly refusedOnPurposeBy: string | undefined;
}
