/** One diagnostic: how severe it is and what it says; `{name}` in the message is a parameter. */
export interface CatalogEntry {
  readonly severity: "error" | "warning";
  readonly message: string;
}
