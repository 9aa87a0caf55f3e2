import { InvalidInputError } from '../../../lib/base/invalid-input-error';

/** The error that a call throws; fails the test if it throws none or another. */
export function refusal(make: () => unknown): InvalidInputError {
  try {
    make();
  } catch (error) {
    if (error instanceof InvalidInputError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
