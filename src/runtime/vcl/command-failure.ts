/**
 * Why a command of the control side was refused: what `varnishadm` would print, with its status. 106: a bad argument; 107: not allowed; 300: understood, but
 * not possible now (a VCL that does not load, among others).
 */
export class CommandFailure extends Error {
  override readonly name = "CommandFailure";
  readonly status: 106 | 107 | 300;

  constructor(status: 106 | 107 | 300, message: string) {
    super(message);
    this.status = status;
  }
}
