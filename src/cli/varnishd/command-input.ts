import { connect } from "node:net";
import { CommandPort } from "../../host/node/index.js";
import { CommandSession, type Control } from "../../runtime/command/index.js";
import { CliError } from "../cli-error.js";
import { printedAddress, readListenAddress } from "../run/parameters.js";
import type { Secret } from "./secret.js";

/** Takes commands on standard input, whose end, or `quit`, is the end of the process; resolves then. */
export async function commandsFromInput(control: Control): Promise<void> {
  const session = new CommandSession({ control, challenge: "" });
  process.stdout.write(session.greeting(), "latin1");
  process.stdin.setEncoding("latin1");
  for await (const chunk of process.stdin) {
    session.receive(chunk as string);
    for (let reply = await session.next(); reply; reply = await session.next()) {
      process.stdout.write(reply.text, "latin1");
      if (reply.close) return;
    }
  }
}

/** `-T`: takes commands at an address; answers with the port, and with `host port` as shared memory tells it. */
export async function commandsAt(
  text: string,
  control: Control,
  secret: Secret | undefined,
): Promise<{ readonly port: CommandPort; readonly told: string }> {
  const address = readListenAddress(text.replace(/^localhost(?=:|$)/, "127.0.0.1"));
  if (!address) throw new CliError(`-T takes ADDRESS:PORT, not "${text}"`);
  const port = new CommandPort({ ...address, control, ...(secret && { secret: secret.content }) });
  try {
    const bound = await port.listen();
    return { port, told: `${bound.address} ${bound.port}\n` };
  } catch (error) {
    throw new CliError(error instanceof Error ? error.message : String(error));
  }
}

/** `-M`: connects to whoever gives the commands. */
export async function commandsFrom(
  text: string,
  control: Control,
  secret: Secret | undefined,
): Promise<CommandPort> {
  const [, address, number] = /^(.+)[ :](\d+)$/.exec(text.trim()) ?? [];
  if (address === undefined) throw new CliError(`-M takes ADDRESS:PORT, not "${text}"`);
  const place = { host: address.replace(/^\[|\]$/g, ""), port: Number(number) };
  const port = new CommandPort({ port: 0, control, ...(secret && { secret: secret.content }) });
  const socket = connect({ ...place, noDelay: true });
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", (error) => {
      const where = printedAddress({ address: place.host, port: place.port });
      reject(new CliError(`Could not connect to CLI-master at ${where}: ${error.message}`));
    });
  });
  port.take(socket);
  return port;
}
