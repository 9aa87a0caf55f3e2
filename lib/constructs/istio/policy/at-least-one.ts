/** `Fields`, at least one of which is present: Istio rejects an empty source, operation or condition. */
export type AtLeastOne<Fields> = {
  [Field in keyof Fields]-?: Required<Pick<Fields, Field>> & Partial<Omit<Fields, Field>>;
}[keyof Fields];

/** A list that is not empty: Istio treats an empty list as a missing field, not as a restriction. */
export type NonEmpty<Item> = readonly [Item, ...Item[]];

/** `Fields`, at least one of which is present; an intersection with it keeps the documentation of the fields. */
export type WithOneOf<Fields> = Fields & { [Field in keyof Fields]-?: Required<Pick<Fields, Field>> }[keyof Fields];
