/** What an object brings; nothing if it is not there. */
type Fields<Part> = Part extends object ? Part : unknown;

type Merged<Parts extends readonly unknown[]> = Parts extends readonly [infer First, ...infer Rest]
  ? Fields<First> & Merged<Rest>
  : unknown;

/**
 * One object with the fields of several, later ones over earlier ones. For objects that are made by the thousand: of a literal that
 * begins with a spread, `{ ...some, more }`, V8 gives each object a hidden class of its own (Node 20), a quarter of a kilobyte each,
 * and slows down everybody who reads them.
 */
export function merged<Parts extends readonly (object | undefined)[]>(...parts: Parts): Merged<Parts> {
  return Object.assign({}, ...parts) as Merged<Parts>;
}
