/** Why go-yaml reads a text otherwise than we do, and the offset of the place. */
export interface GoRefusal {
  readonly message: string;
  readonly offset: number;
}
