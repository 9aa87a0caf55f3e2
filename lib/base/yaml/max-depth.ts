/** Deeper than any manifest needs; keeps every walk over a document within the stack. */
export const MAX_DEPTH = 100;
