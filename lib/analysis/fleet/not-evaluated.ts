/** Requests from one place of a fleet to another that are not evaluated, and why. */
export interface NotEvaluated {
  readonly from: string;
  readonly to: string;
  readonly because: string;
}
