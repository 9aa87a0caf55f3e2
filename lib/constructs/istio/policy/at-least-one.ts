/** `Fields` with at least one of them present: an empty source, operation or condition is refused by Istio. */
export type AtLeastOne<Fields> = {
  [Field in keyof Fields]-?: Required<Pick<Fields, Field>> & Partial<Omit<Fields, Field>>;
}[keyof Fields];

/** A list with something in it: an empty list is not a restriction but a field that is not there. */
export type NonEmpty<Item> = readonly [Item, ...Item[]];
