import type { AllowedOperation } from '../service/call-list';

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
