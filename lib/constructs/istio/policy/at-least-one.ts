/** `Fields` with at least one of them present: an empty source, operation or condition is refused by Istio. */
export type AtLeastOne<Fields> = {
  [Field in keyof Fields]-?: Required<Pick<Fields, Field>> & Partial<Omit<Fields, Field>>;
}[keyof Fields];

/** A list with something in it: an empty list is not a restriction but a field that is not there. */
export type NonEmpty<Item> = readonly [Item, ...Item[]];

/** `Fields` of which one is there at least; with it, a type keeps the documentation of its fields. */
export type WithOneOf<Fields> = Fields & { [Field in keyof Fields]-?: Required<Pick<Fields, Field>> }[keyof Fields];
