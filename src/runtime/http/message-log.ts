/** Parts of a message's first line, as tags of the log name them. */
export type FirstLinePart = "Method" | "URL" | "Protocol" | "Status" | "Reason";

/** Told of everything that changes in a message, for the log. */
export interface MessageLog {
  /** A part of the first line was set. */
  first(part: FirstLinePart, text: string): void;
  /** A field has come. */
  field(line: string): void;
  /** A field has gone. */
  gone(line: string): void;
}
