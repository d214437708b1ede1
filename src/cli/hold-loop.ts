/** Milliseconds: as long as Node's timers can be. */
const long = 2 ** 31 - 1;

/**
 * Answers with what `work` comes to, and keeps the process alive until then. Timers and sockets of the host do not: a load that waits for them alone, for
 * an answer of the DNS before anybody listens, would end the program in its middle.
 */
export async function holdLoop<Value>(work: () => Promise<Value>): Promise<Value> {
  const hold = setInterval(() => undefined, long);
  try {
    return await work();
  } finally {
    clearInterval(hold);
  }
}
