/** Characters of what is no good answer, in a message. */
export const shown = 200;

/** A value of a JSON answer, with its place in that. What is of another type than wanted is refused with one line; null is as good as nothing. */
export class AnswerValue {
  readonly #value: unknown;
  readonly #place: string;

  constructor(value: unknown, place = "") {
    this.#value = value ?? undefined;
    this.#place = place;
  }

  static parse(text: string): AnswerValue {
    try {
      return new AnswerValue(JSON.parse(text) as unknown);
    } catch {
      throw new Error(`the answer is no JSON: ${text.slice(0, shown)}`);
    }
  }

  get isThere(): boolean {
    return this.#value !== undefined;
  }

  field(name: string): AnswerValue {
    const map = this.#value;
    if (map !== undefined && (typeof map !== "object" || Array.isArray(map))) this.#refuse("an object");
    const place = this.#place === "" ? name : `${this.#place}.${name}`;
    return new AnswerValue((map as Readonly<Record<string, unknown>> | undefined)?.[name], place);
  }

  items(): readonly AnswerValue[] {
    const list = this.#value ?? [];
    if (!Array.isArray(list)) this.#refuse("a list");
    return (list as readonly unknown[]).map((item, at) => new AnswerValue(item, `${this.#place}[${at}]`));
  }

  text(): string | undefined {
    return typeof this.#value === "string" || !this.isThere
      ? (this.#value as string | undefined)
      : this.#refuse("a text");
  }

  flag(): boolean | undefined {
    return typeof this.#value === "boolean" || !this.isThere
      ? (this.#value as boolean | undefined)
      : this.#refuse("true or false");
  }

  /** Not less than 0. */
  number(): number | undefined {
    if (!this.isThere) return undefined;
    return typeof this.#value === "number" && this.#value >= 0
      ? this.#value
      : this.#refuse("a number from 0 on");
  }

  port(): number | undefined {
    const port = this.#value;
    if (port === undefined) return undefined;
    const isPort = typeof port === "number" && Number.isInteger(port) && port >= 0 && port < 65_536;
    return isPort ? port : this.#refuse("a port");
  }

  /** Bytes, one per code unit; none where it is not there. */
  bytes(): string {
    const text = this.text() ?? "";
    try {
      return atob(text);
    } catch {
      return this.#refuse("base64");
    }
  }

  /** What has to be there. */
  needed(): this {
    if (!this.isThere) throw new Error(`the answer makes no sense: ${this.#name} is missing`);
    return this;
  }

  get #name(): string {
    return this.#place === "" ? "all of it" : this.#place;
  }

  #refuse(what: string): never {
    const value = JSON.stringify(this.#value).slice(0, shown);
    throw new Error(`the answer makes no sense: ${this.#name} is ${value}, not ${what}`);
  }
}
