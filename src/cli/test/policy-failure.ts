/** A policy that cannot be tested: it does not compile, or does not load. */
export class PolicyFailure extends Error {
  override readonly name = "PolicyFailure";
  /** What the compiler says, over several lines; empty where the message is all. */
  readonly report: string;

  constructor(message: string, report = "") {
    super(message);
    this.report = report;
  }
}
