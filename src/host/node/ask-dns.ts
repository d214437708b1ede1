import type { EventEmitter } from "node:events";
import { createSocket } from "node:dgram";
import { randomInt } from "node:crypto";
import { connect } from "node:net";
import { decode, encode, RECURSION_DESIRED, streamDecode, type DecodedPacket } from "dns-packet";
import type { DnsQuery } from "../../runtime/index.js";
import { codeOf } from "./system-error.js";

/** What is asked of one server. */
type Question = Pick<DnsQuery, "name" | "type">;

export interface ServerAddress {
  readonly address: string;
  readonly port: number;
}

/** An answer, or the code of what came in its place: ECONNREFUSED, EBADRESP … */
export type Answer = DecodedPacket | string;

/** Asks one server over UDP, and over TCP where the answer does not fit; undefined where it was given up before an answer came. */
export async function askServer(
  server: ServerAddress,
  question: Question,
  givenUp: AbortSignal,
): Promise<Answer | undefined> {
  const id = randomInt(65_536);
  const bytes = encode({ type: "query", id, flags: RECURSION_DESIRED, questions: [question] });
  const isAnswer = (packet: DecodedPacket): boolean => packet.id === id && answers(packet, question);
  const answer = await overUdp(server, bytes, isAnswer, givenUp);
  return typeof answer === "object" && answer.flag_tc ? overTcp(server, bytes, isAnswer, givenUp) : answer;
}

function answers({ type, questions = [] }: DecodedPacket, { name, type: wanted }: Question): boolean {
  const [asked] = questions;
  const plain = name.toLowerCase().replace(/\.$/, "");
  return type === "response" && asked?.type === wanted && asked.name.toLowerCase() === plain;
}

type IsAnswer = (packet: DecodedPacket) => boolean;

function overUdp(
  { address, port }: ServerAddress,
  query: Buffer,
  isAnswer: IsAnswer,
  givenUp: AbortSignal,
): Promise<Answer | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket(address.includes(":") ? "udp6" : "udp4");
    const end = ending(socket, () => socket.close(), givenUp, resolve);
    socket.on("error", (error) => end(codeOf(error)));
    socket.on("message", (bytes) => {
      // What is no answer to this question may be anybody's: the real one may still come.
      const packet = decoded(() => decode(bytes));
      if (packet && isAnswer(packet)) end(packet);
    });
    // Connected: nothing of others comes in, and it is told when nobody is there.
    socket.connect(port, address, () => socket.send(query));
    socket.unref();
  });
}

function overTcp(
  { address, port }: ServerAddress,
  query: Buffer,
  isAnswer: IsAnswer,
  givenUp: AbortSignal,
): Promise<Answer | undefined> {
  return new Promise((resolve) => {
    let received = Buffer.alloc(0);
    const socket = connect(port, address).unref();
    const end = ending(socket, () => socket.destroy(), givenUp, resolve);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(query.length);
    socket.on("connect", () => socket.write(Buffer.concat([length, query])));
    socket.on("error", (error) => end(codeOf(error)));
    socket.on("end", () => end("EOF"));
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 2 || received.length < 2 + received.readUInt16BE()) return;
      const packet = decoded(() => streamDecode(received) as DecodedPacket);
      end(packet && isAnswer(packet) ? packet : "EBADRESP");
    });
  });
}

/** What ends a question: with an answer, or without one as it is given up. The socket is heard no more. */
function ending(
  socket: EventEmitter,
  close: () => void,
  givenUp: AbortSignal,
  resolve: (answer: Answer | undefined) => void,
): (answer?: Answer) => void {
  const giveUp = (): void => end();
  const end = (answer?: Answer): void => {
    givenUp.removeEventListener("abort", giveUp);
    socket.removeAllListeners().on("error", () => undefined);
    close();
    resolve(answer);
  };
  givenUp.addEventListener("abort", giveUp);
  return end;
}

function decoded(read: () => DecodedPacket): DecodedPacket | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
