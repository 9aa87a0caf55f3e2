import { InvalidInputError } from '../../base/invalid-input-error';

/** Thrown when a text is not a trust domain or a SPIFFE ID; `value` holds the offending part, not the whole text. */
export class SpiffeIdError extends InvalidInputError {
  /** Name of the error class, as it is printed. */
  public override readonly name: string = 'SpiffeIdError';
}
